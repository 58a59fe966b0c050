"""A broken rule carries its sentence to the edge, untranslated, with its values."""

from datetime import timedelta

from portal.core.errors import RuleBroken, TooManyTries


def test_a_broken_rule_says_what_its_msgid_says_with_its_values() -> None:
    broken = RuleBroken("amount", "At most %(most)s yuan.", most=8000)
    assert (broken.field, broken.message, broken.values) == (
        "amount",
        "At most %(most)s yuan.",
        {"most": 8000},
    )
    assert str(broken) == "At most 8000 yuan."


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert str(RuleBroken(None, "100 % of it.")) == "100 % of it."


def test_a_caller_who_knows_the_field_says_so() -> None:
    found = RuleBroken(None, "At most %(most)s.", most=3).at("claim")
    assert (found.field, str(found)) == ("claim", "At most 3.")


def test_too_many_tries_says_when_to_try_again() -> None:
    assert TooManyTries(timedelta(minutes=5)).retry_after == timedelta(minutes=5)
