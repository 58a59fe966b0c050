"""Facts about both sides of a dispute, for an officer to judge by: they are counted here and decide nothing.

Everything is of the dispute's own city; what can be opened is of the officer's own subtree (trust.md S10).
The number of queries is the same whatever there is to count, and each reads by an index of disputes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import DeviceMark, Identity, Membership, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.disputes.models import Dispute, Settlement
from portal.disputes.workflow import CLOSED
from portal.merchants.models import Store
from portal.regions.scope import within

YEAR = timedelta(days=365)
PAIR = timedelta(days=30)  # between two disputes of the same two sides
NEAR = timedelta(hours=12)  # before and after this one: a day in all
INSTANT = timedelta(minutes=10)  # from filing to agreement
LISTED, READ, SETTLEMENTS = 10, 1_000, 2_000
SUMMED = sa.func.count()


class OfPerson(NamedTuple):
    """This consumer's disputes in the city; `same_…` and `withdrawn` count the others beside this one."""

    ever: int
    year: int
    running: int
    shops: int
    same_goods: int
    same_sum: int
    same_shop: int
    same_pair: int
    same_district: int
    withdrawn: int


class OfStore(NamedTuple):
    """The store's disputes of the last twelve months; near: within a day around this one, itself too."""

    year: int
    consumers: int
    near: int
    same_order: int
    left_out: int


class Group(NamedTuple):
    """Consumers who have something in common: how many, their disputes here, and whether this one is one."""

    consumers: int
    disputes: int
    this_one: bool


class Listed(NamedTuple):
    """A dispute of the officer's subtree that one may open."""

    ref: str
    goods: str
    problem: str
    state: str
    store: str
    filed_at: datetime
    excluded: str


@dataclass(frozen=True)
class Background:
    """What is known of both sides.

    outcomes: how this consumer's disputes stand, {state: count}. instant, agreed: of the store's disputes of
    a year, how many were agreed within minutes, of how many at all. phone, device: consumers of this merchant
    who have its own phone or device. shared: consumers of the city on this consumer's device.
    """

    person: OfPerson
    outcomes: dict[str, int]
    others: list[Listed]
    store: OfStore
    instant: int
    agreed: int
    phone: Group
    device: Group
    shared: Group
    alike: list[Listed]


def background(session: Session, dispute: Dispute, officer: Viewer, *, now: datetime) -> Background:
    """The facts, in nine queries; the caller keeps that they were looked at."""
    # Not the bare column: an index of a whole city would be read in place of one person's.
    here = sa.func.coalesce(Dispute.city_code, "") == dispute.city_code
    mine = sa.and_(Dispute.consumer_id == dispute.consumer_id, here)
    theirs = sa.and_(Dispute.merchant_id == dispute.merchant_id, here)
    phones, devices, shared = _by_phone(dispute), _by_device(dispute), _on_the_same_device(dispute)
    near = sa.and_(Dispute.store_id == dispute.store_id, _around(dispute, NEAR))
    named = Dispute.consumer_id.in_(sa.union(phones, devices, shared))
    settled = _settled(session, dispute, now)
    return Background(
        person=_of_person(session, dispute, mine, now),
        outcomes={str(row[0]): row[1] for row in session.execute(_by_state(mine))},
        others=_listed(session, dispute, officer, mine),
        store=_of_store(session, dispute, now),
        instant=sum(agreed - filed <= INSTANT for filed, agreed in settled),
        agreed=len(settled),
        phone=_group(session, dispute, theirs, phones),
        device=_group(session, dispute, theirs, devices),
        shared=_group(session, dispute, here, shared),
        alike=_listed(session, dispute, officer, sa.and_(theirs, sa.or_(named, near))),
    )


def _of_person(session: Session, dispute: Dispute, mine: sa.ColumnElement[bool], now: datetime) -> OfPerson:
    other = Dispute.id != dispute.id
    counted = sa.select(
        SUMMED,
        SUMMED.filter(Dispute.filed_at > now - YEAR),
        SUMMED.filter(Dispute.state.not_in(CLOSED)),
        sa.func.count(Dispute.store_id.distinct()),
        SUMMED.filter(other, _same_goods(dispute)),
        SUMMED.filter(other, Dispute.claim_fen == dispute.claim_fen, Dispute.claim_fen > 0),
        SUMMED.filter(other, Dispute.merchant_id == dispute.merchant_id),
        SUMMED.filter(other, Dispute.merchant_id == dispute.merchant_id, _around(dispute, PAIR)),
        SUMMED.filter(other, Dispute.district_code == dispute.district_code),
        SUMMED.filter(other, Dispute.state == "withdrawn"),
    ).where(mine)
    return OfPerson(*tuple[Any, ...](session.execute(counted).one()))


def _same_goods(dispute: Dispute) -> sa.ColumnElement[bool]:
    goods = sa.and_(Dispute.goods == dispute.goods, Dispute.goods != "")
    return sa.or_(goods, sa.and_(Dispute.category == dispute.category, Dispute.category != ""))


