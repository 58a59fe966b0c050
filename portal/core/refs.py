"""Numbers that name things: readable aloud, not enumerable, with a check against slips of the hand."""

import re
import secrets
import unicodedata

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

REF_DIGITS = 14
# Digits and capitals without those that are taken for one another: 0OQ 1IL 2Z 5S 8 UV. 23 is prime, so
# the check character catches every wrong character and every two that changed places.
STORE_ALPHABET = "34679ABCDEFGHJKMNPRTWXY"
STORE_CODE_LENGTH = 8

_SEPARATORS = re.compile(r"[\s\-‐-―−]+")
_LONGEST_INPUT = 64


def new_ref() -> str:
    """A dispute's reference: 13 random digits (43 bits) and an ISO 7064 MOD 11,10 check digit.

    It opens nothing by itself (trust.md S12).
    """
    body = f"{secrets.randbelow(10 ** (REF_DIGITS - 1)):0{REF_DIGITS - 1}d}"
    return body + check_digit(body)


def unused_ref(session: Session, column: InstrumentedAttribute[str]) -> str:
    """A new reference that no row has in this column yet."""
    while True:
        ref = new_ref()
        if session.scalar(sa.select(column).where(column == ref)) is None:
            return ref


def spoken(ref: str) -> str:
    """A reference in groups of four, as it is shown and read aloud."""
    return " ".join(ref[i : i + 4] for i in range(0, len(ref), 4))


def parse_ref(text: str) -> str | None:
    """The reference that someone typed, or None where it cannot be one."""
    ref = _fold(text)
    if not re.fullmatch(rf"[0-9]{{{REF_DIGITS}}}", ref):
        return None
    return ref if check_digit(ref[:-1]) == ref[-1] else None


def check_digit(digits: str) -> str:
    """The ISO 7064 MOD 11,10 check digit of a string of decimal digits."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def new_store_code() -> str:
    """A store's code: 7 random characters (32 bits) and a check character; the table keeps it unique."""
    body = "".join(secrets.choice(STORE_ALPHABET) for _ in range(STORE_CODE_LENGTH - 1))
    return body + _check_character(body)


def parse_store_code(text: str) -> str | None:
    """The store code that someone typed, or None where it cannot be one."""
    code = _fold(text)
    if len(code) != STORE_CODE_LENGTH or not set(code) <= set(STORE_ALPHABET):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def new_token(bits: int = 128) -> str:
    """A secret for a link or a cookie: url-safe, at least `bits` random bits."""
    return secrets.token_urlsafe(-(-bits // 8))


def new_id96() -> str:
    """An unguessable name of 96 random bits, 24 hexadecimal digits, for evidence (trust.md 18)."""
    return secrets.token_hex(12)


def _check_character(body: str) -> str:
    weighted = sum(weight * STORE_ALPHABET.index(c) for weight, c in enumerate(body, start=1))
    return STORE_ALPHABET[weighted % len(STORE_ALPHABET)]


def _fold(text: str) -> str:
    if len(text) > _LONGEST_INPUT:
        return ""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
