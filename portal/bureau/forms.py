"""What officers fill in at the desk."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from wtforms import FileField, SelectField, StringField, TextAreaField

from portal.bureau.actions.replies import TITLE_LIMIT
from portal.core.csv_text import MOST_BYTES, text_of
from portal.core.errors import RuleBroken
from portal.disputes.limits import NOTE_LIMIT
from portal.web.forms import AtMost, Form


class AbsenceForm(Form):
    """Who is away, and who covers; a choice that is none of the listed counts as nothing chosen."""

    officer = SelectField(lazy_gettext("Who is away?"), validate_choice=False)
    cover = SelectField(lazy_gettext("Who takes over?"), validate_choice=False)

    def __init__(
        self, away: list[tuple[str, str]], covering: list[tuple[str, str]], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.officer.choices, self.cover.choices = away, covering

    def chosen(self) -> tuple[int, int] | None:
        """The two people's ids, where both were chosen."""
        known = dict(self.officer.choices), dict(self.cover.choices)
        picked = self.officer.data or "", self.cover.data or ""
        if not all(one and one in listed for one, listed in zip(picked, known, strict=True)):
            return None
        return int(picked[0]), int(picked[1])


class SheetForm(Form):
    """A sheet, pasted or as a file; a file's text is put where it can be mended.

    A subclass names the field that holds the text as `pasted`.
    """

    pasted = ""
    file = FileField(lazy_gettext("Or a CSV file"))

    def take_file(self) -> None:
        """Put the text of the file that came into the field; blames the file where it is none."""
        sent = request.files.get("file")
        data = sent.read(MOST_BYTES + 1) if sent else b""
        if not data:
            return
        try:
            self[self.pasted].data = text_of(data)
        except RuleBroken as broken:
            self.blame(broken.at("file"))


class ReplyForm(Form):
    title = StringField(lazy_gettext("Short name"), validators=[AtMost(TITLE_LIMIT)])
    text = TextAreaField(lazy_gettext("Text"), validators=[AtMost(NOTE_LIMIT)])


class ResultForm(Form):
    result = TextAreaField(lazy_gettext("What came of it"), validators=[AtMost(NOTE_LIMIT)])
