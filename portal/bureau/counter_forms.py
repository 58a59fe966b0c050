"""What an officer fills in at the counter, for somebody who has no phone."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from portal.core.words import N_
from portal.disputes.actions.spoken import Word
from portal.disputes.bureau_forms import IdentityForm
from portal.disputes.counter import NOBODY, REACHES
from portal.disputes.forms import city_choices
from portal.disputes.limits import NOTE_LIMIT
from portal.disputes.official import ID_TYPES
from portal.regions.choices import Kind
from portal.regions.models import City
from portal.web.forms import AtMost, Form, Needed


class CounterForm(Form):
    """The last step: who complains, how to reach the person, and that it has been read back."""

    name = StringField(
        lazy_gettext("The person's name"), [Needed(N_("Please enter the person's name.")), AtMost(30)]
    )
    reach = RadioField(lazy_gettext("How can we tell the person?"), validate_choice=False, default=NOBODY)
    number = StringField(lazy_gettext("Number"))
    auto_escalate = BooleanField(
        lazy_gettext("If the shop does not answer in time, hand it to the bureau by itself")
    )
    accepts_pledge = BooleanField(lazy_gettext("The person accepts what the pledge gives: settle it at once"))
    read_back = BooleanField(
        lazy_gettext("I have read it back, and the person says that it is right"),
        [Needed(N_("Please read it back to the person first."))],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reach.choices = [(code, gettext(name)) for code, name in REACHES.items()]


class WordForm(IdentityForm):
    """What the person says, with the code of the slip as the proof that the person is here."""

    reason = RadioField(lazy_gettext("Reason"), validate_choice=False)
    note = TextAreaField(lazy_gettext("In the person's words"), [AtMost(NOTE_LIMIT)])
    code = StringField(
        lazy_gettext("Code on the person's slip"), [Needed(N_("Please enter the code on the slip."))]
    )

    def __init__(self, city: City, word: Word, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = city_choices(city, Kind.WITHDRAWAL)
        for name in {field.name for field in self} - {*word.fields, "code"}:
            del self[name]

    def answers(self) -> dict[str, Any]:
        """What was filled in, without the code."""
        return {
            field.name: "" if field.data is None else field.data for field in self if field.name != "code"
        }


class SlipForm(Form):
    """A slip was lost: the identity is looked at before there is a new one."""

    checked = RadioField(
        lazy_gettext("The document that I have looked at"),
        [Needed(N_("Please look at a document first, and choose which it was."))],
        validate_choice=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.checked.choices = [(code, gettext(name)) for code, name in ID_TYPES.items()]