def _around(dispute: Dispute, span: timedelta) -> sa.ColumnElement[bool]:
    return Dispute.filed_at.between(dispute.filed_at - span, dispute.filed_at + span)


def _by_state(mine: sa.ColumnElement[bool]) -> sa.Select[str | None, int]:
    return sa.select(Dispute.state, SUMMED).where(mine).group_by(Dispute.state).order_by(SUMMED.desc())


def _of_store(session: Session, dispute: Dispute, now: datetime) -> OfStore:
    same_order = Dispute.order_no == dispute.order_no, Dispute.order_no != "", Dispute.id != dispute.id
    counted = sa.select(
        SUMMED,
        sa.func.count(Dispute.consumer_id.distinct()),
        SUMMED.filter(_around(dispute, NEAR)),
        SUMMED.filter(*same_order),
        SUMMED.filter(Dispute.excluded != ""),
    )
    return OfStore(*tuple[Any, ...](session.execute(counted.where(*_of_a_year(dispute, now))).one()))


def _of_a_year(dispute: Dispute, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """SQL: the store's disputes of a year; `last_at` is what its index has, and never before `filed_at`."""
    since = now - YEAR
    return Dispute.store_id == dispute.store_id, Dispute.last_at > since, Dispute.filed_at > since


def _settled(session: Session, dispute: Dispute, now: datetime) -> list[tuple[datetime, datetime]]:
    """When the store's disputes of a year were filed and first agreed; none that a pledge had agreed to."""
    first = sa.func.min(Settlement.agreed_at)
    wanted = (
        sa.select(Dispute.filed_at, first)
        .join(Settlement, Settlement.dispute_id == Dispute.id)
        .where(*_of_a_year(dispute, now), ~Dispute.accepts_pledge)
        .group_by(Dispute.id, Dispute.filed_at)
        .order_by(Dispute.id.desc())
        .limit(SETTLEMENTS)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def _by_phone(dispute: Dispute) -> sa.Select[Any]:
    """SQL: the consumers whose phone is one of the merchant's stores or of who works for it."""
    works = Membership.merchant_id == dispute.merchant_id
    of_staff = sa.select(Identity.phone).join(Membership, Membership.person_id == Identity.person_id)
    of_stores = sa.select(Store.phone).where(Store.merchant_id == dispute.merchant_id, Store.phone != "")
    phones: sa.CompoundSelect[Any] = sa.union(of_staff.where(works, Identity.phone.is_not(None)), of_stores)
    return sa.select(Identity.person_id).where(Identity.consumer_phone.in_(phones))


def _by_device(dispute: Dispute) -> sa.Select[Any]:
    """SQL: the consumers who have filed from a device that somebody of the merchant works from."""
    works = Membership.merchant_id == dispute.merchant_id
    marks = sa.select(DeviceMark.mark).join(Membership, Membership.person_id == DeviceMark.person_id)
    return _consumers_with(marks.where(works))


def _on_the_same_device(dispute: Dispute) -> sa.Select[Any]:
    """SQL: the other consumers who have filed from a device of this one."""
    marks = sa.select(DeviceMark.mark).where(DeviceMark.person_id == dispute.consumer_id)
    return _consumers_with(marks).where(DeviceMark.person_id != dispute.consumer_id)


def _consumers_with(marks: sa.Select[Any]) -> sa.Select[Any]:
    wanted = sa.select(DeviceMark.person_id).join(Person, Person.id == DeviceMark.person_id)
    return wanted.where(DeviceMark.mark.in_(marks), Person.kind == PersonKind.CONSUMER)


def _group(
    session: Session, dispute: Dispute, among: sa.ColumnElement[bool], people: sa.Select[Any]
) -> Group:
    counted = sa.select(
        sa.func.count(Dispute.consumer_id.distinct()),
        SUMMED,
        SUMMED.filter(Dispute.consumer_id == dispute.consumer_id),
    ).where(among, Dispute.consumer_id.in_(people))
    consumers, disputes, own = session.execute(counted).one()
    return Group(consumers, disputes, own > 0)


def _listed(
    session: Session, dispute: Dispute, officer: Viewer, which: sa.ColumnElement[bool]
) -> list[Listed]:
    newest = Dispute.filed_at.desc(), Dispute.id.desc()
    # Limited by itself: else the officer's whole district could be read in place of what is asked for.
    some = sa.select(Dispute).where(which, Dispute.id != dispute.id).order_by(*newest).limit(READ)
    one = aliased(Dispute, some.subquery())
    wanted = (
        sa.select(one.ref, one.goods, one.problem, one.state, Store.name, one.filed_at, one.excluded)
        .join(Store, Store.id == one.store_id)
        .where(within(officer.region, one.city_code, one.district_code))
        .order_by(one.filed_at.desc(), one.id.desc())
        .limit(LISTED)
    )
    return [Listed(*tuple[Any, ...](row)) for row in session.execute(wanted)]
