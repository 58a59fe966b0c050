"""What a supervisor sets for a city; every change is kept, with what was before and after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_, clean_text, filled_text
from portal.regions.accents import ACCENTS
from portal.regions.choices import Kind, whole_list
from portal.regions.clocks import Clock, Span
from portal.regions.models import City, CityChange
from portal.regions.setup import checked_clocks, checked_days, checked_hotline, checked_icp

# Texts that must be there, and texts that may be empty: field and the longest.
NEEDED = {"bureau_zh": 80, "bureau_en": 120}
FREE = {
    "welcome_zh": 200, "welcome_en": 300, "footer_zh": 120, "footer_en": 200,
    "counter_zh": 200, "counter_en": 300, "hours_zh": 120, "hours_en": 160,
}  # fmt: skip
WORDING_LIMIT = 120
MOST_CHOICES = 60
CHANGES_SHOWN = 20


def set_names(
    session: Session, city: City, typed: Mapping[str, str], *, by: int, seen: int, now: datetime
) -> bool:
    """Word a city's pages and choose its colour; gives whether anything changed.

    typed: the fields of NEEDED and FREE, hotline, icp, accent. seen: as in `_changing`. Raises
    RuleBroken(field), MovedOn.
    """
    _changing(session, city, seen)
    values = {name: filled_text(name, typed[name], most) for name, most in NEEDED.items()}
    values |= {name: clean_text(typed[name], limit=most, field=name) for name, most in FREE.items()}
    values |= {"hotline": checked_hotline(typed["hotline"]), "icp": checked_icp(typed["icp"])}
    if typed["accent"] not in ACCENTS:
        raise RuleBroken("accent", N_("Please choose a colour of the list."))
    values["accent"] = typed["accent"]
    for name in ("welcome", "footer", "counter", "hours"):
        if bool(values[f"{name}_zh"]) != bool(values[f"{name}_en"]):
            missing = f"{name}_en" if values[f"{name}_zh"] else f"{name}_zh"
            raise RuleBroken(missing, N_("Please write it in both languages, or leave both empty."))
    before = {name: getattr(city, name) for name in values}
    return _change(session, city, "names", before, values, by=by, now=now)


def set_clocks(
    session: Session,
    city: City,
    spans: Mapping[Clock, Span],
    *,
    orders_within_days: int,
    by: int,
    seen: int,
    now: datetime,
) -> bool:
    """Set a city's clocks and how old an order may be; what runs already keeps the instants it was given.

    Gives whether anything changed. Raises RuleBroken(the clock's name | orders_within_days), MovedOn.
    """
    _changing(session, city, seen)
    own = checked_clocks(city.clocks, {clock: one for clock, one in spans.items() if one != city.span(clock)})
    values = {"clocks": own, "orders_within_days": checked_days(orders_within_days)}
    before = {"clocks": city.clocks, "orders_within_days": city.orders_within_days}
    return _change(session, city, "clocks", before, values, by=by, now=now)


def set_list(
    session: Session,
    city: City,
    kind: Kind,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: int,
    seen: int,
    now: datetime,
) -> bool:
    """Word one list of a city anew, in the order of `rows`: {"code", "zh", "en", "retired"}.

    Every code that the list has had stays in it: what is not wanted any more is retired. Gives whether
    anything changed. Raises RuleBroken(None) for a list that is not whole,
    RuleBroken("<code>-zh" | "<code>-en") for a wording, MovedOn.
    """
    _changing(session, city, seen)
    known = {row["code"]: row for row in whole_list(city.choices, kind)}
    codes = [str(row["code"]) for row in rows]
    if len(set(codes)) < len(codes) or not set(known) <= set(codes) or len(codes) > MOST_CHOICES:
        raise RuleBroken(None, N_("This list is not whole: please reload the page."))
    written = [_row(known.get(str(row["code"]), {}), row) for row in rows]
    if all(row.get("retired") for row in written):
        raise RuleBroken(None, N_("At least one choice must stay on the list."))
    values = {"choices": {**city.choices, kind.value: written}}
    before, after = {"list": list(known.values())}, {"list": written}
    if before == after:
        return False
    city.choices = values["choices"]
    _keep(session, city, kind.value, before, after, by=by, now=now)
    return True


def new_code(rows: Sequence[Mapping[str, Any]]) -> str:
    """A code for a choice that a city adds; nobody sees it."""
    taken = {str(row["code"]) for row in rows}
    return next(code for n in range(1, MOST_CHOICES + 2) if (code := f"own_{n}") not in taken)


def changes_of(session: Session, city: City) -> list[CityChange]:
    """The latest changes of a city's settings, the newest first."""
    wanted = sa.select(CityChange).where(CityChange.city_code == city.code)
    return list(session.scalars(wanted.order_by(CityChange.id.desc()).limit(CHANGES_SHOWN)))


def last_change(session: Session, city: City) -> int:
    """The number of the latest change, 0 before the first: what a form was filled in against."""
    wanted = sa.select(sa.func.max(CityChange.id)).where(CityChange.city_code == city.code)
    return session.scalar(wanted) or 0


def _changing(session: Session, city: City, seen: int) -> None:
    """Lock the city; raises MovedOn where somebody has changed it since the form was shown."""
    locked = sa.select(City).where(City.code == city.code).with_for_update(of=City)
    session.scalars(locked.execution_options(populate_existing=True)).one()
    if last_change(session, city) != seen:
        raise MovedOn


def _row(before: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    code = str(typed["code"])
    row = {
        **{name: value for name, value in before.items() if name != "retired"},
        "code": code,
        "zh": filled_text(f"{code}-zh", str(typed["zh"]), WORDING_LIMIT),
        "en": filled_text(f"{code}-en", str(typed["en"]), WORDING_LIMIT),
    }
    return row | ({"retired": True} if typed["retired"] else {})


def _change(
    session: Session,
    city: City,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: int,
    now: datetime,
) -> bool:
    changed = [name for name in after if after[name] != before[name]]
    for name in changed:
        setattr(city, name, after[name])
    if changed:
        kept = ({name: side[name] for name in changed} for side in (before, after))
        _keep(session, city, what, *kept, by=by, now=now)
    return bool(changed)


def _keep(
    session: Session,
    city: City,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: int,
    now: datetime,
) -> None:
    row = CityChange(city_code=city.code, by_id=by, at=now, what=what, before=dict(before), after=dict(after))
    session.add(row)
    session.flush()
