"""The clauses of a return policy: a fixed catalogue of typed terms (domain.md section 4).

Terms are a plain mapping {term: value} that holds every term of TERMS, as it is stored. Whatever compares,
checks, words or shows a policy reads this table; a new term is one row here and its sentence in wording.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.core.words import N_

Terms = dict[str, Any]


class Clause(StrEnum):
    """In the order in which a policy prints them: the number of a clause is the same everywhere."""

    QUALITY_RETURN = "quality_return"
    NO_REASON = "no_reason"
    EXCHANGE = "exchange"
    REPAIR = "repair"
    TRANSPORT = "transport"
    TESTING = "testing"
    REFUND = "refund"
    RESTOCKING = "restocking"
    CROSS_STORE = "cross_store"
    PREPAID = "prepaid"
    AUTOMATIC = "automatic"


NUMBERS = {clause: number for number, clause in enumerate(Clause, 1)}

TITLES: dict[Clause, str] = {
    Clause.QUALITY_RETURN: N_("Return of faulty goods"),
    Clause.NO_REASON: N_("Return without a reason"),
    Clause.EXCHANGE: N_("Exchange"),
    Clause.REPAIR: N_("Repair"),
    Clause.TRANSPORT: N_("Who pays transport"),
    Clause.TESTING: N_("Who pays testing"),
    Clause.REFUND: N_("When the money is back"),
    Clause.RESTOCKING: N_("Restocking fee"),
    Clause.CROSS_STORE: N_("Return in another store"),
    Clause.PREPAID: N_("Prepaid cards"),
    Clause.AUTOMATIC: N_("Settled at once"),
}


class Kind(StrEnum):
    """The type of a term's value; what is better for the consumer follows from it."""

    DAYS = "days"  # int; more is better; 0: not promised
    WITHIN = "within"  # int of days or None; fewer is better; None: not promised
    PERCENT = "percent"  # int 0-100; less is better
    FEN = "fen"  # int; more is better; 0: not promised
    YES = "yes"  # bool; True is better
    CHOICE = "choice"  # one of `choices`, listed from the worst to the best
    CATEGORIES = "categories"  # sorted list of category codes that are left out; fewer is better


MOST = {Kind.DAYS: 3650, Kind.WITHIN: 365, Kind.PERCENT: 100, Kind.FEN: 1_000_000_00}


@dataclass(frozen=True)
class Term:
    """One typed value of a clause; `label` names its field; `unset`: its value where nothing is promised."""

    name: str
    clause: Clause
    kind: Kind
    label: str
    choices: tuple[str, ...] = ()
    of_pledge: bool = False  # an owner may add it to a pledge; a standard has none

    @property
    def most(self) -> int:
        """The largest number that can be entered."""
        return MOST[self.kind]

    @property
    def unset(self) -> Any:
        match self.kind:
            case Kind.DAYS | Kind.FEN:
                return 0
            case Kind.WITHIN:
                return None
            case Kind.PERCENT:
                return 0
            case Kind.YES:
                return False
            case Kind.CHOICE:
                return self.choices[0]
            case Kind.CATEGORIES:
                return []

    def no_worse(self, value: Any, than: Any) -> bool:
        """Whether `value` gives a consumer at least what `than` gives."""
        match self.kind:
            case Kind.DAYS | Kind.FEN | Kind.YES:
                return bool(value >= than)
            case Kind.WITHIN:
                return than is None or (value is not None and value <= than)
            case Kind.PERCENT:
                return bool(value <= than)
            case Kind.CHOICE:
                return self.choices.index(value) >= self.choices.index(than)
            case Kind.CATEGORIES:
                return set(value) <= set(than)

    def better_of(self, one: Any, other: Any) -> Any:
        """The value that gives no less than either."""
        if self.kind is Kind.CATEGORIES:
            return sorted(set(one) & set(other))
        return one if self.no_worse(one, other) else other


PAYERS = ("consumer", "merchant")
# What the goods may look like for a return without a reason, from the strictest to the most generous.
CONDITIONS = ("unopened", "unused", "tried", "used")
PROOFS = ("receipt", "payment", "none")
TESTERS = ("at_fault", "merchant_first", "merchant")

