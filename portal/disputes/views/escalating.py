"""What a consumer reads before a dispute goes to the bureau, and what is still missing afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import ngettext
from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.disputes.queries import ThreadEvent
from portal.disputes.views.counting import Explained, explained
from portal.disputes.workflow import Fact, Party, State
from portal.regions.calendar import count_days, due_by, provisional_years
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.models import City
from portal.web.shown import until


@dataclass(frozen=True)
class Ahead:
    """What happens next: how long the bureau has, in words.

    by: until when, were it handed over now, or ''; count: how that day is counted, where working days are.
    """

    acceptance: str
    mediation: str
    by: str = ""
    count: Explained | None = None


def some_day(city: City) -> Ahead:
    """What happens once it is handed over, whenever that is."""
    return Ahead(in_words(city.span(Clock.ACCEPTANCE)), in_words(city.span(Clock.MEDIATION)))


def right_now(session: Session, city: City, at: datetime) -> Ahead:
    """What happens if it is handed over now, with the day by which the bureau decides."""
    span, start = city.span(Clock.ACCEPTANCE), today(at, city.zone)
    count = None
    if span.unit is Unit.WORKING_DAYS:
        counted = count_days(session, start, span.amount)
        years = range(start.year, counted.due.year + 1)
        count = explained(counted, provisional_years(session, years))
    by = until(due_by(session, city, Clock.ACCEPTANCE, at))
    return Ahead(in_words(span), in_words(city.span(Clock.MEDIATION)), by, count)


def escalating(
    session: Session, city: City, party: Party, state: str | None, events: Sequence[ThreadEvent], at: datetime
) -> dict[str, Any]:
    """For the dispute's page: `ahead` is worked out where a form asks for it.

    identity: "missing", "given" or ''; for the consumer while the bureau has not decided, and for officers.
    """
    ahead: Callable[[], Ahead] = lambda: right_now(session, city, at)  # noqa: E731 - only where it is shown
    given = was_given(events)
    waits = state == State.ESCALATED or (party is Party.BUREAU and state == State.MEDIATING)
    asked = waits and party in (Party.CONSUMER, Party.BUREAU)
    if not asked and not (given and party is Party.BUREAU):
        return {"ahead": ahead, "identity": ""}
    return {"ahead": ahead, "identity": "given" if given else "missing"}


def was_given(events: Sequence[ThreadEvent]) -> bool:
    """Whether the consumer has given what the official form asks for."""
    return any(event.fact is Fact.IDENTITY_GIVEN for event in events)


def in_words(span: Span) -> str:
    """7 working days; 60 days; 48 hours."""
    match span.unit:
        case Unit.WORKING_DAYS:
            return ngettext("%(num)s working day", "%(num)s working days", span.amount)
        case Unit.DAYS:
            return ngettext("%(num)s day", "%(num)s days", span.amount)
        case _:
            return ngettext("%(num)s hour", "%(num)s hours", span.amount)
