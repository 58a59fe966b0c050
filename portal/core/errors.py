"""What an action may raise; the edge turns each into one kind of answer."""

from datetime import timedelta


class RuleBroken(Exception):
    """Something that was entered breaks a rule (answered 422, beside its field).

    field: the form field's name, None where the rule is about the whole form or where the caller
    knows the field and this function does not (then `at` names it).
    message: an English msgid; values: what its %(name)s placeholders stand for.
    """

    def __init__(self, field: str | None, message: str, **values: object) -> None:
        super().__init__(field, message, values)
        self.field, self.message, self.values = field, message, values

    def at(self, field: str) -> "RuleBroken":
        """The same broken rule, at a named field: `raise broken.at("amount") from None`."""
        return RuleBroken(field, self.message, **self.values)

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message


class MovedOn(Exception):
    """The dispute is no longer where its author saw it (answered 409 with the fresh page)."""


class NotAllowed(Exception):
    """This person may not see or do this (answered 404, exactly like something missing)."""


class TooManyTries(Exception):
    """A limit is used up (answered 429); retry_after says when the next try counts."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after
