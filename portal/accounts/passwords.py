"""Passwords and codes as Argon2id hashes, and what a new password must be (trust.md 28)."""

import re
import secrets
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.core.errors import RuleBroken
from portal.core.words import N_

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's recommendation for Argon2id
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_REPEATED = re.compile(r"(.{1,4})\1+.{0,3}")


def hashed(secret: str) -> str:
    """The slow hash that is kept instead of a password or a code."""
    return _HASHER.hash(_folded(secret))


def matches(kept: str | None, secret: str) -> bool:
    """Whether a secret is the one that was hashed; takes as long where there is no hash (trust.md 27)."""
    try:
        return _HASHER.verify(kept or _dummy(), _folded(secret)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def check_new(password: str, *, username: str, field: str = "password") -> str:
    """A password that may be set; raises RuleBroken(field) for one that is short, long or easily guessed.

    No rules about kinds of characters and no expiry: they make passwords worse (ASVS 6.2).
    """
    folded = _folded(password)
    if len(folded) < SHORTEST:
        raise RuleBroken(field, N_("Please choose at least %(least)s characters."), least=SHORTEST)
    if len(folded) > LONGEST:
        raise RuleBroken(field, N_("Please choose at most %(most)s characters."), most=LONGEST)
    if _is_guessable(folded.lower(), username.lower()):
        raise RuleBroken(field, N_("This password is easily guessed. Four unrelated words are better."))
    return password


def new_password() -> str:
    """A password to hand over once, such as k7mp-3xqd-9fht-w2ca: 79 random bits, none of them misread."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _is_guessable(password: str, username: str) -> bool:
    if len(username) > 3 and len(password.replace(username, "")) < SHORTEST / 2:
        return True
    return bool(_REPEATED.fullmatch(password)) or _is_run(password) or password in _common()


def _is_run(password: str) -> bool:
    """123456789012, abcdefghijkl, 987654321098: each character the next or the one before."""
    steps = {
        (ord(b) - ord(a)) % 10 if a.isdigit() and b.isdigit() else ord(b) - ord(a)
        for a, b in pairwise(password)
    }
    return steps in ({1}, {-1}, {9})


@cache
def _common() -> frozenset[str]:
    """What people choose when twelve characters are asked for."""
    return frozenset((Path(__file__).parent / "data" / "common_passwords.txt").read_text("utf-8").split())


@cache
def _dummy() -> str:
    return _HASHER.hash("nobody has this password")


def _folded(secret: str) -> str:
    """The same password from every keyboard: full-width letters and composed accents count as one.

    Cut where no password reaches, since folding a long pile of accents takes quadratic time.
    """
    return unicodedata.normalize("NFKC", secret[:1024])
