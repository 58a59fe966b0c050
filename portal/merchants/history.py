"""What officers did to a store: who sold on which day, what the public reads of it, and all of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.merchants.models import ChangeKind, Store, StoreChange

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One act of an officer."""

    id: int
    kind: str
    reason: str
    details: dict[str, Any]
    at: datetime
    officer: str


def seller_of(session: Session, store: Store, bought_on: date | None) -> int:
    """The merchant who sold in a store on a day: the present one, or who had it before it moved.

    The day of a move itself is still the earlier merchant's, as are the pledges that ended with it.
    """
    if store.licence_since is None or bought_on is None or bought_on >= store.licence_since:
        return store.merchant_id
    for moved in session.scalars(_moves(store.id)):
        if bought_on < date.fromisoformat(moved.details["since"]):
            return moved.merchant_id
    return store.merchant_id


def earlier_names(session: Session, store_id: int) -> list[tuple[str, date]]:
    """Under which legal names a store was before, the latest first, each with the first day after."""
    moves = session.scalars(_moves(store_id)).all()
    return [(one.details["from_name"], date.fromisoformat(one.details["since"])) for one in reversed(moves)]


def changes_of(session: Session, store_id: int) -> list[Change]:
    """What officers did to a store and to the records that were merged into it, the newest first."""
    merged = sa.select(Store.id).where(Store.merged_into == store_id)
    wanted = (
        sa.select(
            StoreChange.id, StoreChange.kind, StoreChange.reason, StoreChange.details, StoreChange.at,
            Person.display_name,
        )
        .join(Person, Person.id == StoreChange.officer_id)
        .where(sa.or_(StoreChange.store_id == store_id, StoreChange.store_id.in_(merged)))
        .order_by(StoreChange.id.desc())
        .limit(MOST_SHOWN)
    )  # fmt: skip
    return [Change(*tuple[Any, ...](row)) for row in session.execute(wanted)]


def _moves(store_id: int) -> sa.Select[StoreChange]:
    own = StoreChange.store_id == store_id, StoreChange.kind == ChangeKind.MOVED
    return sa.select(StoreChange).where(*own).order_by(StoreChange.id)
