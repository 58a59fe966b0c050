"""What a supervisor fills in about the city: names and colour, clocks, and one list at a time."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.regions.accents import ACCENTS
from portal.regions.clocks import DEFAULTS, Clock, Span, Unit, units_of
from portal.regions.models import City
from portal.regions.settings import FREE, NEEDED, WORDING_LIMIT, new_code
from portal.web.forms import AtMost, Form

UNITS = {Unit.HOURS: N_("hours"), Unit.DAYS: N_("days"), Unit.WORKING_DAYS: N_("working days")}
NAMES = {
    "bureau_zh": N_("The bureau's name in Chinese"),
    "bureau_en": N_("The bureau's name in English"),
    "hotline": N_("Hotline"),
    "counter_zh": N_("The counter's address in Chinese"),
    "counter_en": N_("The counter's address in English"),
    "hours_zh": N_("Its hours in Chinese"),
    "hours_en": N_("Its hours in English"),
    "welcome_zh": N_("Welcome on the front page, in Chinese"),
    "welcome_en": N_("Welcome on the front page, in English"),
    "footer_zh": N_("A line at the foot of each page, in Chinese"),
    "footer_en": N_("A line at the foot of each page, in English"),
    "icp": N_("ICP number"),
    "accent": N_("Colour"),
}
LIMITS = {**NEEDED, **FREE, "hotline": 40, "icp": 60}
ORDERS = "orders_within_days"


class SeenForm(Form):
    """`seen` is the city's latest change when the form was shown."""

    seen = HiddenField()

    def seen_number(self) -> int:
        """That change's number; -1 for something made up."""
        return int(self.seen.data) if re.fullmatch(r"[0-9]{1,15}", self.seen.data or "") else -1


def names_form(city: City, formdata: Any, seen: int) -> SeenForm:
    """The names and texts as they stand, or as they were sent."""
    fields: dict[str, Any] = {
        name: StringField(lazy_gettext(NAMES[name]), validators=[AtMost(LIMITS[name])])
        for name in NAMES
        if name != "accent"
    }
    colour = NAMES["accent"]
    fields["accent"] = RadioField(lazy_gettext(colour), validate_choice=False)
    kind = type("NamesForm", (SeenForm,), fields)
    form: SeenForm = kind(formdata, seen=str(seen), **{name: getattr(city, name) for name in NAMES})
    form.accent.choices = [(name, gettext(label)) for name, (label, _) in ACCENTS.items()]
    return form


def clocks_form(city: City, formdata: Any, seen: int) -> SeenForm:
    """Each clock's amount and unit, and how old an order may be."""
    fields: dict[str, Any] = {ORDERS: StringField(lazy_gettext("An order may be at most this many days old"))}
    values: dict[str, Any] = {ORDERS: str(city.orders_within_days)}
    for clock, (_, said) in DEFAULTS.items():
        span = city.span(clock)
        fields[clock.value] = StringField(lazy_gettext(said))
        fields[f"{clock.value}-unit"] = SelectField(lazy_gettext("Unit"), validate_choice=False)
        values |= {clock.value: str(span.amount), f"{clock.value}-unit": span.unit.value}
    form: SeenForm = type("ClocksForm", (SeenForm,), fields)(formdata, seen=str(seen), **values)
    for clock in Clock:
        units = _units(city, clock)
        form[f"{clock.value}-unit"].choices = [(unit.value, gettext(UNITS[unit])) for unit in units]
    return form


def _units(city: City, clock: Clock) -> list[Unit]:
    """Those in which a clock can be set, and the one that it has."""
    return list(dict.fromkeys((*units_of(clock), city.span(clock).unit)))


def spans_in(form: SeenForm, city: City) -> dict[Clock, Span]:
    """The clocks as they were typed; raises RuleBroken(clock) for the first that is none."""
    spans = {}
    for clock in Clock:
        unit = form[f"{clock.value}-unit"].data or ""
        if unit not in {one.value for one in _units(city, clock)}:
            raise RuleBroken(clock.value, N_("Please choose one of these units."))
        spans[clock] = Span(whole_number(form, clock.value), Unit(unit))
    return spans


def whole_number(form: Form, name: str) -> int:
    """A number of at most five digits; raises RuleBroken(name) for anything else."""
    text = (form[name].data or "").strip()
    if not re.fullmatch(r"[0-9]{1,5}", text, re.ASCII):
        raise RuleBroken(name, N_("Please write a whole number."))
    return int(text)


def list_form(rows: Sequence[Mapping[str, Any]], formdata: Any, seen: int) -> SeenForm:
    """A list's rows, each with wording, place and whether it is retired; and an empty row to add one."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for place, row in enumerate([*rows, {"code": "new"}], 1):
        code = row["code"]
        for language, said in (("zh", lazy_gettext("In Chinese")), ("en", lazy_gettext("In English"))):
            fields[f"{code}-{language}"] = StringField(said, validators=[AtMost(WORDING_LIMIT)])
            values[f"{code}-{language}"] = row.get(language, "")
        fields[f"{code}-place"] = StringField(lazy_gettext("Place in the list"))
        fields[f"{code}-retired"] = BooleanField(lazy_gettext("Retired: no longer to be chosen"))
        values |= {f"{code}-place": str(place), f"{code}-retired": bool(row.get("retired"))}
    form: SeenForm = type("ListForm", (SeenForm,), fields)(formdata, seen=str(seen), **values)
    return form


def rows_in(form: SeenForm, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as they were typed, in the order of their places; a new one only where it has a wording.

    Raises RuleBroken("<code>-place").
    """
    codes = {str(row["code"]): str(row["code"]) for row in rows}
    if form["new-zh"].data or form["new-en"].data:
        codes["new"] = new_code(rows)
    typed = [
        (
            whole_number(form, f"{name}-place"),
            {
                "code": code,
                "zh": form[f"{name}-zh"].data or "",
                "en": form[f"{name}-en"].data or "",
                "retired": form[f"{name}-retired"].data,
            },
        )
        for name, code in codes.items()
    ]
    return [row for _, row in sorted(typed, key=lambda pair: pair[0])]
