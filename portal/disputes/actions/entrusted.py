"""Entrusted mediation: another body mediates for the bureau, if the consumer agreed; the clock runs on."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.official import OfficialIdentity
from portal.disputes.workflow import Fact
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City

RESULTS = ("agreed", "not_agreed", "returned")


def has_consented(session: Session, dispute: Dispute) -> bool:
    """Whether the consumer has agreed, with the identity, that another body may mediate."""
    agreed = sa.select(OfficialIdentity.entrusted).where(OfficialIdentity.dispute_id == dispute.id)
    return bool(session.scalar(agreed))


def latest_day(dispute: Dispute, city: City, now: datetime) -> date | None:
    """The last day on which the body may report back: that of the mediation itself.

    While the goods are being tested that day moves on with every day.
    """
    due, since = dispute.mediation_due_at, dispute.testing_since
    if due is None:
        return None
    stood_still = now - since if since else timedelta()
    return today(due + stood_still - timedelta(microseconds=1), city.zone)


def entrust(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    to: str,
    report_by: date | None,
    note: str,
    now: datetime,
) -> DisputeEvent:
    """Let a body of the city's list mediate and report back by a day within the mediation's own time.

    Raises RuleBroken(to | report_by | note), with no field where the consumer has not agreed to it.
    """
    city = session.get_one(City, dispute.city_code)
    if not has_consented(session, dispute):
        raise RuleBroken(None, N_("The customer has not agreed that another body mediates."))
    must_be_listed(city.choices, Kind.MEDIATOR, to, "to", N_("Please choose who mediates."))
    back_by = limits.day_ahead("report_by", report_by, today(now, city.zone))
    last = latest_day(dispute, city, now)
    if last is not None and back_by > last:
        raise RuleBroken(
            "report_by",
            N_("The mediation itself ends on %(day)s. Please choose that day or an earlier one."),
            day=last.isoformat(),
        )
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    details = {"to": to, "report_by": back_by.isoformat()}
    return record_act(
        session, dispute, actor, Fact.MEDIATION_ENTRUSTED, now=now, details=details, text=written
    )


def end_entrustment(
    session: Session, dispute: Dispute, actor: Viewer, *, result: str, note: str, now: datetime
) -> DisputeEvent:
    """Keep what the body reports: both sides agree, they do not, or it gives the mediation back.

    An agreement binds nobody yet: the officer makes the proposal. Raises RuleBroken(result | note).
    """
    if result not in RESULTS:
        raise RuleBroken("result", N_("Please choose what came of it."))
    written = limits.needed_text("note", note, N_("Please say what the body reports."))
    details: dict[str, Any] = {"to": dispute.entrusted_to, "result": result}
    return record_act(session, dispute, actor, Fact.ENTRUSTMENT_ENDED, now=now, details=details, text=written)
