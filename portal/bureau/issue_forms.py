"""What officers fill in about the same trouble at many."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.bureau.actions.issues import TITLE_LIMIT
from portal.core.words import N_
from portal.disputes.bureau_forms import ProposalForm
from portal.disputes.forms import city_choices
from portal.disputes.limits import NOTE_LIMIT
from portal.regions.choices import Kind
from portal.regions.models import City
from portal.web.forms import AtMost, Form

SIDES = {"consumer": N_("The customers"), "merchant": N_("The shops"), "both": N_("Both")}
Options = list[tuple[str, str]]


class _Ticks(SelectMultipleField):  # type: ignore[misc]
    """Some of a list, each with its box; the rules of the domain say what is none of it."""

    def __init__(self, label: Any, **options: Any) -> None:
        boxes = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
        super().__init__(label, validate_choice=False, **boxes, **options)


class IssueForm(Form):
    title = StringField(lazy_gettext("Short name"), validators=[AtMost(TITLE_LIMIT)])
    text = TextAreaField(lazy_gettext("What is the trouble?"), validators=[AtMost(NOTE_LIMIT)])
    note = TextAreaField(lazy_gettext("Note for colleagues"), validators=[Optional(), AtMost(NOTE_LIMIT)])
    disputes = _Ticks(lazy_gettext("Which disputes?"))

    def __init__(self, listed: Options, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.disputes.choices = listed


class PartForm(Form):
    ref = StringField(lazy_gettext("Reference of the dispute"), validators=[AtMost(40)])


class LetterForm(Form):
    side = RadioField(lazy_gettext("To whom?"), validate_choice=False)
    text = TextAreaField(lazy_gettext("Letter"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.side.choices = [(code, gettext(said)) for code, said in SIDES.items()]


class PublicationForm(Form):
    title = StringField(lazy_gettext("Title"), validators=[AtMost(TITLE_LIMIT)])
    text = TextAreaField(lazy_gettext("What came of it"), validators=[AtMost(NOTE_LIMIT)])
    names_merchant = BooleanField(lazy_gettext("Name the merchant in public"))
    ground = SelectField(lazy_gettext("On which ground is it named?"), validate_choice=False)

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ground.choices = [("", gettext("It is not named")), *city_choices(city, Kind.NAMING)]


class InvitationForm(Form):
    title = StringField(lazy_gettext("What it is about, in a few words"), validators=[AtMost(TITLE_LIMIT)])
    note = TextAreaField(lazy_gettext("Letter to the customers"), validators=[AtMost(NOTE_LIMIT)])
    disputes = _Ticks(lazy_gettext("Whom do you invite?"))

    def __init__(self, listed: Options, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.disputes.choices = listed


class GroupProposalForm(ProposalForm):
    """A proposal to each member: a sum that is the same for all, or a share of what each has paid."""

    share = StringField(lazy_gettext("Or a share of what each has paid"), validators=[AtMost(3)])

    def percent(self) -> int | None:
        """1 to 100; None where nothing was typed, 0 for what is no such number."""
        typed = (self.share.data or "").strip()
        if not typed:
            return None
        return int(typed) if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 100 else 0
