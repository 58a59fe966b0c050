"""A shop of the demo that complains about itself to look good, and what is left out of the figures."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import sqlalchemy as sa

from portal.accounts.joining import consumer_of
from portal.accounts.marks import keep_mark, mark_of
from portal.accounts.models import Identity
from portal.board.recount import recount
from portal.cli import demo_city
from portal.cli.simulation.course import play, tell
from portal.cli.simulation.officers import officer_of
from portal.cli.simulation.plots import Ending, Plot, steps_of
from portal.cli.simulation.shops import Shop, Town
from portal.cli.simulation.sides import Told
from portal.core.clock import local
from portal.core.refs import new_token
from portal.disputes.actions.figures import exclude, include
from portal.disputes.models import Dispute
from portal.disputes.workflow import State
from portal.merchants.models import Store

AGO = timedelta(days=16)
APART = timedelta(minutes=47)
PEOPLE = 6  # who complain there within one day; the last one counts again
STEPS = "offer 0, accept 0, perform 1, confirm 1, rate 0"
ARRANGED = "六起在同一天下午先后提交，几分钟内谈妥；其中几位用的是店里的设备，一位留的是店主的电话。"
AFTER_ALL = "消费者到窗口出示了送货单和付款记录，确实买过，只是用店里的平板提交的。先重新计入。"
# Of the city's withdrawn disputes: on which ground so many are left out, and what that rests on.
OTHERS = (
    ("no_purchase", 3, "联系消费者核实，本人承认没有在这家店买过东西。"),
    ("test", 2, "窗口人员教群众使用时提交的，已当场撤回。"),
)


def arranged_courses(town: Town, stores: Mapping[str, Store], now: datetime) -> list[Iterator[datetime]]:
    """Six complaints of one afternoon, each settled within minutes: by the shop's own people and friends."""
    shop = suspicious_shop(town, stores)
    owner = town.session.get_one(Identity, shop.staff[0].id)
    device, rng = mark_of(new_token(256), new_token(256)), Random("arranged")  # noqa: S311 - no secret
    keep_mark(town.session, owner.person_id, device, now=now - AGO)
    courses = []
    for number in range(PEOPLE):
        filed_at = _afternoon(town, shop, now) + number * APART
        phone = owner.phone if number == 1 else demo_city.person(rng).phone
        person = consumer_of(town.session, phone or "", now=filed_at)
        if number % 2:
            keep_mark(town.session, person.person_id, device, now=filed_at)
        courses.append(_course(town, shop, person, filed_at, number))
    return courses


def suspicious_shop(town: Town, stores: Mapping[str, Store]) -> Shop:
    """A shop with an owner in the district of the named officer, which is none of the named ones."""
    named = {store.id for store in stores.values()}
    district = demo_city.demo_people()["he"].region
    others = [shop for shop in town.shops if shop.staff and shop.store.id not in named]
    return next(shop for shop in others[::-1] if shop.store.district_code == district)


def leave_out(town: Town, stores: Mapping[str, Store], now: datetime) -> None:
    """Let officers leave out most of what was arranged and some that was withdrawn; the board is counted."""
    shop = suspicious_shop(town, stores)
    store, first = shop.store, _afternoon(town, shop, now)
    day = Dispute.filed_at.between(first, first + PEOPLE * APART)
    arranged = sa.select(Dispute).where(Dispute.store_id == store.id, day).order_by(Dispute.id)
    there = town.session.scalars(arranged.limit(PEOPLE)).all()
    for dispute in there:
        _exclude(town, dispute, "arranged", ARRANGED, now)
    for dispute in there[PEOPLE - 1 :]:
        officer = officer_of(town, dispute, dispute.last_at)
        include(town.session, dispute, officer, note=AFTER_ALL, now=dispute.last_at)
    withdrawn = sa.select(Dispute).where(
        Dispute.city_code == store.city_code, Dispute.state == State.WITHDRAWN, Dispute.excluded == ""
    )
    for ground, most, note in OTHERS:
        for dispute in town.session.scalars(withdrawn.order_by(Dispute.id).limit(most)).all():
            _exclude(town, dispute, ground, note, now)
    while recount(town.session, now):
        town.session.commit()


def _afternoon(town: Town, shop: Shop, now: datetime) -> datetime:
    """When the first of them is filed: two o'clock, some days ago."""
    shown = local(now - AGO, town.cities[shop.store.city_code].zone)
    return shown.replace(hour=14, minute=5, second=0, microsecond=0).astimezone(UTC)


def _course(town: Town, shop: Shop, person: Identity, filed_at: datetime, number: int) -> Iterator[datetime]:
    rng = Random(f"arranged {number}")  # noqa: S311 - no secret
    city = town.cities[shop.store.city_code]
    name = demo_city.person(rng).name
    plot = Plot("arranged", 0, Ending.SOLVED, steps_of(STEPS), False)

    def told(at: datetime) -> Told:
        said = tell(rng, shop, (person, name), city, at, auto_escalate=False)
        return replace(said, complaint=replace(said.complaint, accepts_pledge=False))

    return play(town, rng, plot, told, filed_at)


def _exclude(town: Town, dispute: Dispute, ground: str, note: str, now: datetime) -> None:
    at = max(now, dispute.last_at)
    officer = officer_of(town, dispute, at)
    exclude(town.session, dispute, officer, ground=ground, note=note, now=at)
