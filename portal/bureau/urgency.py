"""How near a statutory day is: red once it has passed, amber while at most two working days are left."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from portal.core.clock import end_of_day, today
from portal.core.working_days import Marks, count_working_days, working_days_between
from portal.regions.calendar import marks_for

AMBER = 2  # working days
AHEAD = 400  # days: the calendar of last year, this one and the next two


class Urgency(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    CALM = "calm"
    STILL = "still"  # no clock runs


@dataclass(frozen=True)
class Present:
    """The present moment with the calendar around it, read once for a page."""

    now: datetime
    zone: str
    marks: Marks

    @property
    def day(self) -> date:
        return today(self.now, self.zone)

    @property
    def soon_until(self) -> datetime:
        """What falls due at this instant or before it is amber, unless it is overdue."""
        third = count_working_days(self.day, AMBER + 1, self.marks).due
        return end_of_day(third - timedelta(days=1), self.zone)

    def urgency(self, due: datetime | None) -> Urgency:
        if due is None:
            return Urgency.STILL
        if due <= self.now:
            return Urgency.OVERDUE
        return Urgency.SOON if due <= self.soon_until else Urgency.CALM

    def last_day(self, due: datetime) -> date:
        """The last day of a period that ends at this instant."""
        return today(due - timedelta(microseconds=1), self.zone)

    def days_left(self, due: datetime) -> int:
        """The working days after today up to and with the last day; negative: since then."""
        return working_days_between(self.day, self.last_day(due), self.marks)


def present(session: Session, now: datetime, zone: str) -> Present:
    """The moment with its calendar: two queries, however much a page shows."""
    start = date(today(now, zone).year - 1, 1, 1)
    return Present(now, zone, marks_for(session, start, AHEAD))
