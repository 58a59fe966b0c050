"""Offers: made, accepted, declined, withdrawn. At most one is live; a counter-offer ends the one before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import end_of_day, today
from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.entitled import label
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, Evidence, Offer, Settlement
from portal.disputes.permissions import party_of
from portal.disputes.settlements import settle
from portal.disputes.workflow import Fact, Remedy
from portal.regions.choices import Kind, must_be_listed
from portal.regions.clocks import Clock
from portal.regions.models import City


def make_offer(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    remedy: str,
    amount_fen: int | None,
    perform_by: date | None,
    now: datetime,
    valid_until: date | None = None,
    note: str = "",
    photos: Sequence[Evidence] = (),
    beforehand: bool = False,
) -> Offer:
    """Put a typed proposal on the table; the other side's turn begins, and any live offer ends.

    amount_fen: fen, nothing for a remedy without money. perform_by, valid_until: days of the city's zone;
    an offer stays open to the end of `valid_until`, by default as long as the city allows, and never beyond
    `perform_by`: whoever accepted it then would have an agreement that is broken at once. beforehand: the
    side has said in advance that it offers this (a pledge that settles at once). The event says how the offer
    stands beside the pledge.
    Raises RuleBroken(field) where the amount exceeds what was paid or a date is past; MovedOn where the
    dispute no longer takes offers.
    """
    city = session.get_one(City, dispute.city_code)
    day = today(now, city.zone)
    if remedy not in set(Remedy):
        raise RuleBroken("remedy", N_("Please choose what you offer."))
    amount = limits.sum_for("amount", Remedy(remedy), amount_fen, dispute.paid_fen)
    done_by = limits.day_ahead("perform_by", perform_by, day)
    offer = Offer(
        dispute_id=dispute.id,
        n=next_n(session, dispute),
        seq=dispute.last_seq + 1,
        party=party_of(actor),
        remedy=remedy,
        amount_fen=amount,
        perform_by=done_by,
        valid_until=_valid_until(city, valid_until, done_by, now),
    )
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    ended = end_live_offer(session, dispute, "replaced" if dispute.offer_by == offer.party else "countered")
    details: dict[str, Any] = {
        "n": offer.n,
        "remedy": offer.remedy,
        "amount_fen": offer.amount_fen,
        "perform_by": offer.perform_by.isoformat(),
        "offer_due_at": offer.valid_until,
        "ends": ended,
        "beforehand": beforehand or None,
        **label(dispute, remedy=remedy, amount_fen=amount, perform_by=done_by, offered_on=day),
    }
    record_act(
        session, dispute, actor, Fact.OFFER_MADE, now=now, details=details, text=written, photos=photos
    )
    session.add(offer)
    return offer


def accept_offer(
    session: Session, dispute: Dispute, actor: Viewer, n: int, *, now: datetime, beforehand: bool = False
) -> Settlement:
    """Agree to the other side's live offer: its terms become the settlement and never change again.

    beforehand: it was agreed to in advance, at filing. The event carries the SHA-256 of the exact terms
    (trust.md S7). Raises MovedOn where offer `n` is not live, is one's own, or has lapsed.
    """
    offer = _live(session, dispute, n)
    settlement, details = settle(session, dispute, offer, now=now)
    details["beforehand"] = beforehand or None
    record_act(session, dispute, actor, Fact.OFFER_ACCEPTED, now=now, details=details)
    offer.ended = "accepted"
    session.add(settlement)
    return settlement


def decline_offer(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    n: int,
    *,
    now: datetime,
    reason: str = "",
    note: str = "",
) -> None:
    """Say no to the other side's live offer, with a reason of the city's list where one is given.

    Raises MovedOn where offer `n` is not live.
    """
    offer = _live(session, dispute, n)
    city = session.get_one(City, dispute.city_code)
    if reason:
        otherwise = N_("Please choose a reason.")
        must_be_listed(city.choices, Kind.REFUSAL, reason, "reason", otherwise)
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    details = {"n": n, "reason": reason or None}
    record_act(session, dispute, actor, Fact.OFFER_DECLINED, now=now, details=details, text=written)
    offer.ended = "declined"


def withdraw_offer(session: Session, dispute: Dispute, actor: Viewer, n: int, *, now: datetime) -> None:
    """Take back one's own live offer; raises MovedOn where offer `n` is not live or not one's own."""
    offer = _live(session, dispute, n)
    record_act(session, dispute, actor, Fact.OFFER_WITHDRAWN, now=now, details={"n": n})
    offer.ended = "withdrawn"


def end_live_offer(session: Session, dispute: Dispute, how: str) -> int | None:
    """Close the live offer, if there is one, and say which it was; the caller records why."""
    if dispute.offer_n is None:
        return None
    session.get_one(Offer, (dispute.id, dispute.offer_n)).ended = how
    return dispute.offer_n


def _live(session: Session, dispute: Dispute, n: int) -> Offer:
    if dispute.offer_n != n:
        raise MovedOn
    return session.get_one(Offer, (dispute.id, n))


def next_n(session: Session, dispute: Dispute) -> int:
    """The number of the next offer of a dispute."""
    last = session.scalar(sa.select(sa.func.max(Offer.n)).where(Offer.dispute_id == dispute.id))
    return (last or 0) + 1


def _valid_until(city: City, wanted: date | None, perform_by: date, now: datetime) -> datetime:
    longest = city.due(Clock.OFFER, now)
    if wanted is None:
        return min(longest, end_of_day(perform_by, city.zone))
    if wanted < today(now, city.zone):
        raise RuleBroken("valid_until", N_("This date has passed. Please choose today or a later day."))
    if wanted > perform_by:
        raise RuleBroken("valid_until", N_("An offer cannot stand longer than the day it is to be done by."))
    until = end_of_day(wanted, city.zone)
    if until > longest:
        raise RuleBroken(
            "valid_until",
            N_("An offer may stay open for at most %(days)s days."),
            days=city.span(Clock.OFFER).amount,
        )
    return until
