"""The number of an identity card has a form, a day that exists, and a check character (GB 11643)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import idcard

# The first is the example of the standard; nobody has these numbers.
VALID = ["11010519491231002X", "440524188001010014", "339902199001010011"]
BODIES = st.builds(
    lambda region, born, n: f"{region}{born:%Y%m%d}{n:03d}",
    st.integers(100_000, 999_999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


def made(body: str) -> str:
    return body + idcard.check_character(body)


@pytest.mark.parametrize("number", VALID[:2])
def test_the_examples_of_the_standard_are_valid(number: str) -> None:
    assert idcard.is_valid(number)


def test_a_number_is_read_however_it_is_typed() -> None:
    number = VALID[0]
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    typed = [number, number.lower(), f" {number[:6]} {number[6:14]} {number[14:]}\n", wide, wide.lower()]
    assert {idcard.fold(text) for text in typed} == {number}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11010519491231002",
        "11010519491231002XX",
        "110105194912310020",
        "01010519491231002X",
        "11010519490231002X",
        "110105491231002",  # the fifteen digits of before 1999
        "11010519491231002x",
        "1101051949123100２X",
        "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X",
        "X" * 100_000,
    ],
)
def test_what_is_no_number_is_not_valid(text: str) -> None:
    assert not idcard.is_valid(text)


@given(BODIES)
def test_a_made_number_is_valid(body: str) -> None:
    assert idcard.is_valid(made(body))


@given(BODIES, st.sampled_from(idcard.CHECKS))
def test_no_other_check_character_fits(body: str, other: str) -> None:
    number = made(body)
    assert idcard.is_valid(number[:-1] + other) == (other == number[-1])


@given(BODIES, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, place: int, more: int) -> None:
    number = made(body)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert not idcard.is_valid(wrong)


@given(BODIES, st.integers(0, 15))
def test_two_digits_that_changed_places_are_always_found(body: str, place: int) -> None:
    number = made(body)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert idcard.is_valid(swapped) == (swapped == number)


@given(st.text())
def test_nothing_that_is_typed_breaks_the_check(text: str) -> None:
    assert idcard.is_valid(idcard.fold(text)) in (True, False)
