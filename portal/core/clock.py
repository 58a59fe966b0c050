"""The one place that reads the clock, and the few questions about days in a city's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = time(9), time(20)  # between them people may be written to without waking them


def now() -> datetime:
    """The present moment, aware, in UTC; everything else takes it as an argument."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The same moment as a wall clock in `zone` (an IANA name such as Asia/Shanghai) shows it.

    Raises ValueError for a naive datetime: a guessed zone is a wrong deadline.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ZoneInfo(zone))


def today(moment: datetime, zone: str) -> date:
    """The calendar day that people in `zone` are living at that moment."""
    return local(moment, zone).date()


def end_of_day(day: date, zone: str) -> datetime:
    """The instant, in UTC, at which that local day is over: the start of the next one."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def by_day(moment: datetime, zone: str) -> datetime:
    """The moment itself, or the next morning in `zone` where it lies in the night; in UTC."""
    shown = local(moment, zone)
    if MORNING <= shown.time() < EVENING:
        return moment.astimezone(UTC)
    day = shown.date() + timedelta(days=shown.time() >= EVENING)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(UTC)
