"""What the owners' pages say of a pledge, and of a version that could be pledged."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from portal.core.words import N_
from portal.merchants.models import Store
from portal.return_policies.actions.pledges import first_day
from portal.return_policies.categories import Tree
from portal.return_policies.clauses import NUMBERS, TERMS, TITLES, UNSET, Clause, Kind, Terms, promised
from portal.return_policies.models import Pledge, StandardVersion
from portal.return_policies.pledge_forms import PledgeForm
from portal.return_policies.queries.owned import Adoptable, Fitting, Held
from portal.return_policies.views.published import key_lines
from portal.return_policies.views.saying import paragraphs, shown_changes


def shown_held(held: Held, tree: Tree, locale: str, on: date) -> dict[str, Any]:
    """A pledge on a day: its standard, since and until when, and what goes beyond the standard."""
    pledge, standard = held.pledge, held.version.standard
    label, tone = _standing(pledge, on)
    return {
        "id": pledge.id,
        "title": standard.title(locale),
        "goods": tree.name(pledge.category_code, locale),
        "slug": standard.slug,
        "version": pledge.version,
        "since": pledge.starts_on,
        "until": pledge.ends_on,
        "label": label,
        "tone": tone,
        "beyond": beyond(held.version.terms, pledge.terms, tree, locale),
        "newer": held.newer.n if held.newer else None,
    }


def shown_fitting(fitting: Fitting, tree: Tree, locale: str, on: date) -> dict[str, Any]:
    """A version that can be pledged, with its key lines and how many stores it is for."""
    version = fitting.version
    return {
        "title": version.standard.title(locale),
        "slug": version.standard.slug,
        "version": version.n,
        "from": version.valid_from if version.valid_from and version.valid_from > on else None,
        "lines": key_lines(UNSET | version.terms, tree, locale),
        "stores": len(fitting.stores),
    }


def beyond(floor: Terms, terms: Terms, tree: Tree, locale: str) -> list[str]:
    """The sentences by which a pledge goes beyond its standard."""
    return [one.after for one in shown_changes(floor, UNSET | terms, tree, locale) if one.after]


def clause_rows(form: PledgeForm, tree: Tree, locale: str) -> dict[str, Any]:
    """The clauses with the fields that make them better: those of the version, further ones, and the last."""
    floor = form.floor
    said = paragraphs(floor, tree, locale)
    silent = [clause for clause in Clause if clause not in promised(floor) and clause is not Clause.AUTOMATIC]
    return {
        "said": [(each, form.fields_of(each.clause), form.speaks_of(each.clause)) for each in said],
        "further": [
            (NUMBERS[clause], gettext(TITLES[clause]), form.fields_of(clause))
            for clause in silent
            if form.fields_of(clause)
        ],
        "further_open": any(form.speaks_of(clause) for clause in silent),
        "automatic": form.fields_of(Clause.AUTOMATIC),
        "hints": {name: _hint(name, floor) for name in TERMS if name in form},
    }


def beginnings(
    found: Adoptable, stores: Sequence[Store], terms: Terms, *, on: date, until: date
) -> list[dict[str, Any]]:
    """From when the pledge would hold, by day; where it is the one there is already, the day is None.

    until: the last day of a pledge that were ended now.
    """
    start = max(on, found.version.valid_from or on)
    groups: dict[tuple[date | None, bool], list[str]] = {}
    for store in stores:
        old = found.held.get(store.id)
        groups.setdefault(_begins(old, found.version, terms, start, until), []).append(store.name)
    return [{"day": day, "waits": waits, "stores": names} for (day, waits), names in groups.items()]


def _begins(
    old: Pledge | None, version: StandardVersion, terms: Terms, start: date, until: date
) -> tuple[date | None, bool]:
    """The first day (None: it is there already), and whether it waits for an old pledge that gives more."""
    if old is None or (old.ends_on is not None and old.ends_on < start):
        return start, False
    if (old.version, old.terms, old.ends_on) == (version.n, terms, None):
        return None, False
    day = first_day(old, terms, start=start, until=until)
    return day, day > until


def _standing(pledge: Pledge, on: date) -> tuple[str, str]:
    if pledge.ends_on is not None and pledge.ends_on < on:
        return N_("Ended"), "neutral"
    if pledge.starts_on > on:
        return N_("Not yet in force"), "active"
    return (N_("Ends"), "warn") if pledge.ends_on is not None else (N_("In force"), "good")


def _hint(name: str, floor: Terms) -> str:
    """What the standard says in a number; '' where it says nothing."""
    value, kind = floor[name], TERMS[name].kind
    if kind not in (Kind.DAYS, Kind.WITHIN, Kind.PERCENT) or value in (0, None):
        return ""
    return gettext("The standard says %(value)s.", value=value)
