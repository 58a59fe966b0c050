"""The lists a city words for itself: trades, problems, reasons. Codes are for ever, wording is data."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    TRADE = "trade"
    PROBLEM = "problem"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    NOT_ACCEPTED = "not_accepted"
    TERMINATION = "termination"


@cache
def defaults() -> dict[str, list[dict[str, str]]]:
    """The lists every city starts from: {kind: [{"code", "zh", "en"}, …]}."""
    text = (Path(__file__).parent / "data" / "choices.toml").read_text(encoding="utf-8")
    loaded: dict[str, list[dict[str, str]]] = tomllib.loads(text)
    return loaded


def choices(own: Mapping[str, Any], kind: Kind) -> list[dict[str, str]]:
    """A city's list of one kind, in its order; the default list where the city has none."""
    listed: list[dict[str, str]] = own.get(kind) or defaults()[kind]
    return listed


def is_listed(own: Mapping[str, Any], kind: Kind, code: str) -> bool:
    """Whether a city's list of one kind has this code."""
    return any(choice["code"] == code for choice in choices(own, kind))


def trouble_of(own: Mapping[str, Any], problem: str) -> str:
    """What a return policy calls this problem: quality | fit | prepaid | other.

    The kinds are those of portal.return_policies.answers.Trouble. A city's own list may say it (`trouble`);
    what it leaves open is as in the default list.
    """
    for listed in (choices(own, Kind.PROBLEM), defaults()[Kind.PROBLEM]):
        for choice in listed:
            if choice["code"] == problem and "trouble" in choice:
                return choice["trouble"]
    return "other"


def label(own: Mapping[str, Any], kind: Kind, code: str, locale: str) -> str:
    """The wording of one code in the reader's language; the code itself where a city has dropped it."""
    for choice in choices(own, kind):
        if choice["code"] == code:
            return choice["en" if locale == "en" else "zh"]
    return code
