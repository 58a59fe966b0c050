"""References and codes survive being read aloud, and a slip of the hand does not open another dispute."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.refs import (
    STORE_ALPHABET,
    check_digit,
    new_id96,
    new_ref,
    new_store_code,
    new_token,
    parse_ref,
    parse_store_code,
    spoken,
)

BODIES = st.text("0123456789", min_size=13, max_size=13)
REF = "48310297556104"


@pytest.mark.parametrize(
    ("digits", "check"), [("0794", "5"), ("79462", "3"), ("00200667308", "5"), ("8609574271", "9")]
)
def test_the_check_digit_is_that_of_iso_7064(digits: str, check: str) -> None:
    assert check_digit(digits) == check


def test_a_new_reference_is_14_digits_that_parse() -> None:
    refs = {new_ref() for _ in range(200)}
    assert len(refs) == 200
    assert all(re.fullmatch("[0-9]{14}", ref) and parse_ref(ref) == ref for ref in refs)


def test_references_do_not_count_up() -> None:
    refs = [new_ref() for _ in range(50)]
    assert any(later < earlier for earlier, later in pairwise(refs))


def test_a_reference_is_spoken_in_fours() -> None:
    assert spoken(REF) == "4831 0297 5561 04"


@given(BODIES)
def test_what_is_spoken_parses_back_however_it_is_typed(body: str) -> None:
    ref = body + check_digit(body)
    wide = ref.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for typed in (spoken(ref), spoken(ref).replace(" ", "-"), wide, f"\u3000{spoken(wide)}\n", "–".join(ref)):
        assert parse_ref(typed) == ref


@given(BODIES, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(body: str, place: int, off: int) -> None:
    ref = body + check_digit(body)
    wrong = ref[:place] + str((int(ref[place]) + off) % 10) + ref[place + 1 :]
    assert parse_ref(wrong) is None


@pytest.mark.parametrize(
    "text", ["", "0", "4831029755610", "483102975561040", "4831o297556104", "٤٨٣١٠٢٩٧٥٥٦١٠٤", "4" * 100_000]
)
def test_what_is_no_reference_gives_none(text: str) -> None:
    assert parse_ref(text) is None


@given(st.text())
def test_any_text_parses_to_a_valid_thing_or_to_none(text: str) -> None:
    assert parse_ref(text) is None or parse_ref(parse_ref(text) or "") == parse_ref(text)
    assert parse_store_code(text) is None or len(parse_store_code(text) or "") == 8


def test_a_store_code_holds_no_look_alikes() -> None:
    assert set(STORE_ALPHABET) & set("0OQ1IL2Z5S8UV") == set()
    assert len(STORE_ALPHABET) == 23


def test_a_new_store_code_parses_in_small_letters_and_full_width() -> None:
    code = new_store_code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    typed = (code, code.lower(), wide, f" {code[:4]}-{code[4:]} ")
    assert [parse_store_code(text) for text in typed] == [code] * 4


def test_one_wrong_character_or_two_that_changed_places_are_noticed() -> None:
    for _ in range(20):
        code = new_store_code()
        for place in range(8):
            for other in STORE_ALPHABET.replace(code[place], ""):
                assert parse_store_code(code[:place] + other + code[place + 1 :]) is None
        for first in range(8):
            for second in range(first + 1, 8):
                swapped = list(code)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                assert code[first] == code[second] or parse_store_code("".join(swapped)) is None


def test_a_token_has_as_many_random_bits_as_were_asked_for() -> None:
    assert {len(new_token()), len(new_token(64)), len(new_token(65))} == {22, 11, 12}
    assert len({new_token(64) for _ in range(1000)}) == 1000


def test_a_name_of_96_bits_is_24_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{24}", new_id96())
    assert new_id96() != new_id96()
