"""The unified social credit code of a merchant (GB 32100, domain.md section 6)."""

import re
import unicodedata

from portal.core.words import N_

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # a character's value is its place; no I, O, S, V, Z
LENGTH = 18

_WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))
_ORGANISATION = slice(8, 16)  # characters 9-16; the 17th is their own check character
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SEPARATORS = re.compile(r"[\s\-‐-―−]+")
_LONGEST_INPUT = 64


def fold(text: str) -> str:
    """A code as people type or paste it, in its one form: ASCII capitals and digits, no spaces or hyphens."""
    if len(text) > _LONGEST_INPUT:
        return text
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check(text: str) -> str | None:
    """Why a code is wrong, as a msgid, or None where both check sums hold; `text` is folded first.

    The region in characters 3-8 is not checked: a code may carry a dissolved one for ever.
    """
    code = fold(text)
    if len(code) != LENGTH:
        return N_("A unified social credit code has 18 characters. It stands on the business licence.")
    if not set(code) <= set(ALPHABET):
        return N_("This has a character that no unified social credit code has: I, O, S, V, Z or a sign.")
    if _organisation_check(code[_ORGANISATION]) != code[16] or _check(code[:17]) != code[17]:
        return N_("One of the characters is wrong. Please compare the code with the business licence.")
    return None


def is_valid(text: str) -> bool:
    """Whether a code, once folded, holds both check sums."""
    return check(text) is None


def make(organisation: str, *, region: str = "330000", kind: str = "91") -> str:
    """A valid code for made-up merchants, from 8 characters of an organisation code.

    Raises ValueError where the parts do not make 16 characters of the alphabet.
    """
    body = kind + region + organisation
    if len(organisation) != 8 or len(body) != 16 or not set(body) <= set(ALPHABET):
        raise ValueError(f"no code can be made of {body!r}")
    body += _organisation_check(organisation)
    return body + _check(body)


def _check(first_17: str) -> str:
    total = sum(weight * ALPHABET.index(c) for weight, c in zip(_WEIGHTS, first_17, strict=True))
    return ALPHABET[-total % 31]


def _organisation_check(first_8: str) -> str:
    total = sum(weight * int(c, 36) for weight, c in zip(_ORGANISATION_WEIGHTS, first_8, strict=True))
    return "0123456789X"[-total % 11]


def check_sums(text: str) -> tuple[bool, bool]:
    """Whether the organisation's own check character holds, and the whole code's; both False for no code."""
    code = fold(text)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return False, False
    return _organisation_check(code[_ORGANISATION]) == code[16], _check(code[:17]) == code[17]
