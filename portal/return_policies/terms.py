"""Terms as somebody entered them, made complete and checked."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.return_policies.clauses import TERMS, Kind, Term, Terms


def terms_from(raw: Mapping[str, Any], *, categories: Iterable[str] = ()) -> Terms:
    """Complete terms from what was entered or stored; what is missing is not promised.

    categories: the codes that may be left out. Raises RuleBroken(term) for a value that cannot be so, and
    for terms that contradict one another.
    """
    terms = {name: _value(term, raw.get(name, term.unset), set(categories)) for name, term in TERMS.items()}
    for contradicts, name, sentence in CONTRADICTIONS:
        if contradicts(terms):
            raise RuleBroken(name, sentence)
    return terms


def _value(term: Term, value: Any, categories: set[str]) -> Any:
    match term.kind:
        case Kind.WITHIN if value is None:
            return None
        case Kind.DAYS | Kind.WITHIN | Kind.PERCENT | Kind.FEN:
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= term.most:
                shown = term.most // 100 if term.kind is Kind.FEN else term.most
                raise RuleBroken(term.name, N_("Please enter a whole number from 0 to %(most)s."), most=shown)
        case Kind.YES:
            return bool(value)
        case Kind.CHOICE:
            if value not in term.choices:
                raise RuleBroken(term.name, N_("Please choose one of these."))
        case Kind.CATEGORIES:
            codes = sorted(set(value))
            if not set(codes) <= categories:
                raise RuleBroken(term.name, N_("One of these kinds of goods does not exist here."))
            return codes
    return value


# What no policy can say: (whether it does, the term to blame, the sentence).
CONTRADICTIONS: tuple[tuple[Callable[[Terms], Any], str, str], ...] = (
    (
        lambda terms: terms["restocking_percent"] and not terms["no_reason_days"],
        "restocking_percent",
        N_("A restocking fee belongs to a return without a reason, and none is promised."),
    ),
    (
        lambda terms: (
            terms["no_reason_excluded"] and not terms["no_reason_days"] + terms["fit_exchange_days"]
        ),
        "no_reason_excluded",
        N_("Goods are left out of a return without a reason that is not promised."),
    ),
    (
        lambda terms: terms["quality_exchange_days"] < terms["quality_return_days"],
        "quality_exchange_days",
        N_("Faulty goods that can be returned can be exchanged: not fewer days than for a return."),
    ),
    (
        lambda terms: terms["repair_within_days"] is not None and not terms["repair_days"],
        "repair_within_days",
        N_("How long a repair takes is said, but no repair is promised."),
    ),
    (
        lambda terms: terms["prepaid_fee_percent"] and not terms["prepaid_balance"],
        "prepaid_fee_percent",
        N_("A fee on what is left is named, but what is left is not paid back."),
    ),
    (
        lambda terms: bool(terms["automatic_fen"]) != bool(terms["automatic_month_fen"]),
        "automatic_month_fen",
        N_("Settling at once needs both sums: for one dispute and for a month."),
    ),
    (
        lambda terms: terms["automatic_fen"] > terms["automatic_month_fen"],
        "automatic_month_fen",
        N_("The sum for a month cannot be below that for one dispute."),
    ),
)
