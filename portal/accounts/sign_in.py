"""Signing in by name and password (trust.md S27), and changing the password."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.joining import fold_username
from portal.accounts.limits import Try, network_of
from portal.accounts.models import Person
from portal.accounts.passwords import check_new, hashed, is_outdated, matches
from portal.core.errors import RuleBroken
from portal.core.words import N_


def check_password(session: Session, username: str, password: str, *, ip: str, now: datetime) -> int | None:
    """The id of the person whom this name and password belong to; None where they do not belong together.

    Takes as long for a name that nobody has. Counts the try and commits before it looks, so that a refused
    one stays counted and the slow hash holds no lock; the caller commits the rest. Raises TooManyTries.
    """
    name, network = fold_username(username), network_of(ip)
    _count(session, name, network, now)
    row = session.execute(
        sa.select(Person.id, Person.password_hash).where(
            Person.username == name, Person.disabled_at.is_(None)
        )
    ).one_or_none()
    session.commit()
    if not matches(row.password_hash if row else None, password) or row is None:
        return None
    fresh_hash = hashed(password) if is_outdated(row.password_hash) else None
    _forgive(session, name, network, now)
    if fresh_hash is not None:
        _keep(session, row.id, fresh_hash)
    return int(row.id)


def change_password(session: Session, person_id: int, *, old: str, new: str, ip: str, now: datetime) -> None:
    """Set a new password, for somebody who knows the old one; the caller ends the other sessions and commits.

    Counted like a sign-in: an open screen is no licence to guess. Raises RuleBroken(old | password),
    TooManyTries.
    """
    username = session.scalars(sa.select(Person.username).where(Person.id == person_id)).one() or ""
    if new == old:
        raise RuleBroken("password", N_("The new password is the same as the old one."))
    fresh_hash = hashed(check_new(new, username=username))
    if check_password(session, username, old, ip=ip, now=now) != person_id:
        raise RuleBroken("old", N_("This is not your present password."))
    _keep(session, person_id, fresh_hash)


def set_password(session: Session, username: str, new: str) -> int | None:
    """Set a new password for somebody who has forgotten the old one; gives the person's id.

    None where nobody has that name. The caller has made sure who asks, ends the sessions and commits.
    Raises RuleBroken(password).
    """
    name = fold_username(username)
    person_id = session.scalar(sa.select(Person.id).where(Person.username == name))
    if person_id is not None:
        _keep(session, person_id, hashed(check_new(new, username=name)))
    return person_id


def _count(session: Session, name: str, network: str, now: datetime) -> None:
    try:
        limits.count(session, Try.SIGN_IN_FROM_NETWORK, network, now=now)
        limits.count(session, Try.SIGN_IN_FROM_NETWORK_AS, _pair(name, network), now=now)
        if not limits.was_noted(session, Try.KNOWN_NETWORK, _pair(name, network), now=now):
            limits.count(session, Try.SIGN_IN_AS_FROM_STRANGERS, name, now=now)
    finally:
        session.commit()


def _forgive(session: Session, name: str, network: str, now: datetime) -> None:
    """The right password: this try counts for nothing, and the network is no stranger to the name."""
    limits.give_back(session, Try.SIGN_IN_FROM_NETWORK, network, now=now)
    limits.give_back(session, Try.SIGN_IN_FROM_NETWORK_AS, _pair(name, network), now=now)
    limits.note(session, Try.KNOWN_NETWORK, _pair(name, network), now=now)


def _keep(session: Session, person_id: int, password_hash: str) -> None:
    session.execute(sa.update(Person).where(Person.id == person_id).values(password_hash=password_hash))


def _pair(name: str, network: str) -> str:
    return f"{name} {network}"
