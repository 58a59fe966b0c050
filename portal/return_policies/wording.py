"""What each clause says, in one place for pages, papers, feeds and data; translated at the edge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.core.money import yuan
from portal.core.words import N_
from portal.return_policies.clauses import LIMITS, NUMBERS, TERMS, TITLES, Clause, promised

PAYER_SAYS = {
    "quality_transport": {
        "merchant": N_("Faulty goods: the shop pays the transport."),
        "consumer": N_("Faulty goods: the customer pays the transport."),
    },
    "no_reason_transport": {
        "merchant": N_("Without a reason: the shop pays the transport."),
        "consumer": N_("Without a reason: the customer pays the transport."),
    },
}
CONDITION_SAYS = {
    "unopened": N_("The packaging must be unopened."),
    "unused": N_("Opened is fine; the goods must be unused."),
    "tried": N_("Tried on or tried out is fine; the goods must be intact and complete."),
    "used": N_("The goods may have been used."),
}
CONDITION_NAMES = {
    "unopened": N_("Unopened"),
    "unused": N_("Opened, not used"),
    "tried": N_("Tried on or tried out, intact"),
    "used": N_("Used"),
}
PROOF_SAYS = {
    "receipt": N_("Please bring the receipt."),
    "payment": N_("The receipt or the payment record is enough."),
    "none": N_("No proof of purchase is needed."),
}
TESTING_SAYS = {
    "at_fault": N_("Testing is paid by whoever turns out to be at fault."),
    "merchant_first": N_("The shop advances the testing; whoever turns out to be at fault bears it."),
    "merchant": N_("The shop pays the testing, whatever comes out."),
}
CHOICE_SAYS = PAYER_SAYS | {
    "no_reason_condition": CONDITION_SAYS,
    "no_reason_proof": PROOF_SAYS,
    "testing": TESTING_SAYS,
}
# Each term's sentence, where something is promised; %(value)s is its number.
SAYS: dict[str, str] = {
    "quality_return_days": N_("Faulty goods can be returned within %(value)s days, for all the money."),
    "no_reason_days": N_("Goods can be returned within %(value)s days without a reason."),
    "no_reason_excluded": N_("Not for: %(value)s."),
    "quality_exchange_days": N_("Faulty goods are exchanged within %(value)s days."),
    "fit_exchange_days": N_("What does not fit is exchanged within %(value)s days."),
    "repair_days": N_("Free repair for %(value)s days."),
    "repair_within_days": N_("A repair takes at most %(value)s days."),
    "refund_within_days": N_("The money is back within %(value)s days."),
    "restocking_percent": N_("A return without a reason costs %(value)s%% of the price."),
    "cross_store": N_("Returns are taken in every store of the merchant."),
    "prepaid_cancel_days": N_("An unused card can be cancelled within %(value)s days, for all the money."),
    "prepaid_balance": N_("What is left on a card is paid back at any time."),
    "prepaid_fee_percent": N_("%(value)s%% of what is left is kept as a fee."),
    "automatic_fen": N_("A clear case up to %(value)s yuan is settled at once, without waiting."),
    "automatic_month_fen": N_("Together at most %(value)s yuan a month."),
}

# Where the conditions of this clause are those of an exchange alone.
ONLY_AN_EXCHANGE = N_("No return without a reason; for an exchange of what does not fit:")


@dataclass(frozen=True)
class Said:
    """A sentence to be translated with its %(value)s: a number, or the names of the goods in `names`."""

    sentence: str
    value: object = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClauseText:
    """One clause of a policy as it is read: its number, its title, its sentences."""

    clause: Clause
    number: int
    title: str
    lines: list[Said] = field(default_factory=list)


def clause_texts(terms: Mapping[str, Any]) -> list[ClauseText]:
    """The clauses of a policy that promise something, each with its sentences."""
    return [
        ClauseText(clause, NUMBERS[clause], TITLES[clause], [line for _, line in clause_lines(terms, clause)])
        for clause in promised(terms)
    ]


def clause_lines(terms: Mapping[str, Any], clause: Clause) -> list[tuple[str, Said]]:
    """The sentences of one clause with the terms they come from; what limits nothing is not said."""
    said = ((name, term_said(name, terms)) for name, term in TERMS.items() if term.clause is clause)
    lines = [(name, line) for name, line in said if line is not None]
    if clause is Clause.NO_REASON and lines and not terms["no_reason_days"]:
        lines.insert(0, ("no_reason_days", Said(ONLY_AN_EXCHANGE)))
    return lines


def term_said(name: str, terms: Mapping[str, Any]) -> Said | None:
    """The sentence of one term; None where it promises nothing."""
    value = terms[name]
    if name in LIMITS and not any(terms[main] for main in LIMITS[name]):
        return None
    if name in CHOICE_SAYS:
        return Said(CHOICE_SAYS[name][value])
    if value == TERMS[name].unset:
        return None
    if name == "no_reason_excluded":
        return Said(SAYS[name], names=tuple(value))
    return Said(SAYS[name], yuan(value) if name.endswith("_fen") else value)
