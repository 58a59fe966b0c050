"""What an officer does to a store: another licence, verified by hand, suspended, closed; with a reason."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership
from portal.accounts.viewer import Viewer
from portal.core import uscc as codes
from portal.core.clock import today
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.words import N_, clean_text, filled_text
from portal.merchants.models import ChangeKind, Claim, ClaimState, Merchant, Store, StoreChange
from portal.merchants.models import search_text_of as text_of
from portal.merchants.permissions import in_charge_of
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City
from portal.return_policies.actions.pledges import end_at_once
from portal.return_policies.models import Pledge

REASON_LIMIT = 500  # characters
SAID_LIMIT = 200
NAME_LIMIT = 120


def move_store(
    session: Session,
    store_id: int,
    officer: Viewer,
    *,
    seen: int,
    uscc: str,
    legal_name: str,
    reason: str,
    now: datetime,
) -> Store:
    """Give a store to another licence, from tomorrow on; its disputes stay with the merchant who sold.

    uscc: as typed; legal_name: needed only where no merchant has that code yet. seen: the store's `changes`
    as the officer saw it. The earlier merchant's clerks lose the store, its pledges end with today, claims
    that showed another licence are refused. Raises RuleBroken(uscc | legal_name | reason), NotAllowed,
    MovedOn.
    """
    why = filled_text("reason", reason, REASON_LIMIT)
    code = codes.fold(uscc)
    if (wrong := codes.check(code)) is not None:
        raise RuleBroken("uscc", wrong)
    store = take(session, store_id, officer, seen)
    old, city = store.merchant, session.get_one(City, store.city_code)
    new = _licensed(session, code, legal_name, store, now)
    day = today(now, city.zone)
    end_at_once(
        session,
        sa.and_(Pledge.store_id == store.id, Pledge.merchant_id == old.id),
        officer,
        last_day=day,
        now=now,
    )
    clerks = Membership.store_id == store.id, Membership.merchant_id == old.id
    session.execute(sa.delete(Membership).where(*clerks).execution_options(synchronize_session=False))
    _refuse_claims(session, store, code, officer, why, now)
    since = day + timedelta(days=1)
    note(
        session, store, officer, ChangeKind.MOVED, why, now,
        from_name=old.legal_name, from_uscc=old.uscc or "", to_name=new.legal_name, to_uscc=code,
        since=since.isoformat(),
    )  # fmt: skip
    store.merchant, store.licence_since = new, since
    store.search_text = text_of(store.name, new.legal_name, store.address)
    session.flush()
    return store


def verify_by_hand(
    session: Session,
    store_id: int,
    officer: Viewer,
    *,
    seen: int,
    how: str,
    reason: str,
    photo: str = "",
    now: datetime,
) -> Store:
    """Say of a merchant without a code that its stall has been looked at, and how; photo: a stored name.

    Raises RuleBroken(how | reason), NotAllowed, MovedOn for one with a code or one verified already.
    """
    why = filled_text("reason", reason, REASON_LIMIT)
    store = take(session, store_id, officer, seen)
    _listed(session, store, Kind.VERIFICATION, how, "how", N_("Please choose how it was checked."))
    if store.merchant.uscc is not None or store.merchant.verified_at is not None:
        raise MovedOn
    store.merchant.verified_at = now
    note(session, store, officer, ChangeKind.VERIFIED, why, now, how=how, photo=photo)
    session.flush()
    return store


def suspend_store(
    session: Session,
    store_id: int,
    officer: Viewer,
    *,
    seen: int,
    ground: str,
    said: str,
    reason: str,
    now: datetime,
) -> Store:
    """Suspend a store: what it pledges is no longer shown, complaints go on and must still be answered.

    ground: a code of the city's list; said: the public sentence; reason: for the bureau's own record.
    Raises RuleBroken(ground | said | reason), NotAllowed, MovedOn where it is suspended already.
    """
    why = filled_text("reason", reason, REASON_LIMIT)
    public = filled_text("said", said, SAID_LIMIT)
    store = take(session, store_id, officer, seen)
    _listed(session, store, Kind.SUSPENSION, ground, "ground", N_("Please choose why it is suspended."))
    if store.suspended_at is not None:
        raise MovedOn
    store.suspended_at, store.suspension, store.suspension_said = now, ground, public
    note(session, store, officer, ChangeKind.SUSPENDED, why, now, ground=ground, said=public)
    session.flush()
    return store


def lift_suspension(
    session: Session, store_id: int, officer: Viewer, *, seen: int, reason: str, now: datetime
) -> Store:
    """Let a suspended store be as before; raises RuleBroken(reason), NotAllowed, MovedOn where it is not."""
    why = filled_text("reason", reason, REASON_LIMIT)
    store = take(session, store_id, officer, seen)
    if store.suspended_at is None:
        raise MovedOn
    store.suspended_at, store.suspension, store.suspension_said = None, "", ""
    note(session, store, officer, ChangeKind.LIFTED, why, now)
    session.flush()
    return store


def close_store(
    session: Session, store_id: int, officer: Viewer, *, seen: int, reason: str, now: datetime
) -> Store:
    """Say that a store has closed down; raises RuleBroken(reason), NotAllowed, MovedOn where it has."""
    return _opened_or_closed(session, store_id, officer, ChangeKind.CLOSED, seen=seen, reason=reason, now=now)


def reopen_store(
    session: Session, store_id: int, officer: Viewer, *, seen: int, reason: str, now: datetime
) -> Store:
    """Say that a closed store is open again; raises RuleBroken(reason), NotAllowed, MovedOn where it is."""
    kind = ChangeKind.REOPENED
    return _opened_or_closed(session, store_id, officer, kind, seen=seen, reason=reason, now=now)


def take(session: Session, store_id: int, officer: Viewer, seen: int) -> Store:
    """The store, held for this act alone until the transaction ends.

    Raises NotAllowed for one that is not in the officer's region, MovedOn where something was done to it
    since the officer looked, or where it has been merged.
    """
    mine = Store.id == store_id, in_charge_of(officer)
    if session.scalar(sa.select(Store.id).where(*mine)) is None:
        raise NotAllowed
    taken = sa.update(Store).where(*mine, Store.changes == seen, Store.merged_into.is_(None))
    counted = taken.values(changes=Store.changes + 1).returning(Store.id)
    if session.execute(counted.execution_options(synchronize_session=False)).one_or_none() is None:
        raise MovedOn
    return session.get_one(Store, store_id, populate_existing=True)


def note(
    session: Session, store: Store, officer: Viewer, kind: ChangeKind, reason: str, now: datetime,
    **details: Any,
) -> None:  # fmt: skip
    """Keep what was done; `details` are those of its kind."""
    session.add(
        StoreChange(
            store_id=store.id, merchant_id=store.merchant_id, officer_id=officer.id, kind=kind,
            reason=reason, details=details, at=now,
        )
    )  # fmt: skip


def _opened_or_closed(
    session: Session,
    store_id: int,
    officer: Viewer,
    kind: ChangeKind,
    *,
    seen: int,
    reason: str,
    now: datetime,
) -> Store:
    why = filled_text("reason", reason, REASON_LIMIT)
    store = take(session, store_id, officer, seen)
    closing = kind is ChangeKind.CLOSED
    if (store.closed_at is not None) is closing:
        raise MovedOn
    store.closed_at = now if closing else None
    note(session, store, officer, kind, why, now)
    session.flush()
    return store


def _licensed(session: Session, code: str, legal_name: str, store: Store, now: datetime) -> Merchant:
    """The merchant who has the code, or a new one; nobody can have signed up for that yet."""
    known = session.scalar(sa.select(Merchant).where(Merchant.uscc == code))
    if known is None:
        name = clean_text(legal_name, limit=NAME_LIMIT, field="legal_name")
        if not name:
            raise RuleBroken(
                "legal_name", N_("The portal does not know this code yet: please type the legal name.")
            )
        known = Merchant(uscc=code, legal_name=name, city_code=store.city_code, created_at=now)
        session.add(known)
        session.flush()
    if known.city_code != store.city_code:
        raise RuleBroken(
            "uscc", N_("This licence belongs to another city. A shop can only move within its city.")
        )
    if known.id == store.merchant_id:
        raise RuleBroken("uscc", N_("The shop is on this licence already."))
    return known


def _refuse_claims(
    session: Session, store: Store, code: str, officer: Viewer, reason: str, now: datetime
) -> None:
    """Whoever waits with the earlier licence must not become an owner of the new one."""
    waiting = Claim.store_id == store.id, Claim.state == ClaimState.WAITING, Claim.uscc != code
    values = {"state": ClaimState.REFUSED, "decided_at": now, "decided_by": officer.id, "reason": reason}
    refused = sa.update(Claim).where(*waiting).values(values)
    session.execute(refused.execution_options(synchronize_session=False))


def _listed(session: Session, store: Store, kind: Kind, code: str, field: str, otherwise: str) -> None:
    must_be_listed(session.get_one(City, store.city_code).choices, kind, code, field, otherwise)
