"""The mediator's proposal: both sides accept it, or it is off the table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import end_of_day, today
from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.actions.offers import next_n
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, Offer, Settlement
from portal.disputes.permissions import party_of
from portal.disputes.settlements import settle
from portal.disputes.workflow import Fact, Party, Remedy
from portal.regions.models import City


def propose(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    remedy: str,
    amount_fen: int | None,
    perform_by: date | None,
    note: str,
    now: datetime,
) -> Offer:
    """The mediator puts a proposal on the table, in the place of the one before; both sides accept it or not.

    amount_fen: fen. It can be accepted to the end of `perform_by`: after that the settlement would be broken
    at once. Raises RuleBroken(remedy | amount | perform_by | note).
    """
    city = session.get_one(City, dispute.city_code)
    if remedy not in set(Remedy):
        raise RuleBroken("remedy", N_("Please choose what you propose."))
    amount = limits.sum_for("amount", Remedy(remedy), amount_fen, dispute.paid_fen)
    done_by = limits.day_ahead("perform_by", perform_by, today(now, city.zone))
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    close_proposal(session, dispute, "replaced")
    offer = Offer(
        dispute_id=dispute.id,
        n=next_n(session, dispute),
        seq=dispute.last_seq + 1,
        party=Party.BUREAU,
        remedy=remedy,
        amount_fen=amount,
        perform_by=done_by,
        valid_until=end_of_day(done_by, city.zone),
    )
    details: dict[str, Any] = {
        "n": offer.n,
        "remedy": remedy,
        "amount_fen": amount,
        "perform_by": done_by.isoformat(),
    }
    record_act(session, dispute, actor, Fact.PROPOSAL_MADE, now=now, details=details, text=written)
    session.add(offer)
    return offer


def accept_proposal(
    session: Session, dispute: Dispute, actor: Viewer, n: int, *, now: datetime
) -> Settlement | None:
    """A side accepts the mediator's proposal; with the second side it becomes the settlement.

    Raises MovedOn where proposal `n` is off the table, or the day by which it was to be done has passed.
    """
    offer = _proposal(session, dispute, n)
    if offer.valid_until <= now:
        raise MovedOn
    last = dispute.proposal_taken not in ("", party_of(actor))
    record_act(session, dispute, actor, Fact.PROPOSAL_ACCEPTED, now=now, details={"n": n}, quietly=last)
    if not last:
        return None
    settlement, details = settle(session, dispute, offer, now=now)
    record_act(session, dispute, actor, Fact.DISPUTE_MEDIATED, now=now, details=details)
    offer.ended = "accepted"
    session.add(settlement)
    return settlement


def decline_proposal(
    session: Session, dispute: Dispute, actor: Viewer, n: int, *, note: str, now: datetime
) -> None:
    """A side does not accept the mediator's proposal; it is off the table, and the mediation goes on."""
    offer = _proposal(session, dispute, n)
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    record_act(session, dispute, actor, Fact.PROPOSAL_DECLINED, now=now, details={"n": n}, text=written)
    offer.ended = "declined"


def _proposal(session: Session, dispute: Dispute, n: int) -> Offer:
    if dispute.proposal_n != n:
        raise MovedOn
    return session.get_one(Offer, (dispute.id, n))


def close_proposal(session: Session, dispute: Dispute, how: str) -> None:
    """Take the proposal off the table, if there is one; the caller records why."""
    if dispute.proposal_n is not None:
        session.get_one(Offer, (dispute.id, dispute.proposal_n)).ended = how
