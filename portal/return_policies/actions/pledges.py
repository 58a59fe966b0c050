"""Pledges: made for some stores, renewed with a new version, ended with notice; never reaching back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.words import N_
from portal.merchants.models import Store
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import Terms, worse_terms
from portal.return_policies.floors import not_below
from portal.return_policies.models import Pledge, StandardVersion
from portal.return_policies.permissions import pledges_for
from portal.return_policies.terms import terms_from


def pledge(
    session: Session,
    version: StandardVersion,
    owner: Viewer,
    *,
    store_ids: Sequence[int],
    better: Mapping[str, Any],
    now: datetime,
) -> list[Pledge]:
    """Adopt a published version for some stores, equal or better; gives the pledges, one for each store.

    better: the terms that go beyond the version (each term may only be improved). It holds from today, or
    from the version's first day. A pledge of the same store on the same standard is renewed: where the new
    terms give less in anything, the old ones hold until their notice has passed. One that says the very
    same already stays as it is.
    Raises RuleBroken(stores | a term), NotAllowed for a store of somebody else, MovedOn for a version that
    can no longer be adopted.
    """
    if version.published_at is None or version.withdrawn_at is not None or version.valid_from is None:
        raise MovedOn
    standard, city = version.standard, session.get_one(City, version.standard.city_code)
    if not store_ids:
        raise RuleBroken("stores", N_("Please choose at least one store."))
    wanted = sa.select(Store).where(Store.id.in_(store_ids), pledges_for(owner))
    stores = session.scalars(wanted.order_by(Store.id).with_for_update(of=Store)).all()
    if len(stores) != len(set(store_ids)) or not all(standard.covers(store) for store in stores):
        raise NotAllowed
    terms = promised_terms(session, version, better)
    start = max(today(now, city.zone), version.valid_from)
    made = []
    for store in stores:
        old = _newest(session, store, standard.id, start)
        if old is not None and (old.version, old.terms, old.ends_on) == (version.n, terms, None):
            made.append(old)
            continue
        earliest = max(start, store.licence_since or start)
        own = session.get_one(City, store.city_code)  # whose notice counts
        first = _hand_over(old, terms, own, owner, start=earliest, now=now)
        row = Pledge(
            store_id=store.id,
            merchant_id=store.merchant_id,
            standard_id=standard.id,
            version=version.n,
            category_code=standard.category_code,
            terms=terms,
            starts_on=first,
            made_at=now,
            made_by=owner.id,
            used_month=old.used_month if old else "",
            used_fen=old.used_fen if old else 0,
        )
        session.add(row)
        made.append(row)
    session.flush()
    return made


def promised_terms(session: Session, version: StandardVersion, better: Mapping[str, Any]) -> Terms:
    """What a pledge on a version says that goes beyond it so; raises RuleBroken(a term) for less."""
    goods = [category.code for category in tree_of(session, version.standard.city_code).all]
    terms = terms_from(version.terms | dict(better), categories=goods)
    not_below(terms, version.terms)
    return terms


def first_day(old: Pledge, terms: Terms, *, start: date, until: date) -> date:
    """When terms that follow on an old pledge begin to hold: better ones at once, others after notice.

    start: the first day on which they could; until: the last day of the old pledge, were it ended now.
    """
    if old.starts_on >= start and old.ends_on is None:
        start = old.starts_on + timedelta(days=1)
    if worse_terms(terms, old.terms):
        start = max(start, (old.ends_on or until) + timedelta(days=1))
    return start


def end_pledge(session: Session, row: Pledge, owner: Viewer, *, now: datetime) -> date:
    """Give notice: the pledge holds until the city's notice has passed, and for every purchase before.

    Gives the last day on which it holds. Raises NotAllowed for somebody else's, MovedOn where it ends
    already.
    """
    session.refresh(row, with_for_update=True)
    if row.merchant_id not in owner.owns:
        raise NotAllowed
    if row.ends_on is not None:
        raise MovedOn
    store = session.get_one(Store, row.store_id)
    row.ends_on = notice_until(session.get_one(City, store.city_code), now)
    row.ended_at, row.ended_by = now, owner.id
    return row.ends_on


def notice_until(city: City, now: datetime) -> date:
    """The last day on which a pledge still holds that is ended now."""
    return today(now, city.zone) + timedelta(days=city.span(Clock.PLEDGE_NOTICE).amount)


def spend_automatic(session: Session, pledge_id: int, amount_fen: int, *, month: str) -> bool:
    """Take a sum from what a pledge settles at once in a month ("2026-11"); False where it would be too much.

    amount_fen: integer fen. One statement, so that two disputes at once cannot both take the last of it; and
    one counter for a pledge and those that renew it, on the newest of them.
    """
    row = session.get_one(Pledge, pledge_id)
    if not 0 < amount_fen <= row.terms["automatic_fen"]:
        return False
    used = sa.case((Pledge.used_month == month, Pledge.used_fen), else_=0)
    counter = sa.select(sa.func.max(Pledge.id)).where(
        Pledge.store_id == row.store_id,
        Pledge.standard_id == row.standard_id,
        Pledge.merchant_id == row.merchant_id,
    )
    taken = session.execute(
        sa.update(Pledge)
        .where(Pledge.id == counter.scalar_subquery(), used + amount_fen <= row.terms["automatic_month_fen"])
        .values(used_month=month, used_fen=used + amount_fen)
        .execution_options(synchronize_session=False)
        .returning(Pledge.id)
    ).all()
    return bool(taken)


def _newest(session: Session, store: Store, standard_id: int, start: date) -> Pledge | None:
    """The merchant's pledge of a store on a standard that a new one from `start` takes the place of."""
    return session.scalars(
        sa.select(Pledge)
        .where(Pledge.store_id == store.id, Pledge.standard_id == standard_id)
        .where(Pledge.merchant_id == store.merchant_id)
        .where(sa.or_(Pledge.ends_on.is_(None), Pledge.ends_on >= start))
        .order_by(Pledge.starts_on.desc(), Pledge.id.desc())
    ).first()


def _hand_over(
    old: Pledge | None, terms: Terms, city: City, owner: Viewer, *, start: date, now: datetime
) -> date:
    """End the pledge that the new one takes the place of; gives the new one's first day."""
    if old is None:
        return start
    start = first_day(old, terms, start=start, until=notice_until(city, now))
    if old.ends_on is None or old.ends_on >= start:
        old.ends_on, old.ended_at, old.ended_by = start - timedelta(days=1), now, owner.id
    return start


def end_at_once(
    session: Session, which: sa.ColumnElement[bool], officer: Viewer, *, last_day: date, now: datetime
) -> None:
    """End pledges without notice, because the bureau gave the store to somebody else or made two records one.

    which: SQL, the pledges; last_day: the last one on which those that go on now hold for purchases.
    """
    going_on = sa.or_(Pledge.ends_on.is_(None), Pledge.ends_on > last_day)
    values = {"ends_on": last_day, "ended_at": now, "ended_by": officer.id}
    ended = sa.update(Pledge).where(which, going_on).values(values)
    session.execute(ended.execution_options(synchronize_session=False))
