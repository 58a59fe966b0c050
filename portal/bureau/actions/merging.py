"""Two records of the same shop become one; nothing is lost, and the old code leads to the kept record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal.accounts.models import Membership
from portal.accounts.viewer import Viewer
from portal.bureau.actions.stores import REASON_LIMIT, note, take
from portal.core.clock import today
from portal.core.errors import RuleBroken
from portal.core.words import N_, filled_text
from portal.disputes.models import Dispute
from portal.merchants.models import ChangeKind, Claim, Merchant, Store, search_text_of
from portal.regions.models import City
from portal.return_policies.actions.pledges import end_at_once
from portal.return_policies.models import Pledge


@dataclass(frozen=True)
class Merger:
    """What a merger would move to the kept store: counts, and the merchant who takes the other's place."""

    disputes: int
    pledges: int
    staff: int
    claims: int
    merchant: Merchant
    leaving: Merchant | None


def merger_of(session: Session, kept: Store, other: Store) -> Merger:
    """What would be moved, in one query besides the rule; raises RuleBroken(other) where it cannot be."""
    merchant, leaving = _merchants(session, kept, other)
    away = leaving.id if leaving else None
    counts = [
        sa.select(sa.func.count()).where(which).scalar_subquery()
        for which in (
            sa.or_(Dispute.store_id == other.id, Dispute.merchant_id == away),
            sa.or_(Pledge.store_id == other.id, Pledge.merchant_id == away),
            sa.or_(Membership.store_id == other.id, Membership.merchant_id == away),
            Claim.store_id == other.id,
        )
    ]
    disputes, pledges, staff, claims = session.execute(sa.select(*counts)).one()
    return Merger(disputes, pledges, staff, claims, merchant, leaving)


def merge_stores(
    session: Session,
    kept_id: int,
    other_id: int,
    officer: Viewer,
    *,
    seen: tuple[int, int],
    reason: str,
    now: datetime,
) -> Store:
    """Move all that hangs on the other record to the kept one, and let its code lead there.

    seen: the `changes` of both as the officer saw them. Where the merchants differ, one of them has no code
    and no other store: it gives way. Raises RuleBroken(other | reason), NotAllowed, MovedOn.
    """
    why = filled_text("reason", reason, REASON_LIMIT)
    if kept_id == other_id:
        raise RuleBroken("other", N_("This is the same record. Please type the code of the other one."))
    marks = dict(zip((kept_id, other_id), seen, strict=True))
    held = {
        id_: take(session, id_, officer, marks[id_]) for id_ in sorted(marks)
    }  # in one order: no deadlock
    kept, other = held[kept_id], held[other_id]
    moved = merger_of(session, kept, other)
    said = {
        "other_code": other.code, "other_name": other.name, "disputes": moved.disputes,
        "pledges": moved.pledges, "staff": moved.staff, "claims": moved.claims,
        "leaving": moved.leaving.legal_name if moved.leaving else "",
    }  # fmt: skip
    note(session, kept, officer, ChangeKind.MERGED, why, now, **said)
    _move_pledges(session, kept, other, officer, now)
    for column in (Dispute.store_id, Pledge.store_id, Claim.store_id, Store.merged_into):
        _point(session, column, other.id, kept.id)
    if moved.leaving is not None:
        for column in (Dispute.merchant_id, Pledge.merchant_id):
            _point(session, column, moved.leaving.id, moved.merchant.id)
    _move_staff(session, kept, other, moved)
    kept.merchant, kept.phone = moved.merchant, kept.phone or other.phone
    kept.search_text = search_text_of(kept.name, moved.merchant.legal_name, kept.address)
    other.merchant, other.merged_into, other.closed_at = moved.merchant, kept.id, other.closed_at or now
    if moved.leaving is not None and moved.leaving.verified_at is not None:
        moved.merchant.verified_at = moved.merchant.verified_at or moved.leaving.verified_at
    session.flush()
    return kept


def _merchants(session: Session, kept: Store, other: Store) -> tuple[Merchant, Merchant | None]:
    """(who has the shop afterwards, who gives way); raises RuleBroken("other") where two licences differ."""
    if kept.city_code != other.city_code:
        raise RuleBroken(
            "other", N_("This shop is in another city. Only two records of one city can be merged.")
        )
    if kept.merchant_id == other.merchant_id:
        return kept.merchant, None
    if kept.merchant.uscc and other.merchant.uscc:
        raise RuleBroken(
            "other",
            N_("These two have different licences. First move one to the licence of the other."),
        )
    stays, leaves = (other, kept) if other.merchant.uscc else (kept, other)
    more = sa.select(Store.id).where(Store.merchant_id == leaves.merchant_id, Store.id != leaves.id)
    if session.scalar(more.where(Store.merged_into.is_(None)).limit(1)) is not None:
        raise RuleBroken(
            "other", N_("The merchant without a code has more shops. Move them to their own licence first.")
        )
    return stays.merchant, leaves.merchant


def _point(session: Session, column: InstrumentedAttribute[Any], old: int, new: int) -> None:
    """Let every row that points at the old one point at the new one; the board counts such disputes anew."""
    values: dict[str, Any] = {column.key: new}
    if column.class_ is Dispute:
        values["uncounted"] = True
    moved = sa.update(column.class_).where(column == old).values(values)
    session.execute(moved.execution_options(synchronize_session=False))


def _move_pledges(session: Session, kept: Store, other: Store, officer: Viewer, now: datetime) -> None:
    """Where both pledge the same standard, the kept store's pledge goes on and the other's ends today."""
    own = aliased(Pledge)
    day = today(now, session.get_one(City, kept.city_code).zone)
    goes_on = sa.or_(own.ends_on.is_(None), own.ends_on > day)
    both = sa.select(own.standard_id).where(own.store_id == kept.id, goes_on)
    twice = sa.and_(Pledge.store_id == other.id, Pledge.standard_id.in_(both))
    end_at_once(session, twice, officer, last_day=day, now=now)


def _move_staff(session: Session, kept: Store, other: Store, moved: Merger) -> None:
    """Everybody works on for the kept store; who would then be there twice is there once."""
    away = moved.leaving.id if moved.leaving else None
    rows = session.scalars(
        sa.select(Membership)
        .where(
            sa.or_(
                Membership.store_id.in_((kept.id, other.id)),
                Membership.merchant_id.in_([one for one in (moved.merchant.id, away) if one is not None]),
            )
        )
        .order_by(Membership.id)
    ).all()
    there: set[tuple[int, int | None]] = set()
    staying = [row for row in rows if row.store_id != other.id and row.merchant_id != away]
    for row in (*staying, *(row for row in rows if row not in staying)):
        store_id = kept.id if row.store_id == other.id else row.store_id
        if (row.person_id, store_id) in there:
            session.delete(row)
            continue
        there.add((row.person_id, store_id))
        row.store_id = store_id
        if row.merchant_id == away:
            row.merchant_id = moved.merchant.id
