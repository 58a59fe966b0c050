"""The lists a city words for itself: trades, problems, reasons. Codes are for ever, wording is data.

A city retires a code and never drops it: old records keep its wording, and it can be brought back.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from portal.core.errors import RuleBroken
from portal.core.words import N_


class Kind(StrEnum):
    TRADE = "trade"
    PROBLEM = "problem"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    NOT_ACCEPTED = "not_accepted"
    TERMINATION = "termination"
    NAMING = "naming"
    EXCLUSION = "exclusion"
    SUSPENSION = "suspension"
    VERIFICATION = "verification"
    RECUSAL = "recusal"
    MEDIATOR = "mediator"


@cache
def defaults() -> dict[str, list[dict[str, Any]]]:
    """The lists every city starts from: {kind: [{"code", "zh", "en"}, …]}."""
    text = (Path(__file__).parent / "data" / "choices.toml").read_text(encoding="utf-8")
    loaded: dict[str, list[dict[str, Any]]] = tomllib.loads(text)
    return loaded


def whole_list(own: Mapping[str, Any], kind: Kind) -> list[dict[str, Any]]:
    """A city's list of one kind with what it has retired; the default list where the city has none."""
    listed: list[dict[str, Any]] = own.get(kind) or defaults()[kind]
    return listed


def choices(own: Mapping[str, Any], kind: Kind) -> list[dict[str, str]]:
    """What can be chosen of a city's list of one kind, in its order."""
    return [choice for choice in whole_list(own, kind) if not choice.get("retired")]


def is_listed(own: Mapping[str, Any], kind: Kind, code: str) -> bool:
    """Whether this code can be chosen of a city's list of one kind."""
    return any(choice["code"] == code for choice in choices(own, kind))


def must_be_listed(own: Mapping[str, Any], kind: Kind, code: str, field: str, otherwise: str) -> None:
    """Raises RuleBroken(field) for a code that cannot be chosen; one that was retired is named so."""
    if is_listed(own, kind, code):
        return
    if any(choice["code"] == code for choice in whole_list(own, kind)):
        raise RuleBroken(field, N_("This is no longer on the list. Please choose again."))
    raise RuleBroken(field, otherwise)


def trouble_of(own: Mapping[str, Any], problem: str) -> str:
    """What a return policy calls this problem: quality | fit | prepaid | other.

    The kinds are those of portal.return_policies.answers.Trouble. A city's own list may say it (`trouble`);
    what it leaves open is as in the default list.
    """
    for listed in (whole_list(own, Kind.PROBLEM), defaults()[Kind.PROBLEM]):
        for choice in listed:
            if choice["code"] == problem and "trouble" in choice:
                return str(choice["trouble"])
    return "other"


def label(own: Mapping[str, Any], kind: Kind, code: str, locale: str) -> str:
    """The wording of one code in the reader's language, also of a retired one; else the code itself."""
    for listed in (whole_list(own, kind), defaults()[kind]):
        for choice in listed:
            if choice["code"] == code:
                return str(choice["en" if locale == "en" else "zh"])
    return code
