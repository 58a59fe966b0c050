"""What people of shops fill in: signing up, clerks, how to reach them, the proof that a shop is theirs."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    EmailField,
    FileField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.words import N_
from portal.merchants.actions.claims import NOTE_LIMIT
from portal.web.forms import Form, Needed


class SignUpForm(Form):
    name = StringField(lazy_gettext("Full name"), [Needed(N_("Please enter your name."))])
    phone = TelField(lazy_gettext("Mobile number"), [Needed(N_("Please enter your mobile number."))])
    username = StringField(lazy_gettext("User name"), [Needed(N_("Please choose a user name."))])
    password = PasswordField(lazy_gettext("Password"), [Needed(N_("Please choose a password."))])


class ContactForm(Form):
    phone = TelField(lazy_gettext("Mobile number"), [Optional()])
    email = EmailField(lazy_gettext("E-mail"), [Optional()])


class StoresForm(Form):
    stores = SelectMultipleField(
        lazy_gettext("Stores"),
        coerce=int,
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(self, own: list[tuple[int, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.stores.choices = own

    def chosen(self) -> list[int]:
        """The stores that are ticked, of those that were offered."""
        return [store_id for store_id, _ in self.stores.choices if store_id in (self.stores.data or [])]


class ClerkForm(StoresForm):
    name = StringField(lazy_gettext("Full name"), [Needed(N_("Please enter the clerk's name."))])
    username = StringField(lazy_gettext("User name"), [Needed(N_("Please choose a user name."))])
    phone = TelField(lazy_gettext("Mobile number"), [Optional()])
    email = EmailField(lazy_gettext("E-mail"), [Optional()])


class ClaimForm(Form):
    """`kept` names a photo that came with an earlier sending of this form."""

    uscc = StringField(lazy_gettext("Unified social credit code"))
    licence = FileField(lazy_gettext("Photo of the business licence"))
    note = TextAreaField(lazy_gettext("Note to the bureau"), [Optional(), Length(max=NOTE_LIMIT)])
    kept = HiddenField()


class RefusalForm(Form):
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Needed(N_("Please say why, so that it can be put right.")), Length(max=NOTE_LIMIT)],
    )
