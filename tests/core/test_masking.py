"""Of a person the other side sees a surname and seven digits; a log sees nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.masking import is_mobile, mask_name, mask_phone, scrub_log
from portal.core.refs import new_id96, new_token

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "+86 138 1234 5678",
        "008613812345678",
        "8613812345678",
        "(+86) 13812345678",
        "１３８１２３４５６７８",
        "＋８６－１３８１２３４５６７８",
        "\u300013812345678\n",
    ],
)
def test_a_mobile_number_is_known_however_it_is_typed(typed: str) -> None:
    assert is_mobile(typed) == "13812345678"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1381234567",
        "138123456789",
        "12812345678",
        "057188123456",
        "+113812345678",
        "+85213812345678",
        "1381234567x",
        "١٣٨١٢٣٤٥٦٧٨",
        "13812345678;13912345678",
        "1" * 100_000,
    ],
)
def test_no_other_number_is_a_mobile_number(typed: str) -> None:
    assert is_mobile(typed) is None


def test_a_phone_shows_seven_digits_and_a_landline_two() -> None:
    masked = [
        mask_phone(phone)
        for phone in ("13812345678", "+86 138 1234 5678", "0571-88123456", "12315", "110", "")
    ]
    assert masked == ["138****5678", "138****5678", "****56", "****15", "****", "****"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王*"),
        ("王明", "王*"),
        ("欧阳明", "欧阳*"),
        ("欧阳", "欧*"),
        ("诸葛孔明", "诸葛*"),
        (" 李雷 ", "李*"),
        ("阿卜杜拉·买买提", "阿*"),
        ("John Smith", "J*"),
        ("王", "王*"),
        ("", "*"),
        ("𠮷田", "𠮷*"),
    ],
)
def test_a_name_shows_its_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(MOBILES, st.text(max_size=20))
def test_a_masked_phone_and_name_hold_nothing_more(phone: str, name: str) -> None:
    assert mask_phone(phone) == phone[:3] + "****" + phone[7:]
    assert len(mask_name(name)) <= 3


@pytest.mark.parametrize(
    ("line", "scrubbed"),
    [
        ("sent to 13812345678.", "sent to 138****5678."),
        ("to=+8613812345678 ok", "to=138****5678 ok"),
        ("电话138-1234-5678，请回", "电话138****5678，请回"),
        ("１３８１２３４５６７８", "138****5678"),
        ("验证码123456，五分钟内有效", "验证码******，五分钟内有效"),
        ("code 654321", "code ******"),
        ("id 11010519491231002X.", "id ****."),
        ("card 6222021234567890123", "card ****"),
        ("call 0571-88123456", "call ****"),
        ("POST /x?csrf_token=abc&a=1", "POST /x?csrf_token=***&a=1"),
        ('{"password": "hunter2"}', '{"password": "***"}'),
        ("Authorization: Bearer abc.def", "Authorization: ***"),
        ("postgresql://hejie:geheim@db/hejie", "postgresql://hejie:***@db/hejie"),
        ("mail alice@example.com now", "mail ***@*** now"),
    ],
)
def test_a_log_line_loses_what_identifies_and_what_opens(line: str, scrubbed: str) -> None:
    assert scrub_log(line) == scrubbed


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-24T05:33:51.306405+00:00 GET /disputes/48310297556104 200 in 12 ms",
        "PIL.Image.DecompressionBombError in portal/disputes/actions/file_complaint.py line 112",
        "sqlalchemy.exc.PendingRollbackError, ConnectionRefusedError",
        "mark_silent_disputes_of_every_city took 0.123456 s for 12345 rows",
    ],
)
def test_a_log_line_keeps_what_its_reader_needs(line: str) -> None:
    assert scrub_log(line) == line


def test_every_token_that_we_make_is_scrubbed() -> None:
    for _ in range(500):
        for token in (new_token(), new_token(256), new_id96()):
            assert token not in scrub_log(f"GET /t/{token} 200")


@given(MOBILES, st.text("abc一二：, ", max_size=5), st.text("abc一二：, ", max_size=5))
def test_no_phone_gets_through_whatever_stands_around_it(phone: str, before: str, after: str) -> None:
    assert phone not in scrub_log(before + phone + after)


@pytest.mark.parametrize("piece", ["a", "Aa", "1", "://a:", "a.", "@a.", "0571", "token= ", "138 "])
def test_a_line_of_100000_characters_takes_no_time(piece: str) -> None:
    before = time.process_time()
    scrub_log(piece * (100_000 // len(piece)))
    assert time.process_time() - before < 2
