"""What people fill in to sign in, to find a dispute again, and to look after their account."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import PasswordField, SelectField, StringField, TelField

from portal.accounts.joining import NAME_LIMIT
from portal.core.words import N_
from portal.web.forms import Form, Needed

LANGUAGES = {"zh_CN": "中文", "en": "English"}


class PhoneForm(Form):
    phone = TelField(lazy_gettext("Mobile number"), [Needed(N_("Please enter your mobile number."))])


class CodeForm(Form):
    code = StringField(lazy_gettext("Code from the text message"), [Needed(N_("Please enter the 6 digits."))])


class PasswordForm(Form):
    username = StringField(lazy_gettext("User name"), [Needed(N_("Please enter your user name."))])
    password = PasswordField(lazy_gettext("Password"), [Needed(N_("Please enter your password."))])


class TrackForm(Form):
    ref = StringField(lazy_gettext("Reference"), [Needed(N_("Please enter the reference, 14 digits."))])
    phone = TelField(lazy_gettext("Mobile number you used"), [Needed(N_("Please enter your mobile number."))])


class SlipForm(Form):
    ref = StringField(lazy_gettext("Reference"), [Needed(N_("Please enter the reference, 14 digits."))])
    code = StringField(lazy_gettext("Code on the slip"), [Needed(N_("Please enter the code on the slip."))])


class AccountForm(Form):
    name = StringField(lazy_gettext("Name"), render_kw={"maxlength": NAME_LIMIT})
    locale = SelectField(lazy_gettext("Language"), choices=LANGUAGES)


class NewPasswordForm(Form):
    """`repeat` guards against a slip of the finger that nobody sees."""

    old = PasswordField(lazy_gettext("Present password"), [Needed(N_("Please enter your present password."))])
    password = PasswordField(lazy_gettext("New password"), [Needed(N_("Please enter a new password."))])
    repeat = PasswordField(lazy_gettext("New password once more"))

    def validate(self, *args: Any, **options: Any) -> bool:
        good = bool(super().validate(*args, **options))
        if good and self.repeat.data != self.password.data:
            self.repeat.errors = [lazy_gettext("The two are not the same.")]
            return False
        return good
