"""What every form of the portal shares: fields that keep what was typed, errors in one's language."""

from typing import Any, ClassVar

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import StopValidation, ValidationError

from portal.core.errors import RuleBroken
from portal.core.money import parse_yuan
from portal.core.words import clean_text


class Form(FlaskForm):
    """A form whose fields can be blamed by the rules of the domain."""

    class Meta(FlaskForm.Meta):
        csrf = False  # CSRFProtect has checked the token for every unsafe request already

    def __init__(self, *args: Any, at: str = "", **options: Any) -> None:
        """`at` sets this form's element ids apart from those of the other forms of the page; names stay."""
        super().__init__(*args, **options)
        if at:
            for field in self:
                field.id = field.label.field_id = f"{at}-{field.id}"

    def blame(self, broken: RuleBroken) -> None:
        """Put a broken rule, in the reader's words, beside its field, or above the form where it has none."""
        said = {
            name: gettext(one) if one and isinstance(one, str) else one for name, one in broken.values.items()
        }
        sentence = gettext(broken.message, **said)
        field = self._fields.get(broken.field or "")
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class YuanField(StringField):
    """A sum as people write it (8000, 8,000.50, ￥8000); its data is fen, or None where nothing was typed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        try:
            self.data = parse_yuan(self.typed)
        except RuleBroken as broken:
            raise ValueError(gettext(broken.message, **broken.values)) from None

    def _value(self) -> str:
        if self.typed:
            return self.typed
        return "" if self.data is None else f"{self.data / 100:.2f}".removesuffix(".00")


class AtMost:
    """A validator: at most so many characters, counted as the domain keeps them (a line break is one)."""

    def __init__(self, limit: int) -> None:
        self.limit, self.field_flags = limit, {"maxlength": limit}

    def __call__(self, form: FlaskForm, field: Field) -> None:
        try:
            clean_text(field.data or "", limit=self.limit)
        except RuleBroken as broken:
            raise ValidationError(gettext(broken.message, **broken.values)) from None


class Needed:
    """A validator: the field must not be empty; its sentence is the field's own, not a general one."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: FlaskForm, field: Field) -> None:
        typed = field.raw_data[0] if field.raw_data else None
        if typed is None or (isinstance(typed, str) and not typed.strip()):
            field.errors = []  # an empty date, say, is first of all empty
            raise StopValidation(gettext(self.sentence))
        if field.errors:
            raise StopValidation


__all__ = ["AtMost", "Form", "Needed", "ValidationError", "YuanField"]
