"""What a version of a policy says otherwise than the one before, by term, and for whom it is better."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.return_policies.clauses import LIMITS, NUMBERS, TERMS, TITLES, UNSET, Clause, Term
from portal.return_policies.wording import Said, term_said


@dataclass(frozen=True)
class Change:
    """One term that reads differently; None on a side where nothing was, or is, said.

    better: whether it gives a consumer more than before, or less.
    """

    term: str
    clause: Clause
    number: int
    title: str
    before: Said | None
    after: Said | None
    better: bool


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The terms that read differently, in the order of the clauses.

    What only limits another promise (the condition of the goods, say) comes and goes with it, and counts as
    that does.
    """
    old, new = UNSET | dict(before), UNSET | dict(after)
    found = []
    for name, term in TERMS.items():
        was, now = term_said(name, old), term_said(name, new)
        if was != now:
            better = _is_better(term, old, new)
            found.append(
                Change(name, term.clause, NUMBERS[term.clause], TITLES[term.clause], was, now, better)
            )
    return found


def _is_better(term: Term, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    mains = LIMITS.get(term.name, ())
    if mains and any(old[main] for main in mains) != any(new[main] for main in mains):
        return any(new[main] for main in mains)
    return term.no_worse(new[term.name], old[term.name])
