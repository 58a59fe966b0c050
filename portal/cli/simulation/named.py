"""The disputes of the named people: one in each interesting state, so that no page of the demo is empty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa

from portal.accounts.models import Identity
from portal.cli import demo_city
from portal.cli.simulation.course import play, tell
from portal.cli.simulation.plots import Ending, Plot, steps_of
from portal.cli.simulation.shops import Shop, Town
from portal.cli.simulation.sides import Told
from portal.core.clock import today
from portal.disputes.actions.complaints import Complaint
from portal.merchants.models import Store

REFUSED = "refuse 10, say 6, escalate 20"
TAKEN_ON = "take 8, identify 6, admit 40"
CONSENTED = "take 8, identify_and_consent 6, admit 40"
MEDIATED = "convene 50, propose 20, consent 10, assent 10"
IN_VAIN = "convene 50, propose 20, object 20, disagree 40"
DONE = "offer 20, accept 9, perform 30"


@dataclass(frozen=True)
class Piece:
    """A dispute of named people: who and where by their keys ("": anybody), filed so many hours ago.

    official: what the bureau did once it was handed over; nothing yet where it is empty.
    """

    consumer: str
    store: str
    hours_ago: float
    steps: str = ""
    auto_escalate: bool = False
    report: bool = False
    official: str = ""


PIECES = (
    Piece("", "yonghe-zhonglou", 70),  # a day left to answer
    Piece("chen", "yonghe-minghu", 30, "ask 7"),
    Piece("", "yonghe-zhonglou", 52, "ask 20, answer 10"),
    Piece("", "yonghe-minghu", 60, "refuse 22, counter 20"),
    Piece("wang", "yonghe-gangqian", 45, "offer 22"),
    Piece("", "yonghe-zhonglou", 28, "offer 6"),
    Piece("chen", "yonghe-zhonglou", 50, "offer 20, accept 12"),
    Piece("", "yonghe-gangqian", 74, "offer 20, accept 12, perform 26"),
    Piece("wang", "yonghe-minghu", 120, DONE),
    Piece("chen", "yonghe-gangqian", 260, "offer 20, accept 12"),  # and then nothing
    Piece("", "yonghe-minghu", 290, "offer 30, accept 20"),
    Piece("wang", "", 140),  # silence
    Piece("chen", "", 150, auto_escalate=True),
    Piece("", "yonghe-zhonglou", 100, "refuse 10, say 6, escalate 60", report=True),
    Piece("", "yonghe-minghu", 160, "offer 30, decline 20, escalate 50"),
    Piece("chen", "yonghe-zhonglou", 60, "chat 6, withdraw 40"),
    Piece("wang", "yonghe-zhonglou", 700, f"{DONE}, confirm 20, rate 1"),
    Piece("chen", "", 900, f"{DONE}, confirm 40, rate 2"),
    Piece("chen", "yonghe-minghu", 800, DONE),  # never confirmed
    Piece("wang", "yonghe-zhonglou", 250, REFUSED, official=f"{TAKEN_ON}, convene 70, propose 20"),
    Piece("", "yonghe-zhonglou", 310, REFUSED, official=f"{TAKEN_ON}, convene 40"),
    Piece("", "yonghe-zhonglou", 420, REFUSED, official=f"{TAKEN_ON}, {MEDIATED}, perform 40"),
    Piece("", "yonghe-zhonglou", 330, REFUSED),  # its day has passed
    Piece("chen", "yonghe-minghu", 520, REFUSED, official="take 10, reject 40"),
    Piece("", "yonghe-gangqian", 700, REFUSED, official=f"{TAKEN_ON}, {IN_VAIN}"),
    Piece("", "xiaomei", 30),
    Piece("", "wangchao", 20),
    Piece("", "wangchao", 72, "offer 24"),
    Piece("", "wangchao", 100, "refuse 10, escalate 40", report=True),
    Piece("", "wangchao", 240, REFUSED, official=f"{TAKEN_ON}, convene 50"),
    Piece("", "wangchao", 400, f"{DONE}, confirm 20, rate 3"),
    Piece("", "yonghe-zhonglou", 230, REFUSED, official=f"{TAKEN_ON}, challenge 30"),  # to be decided
    Piece("wang", "yonghe-zhonglou", 390, REFUSED, official=f"{CONSENTED}, entrust 40"),
    Piece("", "yonghe-zhonglou", 640, REFUSED, official=f"{TAKEN_ON}, challenge 20, keep 40, {MEDIATED}"),
    Piece(
        "",
        "yonghe-zhonglou",
        600,
        REFUSED,
        official=f"take 8, challenge 20, replace 40, admit 40, {MEDIATED}",
    ),
    Piece(
        "",
        "yonghe-zhonglou",
        800,
        REFUSED,
        official=f"{CONSENTED}, entrust 40, report_agreed 200, {MEDIATED}",
    ),
)


def named_courses(town: Town, stores: Mapping[str, Store], now: datetime) -> list[Iterator[datetime]]:
    """A course for each piece. stores: the named ones by key, all of them among the town's shops."""
    shops = {shop.store.id: shop for shop in town.shops}
    courses = []
    for number, piece in enumerate(PIECES):
        rng = Random(f"piece {number}")  # noqa: S311 - no secret
        shop = shops[stores[piece.store].id] if piece.store else _somewhere(rng, town, stores)
        courses.append(_course(town, piece, shop, rng, now))
    return courses


