"""What an officer fills in on a dispute, and what a consumer gives for an official complaint."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from portal.core.words import N_
from portal.disputes.bureau_wording import CONTENT, KEPT, PAYERS, RESULTS, SESSION_WAYS
from portal.disputes.forms import city_choices, remedy_choices
from portal.disputes.limits import NOTE_LIMIT
from portal.disputes.official import ID_TYPES
from portal.regions.choices import Kind
from portal.regions.models import City
from portal.web.forms import AtMost, Form, Needed, YuanField


class GroundForm(Form):
    """An end with a ground of the city's list: not accepted (Art. 16), or terminated (Art. 23)."""

    ground = RadioField(lazy_gettext("Ground"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Explanation for both sides"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, city: City, kind: Kind, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ground.choices = city_choices(city, kind)


class ExclusionForm(GroundForm):
    """Left out of the figures, on a ground of the city's list."""

    note = TextAreaField(lazy_gettext("What this rests on"), validators=[AtMost(NOTE_LIMIT)])


class SessionForm(Form):
    held_on = DateField(lazy_gettext("Held on"), validators=[Needed(N_("Please choose a date."))])
    way = RadioField(
        lazy_gettext("How"), validate_choice=False, validators=[Needed(N_("Please choose how it was held."))]
    )
    minutes = TextAreaField(
        lazy_gettext("Minutes"),
        validators=[Needed(N_("Please write down what was said.")), AtMost(NOTE_LIMIT)],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.way.choices = [(code, gettext(name)) for code, name in SESSION_WAYS.items()]


class TestingForm(Form):
    payer = RadioField(
        lazy_gettext("Who pays the test?"),
        validate_choice=False,
        validators=[Needed(N_("Please choose who pays."))],
    )
    note = TextAreaField(
        lazy_gettext("What is tested, and by whom"),
        validators=[Needed(N_("Please say what is tested, and by whom.")), AtMost(NOTE_LIMIT)],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.payer.choices = [(code, gettext(name)) for code, name in PAYERS.items()]


class ProposalForm(Form):
    remedy = RadioField(
        lazy_gettext("What do you propose?"),
        validate_choice=False,
        validators=[Needed(N_("Please choose what you propose."))],
    )
    amount = YuanField(lazy_gettext("Sum"), validators=[Optional()])
    perform_by = DateField(lazy_gettext("Done by"), validators=[Needed(N_("Please choose a date."))])
    note = TextAreaField(lazy_gettext("Note"), validators=[Optional(), AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.remedy.choices = remedy_choices()

    def terms(self) -> dict[str, Any]:
        return {
            "remedy": self.remedy.data or "",
            "amount_fen": self.amount.data,
            "perform_by": self.perform_by.data,
            "note": self.note.data or "",
        }


class AssignmentForm(Form):
    officer = SelectField(lazy_gettext("Officer"), validate_choice=False)

    def __init__(self, colleagues: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.officer.choices = colleagues


class RecusalRequestForm(Form):
    """A side asks for another officer; both sides and the officer read it."""

    reason = RadioField(lazy_gettext("Reason"), validate_choice=False)
    note = TextAreaField(lazy_gettext("What this rests on"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = city_choices(city, Kind.RECUSAL)


class RecusalForm(Form):
    """Who takes over from an officer who is recused; nobody: back to those that nobody has."""

    officer = SelectField(lazy_gettext("Who takes over"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Explanation for both sides"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, colleagues: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.officer.choices = [("", gettext("Nobody yet")), *colleagues]


class SteppingAsideForm(RecusalForm):
    reason = RadioField(lazy_gettext("Reason"), validate_choice=False)

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = city_choices(city, Kind.RECUSAL)


class EntrustmentForm(Form):
    to = RadioField(lazy_gettext("Who mediates"), validate_choice=False)
    report_by = DateField(lazy_gettext("Reports back by"), validators=[Needed(N_("Please choose a date."))])
    note = TextAreaField(lazy_gettext("Explanation for both sides"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.to.choices = city_choices(city, Kind.MEDIATOR)


class EntrustmentResultForm(Form):
    result = RadioField(lazy_gettext("What came of it"), validate_choice=False)
    note = TextAreaField(lazy_gettext("What the body reports"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.result.choices = [(code, gettext(name)) for code, name in RESULTS.items()]


class FollowUpForm(Form):
    """What the consumer answers once it is closed; how content somebody is may be left open."""

    kept = RadioField(lazy_gettext("Is it settled for you now?"), validate_choice=False)
    content = RadioField(
        lazy_gettext("Are you content with how it was handled?"),
        validators=[Optional()],
        validate_choice=False,
    )
    note = TextAreaField(lazy_gettext("Anything the bureau should know?"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept.choices = [(code, gettext(name)) for code, name in KEPT.items()]
        self.content.choices = [(code, gettext(name)) for code, name in CONTENT.items()]

    def given(self) -> int | None:
        """How content, None where that is left open; 0 for what is none of the five."""
        said = self.content.data or ""
        return None if not said else int(said) if said in CONTENT else 0


class TransferForm(Form):
    """Which shop of another city a dispute is about; `shop` is what was searched for."""

    shop = HiddenField()
    store = RadioField(
        lazy_gettext("Which shop is it about?"),
        validate_choice=False,
        validators=[Needed(N_("Please choose the shop that it is about."))],
    )
    note = TextAreaField(
        lazy_gettext("Why it belongs there"),
        validators=[Needed(N_("Please say why it belongs to the other city.")), AtMost(NOTE_LIMIT)],
    )

    def __init__(self, stores: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.store.choices = stores


class IdentityForm(Form):
    """What the official form asks for (Order 121); the bureau alone sees it."""

    name = StringField(
        lazy_gettext("Full name"), validators=[Needed(N_("This may not be empty.")), AtMost(60)]
    )
    id_type = RadioField(
        lazy_gettext("Kind of identity document"),
        validate_choice=False,
        validators=[Needed(N_("Please choose the kind of document."))],
    )
    id_number = StringField(
        lazy_gettext("Its number"), validators=[Needed(N_("This may not be empty.")), AtMost(40)]
    )
    address = StringField(
        lazy_gettext("Postal address"), validators=[Needed(N_("This may not be empty.")), AtMost(200)]
    )
    elsewhere = BooleanField(
        lazy_gettext(
            "A court, an arbitration body, 12315 or a consumers' association has dealt with it already"
        )
    )
    entrusted = BooleanField(
        lazy_gettext("I agree that the bureau may entrust the mediation to another body")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.id_type.choices = [(code, gettext(name)) for code, name in ID_TYPES.items()]
