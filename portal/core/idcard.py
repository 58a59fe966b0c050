"""The number of a Chinese identity card: 18 characters with a check (GB 11643)."""

import re
import unicodedata
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")


def fold(text: str) -> str:
    """The number as it is compared: half-width, upper case, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def is_valid(text: str) -> bool:
    """Whether a folded number has its form, a day of birth that exists, and its check character."""
    if not _NUMBER.fullmatch(text):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return check_character(text[:17]) == text[17]


def check_character(body: str) -> str:
    """The 18th character that belongs to the 17 digits before it."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]
