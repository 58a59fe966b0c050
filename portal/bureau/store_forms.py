"""What an officer fills in to change a store's record; every act has a reason."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import FileField, HiddenField, RadioField, StringField, TextAreaField

from portal.bureau.actions.stores import NAME_LIMIT, REASON_LIMIT, SAID_LIMIT
from portal.core.words import N_
from portal.disputes.forms import city_choices
from portal.regions.choices import Kind
from portal.regions.models import City
from portal.web.forms import AtMost, Form, Needed


class ReasonForm(Form):
    """`seen` is what the officer saw: how often the store had been changed."""

    seen = HiddenField()
    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Needed(N_("Please write down the reason.")), AtMost(REASON_LIMIT)],
        description=lazy_gettext("For the bureau's record, with your name. It is not shown in public."),
    )

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)

    def saw(self, name: str = "seen") -> int:
        """The number that came with the form; -1 for what is none, which no store has."""
        typed = str(self[name].data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1


class MoveForm(ReasonForm):
    uscc = StringField(
        lazy_gettext("Unified social credit code"), [Needed(N_("Please type the code of the new licence."))]
    )
    legal_name = StringField(lazy_gettext("Legal name"), [AtMost(NAME_LIMIT)])


class VerificationForm(ReasonForm):
    """`kept` names a photo that came with an earlier sending of this form."""

    how = RadioField(
        lazy_gettext("How it was checked"),
        validate_choice=False,
        validators=[Needed(N_("Please choose how it was checked."))],
    )
    licence = FileField(lazy_gettext("Photo (optional)"))
    kept = HiddenField()

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(city, *args, **options)
        self.how.choices = city_choices(city, Kind.VERIFICATION)


class SuspensionForm(ReasonForm):
    ground = RadioField(
        lazy_gettext("Why it is suspended"),
        validate_choice=False,
        validators=[Needed(N_("Please choose why it is suspended."))],
    )
    said = TextAreaField(
        lazy_gettext("What the public reads"),
        [Needed(N_("Please write a sentence for the public.")), AtMost(SAID_LIMIT)],
    )

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(city, *args, **options)
        self.ground.choices = city_choices(city, Kind.SUSPENSION)


class MergerForm(ReasonForm):
    other = HiddenField()
    seen_other = HiddenField()
