"""The simple handling of a report: received, then in hand, then closed with its result."""

from datetime import datetime

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, NotAllowed
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.models import Report

RECEIVED, HANDLING, CLOSED = "received", "handling", "closed"


def take_up_report(report: Report, officer: Viewer, *, now: datetime) -> None:
    """An officer looks into a report; raises MovedOn where one has already."""
    _only_officers(officer)
    if report.state != RECEIVED:
        raise MovedOn
    report.state, report.officer_id, report.handled_at = HANDLING, officer.id, now


def close_report(report: Report, officer: Viewer, *, result: str, now: datetime) -> None:
    """End the handling with what came of it, which the consumer reads.

    Raises RuleBroken(result) for none, MovedOn where the report is not in hand.
    """
    _only_officers(officer)
    written = limits.needed_text("result", result, N_("Please write what came of it."))
    if report.state != HANDLING:
        raise MovedOn
    report.state, report.officer_id, report.closed_at, report.result = CLOSED, officer.id, now, written


def _only_officers(person: Viewer) -> None:
    if not person.is_officer:
        raise NotAllowed
