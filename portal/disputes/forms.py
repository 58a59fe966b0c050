"""What people fill in around a dispute; the rules themselves are the domain's, these only ask for things."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import (
    BooleanField,
    DateField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Optional

from portal.core.words import N_
from portal.disputes.actions.complaints import Complaint
from portal.disputes.limits import GOODS_LIMIT, NOTE_LIMIT, STORY_LIMIT
from portal.disputes.wording import REMEDIES
from portal.regions.choices import Kind, choices
from portal.regions.models import City
from portal.return_policies.categories import Category
from portal.return_policies.wording import CONDITION_NAMES
from portal.web.forms import AtMost, Form, Needed, YuanField
from portal.web.language import reader_locale

ACCEPT = {"accept": "image/jpeg,image/png,image/webp"}


def remedy_choices() -> list[tuple[str, str]]:
    return [(remedy.value, gettext(wording)) for remedy, wording in REMEDIES.items()]


def city_choices(city: City, kind: Kind) -> list[tuple[str, str]]:
    language = "en" if reader_locale() == "en" else "zh"
    return [(choice["code"], choice[language]) for choice in choices(city.choices, kind)]


class ComplaintForm(Form):
    """Step two: what happened. `paste` takes the text of a bill and fills the order's fields."""

    problem = RadioField(
        lazy_gettext("What is the problem?"),
        validators=[Needed(N_("Please choose what the problem is."))],
        validate_choice=False,
    )
    goods = StringField(lazy_gettext("What did you buy?"), validators=[Optional(), AtMost(GOODS_LIMIT)])
    bought_on = DateField(
        lazy_gettext("When did you buy it?"), validators=[Needed(N_("Please enter the day you bought it."))]
    )
    paid = YuanField(
        lazy_gettext("How much did you pay?"), validators=[Needed(N_("Please enter what you paid, in yuan."))]
    )
    story = TextAreaField(
        lazy_gettext("What happened?"),
        validators=[
            Needed(N_("Please write a little more: what was bought, and what is wrong with it.")),
            AtMost(STORY_LIMIT),
        ],
    )
    remedy = RadioField(
        lazy_gettext("What do you ask for?"),
        validators=[Needed(N_("Please choose what you ask for."))],
        validate_choice=False,
    )
    claim = YuanField(lazy_gettext("How much do you ask for?"), validators=[Optional()])
    category = SelectField(
        lazy_gettext("What kind of goods is it?"), validators=[Optional()], validate_choice=False
    )
    condition = RadioField(
        lazy_gettext("What are the goods like now?"), validators=[Optional()], validate_choice=False
    )
    photos = MultipleFileField(lazy_gettext("Photos"), validators=[Optional()], render_kw=ACCEPT)
    order_no = StringField(lazy_gettext("Order number"), validators=[Optional(), AtMost(64)])
    paste = TextAreaField(lazy_gettext("Text of the bill"), validators=[Optional()])

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problem.choices = city_choices(city, Kind.PROBLEM)
        self.remedy.choices = remedy_choices()
        self.category.choices = []
        self.condition.choices = []

    def ask_for_goods(self, goods: Sequence[Category]) -> None:
        """Ask what the pledge's answer depends on; a shop without a pledge asks nothing more."""
        if not goods:
            return
        locale = reader_locale()
        top = min(one.depth for one in goods)
        named = [(one.code, "\u3000" * (one.depth - top) + one.name(locale)) for one in goods]
        self.category.choices = [("", gettext("Something else, or not sure")), *named]
        self.condition.choices = [(code, gettext(name)) for code, name in CONDITION_NAMES.items()]

    def said(self, **sending: Any) -> Complaint:
        """What was entered, for the domain to check; no sum of its own asks for all that was paid."""
        claim = self.claim.data if self.claim.data is not None else self.paid.data
        return Complaint(
            problem=self.problem.data or "",
            story=self.story.data or "",
            bought_on=self.bought_on.data,
            paid_fen=self.paid.data,
            remedy=self.remedy.data or "",
            claim_fen=claim,
            goods=self.goods.data or "",
            order_no=self.order_no.data or "",
            category=self.category.data or "",
            condition=self.condition.data or "",
            **sending,
        )


