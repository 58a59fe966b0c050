"""Leaving the table: withdrawing (and undoing that), handing over to the bureau, splitting off a report."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed
from portal.core.refs import unused_ref
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.actions.offers import end_live_offer
from portal.disputes.ledger import record, record_act
from portal.disputes.models import Dispute, DisputeEvent, Report
from portal.disputes.permissions import party_of
from portal.disputes.workflow import Fact, Party
from portal.regions.calendar import due_by
from portal.regions.choices import Kind, must_be_listed
from portal.regions.clocks import Clock
from portal.regions.models import City


def withdraw(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, note: str, now: datetime
) -> DisputeEvent:
    """The consumer withdraws; the reason is never shown to the merchant, and for 72 h it can be undone."""
    city = session.get_one(City, dispute.city_code)
    otherwise = N_("Please choose a reason. The shop does not see it.")
    must_be_listed(city.choices, Kind.WITHDRAWAL, reason, "reason", otherwise)
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    end_live_offer(session, dispute, "closed")
    return record_act(
        session,
        dispute,
        actor,
        Fact.CONSUMER_WITHDREW,
        now=now,
        details={"reason": reason, "undo_due_at": city.due(Clock.UNDO, now)},
        text=written,
    )


def undo_withdrawal(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer takes the withdrawal back; raises MovedOn once the time for it is over.

    Time stood still meanwhile: a shop that could not reply is not silent for it.
    """
    # The reply clock may have begun after the withdrawal: then that was the last thing to happen.
    stopped = {
        "reply_due_at": (dispute.reply_due_at, dispute.last_at),
        "talks_due_at": (dispute.talks_due_at, _withdrawn_at(session, dispute) or dispute.last_at),
    }
    return record_act(
        session,
        dispute,
        actor,
        Fact.WITHDRAWAL_UNDONE,
        now=now,
        details={name: due + (now - at) for name, (due, at) in stopped.items() if due and due > at},
    )


def _withdrawn_at(session: Session, dispute: Dispute) -> datetime | None:
    withdrawn = (DisputeEvent.dispute_id == dispute.id) & (DisputeEvent.fact == Fact.CONSUMER_WITHDREW)
    return session.scalar(sa.select(sa.func.max(DisputeEvent.at)).where(withdrawn))


def escalate(
    session: Session, dispute: Dispute, actor: Viewer | None, *, now: datetime, note: str = ""
) -> DisputeEvent:
    """Hand the dispute over to the bureau with its whole record; its time to accept or refuse begins.

    actor: None where the clock does it, because the consumer asked for that at filing.
    """
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    city = session.get_one(City, dispute.city_code)
    end_live_offer(session, dispute, "closed")
    details = {
        "acceptance_due_at": due_by(session, city, Clock.ACCEPTANCE, now),
        "span": city.span(Clock.ACCEPTANCE).as_kept(),
    }
    if actor is not None:
        return record_act(session, dispute, actor, Fact.ESCALATED, now=now, details=details, text=written)
    return record(
        session, dispute, Fact.ESCALATED, party=Party.CLOCK, actor_id=None, now=now, details=details
    )


def split_off_report(
    session: Session, dispute: Dispute, actor: Viewer, *, text: str, now: datetime, anonymous: bool = False
) -> Report:
    """The consumer reports an alleged violation: a separate, confidential file (Order 121 Art. 9).

    anonymous: the officers are told neither who reports nor of which dispute.

    Raises NotAllowed for anybody but the consumer. Nothing of it is in the dispute's thread or numbers.
    """
    if party_of(actor) is not Party.CONSUMER:
        raise NotAllowed
    written = limits.text_within("text", text, limits.STORY_LIMIT, least=5)
    report = Report(
        ref=unused_ref(session, Report.ref),
        dispute_id=dispute.id,
        consumer_id=dispute.consumer_id,
        city_code=dispute.city_code,
        district_code=dispute.district_code,
        text=written,
        made_at=now,
        anonymous=anonymous,
    )
    session.add(report)
    session.flush()
    return report