def refrigerator(town: Town, stores: Mapping[str, Store], now: datetime) -> Iterator[datetime]:
    """The refrigerator for 8,000 yuan, filed now; the shop has yet to be told, which the worker will do."""
    story = demo_city.REFRIGERATOR
    shop = next(shop for shop in town.shops if shop.store.id == stores[story.store].id)

    def told(at: datetime) -> Told:
        zone = town.cities[shop.store.city_code].zone
        complaint = Complaint(
            problem=story.problem,
            story=story.story,
            bought_on=today(at, zone) - timedelta(days=story.bought_days_ago),
            paid_fen=story.paid_fen,
            remedy=story.remedy,
            claim_fen=story.claim_fen,
            goods=story.goods,
            publish=True,
        )
        return Told(
            shop, _identity(town, story.consumer), complaint, None, list(story.photos), complaint.bought_on
        )

    plot = Plot("the refrigerator", 0, Ending.SOLVED, ())
    return play(town, Random(0), plot, told, now)  # noqa: S311 - no secret


def _course(town: Town, piece: Piece, shop: Shop, rng: Random, now: datetime) -> Iterator[datetime]:
    steps, official = steps_of(piece.steps), steps_of(piece.official)
    plot = Plot("named", 0, Ending.SOLVED, steps, piece.auto_escalate, piece.report, official)
    city = town.cities[shop.store.city_code]

    def told(at: datetime) -> Told:
        known = _identity(town, piece.consumer) if piece.consumer else None
        consumer = (known, known.name) if known else town.consumer(rng, city.code, at)
        return tell(rng, shop, consumer, city, at, piece.auto_escalate)

    return play(town, rng, plot, told, now - timedelta(hours=piece.hours_ago))


def _identity(town: Town, key: str) -> Identity:
    phone = demo_city.demo_people()[key].phone
    return town.session.scalars(sa.select(Identity).where(Identity.consumer_phone == phone)).one()


def _somewhere(rng: Random, town: Town, stores: Mapping[str, Store]) -> Shop:
    """A shop with somebody who could answer, in the district of the named officer."""
    district = demo_city.demo_people()["he"].region
    named = {store.id for store in stores.values()}
    others = [shop for shop in town.shops if shop.staff and shop.store.id not in named]
    return rng.choice([shop for shop in others if shop.store.district_code == district])