class SendingForm(Form):
    """Step three: who sends it, and what may be done with it."""

    name = StringField(lazy_gettext("What shall the shop call you?"), validators=[Optional(), AtMost(30)])
    phone = TelField(lazy_gettext("Your mobile number"))
    auto_escalate = BooleanField(
        lazy_gettext("If the shop does not answer in time, hand it to the bureau by itself")
    )
    accepts_pledge = BooleanField(lazy_gettext("I accept what the pledge gives: settle it at once"))
    publish = BooleanField(lazy_gettext("My complaint may be published without my name, after a check"))


class MessageForm(Form):
    text = TextAreaField(lazy_gettext("Message"), validators=[AtMost(NOTE_LIMIT)])
    photos = MultipleFileField(lazy_gettext("Photos"), validators=[Optional()], render_kw=ACCEPT)


class OfferForm(Form):
    remedy = RadioField(lazy_gettext("What do you offer?"), validate_choice=False)
    amount = YuanField(lazy_gettext("Sum"), validators=[Optional()])
    perform_by = DateField(lazy_gettext("Done by"), validators=[Needed(N_("Please choose a date."))])
    valid_until = DateField(lazy_gettext("The offer stands until"), validators=[Optional()])
    note = TextAreaField(lazy_gettext("Note"), validators=[Optional(), AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.remedy.choices = remedy_choices()

    def terms(self) -> dict[str, Any]:
        return {
            "remedy": self.remedy.data or "",
            "amount_fen": self.amount.data,
            "perform_by": self.perform_by.data,
            "valid_until": self.valid_until.data,
            "note": self.note.data or "",
        }


class RefusalForm(Form):
    """Refusing with a reason of the city's list; for an offer the reason may be left out."""

    reason = SelectField(lazy_gettext("Reason"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Explanation"), validators=[AtMost(NOTE_LIMIT)])

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = [("", gettext("Please choose")), *city_choices(city, Kind.REFUSAL)]


class WithdrawalForm(Form):
    reason = RadioField(lazy_gettext("Why do you withdraw?"), validate_choice=False)
    note = TextAreaField(lazy_gettext("Anything else?"), validators=[Optional(), AtMost(NOTE_LIMIT)])

    def __init__(self, city: City, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reason.choices = city_choices(city, Kind.WITHDRAWAL)


class NoteForm(Form):
    """One text, for the acts that need no more: a question, a denial, a reason for reopening."""

    note = TextAreaField(lazy_gettext("Note"), validators=[AtMost(NOTE_LIMIT)])


class PerformanceForm(Form):
    note = TextAreaField(lazy_gettext("What was done?"), validators=[Optional(), AtMost(NOTE_LIMIT)])
    photos = MultipleFileField(lazy_gettext("Proof"), validators=[Optional()], render_kw=ACCEPT)


class ReportForm(Form):
    text = TextAreaField(lazy_gettext("What should the bureau know?"), validators=[AtMost(STORY_LIMIT)])
    anonymous = BooleanField(lazy_gettext("Report anonymously: the officer is not told who I am"))


class RatingForm(Form):
    stars = RadioField(lazy_gettext("How was it handled?"), coerce=str, validate_choice=False)
    comment = TextAreaField(lazy_gettext("A few words"), validators=[Optional(), AtMost(NOTE_LIMIT)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        words = [gettext("Very good"), gettext("Good"), gettext("Fair"), gettext("Poor"), gettext("Bad")]
        self.stars.choices = [(str(5 - n), f"{'★' * (5 - n)} {word}") for n, word in enumerate(words)]

    def given(self) -> int | None:
        return int(self.stars.data) if self.stars.data in {"1", "2", "3", "4", "5"} else None