TERMS: dict[str, Term] = {
    term.name: term
    for term in (
        Term("quality_return_days", Clause.QUALITY_RETURN, Kind.DAYS, N_("Days to return faulty goods")),
        Term("no_reason_days", Clause.NO_REASON, Kind.DAYS, N_("Days to return without a reason")),
        Term("no_reason_condition", Clause.NO_REASON, Kind.CHOICE, N_("The goods must be"), CONDITIONS),
        Term("no_reason_proof", Clause.NO_REASON, Kind.CHOICE, N_("Proof of purchase"), PROOFS),
        Term("no_reason_excluded", Clause.NO_REASON, Kind.CATEGORIES, N_("Goods left out")),
        Term("quality_exchange_days", Clause.EXCHANGE, Kind.DAYS, N_("Days to exchange faulty goods")),
        Term("fit_exchange_days", Clause.EXCHANGE, Kind.DAYS, N_("Days to exchange what does not fit")),
        Term("repair_days", Clause.REPAIR, Kind.DAYS, N_("Days of free repair")),
        Term("repair_within_days", Clause.REPAIR, Kind.WITHIN, N_("A repair takes at most (days)")),
        Term("quality_transport", Clause.TRANSPORT, Kind.CHOICE, N_("Transport of faulty goods"), PAYERS),
        Term("no_reason_transport", Clause.TRANSPORT, Kind.CHOICE, N_("Transport without a reason"), PAYERS),
        Term("testing", Clause.TESTING, Kind.CHOICE, N_("Testing is paid by"), TESTERS),
        Term("refund_within_days", Clause.REFUND, Kind.WITHIN, N_("Money back within (days)")),
        Term("restocking_percent", Clause.RESTOCKING, Kind.PERCENT, N_("Restocking fee (% of the price)")),
        Term("cross_store", Clause.CROSS_STORE, Kind.YES, N_("Returns in every store of the merchant")),
        Term("prepaid_cancel_days", Clause.PREPAID, Kind.DAYS, N_("Days to cancel an unused card")),
        Term("prepaid_balance", Clause.PREPAID, Kind.YES, N_("What is left on the card is paid back")),
        Term("prepaid_fee_percent", Clause.PREPAID, Kind.PERCENT, N_("Fee on what is left (%)")),
        Term("automatic_fen", Clause.AUTOMATIC, Kind.FEN, N_("Settled at once up to (yuan)"), of_pledge=True),
        Term("automatic_month_fen", Clause.AUTOMATIC, Kind.FEN, N_("A month up to (yuan)"), of_pledge=True),
    )
}  # fmt: skip
# Terms that only say how far others go: without one of those they say nothing, and bind nobody.
LIMITS: dict[str, tuple[str, ...]] = dict.fromkeys(
    ("no_reason_condition", "no_reason_proof", "no_reason_excluded", "no_reason_transport"),
    ("no_reason_days", "fit_exchange_days"),
) | {"restocking_percent": ("no_reason_days",), "prepaid_fee_percent": ("prepaid_balance",)}
UNSET: Terms = {name: term.unset for name, term in TERMS.items()}


def worse_terms(terms: Mapping[str, Any], floor: Mapping[str, Any]) -> list[Term]:
    """The terms by which a policy gives a consumer less than the floor, in the catalogue's order."""
    return [
        term
        for name, term in TERMS.items()
        if _says_something(term, floor) and not term.no_worse(terms[name], floor[name])
    ]


def better_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> Terms:
    """The terms that give no less than either: how floors add up from the nation to the district."""
    both = {}
    for name, term in TERMS.items():
        speak = [terms[name] for terms in (one, other) if _says_something(term, terms)]
        both[name] = term.better_of(*speak) if len(speak) == 2 else speak[0] if speak else term.unset
    return both


def _says_something(term: Term, terms: Mapping[str, Any]) -> bool:
    return term.name not in LIMITS or any(terms[main] for main in LIMITS[term.name])


def promised(terms: Mapping[str, Any]) -> list[Clause]:
    """The clauses in which something is promised or a promise is limited, in the order of their numbers.

    A choice that limits a promise counts even at its strictest: nobody is to learn of it at the till.
    """
    said = {
        term.clause
        for name, term in TERMS.items()
        if _says_something(term, terms)
        and (terms[name] != term.unset or (name in LIMITS and term.kind is Kind.CHOICE))
    }
    return [clause for clause in Clause if clause in said]
