"""What holds for all terms and all purchases: better terms never give less, and nothing ever raises.

What "less" means. An answer shows one right for each remedy, the one worth most: first by the money, then
by who pays transport, then by how soon it is done, then by how long it can be asked for. An answer gives no
less than another where it has all of the other's remedies, each worth no less in that order. So whoever
now gets all of the money may see an earlier last day than that of the smaller sum before; nothing is lost
by it, since the same holds on every other day on which one could have asked.
"""

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.return_policies.answers import Answer, Outcome, Purchase, Right, Trouble, answer_from, plain
from portal.return_policies.categories import default_tree
from portal.return_policies.clauses import (
    CONDITIONS,
    TERMS,
    Kind,
    Term,
    Terms,
    better_of,
    promised,
    worse_terms,
)
from portal.return_policies.entitlement import entitlement
from portal.return_policies.floors import law, not_below
from portal.return_policies.queries.pledges import Entitled, entitled_from, stored
from portal.return_policies.schema_org import return_policy
from portal.return_policies.terms import terms_from
from portal.return_policies.wording import clause_texts
from tests.return_policies.test_schema_org import WORDING, strangers

GOODS = [one.code for one in default_tree().all]
FEW_DAYS = st.sampled_from([0, 0, 1, 3, 7, 15, 30, 365, 3650])


def values(term: Term) -> st.SearchStrategy[Any]:
    match term.kind:
        case Kind.DAYS:
            return FEW_DAYS | st.integers(0, term.most)
        case Kind.WITHIN:
            return st.none() | st.integers(0, term.most)
        case Kind.PERCENT | Kind.FEN:
            return st.just(0) | st.integers(0, term.most)
        case Kind.YES:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(term.choices)
        case Kind.CATEGORIES:
            return st.lists(st.sampled_from(GOODS), max_size=4, unique=True).map(sorted)


def consistent(raw: dict[str, Any]) -> Terms:
    """The same without what contradicts it: what hangs on a promise that is not made is not said."""
    raw["quality_exchange_days"] = max(raw["quality_exchange_days"], raw["quality_return_days"])
    if not raw["no_reason_days"]:
        raw["restocking_percent"] = 0
    if not raw["no_reason_days"] + raw["fit_exchange_days"]:
        raw["no_reason_excluded"] = []
    if not raw["repair_days"]:
        raw["repair_within_days"] = None
    if not raw["prepaid_balance"]:
        raw["prepaid_fee_percent"] = 0
    if not raw["automatic_fen"] or not raw["automatic_month_fen"]:
        raw["automatic_fen"] = raw["automatic_month_fen"] = 0
    raw["automatic_month_fen"] = max(raw["automatic_month_fen"], raw["automatic_fen"])
    return terms_from(raw, categories=GOODS)


TERMS_OF_ALL_KINDS = st.fixed_dictionaries({name: values(term) for name, term in TERMS.items()}).map(
    consistent
)
DATES = st.dates() | st.sampled_from([date.min, date.max, date(2028, 2, 29)])


@st.composite
def purchases(draw: st.DrawFn) -> Purchase:
    """Mostly what happens, asked for in the days that matter; sometimes what cannot be."""
    bought = draw(DATES)
    asked = draw(DATES)
    if draw(st.integers(0, 9)):
        days = draw(st.integers(-1, 40) | st.integers(0, 4000))
        asked = date.fromordinal(min(max(bought.toordinal() + days, 1), date.max.toordinal()))
    return Purchase(
        trouble=draw(st.sampled_from(Trouble)),
        bought_on=bought,
        asked_on=asked,
        paid_fen=draw(st.sampled_from([0, 1, 99, 199_95, 8_000_00]) | st.integers(0, 10**12)),
        categories=draw(st.just(()) | st.sampled_from(GOODS).map(default_tree().path)),
        condition=draw(st.sampled_from(["", *CONDITIONS]) | st.text(max_size=5)),
    )


def worth(right: Right) -> tuple[Any, ...]:
    return (
        -1 if right.amount_fen is None else right.amount_fen,
        right.transport == "merchant",
        -1000 if right.within_days is None else -right.within_days,
        -right.fee_percent if right.amount_fen is None else 0,
        right.last_day or date.max,
    )


def gives_no_less(new: Answer, old: Answer) -> bool:
    """As said at the head of this file."""
    return all(
        any(one.remedy == right.remedy and worth(one) >= worth(right) for one in new.rights)
        for right in old.rights
    )


