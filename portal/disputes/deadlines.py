"""What has waited too long, and the fact that time records then: once, however late and by however many."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import time_up
from portal.disputes.actions.offers import end_live_offer
from portal.disputes.ledger import record
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.permissions import standing_of
from portal.disputes.workflow import TALKS, Fact, Party, State
from portal.regions.calendar import due_after
from portal.regions.clocks import Clock, span_kept
from portal.regions.models import City

TOGETHER = 50  # disputes a transaction: long enough to be quick, short enough to let others write


def due(session: Session, now: datetime, *, most: int = TOGETHER) -> list[int]:
    """The ids of disputes in which time has something to record, the longest overdue first."""
    waiting = (
        sa.select(Dispute.id)
        .where(Dispute.next_due_at.is_not(None), Dispute.next_due_at <= now)
        .order_by(Dispute.next_due_at)
        .limit(most)
    )
    return list(session.scalars(waiting))


def catch_up(session: Session, dispute_id: int, now: datetime) -> int:
    """Record everything that time has brought about in one dispute by `now`; gives how many facts.

    Each fact is dated at the instant it fell due, not when the worker came by, so that a day of the worker
    being down changes no figure. A second worker finds nothing left: the row is locked while this one
    writes, and what is due is read again under the lock.
    """
    locked = sa.select(Dispute).where(Dispute.id == dispute_id).with_for_update(of=Dispute)
    dispute = session.scalar(locked.execution_options(populate_existing=True))
    recorded = 0
    while dispute is not None and dispute.next_due_at is not None and dispute.next_due_at <= now:
        fact, at = _earliest(dispute)
        ACTS.get(fact, _plainly)(session, dispute, fact, max(at, dispute.last_at))
        recorded += 1
    return recorded


def _earliest(dispute: Dispute) -> tuple[Fact, datetime]:
    running = [(at, fact) for fact, at in standing_of(dispute).running().items() if at is not None]
    at, fact = min(running, key=lambda pair: pair[0])
    return fact, at


def _plainly(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    record(session, dispute, fact, party=Party.CLOCK, actor_id=None, now=at)


def _lapse(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    n = end_live_offer(session, dispute, "lapsed")
    record(session, dispute, fact, party=Party.CLOCK, actor_id=None, now=at, details={"n": n})


def _fall_silent(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    if dispute.state == State.OFFERED:  # the consumer's own offer, which the merchant never answered
        _lapse(session, dispute, Fact.OFFER_LAPSED, at)
    _plainly(session, dispute, fact, at)
    if dispute.auto_escalate:
        escalate(session, dispute, None, now=at)


def _end_talks(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    _plainly(session, dispute, fact, at)
    if dispute.auto_escalate and dispute.state in TALKS and dispute.replied_at is None:
        escalate(session, dispute, None, now=at)


def _leave_unconfirmed(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    city = session.get_one(City, dispute.city_code)
    details = {"reopen_due_at": city.due(Clock.REOPENING, at)}
    record(session, dispute, fact, party=Party.CLOCK, actor_id=None, now=at, details=details)


def _end_mediation(session: Session, dispute: Dispute, fact: Fact, at: datetime) -> None:
    time_up(session, dispute, at)


ACTS: dict[Fact, Callable[[Session, Dispute, Fact, datetime], None]] = {
    Fact.OFFER_LAPSED: _lapse,
    Fact.MERCHANT_FELL_SILENT: _fall_silent,
    Fact.TALKS_RAN_OUT: _end_talks,
    Fact.CONFIRMATION_LAPSED: _leave_unconfirmed,
    Fact.MEDIATION_TERMINATED: _end_mediation,
}


def start_reply_clock(session: Session, dispute: Dispute, now: datetime) -> None:
    """Record the first delivered notice to the merchant; from now on its reply clock runs."""
    city = session.get_one(City, dispute.city_code)
    details = {"reply_due_at": city.due(Clock.REPLY, now)}
    record(
        session, dispute, Fact.MERCHANT_NOTIFIED, party=Party.CLOCK, actor_id=None, now=now, details=details
    )


def recompute_deadlines(session: Session, now: datetime) -> int:
    """Count the open acceptance deadlines again, by a calendar that has changed; gives how many moved.

    The span is the one that was kept when it began: a city that has changed its clock since moves nothing.
    Each that moves has an event that says from when to when.
    """
    moved = 0
    for dispute, begun in session.execute(_awaiting_acceptance()).all():
        city = session.get_one(City, dispute.city_code)
        span = span_kept(begun.details, city.span(Clock.ACCEPTANCE))
        due = due_after(session, span, begun.at, city.zone)
        if due == dispute.acceptance_due_at:
            continue
        details = {"acceptance_due_at": due, "before": dispute.acceptance_due_at}
        record(
            session,
            dispute,
            Fact.DEADLINE_RECOMPUTED,
            party=Party.CLOCK,
            actor_id=None,
            now=now,
            details=details,
        )
        moved += 1
    return moved


def _awaiting_acceptance() -> sa.Select[Dispute, DisputeEvent]:
    """The disputes whose acceptance is open, each with the event that handed it over last."""
    event = DisputeEvent
    waits = sa.and_(Dispute.acceptance_due_at.is_not(None), Dispute.state == State.ESCALATED)
    newest = (
        sa.select(event.dispute_id, sa.func.max(event.seq).label("seq"))
        .join(Dispute, Dispute.id == event.dispute_id)
        .where(event.fact == Fact.ESCALATED, waits)
        .group_by(event.dispute_id)
        .subquery()
    )
    same = sa.and_(event.dispute_id == newest.c.dispute_id, event.seq == newest.c.seq)
    return (
        sa.select(Dispute, event)
        .join(newest, newest.c.dispute_id == Dispute.id)
        .join(event, same)
        .order_by(Dispute.id)
    )
