"""Taking people in: consumers by their phone, staff and officers by name and password."""

import re
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import (
    Identity,
    Membership,
    OfficerPost,
    OfficerRole,
    Person,
    PersonKind,
    StaffRole,
)
from portal.accounts.passwords import check_new, hashed
from portal.core.errors import RuleBroken
from portal.core.masking import is_mobile, mask_phone
from portal.core.words import N_, clean_text

NAME_LIMIT = 30
_USERNAME = re.compile(r"[^\W_][\w.@-]{2,39}")


def consumer_of(session: Session, phone: str, *, now: datetime, locale: str = "zh_CN") -> Identity:
    """The consumer with this phone, taken in where it is the first time; no account has to be made.

    phone: a mainland mobile number whose owner has just been proven. Raises RuleBroken("phone") for another.
    """
    number = is_mobile(phone)
    if number is None:
        raise RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits."))
    wanted = sa.select(Identity).where(Identity.consumer_phone == number)
    known = session.scalar(wanted)
    if known is not None:
        return known
    person = Person(kind=PersonKind.CONSUMER, display_name=mask_phone(number), locale=locale, created_at=now)
    person.identity = Identity(phone=number, consumer_phone=number)
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:  # the same phone confirmed at the same moment on another device
        return session.scalars(wanted).one()
    return person.identity


def add_staff(
    session: Session,
    *,
    username: str,
    password: str,
    name: str,
    now: datetime,
    phone: str = "",
    email: str = "",
    locale: str = "zh_CN",
) -> Person:
    """Take in somebody who works for shops; `employ` says for which.

    Raises RuleBroken(username | password | name | phone) for what cannot be taken.
    """
    person = _with_password(session, PersonKind.STAFF, username, password, name)
    person.created_at, person.locale = now, locale
    number = is_mobile(phone) if phone else None
    if phone and number is None:
        raise RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits."))
    person.identity = Identity(name=person.display_name, phone=number, email=email or None)
    session.add(person)
    session.flush()
    return person


def employ(
    session: Session, person: Person, merchant_id: int, *, store_id: int | None = None, now: datetime
) -> Membership:
    """Let a person act for a merchant: as owner in all its stores, or as clerk in one (`store_id`)."""
    role = StaffRole.OWNER if store_id is None else StaffRole.CLERK
    membership = Membership(
        person_id=person.id, merchant_id=merchant_id, store_id=store_id, role=role, since=now
    )
    session.add(membership)
    session.flush()
    return membership


def add_officer(
    session: Session,
    *,
    username: str,
    password: str,
    name: str,
    region_code: str,
    now: datetime,
    role: OfficerRole = OfficerRole.OFFICER,
    locale: str = "zh_CN",
) -> Person:
    """Take in an officer whose duty is a region (GB/T 2260) with all below it.

    Raises RuleBroken(username | password | name) for what cannot be taken.
    """
    person = _with_password(session, PersonKind.OFFICER, username, password, name)
    person.created_at, person.locale = now, locale
    person.identity = Identity(name=person.display_name)
    person.post = OfficerPost(region_code=region_code, role=role)
    session.add(person)
    session.flush()
    return person


def fold_username(username: str) -> str:
    """A user name as it is kept and looked up: the same from every keyboard, capitals do not count."""
    return unicodedata.normalize("NFKC", username[:100]).strip().lower()


def _with_password(session: Session, kind: PersonKind, username: str, password: str, name: str) -> Person:
    folded = fold_username(username)
    if not _USERNAME.fullmatch(folded):
        sentence = N_("A user name has 3 to 40 letters, digits, dots or hyphens, a letter or digit first.")
        raise RuleBroken("username", sentence)
    if session.scalar(sa.select(Person.id).where(Person.username == folded)) is not None:
        raise RuleBroken("username", N_("This user name is taken. Please choose another."))
    shown = clean_text(name, limit=NAME_LIMIT, field="name")
    if not shown:
        raise RuleBroken("name", N_("Please enter a name."))
    return Person(
        kind=kind,
        username=folded,
        password_hash=hashed(check_new(password, username=folded)),
        display_name=shown,
    )
