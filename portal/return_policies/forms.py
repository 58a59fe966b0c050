"""What officers and owners fill in; the fields of terms are made from the catalogue of clauses."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.words import N_
from portal.return_policies.actions.standards import BASIS_LIMIT, Content
from portal.return_policies.clauses import TERMS, Clause, Kind, Term
from portal.return_policies.wording import CHOICE_SAYS
from portal.web.forms import AtMost, Form, Needed

Choices = Sequence[tuple[str, str]]
REASON_LIMIT = 500
TITLE_LIMITS = {"title_zh": 60, "title_en": 80}


class WholeField(StringField):
    """A whole number; its data is an int, or None where nothing was typed. What was typed is kept."""

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.most, self.typed = most, ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        digits = unicodedata.normalize("NFKC", self.typed)
        if not digits:
            return
        if not re.fullmatch("[0-9]{1,9}", digits) or int(digits) > self.most:
            raise ValueError(gettext("Please enter a whole number from 0 to %(most)s.", most=self.most))
        self.data = int(digits)

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else str(self.data))


class CategoriesField(SelectMultipleField):
    """Kinds of goods to be ticked; which there are is the city's own (`choices`)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def term_field(term: Term) -> Any:
    """The field in which a term is entered."""
    label = lazy_gettext(term.label)
    match term.kind:
        case Kind.CHOICE:
            said = [SelectChoice(one, lazy_gettext(CHOICE_SAYS[term.name][one])) for one in term.choices]
            return RadioField(label, choices=said, validate_choice=False)
        case Kind.YES:
            return BooleanField(label)
        case Kind.CATEGORIES:
            return CategoriesField(label, validate_choice=False)
        case _:
            return WholeField(label, most=term.most)


OF_A_STANDARD = {name: term for name, term in TERMS.items() if not term.of_pledge}


class StandardForm(Form):
    """Everything a version says; `seen` is the stamp of the draft that the officer has before them."""

    seen = HiddenField()
    basis_zh = TextAreaField(lazy_gettext("Legal basis, in Chinese"), [AtMost(BASIS_LIMIT)])
    basis_en = TextAreaField(lazy_gettext("Legal basis, in English"), [AtMost(BASIS_LIMIT)])

    def __init__(self, goods: Choices, *args: Any, **options: Any) -> None:
        """goods: the kinds that may be left out of a return without a reason."""
        super().__init__(*args, **options)
        self["no_reason_excluded"].choices = list(goods)

    def clauses(self) -> list[tuple[Clause, list[Field]]]:
        """The fields of each clause, in the order of their numbers; none where there is nothing to choose."""
        fields = {
            clause: [self[term.name] for term in OF_A_STANDARD.values() if term.clause is clause]
            for clause in Clause
        }
        shown = {
            clause: [field for field in own if not isinstance(field, SelectMultipleField) or field.choices]
            for clause, own in fields.items()
        }
        return [(clause, own) for clause, own in shown.items() if own]

    def content(self) -> Content:
        """What was entered; an empty number promises nothing."""
        terms = {
            name: term.unset if self[name].data is None else self[name].data
            for name, term in OF_A_STANDARD.items()
        }
        return Content(terms, self.basis_zh.data or "", self.basis_en.data or "")


for _name, _term in OF_A_STANDARD.items():
    setattr(StandardForm, _name, term_field(_term))


class NewStandardForm(Form):
    """Which goods, in which region, under which title; `start` names the ready standard to begin with."""

    start = HiddenField()
    region = SelectField(lazy_gettext("For"), validate_choice=False)
    category = SelectField(lazy_gettext("Kind of goods"), validate_choice=False)
    title_zh = StringField(
        lazy_gettext("Title in Chinese"),
        [Needed(N_("Please enter a title.")), AtMost(TITLE_LIMITS["title_zh"])],
    )
    title_en = StringField(
        lazy_gettext("Title in English"),
        [Needed(N_("Please enter a title.")), AtMost(TITLE_LIMITS["title_en"])],
    )

    def __init__(self, regions: Choices, goods: Choices, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.region.choices, self.category.choices = list(regions), list(goods)


class PublishForm(Form):
    seen = HiddenField()
    valid_from = DateField(lazy_gettext("Holds from"), [Needed(N_("Please choose a date."))])


class WithdrawForm(Form):
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Needed(N_("Please say why, so that shops and shoppers know.")), AtMost(REASON_LIMIT)],
    )


class CategoryForm(Form):
    """A kind of goods in both languages, below `parent` ('' at the top)."""

    parent = HiddenField(validators=[Optional()])
    name_zh = StringField(
        lazy_gettext("Name in Chinese"), [Needed(N_("Please name these goods.")), AtMost(40)]
    )
    name_en = StringField(
        lazy_gettext("Name in English"), [Needed(N_("Please name these goods.")), AtMost(60)]
    )
