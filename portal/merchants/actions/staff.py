"""The people who work for a merchant: signing up, clerks and their stores, how to reach them."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.joining import add_staff, employ
from portal.accounts.models import Identity, Membership, Person, StaffRole
from portal.accounts.passwords import hashed
from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.masking import is_mobile
from portal.core.words import N_, tidy
from portal.merchants.models import Store

# Read aloud across a counter: no letter or digit that is taken for another; 59 bits in three groups.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LONGEST_EMAIL = 120

_EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


def sign_up(
    session: Session,
    *,
    username: str,
    password: str,
    name: str,
    phone: str,
    now: datetime,
    locale: str = "zh_CN",
) -> Person:
    """Take in somebody who says that a shop is theirs; until a claim is approved, works for none.

    phone: for the portal's notices. Raises RuleBroken(username | password | name | phone).
    """
    return _new_person(
        session,
        username=username,
        password=password,
        name=name,
        phone=_needed_phone(phone),
        now=now,
        locale=locale,
    )


def add_clerk(
    session: Session,
    owner: Viewer,
    *,
    username: str,
    name: str,
    phone: str = "",
    email: str = "",
    store_ids: Iterable[int],
    now: datetime,
    locale: str = "zh_CN",
) -> tuple[Person, str]:
    """A new clerk of some of the owner's stores, with the first password, to be handed over and changed.

    Raises RuleBroken(username | name | phone | email | stores).
    """
    stores = _own_stores(session, owner, store_ids)
    password = new_password()
    clerk = _new_person(
        session,
        username=username,
        password=password,
        name=name,
        phone=phone,
        email=check_email(email),
        now=now,
        locale=locale,
    )
    for store in stores:
        employ(session, clerk, store.merchant_id, store_id=store.id, now=now)
    return clerk, password


def scope_clerk(
    session: Session, owner: Viewer, clerk_id: int, *, store_ids: Iterable[int], now: datetime
) -> None:
    """Let a clerk look after exactly these of the owner's stores; what the clerk does elsewhere stays.

    Raises NotAllowed for somebody who is not the owner's clerk, RuleBroken("stores") for none at all.
    """
    clerk = _own_clerk(session, owner, clerk_id)
    stores = {store.id: store for store in _own_stores(session, owner, store_ids)}
    rows = session.scalars(sa.select(Membership).where(*_clerkships(owner, clerk_id))).all()
    for row in rows:
        if row.store_id not in stores:
            session.delete(row)
    for store_id in stores.keys() - {row.store_id for row in rows}:
        employ(session, clerk, stores[store_id].merchant_id, store_id=store_id, now=now)


def remove_clerk(session: Session, owner: Viewer, clerk_id: int) -> Person:
    """Let a clerk go from all of the owner's stores; the caller ends the clerk's sessions.

    Raises NotAllowed for somebody who is not the owner's clerk.
    """
    clerk = _own_clerk(session, owner, clerk_id)
    session.execute(sa.delete(Membership).where(*_clerkships(owner, clerk_id)))
    return clerk


def reset_password(session: Session, owner: Viewer, clerk_id: int) -> tuple[Person, str]:
    """A new first password for a clerk who has forgotten the own one; the caller ends the clerk's sessions.

    Raises NotAllowed for somebody who is not the owner's clerk, RuleBroken for somebody who works elsewhere
    too: the password opens that as well.
    """
    clerk = _own_clerk(session, owner, clerk_id)
    elsewhere = sa.select(Membership.id).where(
        Membership.person_id == clerk_id,
        sa.or_(Membership.merchant_id.not_in(owner.owns), Membership.role == StaffRole.OWNER),
    )
    if session.scalar(elsewhere.limit(1)) is not None:
        raise RuleBroken(
            None, N_("This person also works elsewhere. Only the bureau can set a new password.")
        )
    password = new_password()
    clerk.password_hash = hashed(password)
    return clerk, password


def set_contact(session: Session, person_id: int, *, phone: str, email: str) -> None:
    """Where the notices of a member of staff go; both may be empty, then they stay in the portal.

    Raises RuleBroken(phone | email).
    """
    identity = session.get(Identity, person_id)
    if identity is None:
        identity = Identity(person_id=person_id)
        session.add(identity)
    identity.phone = _needed_phone(phone) if phone.strip() else None
    identity.email = check_email(email) or None


def new_password() -> str:
    """A first password such as k7mp-3xqd-9fht."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def check_email(email: str) -> str:
    """The address, '' for none; raises RuleBroken("email") for what cannot be one."""
    bare = tidy(email[: 2 * LONGEST_EMAIL])
    if bare and (len(bare) > LONGEST_EMAIL or not _EMAIL.fullmatch(bare)):
        raise RuleBroken("email", N_("This is not an e-mail address, such as name@example.com."))
    return bare


def _new_person(session: Session, **values: Any) -> Person:
    try:
        return add_staff(session, **values)
    except IntegrityError:  # the same name at the same moment
        raise RuleBroken("username", N_("This user name is taken. Please choose another.")) from None


def _needed_phone(phone: str) -> str:
    number = is_mobile(phone)
    if number is None:
        raise RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits."))
    return number


def _own_stores(session: Session, owner: Viewer, store_ids: Iterable[int]) -> list[Store]:
    wanted = sa.select(Store).where(Store.id.in_(set(store_ids)), Store.merchant_id.in_(owner.owns))
    stores = list(session.scalars(wanted))
    if not stores:
        raise RuleBroken("stores", N_("Please choose at least one store."))
    return stores


def _own_clerk(session: Session, owner: Viewer, clerk_id: int) -> Person:
    clerk = session.get(Person, clerk_id)
    if (
        clerk is None
        or session.scalar(sa.select(Membership.id).where(*_clerkships(owner, clerk_id)).limit(1)) is None
    ):
        raise NotAllowed
    return clerk


def _clerkships(owner: Viewer, clerk_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Membership.person_id == clerk_id,
        Membership.merchant_id.in_(owner.owns),
        Membership.role == StaffRole.CLERK,
    )
