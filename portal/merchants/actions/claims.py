"""Taking on a store: somebody proves with the licence that it is theirs, an officer decides."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.joining import employ
from portal.accounts.models import Membership, Person, StaffRole
from portal.accounts.viewer import Viewer
from portal.core import uscc as codes
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.words import N_, clean_text
from portal.merchants.models import Claim, ClaimState, Merchant, Store
from portal.merchants.permissions import in_charge_of

NOTE_LIMIT = 500  # characters


def claim_store(
    session: Session,
    store: Store,
    claimant: Viewer,
    *,
    uscc: str,
    licence_file: str,
    note: str = "",
    now: datetime,
) -> Claim:
    """Ask to act for a store's merchant; an officer of its region decides by the photo of the licence.

    uscc: as typed; it must be the merchant's own, and may be empty only where that has none (a stall).
    licence_file: the stored photo's name. Raises RuleBroken(uscc | licence | note | None).
    """
    if not claimant.is_staff:
        raise NotAllowed
    _not_twice(session, store, claimant)
    code = check_uscc(store.merchant, uscc)
    if not licence_file:
        raise RuleBroken("licence", N_("Please add a photo of the business licence."))
    claim = Claim(
        store_id=store.id,
        person_id=claimant.id,
        uscc=code,
        note=clean_text(note, limit=NOTE_LIMIT, field="note"),
        licence_file=licence_file,
        state=ClaimState.WAITING,
        made_at=now,
    )
    session.add(claim)
    session.flush()
    return claim


def check_uscc(merchant: Merchant, typed: str) -> str:
    """The folded code, '' for a stall without one; raises RuleBroken("uscc") for one that is not its own."""
    code = codes.fold(typed)
    if not code:
        if merchant.uscc is None:
            return ""
        raise RuleBroken("uscc", N_("Please type the unified social credit code of the business licence."))
    if (wrong := codes.check(code)) is not None:
        raise RuleBroken("uscc", wrong)
    if merchant.uscc not in (None, code):
        raise RuleBroken("uscc", N_("This is not the code of the merchant whose store this is."))
    return code


def decide_claim(
    session: Session, claim_id: int, officer: Viewer, *, approve: bool, reason: str = "", now: datetime
) -> Claim:
    """Approve a claim: the claimant becomes an owner, the merchant is verified. Or refuse it with a reason.

    Raises NotAllowed for a claim that is not in the officer's region, MovedOn for one that is decided,
    RuleBroken("reason") for a refusal without one.
    """
    claim = session.scalar(
        sa.select(Claim)
        .join(Store, Store.id == Claim.store_id)
        .where(Claim.id == claim_id, in_charge_of(officer))
    )
    if claim is None:
        raise NotAllowed
    said = clean_text(reason, limit=NOTE_LIMIT, field="reason")
    if not approve and not said:
        raise RuleBroken("reason", N_("Please say why, so that it can be put right."))
    state = ClaimState.APPROVED if approve else ClaimState.REFUSED
    decided = (
        sa.update(Claim)
        .where(Claim.id == claim_id, Claim.state == ClaimState.WAITING)
        .values(state=state, decided_at=now, decided_by=officer.id, reason=said)
        .returning(Claim.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(decided).one_or_none() is None:
        raise MovedOn
    session.refresh(claim)
    if approve:
        _hand_over(session, claim, now)
    return claim


def _not_twice(session: Session, store: Store, claimant: Viewer) -> None:
    if store.merchant_id in claimant.owns:
        raise RuleBroken(None, N_("This shop is already yours."))
    waiting = sa.select(Claim.id).where(
        Claim.store_id == store.id, Claim.person_id == claimant.id, Claim.state == ClaimState.WAITING
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise RuleBroken(None, N_("You have already claimed this shop. The bureau is looking at it."))


def _hand_over(session: Session, claim: Claim, now: datetime) -> None:
    merchant = claim.store.merchant
    merchant.verified_at = merchant.verified_at or now
    if merchant.uscc is None and claim.uscc and not _is_taken(session, claim.uscc):
        merchant.uscc = claim.uscc
    owns = sa.select(Membership.id).where(
        Membership.person_id == claim.person_id,
        Membership.merchant_id == merchant.id,
        Membership.role == StaffRole.OWNER,
    )
    if session.scalar(owns.limit(1)) is None:
        employ(session, session.get_one(Person, claim.person_id), merchant.id, now=now)


def _is_taken(session: Session, uscc: str) -> bool:
    """Another merchant has the code: then this stall is another of its places, and keeps its own disputes."""
    return session.scalar(sa.select(Merchant.id).where(Merchant.uscc == uscc)) is not None
