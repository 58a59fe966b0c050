"""Money is a whole number of fen (1 yuan = 100 fen)."""

import re
import unicodedata

from portal.core.errors import RuleBroken
from portal.core.words import N_

MOST_FEN = 100_000_000 * 100  # nothing bought in a shop costs more than 100 million yuan

_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")
_CURRENCY_BEFORE = re.compile(r"^(?:¥|RMB|CNY|人民币)", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(r"(?:元整?|圆整?|RMB|CNY)$", re.IGNORECASE)
_MINUS = ("-", "−", "–", "—")
_LONGEST_INPUT = 40


def parse_yuan(text: str, *, field: str | None = None) -> int:
    """The fen of an amount as people type it: 8000 · 8,000.00 · ￥8000 · 8000元 · full-width digits.

    Raises RuleBroken(field) for what is not an amount, is negative, has fractions of a fen, or is
    beyond 100 million yuan.
    """
    bare = _bare(text)
    if bare.startswith(_MINUS):
        raise RuleBroken(field, N_("An amount cannot be less than 0."))
    match = _AMOUNT.fullmatch(bare)
    if match is None:
        raise RuleBroken(field, N_("Write the amount in yuan, in digits, for example 8000 or 59.90."))
    whole, fraction = match[1].replace(",", ""), match[2] or ""
    if len(fraction) > 2:
        raise RuleBroken(field, N_("Write at most two digits after the point."))
    fen = int(whole) * 100 + int(fraction.ljust(2, "0"))
    if fen > MOST_FEN:
        raise RuleBroken(field, N_("The amount is too large: at most %(most)s yuan."), most=yuan(MOST_FEN))
    return fen


def yuan(fen: int) -> str:
    """An amount for people: '8,000' where it is whole, else '8,000.50'."""
    whole, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def _bare(text: str) -> str:
    """The text without spaces and currency words, folded to ASCII digits and points."""
    if len(text) > _LONGEST_INPUT:
        return ""
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("。", ".")
    return _CURRENCY_AFTER.sub("", _CURRENCY_BEFORE.sub("", folded))


def about(fen: int, *, digits: int = 2) -> int:
    """Rounded to so many leading digits of yuan, half up: 128 845 fen is 130 000, what is below 1 yuan is 0.

    For public figures: a sum that somebody knows from a receipt is not found again.
    """
    whole = (fen + 50) // 100
    step = int(10 ** max(len(str(whole)) - digits, 0))
    return (whole + step // 2) // step * step * 100
