"""The clocks of a city: how long each side has (domain.md section 3), as data a city can change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.core.clock import end_of_day, today
from portal.core.words import N_


class Clock(StrEnum):
    REPLY = "reply"
    TALKS = "talks"
    OFFER = "offer"
    PERFORMANCE = "performance"
    REMINDER = "reminder"
    CONFIRMATION = "confirmation"
    UNDO = "undo"
    REOPENING = "reopening"
    PLEDGE_NOTICE = "pledge_notice"
    ACCEPTANCE = "acceptance"
    MEDIATION = "mediation"
    FOLLOW_UP = "follow_up"


class Unit(StrEnum):
    HOURS = "hours"  # exact, by the wall clock
    WORKING_DAYS = "working_days"  # as the State Council sets them (portal.regions.calendar)
    DAYS = "days"  # calendar days: ends with the last of them, the day of the start not counted


@dataclass(frozen=True)
class Span:
    amount: int
    unit: Unit

    def as_kept(self) -> list[Any]:
        """As the details of the event that starts the span hold it: [7, "working_days"]."""
        return [self.amount, self.unit.value]


def span_kept(details: Mapping[str, Any], otherwise: Span) -> Span:
    """The span that an event's details keep (`as_kept`); one from before spans were kept has the other."""
    kept = details.get("span")
    return Span(int(kept[0]), Unit(kept[1])) if kept else otherwise


DEFAULTS: dict[Clock, tuple[Span, str]] = {
    Clock.REPLY: (Span(96, Unit.HOURS), N_("The shop's first typed reply, from the first delivered notice")),
    Clock.TALKS: (Span(10, Unit.DAYS), N_("The negotiation as a whole, from filing (ISO 32122:2025)")),
    Clock.OFFER: (Span(7, Unit.DAYS), N_("The longest an offer may stay open")),
    Clock.PERFORMANCE: (Span(7, Unit.DAYS), N_("Doing what was agreed, where the offer names no day")),
    Clock.REMINDER: (Span(24, Unit.HOURS), N_("How long before the agreed day ends the shop is reminded")),
    Clock.CONFIRMATION: (Span(20, Unit.DAYS), N_("The shopper's confirmation, from the shop's “done”")),
    Clock.UNDO: (Span(72, Unit.HOURS), N_("Undoing a withdrawal")),
    Clock.REOPENING: (Span(30, Unit.DAYS), N_("Reopening a closed dispute")),
    Clock.PLEDGE_NOTICE: (Span(15, Unit.DAYS), N_("How long a shop's pledge still holds once it is ended")),
    Clock.ACCEPTANCE: (
        Span(7, Unit.WORKING_DAYS),
        N_("The bureau accepts or refuses, from the hand-over (Consumer Protection Law, Art. 46)"),
    ),
    Clock.MEDIATION: (Span(60, Unit.DAYS), N_("Mediation, from acceptance (Order 121 of 2026)")),
    Clock.FOLLOW_UP: (Span(15, Unit.DAYS), N_("The bureau's follow-up, from the end of a dispute")),
}


def span_of(clocks: dict[str, Any], clock: Clock) -> Span:
    """The span a city gives a clock; what it does not set has the default of domain.md."""
    own = clocks.get(clock)
    return Span(int(own["amount"]), Unit(own["unit"])) if own else DEFAULTS[clock][0]


def due(span: Span, start: datetime, zone: str) -> datetime:
    """The instant (UTC) at which a span that starts at `start` has passed.

    `zone` is the city's IANA time zone: calendar days end at its midnight. Working days need the calendar
    (portal.regions.calendar.due_by); here they count as calendar days.
    """
    if span.unit is Unit.HOURS:
        return start + timedelta(hours=span.amount)
    return end_of_day(today(start, zone) + timedelta(days=span.amount), zone)


# The clocks that the law sets: a city that gives itself more time than the law does breaks it.
STATUTORY = frozenset({Clock.ACCEPTANCE, Clock.MEDIATION})
# Of these the portal reads whole days; the law counts the mediation's by the calendar.
IN_DAYS = frozenset({Clock.OFFER, Clock.PERFORMANCE, Clock.PLEDGE_NOTICE, Clock.MEDIATION})


def units_of(clock: Clock) -> tuple[Unit, ...]:
    """The units in which a clock can be set; working days where the law counts them."""
    if clock is Clock.ACCEPTANCE:
        return (Unit.WORKING_DAYS, Unit.DAYS)
    return (Unit.DAYS,) if clock in IN_DAYS else (Unit.HOURS, Unit.DAYS)
