"""What people write is kept as they mean it, and found by two characters."""

import sqlite3
import time
import unicodedata

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import RuleBroken
from portal.core.words import MOST_MARKS, clean_text, search_phrase, tidy, unigrams

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Z"]), max_size=30)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  冰箱不制冷 \n", "冰箱不制冷"),
        ("一\r\n二\r三\u2028四\x85五\x0b六\x0c七", "一\n二\n三\n四\n五\n六\n七"),
        ("a\x00b\x07c\x1b[31md\x7fe\x9bf", "abc[31mdef"),
        ("品名\t价格", "品名 价格"),
        ("abc\u202efdp.exe\u202c", "abcfdp.exe"),
        ("\u2066x\u2069\u200ey\u200f\u061c", "xy"),
        ("pass\u200bword\ufeff\u2060\u00ad", "password"),
        ("e\u0301", "é"),
        ("bad \ud800 half", "bad  half"),
        ("tag\U000e0041", "tag"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("<script>alert('😀')</script> & 𠮷野家", "<script>alert('😀')</script> & 𠮷野家"),
    ],
)
def test_a_text_keeps_what_can_be_seen_and_loses_what_cannot(written: str, kept: str) -> None:
    assert clean_text(written, limit=100) == kept


def test_a_text_beyond_its_limit_is_refused_with_both_numbers() -> None:
    assert clean_text("退" * 2000, limit=2000) == "退" * 2000
    with pytest.raises(RuleBroken) as refused:
        clean_text("退" * 100_000, limit=2000, field="story")
    assert refused.value.field == "story"
    assert str(refused.value) == "Please keep this to 2000 characters. You wrote 100000."


def test_what_is_cut_away_does_not_count() -> None:
    assert clean_text("  a\u200b\r\n\r\nb  ", limit=4) == "a\n\nb"


def test_marks_piled_on_a_letter_are_cut_and_take_no_time() -> None:
    before = time.process_time()
    marks = "\u0315\u0300\u05ae" * 100_000
    assert tidy(f"a{marks}b") == unicodedata.normalize("NFC", f"a{marks[:MOST_MARKS]}b")
    assert time.process_time() - before < 5  # unicodedata alone takes a minute and more


@given(st.text(st.characters()))
def test_tidying_twice_changes_nothing_and_can_be_stored(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in once if c != "\n")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("老张家电(西湖店)", "老 张 家 电 西 湖 店"),
        ("格力KFR-35GW", "格 力 kfr 35 gw"),
        ("７－ＥＬＥＶＥＮ", "7 eleven"),
        ("a_b@c.com", "a b c com"),
        ("𠮷野家", "𠮷 野 家"),
        ("--'\"* ", ""),
    ],
)
def test_a_token_is_one_chinese_character_a_word_or_a_number(text: str, tokens: str) -> None:
    assert unigrams(text) == tokens


def index_of(*texts: str) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE stores USING fts5(words, tokenize='unicode61')")
    database.executemany("INSERT INTO stores VALUES (?)", [(unigrams(text),) for text in texts])
    return database


def found(database: sqlite3.Connection, query: str) -> list[int]:
    sql = "SELECT rowid FROM stores WHERE stores MATCH ? ORDER BY rowid"
    return [row[0] for row in database.execute(sql, (search_phrase(query),))]


def test_two_characters_are_found_and_only_side_by_side() -> None:
    database = index_of("老张家电西湖店", "张老四家常菜电影院", "KFR-35空调专卖")
    assert [found(database, query) for query in ("家电", "西湖", "张", "kfr35", "空调", "冰箱")] == [
        [1],
        [1],
        [1, 2],
        [3],
        [3],
        [],
    ]
    database.close()


def test_both_databases_find_the_same(postgres_server: str) -> None:
    texts = [
        "老张家电(西湖店)",
        "KFR-35GW空调 3.14",
        "a@b.com 1e5 -7",
        "7-ELEVEN便利店",
        "𠮷野家",
        "don't & | ! <-> it",
    ]
    queries = [
        "家电",
        "西湖店",
        "35",
        "kfr35gw",
        "3.14",
        "b.com",
        "1e5",
        "-7",
        "seven",
        "eleven便利",
        "野家",
        "𠮷",
        "& | !",
        "t & it",
    ]
    sqlite = index_of(*texts)
    sql = sa.text("SELECT to_tsvector('simple', :text) @@ phraseto_tsquery('simple', :query)")
    engine = sa.create_engine(postgres_server)
    with engine.connect() as postgres:
        for query in filter(search_phrase, queries):
            said = [
                number
                for number, text in enumerate(texts, start=1)
                if postgres.scalar(sql, {"text": unigrams(text), "query": search_phrase(query)})
            ]
            assert (query, said) == (query, found(sqlite, query))
    engine.dispose()
    sqlite.close()


@given(WORDS, st.lists(WORDS, max_size=3))
def test_no_query_is_a_syntax_error_and_each_text_is_found_by_itself(query: str, others: list[str]) -> None:
    database = index_of(*others, query)
    if search_phrase(query):
        found(database, query)
        assert set(search_phrase(query)[1:-1]) & set("\"'*():^-+") == set()
    database.close()


@pytest.mark.parametrize(
    "query", ['"', '" OR 1', "a NEAR b", "x*", "(", "^a", "words:a", "-a", '退款" OR "电影', "\x00"]
)
def test_a_query_language_has_no_say(query: str) -> None:
    database = index_of("电影")
    assert not search_phrase(query) or found(database, query) == []
    database.close()
