"""The demo's return policies: the bureaus publish the ready standards, and some shops pledge them."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, PersonKind
from portal.accounts.viewer import Viewer
from portal.cli.simulation.shops import Shop
from portal.core.clock import today
from portal.merchants.models import Store
from portal.regions.models import City
from portal.return_policies.actions.pledges import pledge
from portal.return_policies.actions.standards import Content, draft_standard, publish
from portal.return_policies.models import Standard, StandardVersion
from portal.return_policies.ready import ready_standards

# What is sold in a trade, by the goods of the ready standards.
GOODS = {
    "appliances": "appliances",
    "electronics": "appliances",
    "clothing": "clothing",
    "food": "food",
    "supermarket": "food",
    "furniture": "furniture",
    "beauty": "prepaid_services",
    "fitness": "prepaid_services",
    "education": "prepaid_services",
}
SHARE = 0.45  # of the shops with staff have pledged
BETTER, AT_ONCE = 0.3, 0.25  # of those go beyond the standard, or settle small sums at once


def publish_standards(session: Session, now: datetime) -> None:
    """Each city's bureau publishes the ready standards as they are."""
    for city in session.scalars(sa.select(City).order_by(City.code)):
        posts = sa.select(OfficerPost).where(OfficerPost.region_code == city.code)
        post = session.scalars(posts.order_by(OfficerPost.person_id)).first()
        if post is None:
            continue
        officer = Viewer(id=post.person_id, kind=PersonKind.OFFICER, region=city.code)
        for ready in ready_standards():
            draft = draft_standard(
                session,
                officer,
                city,
                Content(ready.terms, ready.basis_zh, ready.basis_en),
                category=ready.category,
                title_zh=ready.title_zh,
                title_en=ready.title_en,
                now=now,
            )
            publish(session, draft, officer, valid_from=today(now, city.zone), now=now)


def make_pledges(session: Session, shops: Iterable[Shop], named: Iterable[Store], now: datetime) -> None:
    """Some of the shops pledge the standard of their goods; those of `named` stores all do, and well."""
    versions = {
        (standard.city_code, standard.category_code): version
        for standard, version in session.execute(sa.select(Standard, StandardVersion).join(StandardVersion))
        if version.published_at is not None
    }
    sure = {store.id for store in named}
    for shop in shops:
        store, rng = shop.store, Random(f"pledge of {shop.store.code}")  # noqa: S311 - no secret
        version = versions.get((store.city_code, GOODS.get(store.trade, "")))
        owner = next((one for one in shop.staff if store.merchant_id in one.owns), None)
        if version is None or owner is None or (store.id not in sure and rng.random() > SHARE):
            continue
        better: dict[str, int] = {}
        if store.id in sure or rng.random() < BETTER:
            better["quality_return_days"] = version.terms["quality_return_days"] + 8
            better["quality_exchange_days"] = version.terms["quality_exchange_days"] + 15
        if store.id in sure or rng.random() < AT_ONCE:
            better |= {"automatic_fen": 200_00, "automatic_month_fen": 3_000_00}
        pledge(session, version, owner, store_ids=[store.id], better=better, now=now)