@given(TERMS_OF_ALL_KINDS, purchases())
def test_an_answer_never_raises_and_is_the_same_each_time(terms: Terms, purchase: Purchase):
    answer = entitlement(terms, purchase)
    assert answer == entitlement(terms, purchase)
    assert bool(answer.rights) == (answer.outcome is Outcome.ENTITLED)
    assert (answer.outcome is Outcome.IMPOSSIBLE) == (purchase.asked_on < purchase.bought_on)


@given(TERMS_OF_ALL_KINDS, purchases())
def test_what_is_stored_is_read_again_as_it_was(terms: Terms, purchase: Purchase):
    answer = entitlement(terms, purchase)
    assert answer_from(json.loads(json.dumps(plain(answer)))) == answer
    entitled = Entitled(answer, terms, 7, "clothing-x", 2, "服装", "Clothing")
    assert entitled_from(json.loads(json.dumps(stored(entitled)))) == entitled


@given(TERMS_OF_ALL_KINDS, TERMS_OF_ALL_KINDS, purchases())
def test_better_terms_never_give_less(terms: Terms, others: Terms, purchase: Purchase):
    better = better_of(terms, others)
    old, new = entitlement(terms, purchase), entitlement(better, purchase)
    assert gives_no_less(new, old)
    if old.outcome is Outcome.INCOMPLETE:
        assert new.outcome in (Outcome.INCOMPLETE, Outcome.ENTITLED)


@given(TERMS_OF_ALL_KINDS, TERMS_OF_ALL_KINDS)
def test_the_better_of_two_is_no_worse_than_either_and_can_be_said(one: Terms, other: Terms):
    both = better_of(one, other)
    assert worse_terms(both, one) == []
    assert worse_terms(both, other) == []
    assert terms_from(both, categories=GOODS) == both
    assert worse_terms(better_of(other, one), both) == worse_terms(both, better_of(other, one)) == []


@given(TERMS_OF_ALL_KINDS)
def test_no_terms_are_worse_than_themselves(terms: Terms):
    assert worse_terms(terms, terms) == []
    assert worse_terms(better_of(terms, terms), terms) == []
    not_below(terms, terms)


@given(st.data(), TERMS_OF_ALL_KINDS, purchases())
def test_what_passes_the_floor_never_gives_less_than_it(
    data: st.DataObject, floor: Terms, purchase: Purchase
):
    """Each term is the floor's or one of its own: most that pass are not made by better_of."""
    own = data.draw(TERMS_OF_ALL_KINDS)
    mixed = {
        name: own[name]
        if term.no_worse(own[name], floor[name]) or data.draw(st.integers(0, 9)) == 0
        else floor[name]
        for name, term in TERMS.items()
    }
    try:
        terms = terms_from(mixed, categories=GOODS)
        not_below(terms, floor)
    except RuleBroken:
        assume(False)
    assert gives_no_less(entitlement(terms, purchase), entitlement(floor, purchase))


@given(TERMS_OF_ALL_KINDS, purchases())
def test_what_passes_the_law_gives_what_the_law_gives(terms: Terms, purchase: Purchase):
    above = better_of(terms, law().terms)
    not_below(above, law().terms)
    assert gives_no_less(entitlement(above, purchase), entitlement(law().terms, purchase))


@given(TERMS_OF_ALL_KINDS, purchases())
def test_a_right_holds_on_its_last_day_and_its_clause_no_longer_on_the_next(terms: Terms, purchase: Purchase):
    for right in entitlement(terms, purchase).rights:
        if right.last_day is None:
            continue
        on_it = entitlement(terms, asked(purchase, right.last_day))
        assert any(one.clause is right.clause and one.remedy == right.remedy for one in on_it.rights)
        if right.last_day < date.max:
            after = entitlement(terms, asked(purchase, right.last_day + timedelta(days=1)))
            assert not any(
                one.clause is right.clause and one.last_day == right.last_day for one in after.rights
            )


def asked(purchase: Purchase, day: date) -> Purchase:
    return Purchase(**{**vars(purchase), "asked_on": day})


@given(TERMS_OF_ALL_KINDS, purchases())
def test_nobody_gets_back_more_than_was_paid_and_no_fee_is_above_its_percent(
    terms: Terms, purchase: Purchase
):
    for right in entitlement(terms, purchase).rights:
        if right.amount_fen is not None:
            kept = purchase.paid_fen - right.amount_fen
            assert 0 <= kept * 100 <= purchase.paid_fen * right.fee_percent


@given(TERMS_OF_ALL_KINDS)
def test_every_policy_can_be_worded_and_told_to_machines(terms: Terms):
    assert [text.clause for text in clause_texts(terms)] == promised(terms)
    assert all(text.lines for text in clause_texts(terms))
    assert strangers(return_policy(terms, WORDING)) == []
