"""What a member of a group fills in."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal.web.forms import Form


class RepresentativesForm(Form):
    stands = BooleanField(lazy_gettext("I am ready to speak for the others"))
    named = SelectMultipleField(
        lazy_gettext("Who may speak for me (at most two)"),
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, people: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.named.choices = people
