"""The calendar of working days: seeded by a library, corrected by the State Council's notice.

The notice for a year comes out in the November before. Until it is imported, the library's statutory days
hold and the year is provisional; a year that the library does not know has its weekends alone.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache

import holidays
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import end_of_day, today
from portal.core.csv_text import rows_of
from portal.core.errors import RuleBroken
from portal.core.words import N_, tidy
from portal.core.working_days import SATURDAY, Counted, Mark, count_working_days
from portal.regions.clocks import Clock, Span, Unit, due
from portal.regions.models import CalendarDay, CalendarYear, City

RESTS = {"休", "放假", "休息", "假", "holiday", "off", "0"}
WORKS = {"班", "上班", "调休上班", "工作", "workday", "on", "1"}
LONGEST_NOTICE = 400  # lines
NAME_LIMIT = 40
IN_EXCHANGE = "休息日"  # how the library names a day off that a working weekend pays for
IN_LIEU = "补假"  # how it names a day off for a holiday on a weekend: which day that is, the notice says
YEARS = range(2000, 2100)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@cache
def library_year(year: int) -> dict[date, Mark]:
    """The days of a year as the library knows them; weekend days that work only where the notice is out."""
    known = holidays.country_holidays("CN", years=year, language="zh_CN")
    marks = {day: Mark(works=False, name=name) for day, name in known.items() if day.year == year}
    weekends: Iterable[date] = getattr(known, "weekend_workdays", ())
    return marks | {day: Mark(works=True) for day in weekends if day.year == year}


def marks_for(session: Session, start: date, days: int) -> dict[date, Mark]:
    """The marked days that a count of so many working days from `start` may meet."""
    last = min(start.year + 1 + days // 200, date.max.year)
    wanted = range(start.year, last + 1)
    in_table = set(session.scalars(sa.select(CalendarYear.year).where(CalendarYear.year.in_(wanted))))
    marks: dict[date, Mark] = {}
    for year in wanted:
        if year not in in_table and year in YEARS:
            marks |= library_year(year)
    rows = sa.select(CalendarDay).where(CalendarDay.day.between(start, date(last, 12, 31)))
    return marks | {row.day: Mark(row.works, row.name) for row in session.scalars(rows)}


def count_days(session: Session, start: date, days: int) -> Counted:
    """The `days`-th working day after `start`, with what was skipped; never raises for any date."""
    return count_working_days(start, days, marks_for(session, start, days))


def due_by(session: Session, city: City, clock: Clock, start: datetime) -> datetime:
    """When a clock of a city that starts at `start` has run out (UTC); working days are the calendar's."""
    return due_after(session, city.span(clock), start, city.zone)


def due_after(session: Session, span: Span, start: datetime, zone: str) -> datetime:
    """When a span that starts at `start` has passed (UTC), by the calendar and in the zone of its city."""
    if span.unit is not Unit.WORKING_DAYS:
        return due(span, start, zone)
    return end_of_day(count_days(session, today(start, zone), span.amount).due, zone)


def provisional_years(session: Session, years: Iterable[int]) -> list[int]:
    """Those of the years for which no notice has been imported, and the library knows of none."""
    asked = sorted(set(years))
    noticed = set(
        session.scalars(sa.select(CalendarYear.year).where(CalendarYear.year.in_(asked), CalendarYear.notice))
    )
    return [year for year in asked if year not in noticed and not _has_notice(year)]


def _has_notice(year: int) -> bool:
    return year in YEARS and any(mark.works for mark in library_year(year).values())


def read_notice(text: str) -> dict[date, Mark]:
    """The days of a notice, a line each: the day, 休 or 班, and the holiday's name; a heading is passed over.

    Raises RuleBroken("notice") that names the first line that cannot be read, a day that stands twice, or a
    statutory holiday that is missing.
    """
    marks: dict[date, Mark] = {}
    lines = list(rows_of(text))
    if len(lines) > LONGEST_NOTICE:
        raise RuleBroken("notice", N_("A notice has at most %(most)s lines."), most=LONGEST_NOTICE)
    for number, cells in lines:
        day = read_day(cells[0])
        kind = cells[1].lower() if len(cells) > 1 else ""
        if day is None and number == lines[0][0]:
            continue  # the heading
        if day is None or kind not in RESTS | WORKS:
            message = N_("Line %(number)s: write a day, %(off)s or %(on)s, and the holiday's name.")
            raise RuleBroken("notice", message, number=number, off="休", on="班")
        if day in marks:
            raise RuleBroken(
                "notice",
                N_("Line %(number)s: %(day)s stands here twice."),
                number=number,
                day=day.isoformat(),
            )
        marks[day] = Mark(kind in WORKS, tidy(cells[2])[:NAME_LIMIT] if len(cells) > 2 else "")
    if not marks:
        raise RuleBroken("notice", N_("There is no day in this notice."))
    _complete(marks)
    return marks


def import_notice(session: Session, marks: dict[date, Mark], *, by: int | None, now: datetime) -> int:
    """Put a notice in the place of what is known of its year; gives the year.

    Days of the years beside it (New Year's Eve, say) are added to those. The caller recomputes deadlines.
    """
    year = notice_year(marks)
    own = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    session.execute(sa.delete(CalendarDay).where(sa.or_(own, CalendarDay.day.in_(marks))))
    row = session.get(CalendarYear, year) or CalendarYear(year=year)
    row.notice, row.set_at, row.set_by = True, now, by
    session.add(row)
    session.add_all(CalendarDay(day=day, works=mark.works, name=mark.name) for day, mark in marks.items())
    session.flush()
    return year


def notice_year(marks: Iterable[date]) -> int:
    """The year that a notice is for: that of most of its days."""
    years = [day.year for day in marks]
    return max(set(years), key=years.count)


def read_day(text: str) -> date | None:
    """A day as offices write it: 2026-11-24, 2026/11/24, 2026年11月24日; None for what is none."""
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def _complete(marks: dict[date, Mark]) -> None:
    """A notice without one of its year's statutory days has a gap; days in lieu it sets itself."""
    for day, known in sorted(library_year(notice_year(marks)).items()):
        moved = known.name.startswith(IN_EXCHANGE) or IN_LIEU in known.name
        if known.works or moved or day.weekday() >= SATURDAY:
            continue
        if day not in marks or marks[day].works:
            raise RuleBroken(
                "notice",
                N_("%(day)s (%(name)s) is missing: a notice has every statutory holiday."),
                day=day.isoformat(),
                name=known.name,
            )
