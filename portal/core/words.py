"""What people write: marked, cleaned, and made searchable."""

import re
import unicodedata
from typing import Literal

from portal.core.errors import RuleBroken

MOST_MARKS = 8  # on one letter; no living language needs more

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Control characters, lone surrogates, and what is invisible or turns the text around: bidi marks and
# overrides, zero-width spaces, tags. The two joiners (U+200C, U+200D) stay: emoji and Persian need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
# What nearly all Chinese text is made of; no mark that sits on a letter is among it.
_UNMARKED = re.compile(r"[\x00-\x7f\u3000-\u3029\u3030-\u303f\u3400-\u9fff\uff00-\uffef]*")
# A token is one Chinese character, a run of other letters, or a run of digits: 格力KFR35 -> 格 力 kfr 35.
_TOKEN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]|\d+|[^\W\d_\u3400-\u9fff\U00020000-\U0003ffff]+")


def N_(message: str) -> str:  # the name that gettext tools look for
    """Mark a sentence for translation; the edge translates it."""
    return message


def clean_text(text: str, *, limit: int, field: str | None = None) -> str:
    """What someone wrote, tidied.

    limit: the most characters that may be left. Raises RuleBroken(field) beyond it, naming both numbers.
    Cleaning twice changes nothing.
    """
    cleaned = tidy(text)
    if len(cleaned) > limit:
        raise RuleBroken(
            field,
            N_("Please keep this to %(limit)s characters. You wrote %(length)s."),
            limit=limit,
            length=len(cleaned),
        )
    return cleaned


def filled_text(field: str, text: str, limit: int) -> str:
    """What someone wrote where something must be; raises RuleBroken(field) for nothing or too much."""
    cleaned = clean_text(text, limit=limit, field=field)
    if not cleaned:
        raise RuleBroken(field, N_("This may not be empty."))
    return cleaned


def tidy(text: str) -> str:
    """The text in NFC with \\n line ends, stripped, without what nobody can see."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _normalise("NFC", _UNSEEN.sub("", lines)).strip()


def unigrams(text: str) -> str:
    """The text as space-separated tokens, each Chinese character its own: what goes into a search index.

    The same for SQLite (FTS5 unicode61) and PostgreSQL (to_tsvector 'simple'), so that both find the
    same rows, two-character words among them.
    """
    return " ".join(_TOKEN.findall(_normalise("NFKC", text).lower()))


def search_phrase(query: str) -> str:
    """A quoted phrase for FTS5's MATCH and for phraseto_tsquery('simple', …).

    '' where there is nothing to search for. No character of the query reaches either query language:
    only tokens stand between the quotes.
    """
    tokens = unigrams(query)
    return f'"{tokens}"' if tokens else ""


def _normalise(form: Literal["NFC", "NFKC"], text: str) -> str:
    """The normal form, with marks piled on one letter cut short.

    Sorting a pile takes quadratic time (500,000 marks: minutes), and a tall pile covers its neighbours.
    """
    if text.isascii():
        return text
    return _cut_piles(unicodedata.normalize(form, _cut_piles(text)))


def _cut_piles(text: str) -> str:
    if _UNMARKED.fullmatch(text):
        return text
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)
