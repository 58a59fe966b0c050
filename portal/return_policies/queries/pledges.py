"""Which pledge a purchase falls under, and what it gives."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.return_policies.answers import Answer, Purchase, answer_from, plain
from portal.return_policies.categories import Category, Tree, tree_of
from portal.return_policies.clauses import UNSET, Terms
from portal.return_policies.entitlement import entitlement
from portal.return_policies.floors import law
from portal.return_policies.models import Pledge


@dataclass(frozen=True)
class Entitled:
    """What the pledge in force on the day of purchase gives, or else the law, for one purchase.

    pledge_id, slug, version and the titles are None and '' where only the law speaks.
    """

    answer: Answer
    terms: Terms
    pledge_id: int | None = None
    slug: str = ""
    version: int = 0
    title_zh: str = ""
    title_en: str = ""

    def title(self, locale: str) -> str:
        return self.title_en if locale == "en" else self.title_zh


def pledges_on(session: Session, store_id: int, day: date) -> list[Pledge]:
    """The pledges of a store that hold for purchases of a day."""
    wanted = (
        sa.select(Pledge)
        .where(Pledge.store_id == store_id, Pledge.starts_on <= day)
        .where(sa.or_(Pledge.ends_on.is_(None), Pledge.ends_on >= day))
        .order_by(Pledge.starts_on.desc(), Pledge.id.desc())
    )
    return list(session.scalars(wanted))


def pledged_goods(session: Session, store_id: int, city_code: str) -> list[Category]:
    """The kinds of goods that a store has ever pledged something for; [] for a store without a pledge."""
    codes = set(
        session.scalars(sa.select(Pledge.category_code).where(Pledge.store_id == store_id).distinct())
    )
    if not codes:
        return []
    tree = tree_of(session, city_code)
    return [one for one in tree.all if not one.retired and codes & set(tree.path(one.code))]


def pledge_for(pledges: list[Pledge], tree: Tree, category: str) -> Pledge | None:
    """The pledge on the goods nearest to this category; without a category, the only one there is."""
    if not category:
        return pledges[0] if len({pledge.category_code for pledge in pledges}) == 1 else None
    for code in tree.path(category):
        for pledge in pledges:
            if pledge.category_code == code:
                return pledge
    return None


def entitled_to(
    session: Session, store_id: int, city_code: str, purchase: Purchase, category: str
) -> Entitled:
    """What a purchase in a store gives a right to, from the pledge in force that day, else from the law."""
    tree = tree_of(session, city_code)
    purchase = replace(purchase, categories=tree.path(category))
    pledge = pledge_for(pledges_on(session, store_id, purchase.bought_on), tree, category)
    if pledge is None:
        return Entitled(entitlement(law().terms, purchase), law().terms)
    standard = pledge.standard
    return Entitled(
        answer=entitlement(UNSET | pledge.terms, purchase),
        terms=UNSET | pledge.terms,
        pledge_id=pledge.id,
        slug=standard.slug,
        version=pledge.version,
        title_zh=standard.title_zh,
        title_en=standard.title_en,
    )


def automatic_left(session: Session, pledge_id: int, *, month: str) -> int:
    """What a pledge, with those that renew it, may still settle at once in a month ("2026-11"), in fen."""
    pledge = session.get_one(Pledge, pledge_id)
    renewed = sa.select(Pledge).where(
        Pledge.store_id == pledge.store_id,
        Pledge.standard_id == pledge.standard_id,
        Pledge.merchant_id == pledge.merchant_id,
    )
    newest = session.scalars(renewed.order_by(Pledge.id.desc()).limit(1)).one()
    used = newest.used_fen if newest.used_month == month else 0
    return int(pledge.terms["automatic_month_fen"]) - used


def stored(entitled: Entitled) -> dict[str, Any]:
    """As JSON, to be bound to a dispute: later edits of pledge, standard or goods do not touch it."""
    return {**{name: getattr(entitled, name) for name in NAMES}, "answer": plain(entitled.answer)}


def entitled_from(kept: dict[str, Any]) -> Entitled:
    """The same again."""
    return Entitled(answer=answer_from(kept["answer"]), **{name: kept[name] for name in NAMES})


NAMES = ("terms", "pledge_id", "slug", "version", "title_zh", "title_en")
