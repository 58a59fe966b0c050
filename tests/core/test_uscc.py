"""A merchant's code holds two check sums (GB 32100)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import uscc

REAL = ["91330100799655058B", "9144030071526726XG", "914403001922038216"]
LENGTH, CHARACTER, WRONG = (
    "A unified social credit code has 18 characters. It stands on the business licence.",
    "This has a character that no unified social credit code has: I, O, S, V, Z or a sign.",
    "One of the characters is wrong. Please compare the code with the business licence.",
)
ORGANISATIONS = st.text(uscc.ALPHABET, min_size=8, max_size=8)
REGIONS = st.text("0123456789", min_size=6, max_size=6)


@pytest.mark.parametrize("code", REAL)
def test_real_codes_are_valid_however_they_are_typed(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    typed = [code, code.lower(), f" {code[:8]} {code[8:]}\n", f"{code[:2]}-{code[2:]}", wide, wide.lower()]
    assert [uscc.check(text) for text in typed] == [None] * 6
    assert {uscc.fold(text) for text in typed} == {code}


def test_a_code_that_begins_with_a_letter_may_be_valid() -> None:
    assert uscc.is_valid(uscc.make("MA2ABCDE", kind="N2"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", LENGTH),
        ("91330100799655058", LENGTH),
        ("91330100799655058BB", LENGTH),
        ("9" * 100_000, LENGTH),
        ("9133010079965505OB", CHARACTER),
        ("91330100799655058I", CHARACTER),
        ("91330100799655058!", CHARACTER),
        ("91330100799655058C", WRONG),
        ("91330100799655085B", WRONG),
        ("92330100799655058B", WRONG),
    ],
)
def test_a_wrong_code_is_told_why(text: str, reason: str) -> None:
    assert uscc.check(text) == reason


def test_the_organisation_code_has_a_check_of_its_own() -> None:
    code = REAL[0]
    for other in "012345679":  # the right one is 8
        body = code[:16] + other
        whole = next(body + last for last in uscc.ALPHABET if _sum_holds(body + last))
        assert uscc.check(whole) == WRONG


def _sum_holds(code: str) -> bool:
    *values, check = map(uscc.ALPHABET.index, code)
    return (sum(3**i * value for i, value in enumerate(values)) + check) % 31 == 0


@given(ORGANISATIONS, REGIONS)
def test_a_made_code_is_valid_and_carries_its_region(organisation: str, region: str) -> None:
    code = uscc.make(organisation, region=region)
    assert uscc.check(code) is None
    assert (code[:2], code[2:8], code[8:16]) == ("91", region, organisation)


@given(ORGANISATIONS, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_one_wrong_character_is_noticed(organisation: str, place: int, other: str) -> None:
    code = uscc.make(organisation)
    changed = code[:place] + other + code[place + 1 :]
    assert uscc.is_valid(changed) == (changed == code)


@pytest.mark.parametrize(
    ("organisation", "region"), [("1234567", "330000"), ("1234567O", "330000"), ("12345678", "33000")]
)
def test_no_code_is_made_of_wrong_parts(organisation: str, region: str) -> None:
    with pytest.raises(ValueError, match="no code can be made"):
        uscc.make(organisation, region=region)


@given(st.text())
def test_any_text_is_checked_without_failing(text: str) -> None:
    assert uscc.check(text) in {None, LENGTH, CHARACTER, WRONG}
