"""Working days as the State Council sets them: pure arithmetic over marked days (domain.md section 3).

A mark says of a day that it works or rests, and why; a day without a mark works from Monday to Friday.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = 3_660  # working days; more than any law asks for
SATURDAY = 5


@dataclass(frozen=True)
class Mark:
    """What is special about a day: whether it works, and the name of the holiday that it belongs to."""

    works: bool
    name: str = ""


Marks = Mapping[date, Mark]


@dataclass(frozen=True)
class Counted:
    """A deadline that explains itself.

    due: the last day; skipped: the days in between that do not count, with why ('' for a plain weekend);
    worked: the weekend days in between that do count.
    """

    start: date
    days: int
    due: date
    skipped: tuple[tuple[date, str], ...] = ()
    worked: tuple[date, ...] = ()


def is_working_day(day: date, marks: Marks) -> bool:
    """Whether a day works."""
    mark = marks.get(day)
    return day.weekday() < SATURDAY if mark is None else mark.works


def count_working_days(start: date, days: int, marks: Marks) -> Counted:
    """The day on which the `days`-th working day after `start` ends; the day of the start does not count.

    `days` below 1 gives the start itself. Never raises: beyond the calendar's last day the last day is due.
    """
    day, left = start, min(days, LONGEST)
    skipped: list[tuple[date, str]] = []
    worked: list[date] = []
    while left > 0 and day < date.max:
        day += timedelta(days=1)
        mark = marks.get(day)
        if not is_working_day(day, marks):
            skipped.append((day, mark.name if mark else ""))
            continue
        left -= 1
        if day.weekday() >= SATURDAY:
            worked.append(day)
    return Counted(start, days, day, tuple(skipped), tuple(worked))


def working_days_between(start: date, end: date, marks: Marks) -> int:
    """How many working days lie after `start` up to and with `end`; negative where `end` comes first."""
    if end < start:
        return -working_days_between(end, start, marks)
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), marks) for n in range(1, days + 1))
