"""How often something may be tried (trust.md S26, S27): one table of data, counted in the database."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import TryCount
from portal.core.errors import TooManyTries
from portal.core.orm import insert


class Try(StrEnum):
    """What is counted; the value is stored."""

    SMS_FROM_NETWORK = "sms-network"
    SMS_TO_PHONE = "sms-phone"
    SMS_IN_ALL = "sms-all"
    CODE_OF_PHONE = "code-phone"
    SIGN_UP_FROM_NETWORK = "sign-up-network"
    SIGN_IN_FROM_NETWORK = "sign-in-network"
    SIGN_IN_FROM_NETWORK_AS = "sign-in-pair"
    SIGN_IN_AS_FROM_STRANGERS = "sign-in-name"
    KNOWN_NETWORK = "known-network"
    SLIP_FROM_NETWORK = "slip-network"
    SLIP_OF_REFERENCE = "slip-reference"


@dataclass(frozen=True)
class Limit:
    most: int
    window: timedelta


# Windows of fixed length, beginning with the hour or the day of UTC. `SMS_IN_ALL` has its limit from the
# setting SMS_DAILY. No limit of signing in is for everybody, and the one of a name does not count where its
# owner has signed in before (KNOWN_NETWORK), so nobody can lock anybody else out.
LIMITS: dict[Try, Limit] = {
    Try.SMS_FROM_NETWORK: Limit(20, timedelta(hours=1)),
    Try.SMS_TO_PHONE: Limit(5, timedelta(hours=1)),
    Try.SMS_IN_ALL: Limit(0, timedelta(days=1)),
    Try.CODE_OF_PHONE: Limit(10, timedelta(days=1)),
    Try.SIGN_UP_FROM_NETWORK: Limit(20, timedelta(hours=1)),
    Try.SIGN_IN_FROM_NETWORK: Limit(100, timedelta(hours=1)),
    Try.SIGN_IN_FROM_NETWORK_AS: Limit(10, timedelta(minutes=15)),
    Try.SIGN_IN_AS_FROM_STRANGERS: Limit(50, timedelta(hours=1)),
    Try.KNOWN_NETWORK: Limit(0, timedelta(days=30)),
    Try.SLIP_FROM_NETWORK: Limit(20, timedelta(hours=1)),
    Try.SLIP_OF_REFERENCE: Limit(10, timedelta(hours=1)),
}


def count(session: Session, what: Try, key: str, *, now: datetime, most: int | None = None) -> None:
    """Count one try of `key`; the caller commits, also when this refuses, so that the count stays.

    most: replaces the table's number. Raises TooManyTries where more than that fell into this window.
    """
    most = LIMITS[what].most if most is None else most
    if _add(session, what, key, now) > most:
        raise TooManyTries(_window_end(what, now) - now)


def note(session: Session, what: Try, key: str, *, now: datetime) -> None:
    """Count one try that nothing limits: something to remember for a while."""
    _add(session, what, key, now)


def was_noted(session: Session, what: Try, key: str, *, now: datetime) -> bool:
    """Whether it was counted in this window or in the one before."""
    window = _window(what, now)
    found = sa.select(TryCount.tries).where(
        TryCount.key == _row_key(what, key), TryCount.window.in_((window, window - 1)), TryCount.tries > 0
    )
    return session.execute(found).first() is not None


def give_back(session: Session, what: Try, key: str, *, now: datetime) -> None:
    """Take one try back: it was the right one."""
    session.execute(
        sa.update(TryCount)
        .where(TryCount.key == _row_key(what, key), TryCount.window == _window(what, now), TryCount.tries > 0)
        .values(tries=TryCount.tries - 1)
    )


def forget_old(session: Session, now: datetime) -> None:
    """Drop the counts of windows that no limit looks at any more."""
    for what in Try:
        session.execute(
            sa.delete(TryCount).where(
                TryCount.key.startswith(f"{what}:"), TryCount.window < _window(what, now) - 1
            )
        )


def network_of(ip: str) -> str:
    """What one household or office has: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _add(session: Session, what: Try, key: str, now: datetime) -> int:
    """One more in this window, in one statement, so that parallel tries cannot share a number."""
    one = insert(session, TryCount).values(key=_row_key(what, key), window=_window(what, now), tries=1)
    more = one.on_conflict_do_update(
        index_elements=[TryCount.key, TryCount.window], set_={"tries": TryCount.tries + 1}
    )
    tries: int = session.execute(more.returning(TryCount.tries)).scalar_one()
    return tries


def _row_key(what: Try, key: str) -> str:
    """Phones, names and addresses do not stand in the table themselves."""
    return f"{what}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def _window(what: Try, now: datetime) -> int:
    return int(now.timestamp() // LIMITS[what].window.total_seconds())


def _window_end(what: Try, now: datetime) -> datetime:
    length = LIMITS[what].window
    return datetime.fromtimestamp((_window(what, now) + 1) * length.total_seconds(), now.tzinfo)
