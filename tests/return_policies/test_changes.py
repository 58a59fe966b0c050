"""What a version changes: the sentence before, the sentence after, and for whom it is better."""

from portal.return_policies.changes import changes
from portal.return_policies.clauses import UNSET


def test_a_change_says_what_stood_there_and_for_whom_it_is_better():
    before = UNSET | {"no_reason_days": 7, "refund_within_days": 3}
    after = before | {"no_reason_days": 15, "refund_within_days": 7}
    assert [(one.number, one.term, one.before.value, one.after.value, one.better)
            for one in changes(before, after) if one.before and one.after] == [
        (2, "no_reason_days", 7, 15, True), (7, "refund_within_days", 3, 7, False)
    ]  # fmt: skip


def test_what_limits_a_promise_comes_and_goes_with_it():
    with_it = UNSET | {"no_reason_days": 7, "no_reason_condition": "unused", "restocking_percent": 5}
    came = {one.term: (one.before, one.better) for one in changes(UNSET, with_it)}
    limits = {"no_reason_condition", "no_reason_proof", "no_reason_transport", "restocking_percent"}
    assert set(came) == {"no_reason_days"} | limits
    assert set(came.values()) == {(None, True)}
    assert {(one.after, one.better) for one in changes(with_it, UNSET)} == {(None, False)}


def test_a_version_that_says_the_same_changes_nothing():
    terms = UNSET | {"no_reason_days": 7}
    assert changes(terms, dict(terms)) == []


def test_terms_of_an_older_catalogue_can_be_compared():
    assert [one.term for one in changes({"repair_days": 30}, UNSET | {"repair_days": 90})] == ["repair_days"]
