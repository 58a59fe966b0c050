"""The latest changes of a city's settings in the reader's words: who, when, and from what to what."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.bureau.city_forms import NAMES, UNITS
from portal.core.words import N_
from portal.regions.accents import ACCENTS
from portal.regions.choices import Kind
from portal.regions.clocks import DEFAULTS, Clock, Unit, span_of
from portal.regions.models import City, CityChange
from portal.regions.settings import changes_of
from portal.web.language import reader_locale

NOTHING = N_("nothing")


class Changed(NamedTuple):
    """One change; lines: what, before, after."""

    who: str
    at: datetime
    lines: list[tuple[str, str, str]]


def changed_lines(session: Session, city: City, list_name: Callable[[Kind], str]) -> list[Changed]:
    """The latest changes, the newest first; two queries, whatever their number."""
    changes = changes_of(session, city)
    wanted = sa.select(Person.id, Person.display_name).where(Person.id.in_({one.by_id for one in changes}))
    names = {id_: name for id_, name in session.execute(wanted)}  # noqa: C416 - a row is no pair to mypy
    return [Changed(names[one.by_id], one.at, list(_lines(one, list_name))) for one in changes]


def _lines(change: CityChange, list_name: Callable[[Kind], str]) -> list[tuple[str, str, str]]:
    before, after = change.before, change.after
    if change.what in set(Kind):
        return _of_a_list(list_name(Kind(change.what)), before["list"], after["list"])
    lines = []
    for name, value in after.items():
        if name == "clocks":
            lines += _of_clocks(before[name], value)
        elif name == "orders_within_days":
            lines.append((gettext("Age of an order, in days"), str(before[name]), str(value)))
        else:
            lines.append((gettext(NAMES[name]), _shown(name, before[name]), _shown(name, value)))
    return lines


def _shown(name: str, value: str) -> str:
    if name == "accent":
        return gettext(ACCENTS[value][0]) if value in ACCENTS else value
    return value or gettext(NOTHING)


def _of_clocks(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    def said(clocks: dict[str, Any], clock: Clock) -> str:
        span = span_of(clocks, clock)
        return f"{span.amount} {gettext(UNITS[Unit(span.unit)])}"

    both = [(clock, said(before, clock), said(after, clock)) for clock in Clock]
    return [(gettext(DEFAULTS[clock][1]), was, now) for clock, was, now in both if was != now]


def _of_a_list(
    name: str, before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    old = {row["code"]: _worded(row) for row in before}
    both = [(name, old.get(row["code"], gettext(NOTHING)), _worded(row)) for row in after]
    lines = [(name, was, now) for name, was, now in both if was != now]
    return lines or [(name, gettext("the old order"), gettext("a new order"))]


def _worded(row: Mapping[str, Any]) -> str:
    text = str(row["en" if reader_locale() == "en" else "zh"])
    return gettext("%(text)s (retired)", text=text) if row.get("retired") else text
