"""Money is fen; people write yuan in many ways, and what is no amount is told so."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.money import MOST_FEN, parse_yuan, yuan

NOT_AN_AMOUNT = "Write the amount in yuan, in digits, for example 8000 or 59.90."


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("8000", 800_000),
        (" 8,000.00 ", 800_000),
        ("￥8000", 800_000),
        ("¥ 8,000.5", 800_050),
        ("８０００．５０", 800_050),
        ("８，０００。５０元", 800_050),
        ("8000元整", 800_000),
        ("人民币8000元", 800_000),
        ("CNY 59.90", 5_990),
        ("59.9 rmb", 5_990),
        ("0", 0),
        ("0.01", 1),
        ("007", 700),
        ("1,234,567.89", 123_456_789),
        ("100000000", MOST_FEN),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-1", "An amount cannot be less than 0."),
        ("－１", "An amount cannot be less than 0."),
        ("−0.01", "An amount cannot be less than 0."),
        ("8000.005", "Write at most two digits after the point."),
        ("0.000", "Write at most two digits after the point."),
        ("100000000.01", "The amount is too large: at most 100,000,000 yuan."),
        ("9" * 40, "The amount is too large: at most 100,000,000 yuan."),
        ("9" * 100_000, NOT_AN_AMOUNT),
        ("", NOT_AN_AMOUNT),
        ("8千", NOT_AN_AMOUNT),
        ("八千", NOT_AN_AMOUNT),
        ("8,00", NOT_AN_AMOUNT),
        ("8000,000", NOT_AN_AMOUNT),
        ("1.2.3", NOT_AN_AMOUNT),
        (".5", NOT_AN_AMOUNT),
        ("5.", NOT_AN_AMOUNT),
        ("1e3", NOT_AN_AMOUNT),
        ("0x10", NOT_AN_AMOUNT),
        ("٨٠٠٠", NOT_AN_AMOUNT),
        ("NaN", NOT_AN_AMOUNT),
        ("1_000", NOT_AN_AMOUNT),
        ("$5", NOT_AN_AMOUNT),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse_yuan(text, field="amount")
    assert (refused.value.field, str(refused.value)) == ("amount", sentence)


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0"),
        (1, "0.01"),
        (50, "0.50"),
        (800_000, "8,000"),
        (800_050, "8,000.50"),
        (-1_250, "-12.50"),
        (-5, "-0.05"),
    ],
)
def test_an_amount_is_shown_without_needless_zeros(fen: int, shown: str) -> None:
    assert yuan(fen) == shown


@given(st.integers(0, MOST_FEN))
def test_what_is_shown_reads_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(f"￥{yuan(fen)}元") == fen


@given(st.text())
def test_any_text_gives_an_amount_within_bounds_or_is_refused(text: str) -> None:
    with contextlib.suppress(RuleBroken):
        assert 0 <= parse_yuan(text) <= MOST_FEN
