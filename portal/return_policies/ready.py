"""The ready standards of data/standards.toml: drafts for common trades, for a bureau to adapt."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.return_policies.categories import Tree
from portal.return_policies.clauses import UNSET, Terms, better_of


@dataclass(frozen=True)
class ReadyStandard:
    """A draft to begin with; `about` says in a sentence or two what it promises."""

    key: str
    category: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    basis_zh: str
    basis_en: str
    terms: Mapping[str, Any]

    def title(self, locale: str) -> str:
        return self.title_en if locale == "en" else self.title_zh

    def about(self, locale: str) -> str:
        return self.about_en if locale == "en" else self.about_zh

    def basis(self, locale: str) -> str:
        return self.basis_en if locale == "en" else self.basis_zh


BLANK = ReadyStandard("blank", "", "", "", "", "", "", "", {})


@cache
def ready_standards() -> tuple[ReadyStandard, ...]:
    """All of them, in the order in which they are offered."""
    text = (Path(__file__).parent / "data" / "standards.toml").read_text(encoding="utf-8")
    return tuple(ReadyStandard(**row) for row in tomllib.loads(text)["standard"])


def ready_standard(key: str) -> ReadyStandard:
    """The one of this key; the blank one for every other."""
    return next((one for one in ready_standards() if one.key == key), BLANK)


def first_terms(ready: ReadyStandard, floor: Mapping[str, Any], tree: Tree) -> Terms:
    """The terms a draft begins with: the ready ones, on goods this city knows, and never below the floor."""
    terms = UNSET | dict(ready.terms)
    terms["no_reason_excluded"] = sorted(filter(tree.get, terms["no_reason_excluded"]))
    return better_of(terms, floor)
