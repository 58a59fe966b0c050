"""A year of the calendar as a page shows it, and what a notice would change in it."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.csv_text import line_of
from portal.core.working_days import SATURDAY, Mark, is_working_day
from portal.regions.calendar import library_year, notice_year, provisional_years
from portal.regions.models import CalendarDay, CalendarYear

WEEKS = Calendar(0)


@dataclass(frozen=True)
class Holiday:
    """A holiday's days off, which follow each other, weekends among them."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Year:
    """months: for each its weeks, Monday first, each day a date or None; marks: what is special in it."""

    year: int
    provisional: bool
    months: tuple[list[list[date | None]], ...]
    marks: Mapping[date, Mark]

    @property
    def holidays(self) -> list[Holiday]:
        return _holidays(self.marks)

    @property
    def worked(self) -> list[date]:
        """The weekend days that work."""
        return sorted(day for day, mark in self.marks.items() if mark.works and day.weekday() >= SATURDAY)


@dataclass(frozen=True)
class Change:
    """What a notice makes of a day: whether it worked before, and works after."""

    day: date
    before: bool
    after: bool


def year_of(session: Session, year: int) -> Year:
    """The year as it now counts."""
    months = tuple(
        [
            [date(year, month, day) if day else None for day in week]
            for week in WEEKS.monthdayscalendar(year, month)
        ]
        for month in range(1, 13)
    )
    return Year(year, bool(provisional_years(session, [year])), months, marks_of(session, year))


def marks_of(session: Session, year: int) -> dict[date, Mark]:
    """The marked days of a year: those of the table, and the library's where no notice was imported."""
    marks = {} if session.get(CalendarYear, year) is not None else dict(library_year(year))
    rows = sa.select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return marks | {row.day: Mark(row.works, row.name) for row in session.scalars(rows)}


def changes(session: Session, year: int, marks: Mapping[date, Mark]) -> list[Change]:
    """The days that a notice for `year` turns from working to resting or back, in their order."""
    known: dict[date, Mark] = {}
    for one in {year, *(day.year for day in marks)}:
        known |= marks_of(session, one)
    touched = {*marks, *(day for day in known if day.year == year)}
    after = {day: mark for day, mark in known.items() if day.year != year} | dict(marks)
    found = [Change(day, is_working_day(day, known), is_working_day(day, after)) for day in sorted(touched)]
    return [change for change in found if change.before != change.after]


def notice_of(marks: Mapping[date, Mark]) -> str:
    """The notice written plainly, a line each, as `read_notice` reads it."""
    kinds = {True: "班", False: "休"}
    return "".join(line_of([day.isoformat(), kinds[mark.works], mark.name]) for day, mark in marks.items())


def year_written(marks: Mapping[date, Mark]) -> Year:
    """A notice as a year that is not in the calendar yet; it has no months."""
    year = notice_year(marks)
    return Year(year, False, (), dict(sorted(marks.items())))


def _holidays(marks: Mapping[date, Mark]) -> list[Holiday]:
    found: list[Holiday] = []
    rests = sorted(day for day, mark in marks.items() if not mark.works)
    for day in rests:
        if found and all(not is_working_day(one, marks) for one in _between(found[-1].last, day)):
            name = found[-1].name or marks[day].name
            found[-1] = Holiday(name, found[-1].first, day)
        else:
            found.append(Holiday(marks[day].name, day, day))
    return [Holiday(one.name, _grown(one.first, -1, marks), _grown(one.last, 1, marks)) for one in found]


def _between(first: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal() + 1, last.toordinal())]


def _grown(day: date, step: int, marks: Mapping[date, Mark]) -> date:
    """The weekend days beside a holiday belong to its days off."""
    while (beside := date.fromordinal(day.toordinal() + step)).year == day.year and not is_working_day(
        beside, marks
    ):
        day = beside
    return day
