"""The facts of a purchase, and the answer of a policy to them, as values and as stored JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.return_policies.clauses import Clause


class Trouble(StrEnum):
    """What kind of trouble it is; which problem is which is data (choices.toml)."""

    QUALITY = "quality"  # faulty, spoiled, not as described
    FIT = "fit"  # wrong size or colour, or no longer wanted
    PREPAID = "prepaid"  # a card or credit
    OTHER = "other"  # nothing that a return policy speaks of


class Outcome(StrEnum):
    ENTITLED = "entitled"
    NOT_ENTITLED = "not_entitled"
    INCOMPLETE = "incomplete"  # a fact is missing that decides
    OUTSIDE = "outside"  # a return policy says nothing about this
    IMPOSSIBLE = "impossible"  # bought after it was asked


class Why(StrEnum):
    """Why a clause does not help."""

    LATE = "late"
    EXCLUDED = "excluded"
    CONDITION = "condition"
    CONDITION_UNKNOWN = "condition_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    NOT_PROMISED = "not_promised"


@dataclass(frozen=True)
class Purchase:
    """The facts. `categories`: the goods' category and those above it, the nearest first; () where unknown.

    condition: one of CONDITIONS, '' where unknown; paid_fen: what was paid, in fen.
    """

    trouble: Trouble
    bought_on: date
    asked_on: date
    paid_fen: int
    categories: tuple[str, ...] = ()
    condition: str = ""

    @property
    def day(self) -> int:
        """Which day it is, the day of the purchase being day 0."""
        return (self.asked_on - self.bought_on).days


@dataclass(frozen=True)
class Right:
    """One thing the consumer may ask for.

    remedy: return | refund | exchange | repair, as in disputes.workflow.Remedy; clause: what gives it, with
    `days` and the `last_day` (None: for ever); amount_fen: the money back, None where no sum follows;
    within_days: to be done in so many days, None: not said; fee_percent: already taken off the amount.
    """

    remedy: str
    clause: Clause
    days: int | None
    last_day: date | None
    amount_fen: int | None = None
    within_days: int | None = None
    fee_percent: int = 0
    transport: str = ""
    proof: str = ""
    needs_condition: str = ""


@dataclass(frozen=True)
class Missed:
    """A clause that does not help, and why; `last_day` for LATE, `value` for what would have been needed."""

    clause: Clause
    why: Why
    days: int = 0
    last_day: date | None = None
    value: str = ""


@dataclass(frozen=True)
class Answer:
    """The rights, the strongest first, and the clauses that do not help."""

    outcome: Outcome
    day: int
    rights: tuple[Right, ...] = ()
    missed: tuple[Missed, ...] = ()

    def right_for(self, remedy: str) -> Right | None:
        """The right that answers this wish: money back is asked for as a return or as a refund."""
        wanted = MONEY_BACK if remedy in MONEY_BACK else {remedy}
        return next((right for right in self.rights if right.remedy in wanted), None)


MONEY_BACK = frozenset({"return", "refund"})
STRENGTH = ("repair", "exchange", "refund", "return")  # the later, the stronger


def plain(answer: Answer) -> dict[str, Any]:
    """The answer as JSON: what is bound to a dispute."""
    stored: dict[str, Any] = json.loads(json.dumps(asdict(answer), default=date.isoformat))
    return stored


def answer_from(stored: Mapping[str, Any]) -> Answer:
    """The answer again, from what `plain` made of it."""
    return Answer(
        Outcome(stored["outcome"]),
        stored["day"],
        tuple(Right(**_typed(right)) for right in stored["rights"]),
        tuple(Missed(**_typed(missed) | {"why": Why(missed["why"])}) for missed in stored["missed"]),
    )


def _typed(stored: Mapping[str, Any]) -> dict[str, Any]:
    last_day = stored["last_day"]
    return {
        **stored,
        "clause": Clause(stored["clause"]),
        "last_day": date.fromisoformat(last_day) if last_day else None,
    }
