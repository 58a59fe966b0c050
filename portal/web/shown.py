"""How values look on a page: dates as people say them, sums, references; the filters of the templates."""

from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import gettext, ngettext

from portal.core.clock import local, now
from portal.core.money import yuan
from portal.core.refs import spoken
from portal.web.language import reader_locale

ZONE = "Asia/Shanghai"  # one zone for all of China (its only legal time)


DAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime, *, with_year: bool = False) -> str:
    """11月27日 周五 / Fri 27 Nov; with the year where it is not this one, or where it is asked for.

    Put together here: a page shows thirty of them, and a general formatter would take half its time.
    """
    shown = local(value, ZONE).date() if isinstance(value, datetime) else value
    weekday = shown.weekday()
    if reader_locale() == "en":
        return f"{DAYS_EN[weekday]} {_date(shown, with_year)}"
    return f"{_date(shown, with_year)} {DAYS_ZH[weekday]}"


def plain_day(value: date | datetime) -> str:
    """2026年11月27日 / 27 Nov 2026: a day of record, whose weekday says nothing."""
    return _date(local(value, ZONE).date() if isinstance(value, datetime) else value, True)


def short_day(value: date | datetime) -> str:
    """11月27日 / 27 Nov, with the year where it is not this one: a day among others in a sentence."""
    return _date(local(value, ZONE).date() if isinstance(value, datetime) else value, False)


def moment(value: datetime, *, with_year: bool = False) -> str:
    """11月27日 15:40 / 27 Nov 15:40, in the city's time."""
    shown = local(value, ZONE)
    return f"{_date(shown, with_year)} {shown:%H:%M}"


def _date(shown: date, with_year: bool) -> str:
    year = with_year or shown.year != local(now(), ZONE).year
    if reader_locale() == "en":
        return f"{shown.day} {MONTHS_EN[shown.month - 1]}" + (f" {shown.year}" if year else "")
    return (f"{shown.year}年" if year else "") + f"{shown.month}月{shown.day}日"


def until(value: datetime) -> str:
    """The end of a period as people say it: a midnight is the end of the day before it."""
    shown = local(value, ZONE)
    if (shown.hour, shown.minute) == (0, 0):
        return gettext("the end of %(day)s", day=day((shown - timedelta(minutes=1)).date()))
    return moment(value)


def left(value: datetime) -> str:
    """How long is left, in words: 3 days, 5 hours, 20 minutes; a sentence of its own once it is over."""
    rest = value - now()
    minutes = int(rest.total_seconds() // 60)
    if minutes < 0:
        return gettext("time is up")
    if minutes >= 48 * 60:
        return ngettext("%(num)s day left", "%(num)s days left", minutes // (24 * 60))
    if minutes >= 120:
        return ngettext("%(num)s hour left", "%(num)s hours left", minutes // 60)
    return ngettext("%(num)s minute left", "%(num)s minutes left", max(1, minutes))


def money(fen: int) -> str:
    """¥8,000 / ¥8,000.50."""
    return f"¥{yuan(fen)}"


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {
        "day": day,
        "plain_day": plain_day,
        "short_day": short_day,
        "iso_day": lambda text: day(date.fromisoformat(text)),
        "iso_until": lambda text: until(datetime.fromisoformat(text)),
        "moment": moment,
        "until": until,
        "left": left,
        "money": money,
        "spoken": spoken,
    }
