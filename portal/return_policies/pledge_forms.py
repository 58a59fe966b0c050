"""What an owner fills in to pledge: the stores, and each clause that is to be better than the standard."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import Field, HiddenField

from portal.merchants.forms import StoresForm
from portal.return_policies.categories import Tree
from portal.return_policies.clauses import TERMS, UNSET, Clause, Kind, Term, Terms
from portal.return_policies.forms import term_field
from portal.return_policies.wording import CHOICE_SAYS
from portal.web.forms import YuanField

CHANGE, PREVIEW = "change", "preview"  # what the form leads to


class PledgeForm(StoresForm):
    """The version that is pledged, the stores, and a field for every term that can still be better."""

    standard = HiddenField()
    version = HiddenField()
    step = HiddenField()

    def __init__(
        self, floor: Terms, stores: list[tuple[int, str]], tree: Tree, locale: str, **options: Any
    ) -> None:
        """floor: the version's terms; options: `formdata`, and `data` with what stands there at first."""
        super().__init__(stores, **options)
        self.floor = floor
        self.stores.label.text = gettext("For these shops")
        for name, term in TERMS.items():
            if not _can_be_better(term, floor[name]):
                del self[name]
            elif term.kind is Kind.FEN:
                self[name].data = self[name].data or None  # an empty field rather than 0
            elif term.kind is Kind.CHOICE:
                no_worse = term.choices[term.choices.index(floor[name]) :]
                self[name].choices = [(one, gettext(CHOICE_SAYS[name][one])) for one in no_worse]
            elif term.kind is Kind.CATEGORIES:
                self[name].choices = [(code, tree.name(code, locale)) for code in floor[name]]

    def fields_of(self, clause: Clause) -> list[Field]:
        """The fields by which a clause can be made better."""
        return [self[name] for name, term in TERMS.items() if term.clause is clause and name in self]

    def better(self) -> Terms:
        """What was entered; where nothing was, what the version says."""
        entered = {name: self[name].data for name in TERMS if name in self}
        return {name: self.floor[name] if value is None else value for name, value in entered.items()}

    def speaks_of(self, clause: Clause) -> bool:
        """Whether a clause's fields say something of their own, or something wrong: then they are open."""
        better = self.better()
        return any(
            field.errors or better[field.name] != self.floor[field.name] for field in self.fields_of(clause)
        )

    def sent(self, formdata: Any) -> list[tuple[str, str]]:
        """Everything that was typed, name by name, to be sent on as it is."""
        return [(name, value) for name in self._fields if name != "step" for value in formdata.getlist(name)]


for _name, _term in TERMS.items():
    _label = lazy_gettext(_term.label)
    setattr(PledgeForm, _name, YuanField(_label) if _term.kind is Kind.FEN else term_field(_term))


def first_terms(floor: Terms, before: Mapping[str, Any] | None, old: Mapping[str, Any] | None) -> Terms:
    """What stands in the fields at first: the version's terms, with what an old pledge gave beyond its own.

    before: the terms of the version that the old pledge adopted.
    """
    if before is None or old is None:
        return dict(floor)
    before, old = UNSET | dict(before), UNSET | dict(old)
    return {
        name: term.better_of(floor[name], old[name]) if old[name] != before[name] else floor[name]
        for name, term in TERMS.items()
    }


def _can_be_better(term: Term, value: Any) -> bool:
    match term.kind:
        case Kind.DAYS | Kind.FEN:
            return bool(value < term.most)
        case Kind.WITHIN:
            return bool(value != 0)
        case Kind.CHOICE:
            return bool(value != term.choices[-1])
        case Kind.YES:
            return not value
        case Kind.PERCENT | Kind.CATEGORIES:
            return bool(value)
