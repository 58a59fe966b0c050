"""What a person sees and sets of the own account."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.joining import NAME_LIMIT
from portal.accounts.models import Identity, Person, PersonKind
from portal.core.errors import RuleBroken
from portal.core.words import N_, clean_text


@dataclass(frozen=True)
class OwnAccount:
    """What a person may see of the own account."""

    name: str
    phone: str
    username: str
    locale: str


def shown_account(session: Session, person_id: int) -> OwnAccount:
    """The own account; a consumer's name is part of the identity, everybody else's is shown to colleagues."""
    row = session.execute(
        sa.select(
            Person.kind, Person.display_name, Person.username, Person.locale, Identity.name, Identity.phone
        )
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(Person.id == person_id)
    ).one()
    own_name = row.name if row.kind == PersonKind.CONSUMER else row.display_name
    return OwnAccount(own_name or "", row.phone or "", row.username or "", row.locale)


def rename(session: Session, person_id: int, *, name: str | None, locale: str) -> None:
    """Set the language of a person's messages, and the name where one is given.

    Raises RuleBroken("name") where it is too long, or missing for somebody whom others must know by it.
    """
    person = session.get_one(Person, person_id)
    person.locale = locale
    if name is None:
        return
    shown = clean_text(name, limit=NAME_LIMIT, field="name")
    if person.kind != PersonKind.CONSUMER:
        if not shown:
            raise RuleBroken("name", N_("Please enter a name."))
        person.display_name = shown
    if person.identity is not None:
        person.identity.name = shown
