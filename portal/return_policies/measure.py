"""An offer beside what the pledge gives: meets, exceeds, or falls below it."""

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.return_policies.answers import MONEY_BACK, STRENGTH, Answer, Outcome, Right
from portal.return_policies.clauses import Clause


class Measure(StrEnum):
    MEETS = "meets"
    EXCEEDS = "exceeds"
    BELOW = "below"


@dataclass(frozen=True)
class Measured:
    """The label of an offer, and the clause it was measured by; None where the policy gives nothing here."""

    label: Measure
    clause: Clause | None


def measured(
    answer: Answer,
    *,
    asked: str,
    claim_fen: int,
    remedy: str,
    amount_fen: int,
    perform_by: date,
    offered_on: date,
) -> Measured | None:
    """How an offer stands beside the policy's answer; None where the answer is open.

    asked: the remedy the consumer wants; where the policy gives it, that is the measure, else its strongest
    right. claim_fen: who asks for less money than the policy gives is offered enough with that. Sums in fen.
    An offer that comes later than the policy promises falls below it.
    """
    if answer.outcome is Outcome.NOT_ENTITLED:
        return Measured(Measure.EXCEEDS, None)
    if answer.outcome is not Outcome.ENTITLED:
        return None
    right = answer.right_for(asked)
    enough = claim_fen if right and claim_fen else sys.maxsize
    right = right or answer.rights[0]
    label = _beside(right, remedy, amount_fen, enough)
    late = right.within_days is not None and perform_by > offered_on + timedelta(days=right.within_days)
    return None if label is None else Measured(Measure.BELOW if late else label, right.clause)


def _beside(right: Right, remedy: str, amount_fen: int, enough: int) -> Measure | None:
    if right.remedy in MONEY_BACK:
        if remedy not in MONEY_BACK:
            return Measure.BELOW
        if right.amount_fen is None:
            return None  # what is left on a card: no sum to measure by
        due = min(right.amount_fen, enough)
        if amount_fen == due:
            return Measure.MEETS
        return Measure.EXCEEDS if amount_fen > due else Measure.BELOW
    if remedy in MONEY_BACK:
        return Measure.EXCEEDS
    if remedy not in STRENGTH:
        return Measure.BELOW  # an apology, or a sum without the goods being put right
    if remedy == right.remedy:
        return Measure.MEETS
    return Measure.EXCEEDS if STRENGTH.index(remedy) > STRENGTH.index(right.remedy) else Measure.BELOW
