"""Below what no policy may fall: the law and the standards above it, by region and goods (domain.md 4)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, reduce
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import NUMBERS, TITLES, UNSET, Terms, better_of, worse_terms
from portal.return_policies.models import Standard, StandardVersion


@dataclass(frozen=True)
class Law:
    """What holds without any pledge: terms, and where they stand in the law, in both languages."""

    terms: Terms
    basis_zh: str
    basis_en: str


@cache
def law() -> Law:
    """The law's floor, from data/floors.toml."""
    text = (Path(__file__).parent / "data" / "floors.toml").read_text(encoding="utf-8")
    loaded = tomllib.loads(text)
    return Law(UNSET | loaded["law"], loaded["basis"]["zh"], loaded["basis"]["en"])


def regions_above(code: str) -> tuple[str, ...]:
    """The regions whose standards bind this one: its city and its province, for GB/T 2260 codes."""
    above = (f"{code[:4]}00", f"{code[:2]}0000")
    return tuple(one for one in above if one != code)


def floor_of(session: Session, standard: Standard, on: date) -> Terms:
    """The terms that this standard may not undercut on a day.

    They are the law's and those of the published standards of the regions above it, for the same goods and
    for the goods above these.
    """
    goods = tree_of(session, standard.city_code).path(standard.category_code) or (standard.category_code,)
    wanted = (
        sa.select(StandardVersion)
        .join(Standard)
        .where(
            Standard.region_code.in_(regions_above(standard.region_code)),
            Standard.category_code.in_(goods),
            StandardVersion.published_at.is_not(None),
            StandardVersion.withdrawn_at.is_(None),
            StandardVersion.valid_from <= on,
        )
        .order_by(StandardVersion.standard_id, StandardVersion.n)
    )
    latest = {version.standard_id: version.terms for version in session.scalars(wanted)}
    return reduce(better_of, (UNSET | terms for terms in latest.values()), law().terms)


def not_below(terms: Mapping[str, Any], floor: Mapping[str, Any]) -> None:
    """Raises RuleBroken(term) that names the first clause by which the terms undercut the floor."""
    for term in worse_terms(terms, floor):
        raise RuleBroken(
            term.name,
            N_("This gives less than what binds it: clause %(number)s, %(clause)s."),
            number=NUMBERS[term.clause],
            clause=TITLES[term.clause],
        )
