"""Passwords are hashed slowly, and those that others try first are refused."""

import pytest
from argon2 import PasswordHasher

from portal.accounts.passwords import check_new, hashed, is_outdated, matches
from portal.core.errors import RuleBroken
from tests.makers import PASSWORD, PASSWORD_HASH


def test_only_the_password_matches_its_hash() -> None:
    kept = hashed(PASSWORD)
    assert [matches(kept, text) for text in (PASSWORD, PASSWORD + "x", PASSWORD.upper(), "")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nobody_has_no_password() -> None:
    assert not matches(None, "nobody has this password")
    assert not matches("not a hash", PASSWORD)


def test_full_width_letters_are_the_same_letters() -> None:
    assert matches(hashed("ｌｏｔｕｓ-river-42"), "lotus-river-42")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert is_outdated(PASSWORD_HASH)
    assert is_outdated(PasswordHasher(time_cost=1).hash(PASSWORD))
    assert not is_outdated(hashed(PASSWORD))


@pytest.mark.parametrize(
    "password", [PASSWORD, "correct horse battery", "西湖断桥残雪红鲤鱼七八只", "x9!kQ2m#Lp7v"]
)
def test_a_good_password_may_be_set(password: str) -> None:
    assert check_new(password, username="grace") == password


@pytest.mark.parametrize(
    "password",
    [
        "lotus-river",
        "            ",
        "aaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012",
        "987654321098",
        "abcdefghijklm",
        "Password1234",
        "woaini1314520",
        "shenmin-2026",
        "x" * 129,
    ],
)
def test_a_password_that_others_try_first_is_refused(password: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_new(password, username="shenmin", field="new")
    assert refused.value.field == "new"
