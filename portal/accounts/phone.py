"""Signing in with a code sent to a phone (trust.md S26): short-lived, good once, counted, for one session."""

import logging
import re
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.joining import consumer_of
from portal.accounts.limits import Try
from portal.accounts.models import Identity, PhoneCode
from portal.accounts.passwords import hashed, matches
from portal.core.channels import Channel, Message
from portal.core.errors import RuleBroken, TooManyTries
from portal.core.masking import is_mobile
from portal.core.words import N_

log = logging.getLogger("portal")

CODE_LIVES = timedelta(minutes=5)
GUESSES_PER_CODE = 5
KEPT = timedelta(days=2)  # as long as a count of the day may need explaining
SMS_TEXT = N_(
    "[%(city)s Hejie] Your code is %(code)s, good for 5 minutes. Tell it to nobody, not even to us."
)


def send_code(
    session: Session,
    phone: str,
    *,
    session_id: str,
    ip: str,
    channel: Channel,
    now: datetime,
    city_name: str,
    daily_budget: int,
    gettext: Callable[..., str],
) -> str:
    """Send a fresh code that this session may confirm `phone` with; gives the 11 digits it went to.

    The same whoever asks: nothing here knows whether the phone has been seen before. Commits, because the
    count must stay where it refuses, and because a gateway may be slow. Raises RuleBroken("phone") for what
    is no mainland mobile number, TooManyTries, ChannelFailed. gettext: puts a sentence into the reader's
    language.
    """
    number = is_mobile(phone)
    if number is None:
        raise RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits."))
    _count_sending(session, number, ip, now, daily_budget)
    code = f"{secrets.randbelow(10**6):06d}"
    row = PhoneCode(
        phone=number,
        code_hash=hashed(code),
        session_id=session_id,
        sent_at=now,
        expires_at=now + CODE_LIVES,
        guesses=0,
    )
    session.add(row)
    session.flush()
    key = f"code-{row.id}"
    session.commit()
    channel.send(Message(key, number, "", gettext(SMS_TEXT, city=city_name, code=code)))
    return number


def check_code(
    session: Session, phone: str, code: str, *, session_id: str, now: datetime, locale: str = "zh_CN"
) -> Identity:
    """The consumer who proved `phone` with the code sent to it for this session; good once.

    phone: the 11 digits that `send_code` gave. Counts the guess and commits before it looks, so that a
    refused one stays counted and the slow hash holds no lock; what follows is the caller's to commit.
    locale: for somebody new. Raises RuleBroken("code") for a wrong or outdated code, TooManyTries.
    """
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", code[:40]))
    if not re.fullmatch(r"[0-9]{6}", digits):
        raise RuleBroken("code", N_("The code has 6 digits. It is in the text message."))
    found = _count_guess(session, phone, session_id, now)
    if found is None:
        raise RuleBroken("code", N_("This code is no longer valid. Please ask for a new one."))
    code_id, code_hash, guesses = found
    if not matches(code_hash, digits):
        if guesses >= GUESSES_PER_CODE:
            raise RuleBroken("code", N_("That was wrong too often for this code. Please ask for a new one."))
        raise RuleBroken("code", N_("This is not the code we sent. Please look again."))
    # The count before the code, as a guess takes them: two at once must not wait for each other.
    limits.give_back(session, Try.CODE_OF_PHONE, phone, now=now)
    if not _use(session, code_id, now):
        session.rollback()  # somebody was faster: nothing is given back
        raise RuleBroken("code", N_("This code is no longer valid. Please ask for a new one."))
    return consumer_of(session, phone, now=now, locale=locale)


def forget_old(session: Session, now: datetime) -> None:
    """Drop the codes that nobody can use any more."""
    session.execute(sa.delete(PhoneCode).where(PhoneCode.sent_at < now - KEPT))


def _count_sending(session: Session, number: str, ip: str, now: datetime, daily_budget: int) -> None:
    """The network before the phone before the budget: who floods uses up his own first."""
    try:
        limits.count(session, Try.SMS_FROM_NETWORK, limits.network_of(ip), now=now)
        limits.count(session, Try.SMS_TO_PHONE, number, now=now)
        _count_bill(session, now, daily_budget)
    finally:
        session.commit()


def _count_bill(session: Session, now: datetime, daily_budget: int) -> None:
    try:
        limits.count(session, Try.SMS_IN_ALL, "", now=now, most=daily_budget)
    except TooManyTries:
        log.warning("ALARM: the day's %s text messages (HEJIE_SMS_DAILY) are used up", daily_budget)
        raise


def _count_guess(session: Session, phone: str, session_id: str, now: datetime) -> tuple[int, str, int] | None:
    """Count a guess at the newest code; gives its id, hash and guesses, None where none may be guessed at."""
    newest = (
        sa.select(PhoneCode.id)
        .where(PhoneCode.phone == phone, PhoneCode.session_id == session_id)
        .order_by(PhoneCode.sent_at.desc(), PhoneCode.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    counted = (
        sa.update(PhoneCode)
        .where(
            PhoneCode.id == newest,
            PhoneCode.used_at.is_(None),
            PhoneCode.expires_at > now,
            PhoneCode.guesses < GUESSES_PER_CODE,
        )
        .values(guesses=PhoneCode.guesses + 1)
        .returning(PhoneCode.id, PhoneCode.code_hash, PhoneCode.guesses)
        .execution_options(synchronize_session=False)
    )
    try:
        limits.count(session, Try.CODE_OF_PHONE, phone, now=now)
        row = session.execute(counted).one_or_none()
        return None if row is None else (row.id, row.code_hash, row.guesses)
    finally:
        session.commit()


def _use(session: Session, code_id: int, now: datetime) -> bool:
    """Mark a code as used; False where somebody was faster."""
    used = session.execute(
        sa.update(PhoneCode)
        .where(PhoneCode.id == code_id, PhoneCode.used_at.is_(None))
        .values(used_at=now)
        .returning(PhoneCode.id)
    )
    return used.one_or_none() is not None
