"""The board's pages: open to everybody, every number with what it is of, nothing that is too small."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.board.models import BoardCell
from tests.board.filled import cell
from tests.makers import make_city
from tests.nag import NaggingClient, tree, words
from tests.people import CITY

XIHU = "330106"


def text(page: TestResponse) -> str:
    return words(tree(page).find(".//main"))


def rows(page: TestResponse, name: str) -> list[list[str]]:
    """The rows of the table of this class, without its heading."""
    table = next(table for table in tree(page).iter("table") if table.get("class") == name)
    return [[words(part) for part in row] for row in table.iter("tr")][1:]


def test_the_home_board_shows_the_rate_with_its_formula(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-09", a=8, b=1, c=1, d=1, e2=1, e4=2, f=2)
    cell(db_session, "2026-10", a=4, o=6)
    page = client.get("/board")
    assert words(tree(page).find(".//h1")) == "杭州市和解公示榜"
    headline = next(part for part in tree(page).iter("section") if "headline" in (part.get("class") or ""))
    assert words(headline.find(".//p")) == "60.0%"
    assert words(headline.find(".//p[@class='formula']")) == "确认解决 12 ÷ （全部 26 − 进行中 6）"
    assert rows(page, "legend") == [
        ["A消费者已确认解决", "12", "46.2 %"],
        ["B商家称已履行，消费者未确认", "1", "3.8 %"],
        ["C谈妥了，商家没有按时履行", "1", "3.8 %"],
        ["D消费者撤回", "1", "3.8 %"],
        ["E已转交市场监管局", "3", "11.5 %"],
        ["F商家没有回应", "2", "7.7 %"],
        ["O进行中", "6", "23.1 %"],
    ]
    sums = words(tree(page).find(".//p[@class='sum']"))
    assert sums == "A 12 + B 1 + C 1 + D 1 + E 3 + F 2 + O 6 = 共 26 件"


def test_the_months_add_up(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2025-12", a=2, f=3)
    cell(db_session, "2026-01", a=4, f=2)
    cell(db_session, "2026-02", a=9, f=1, o=3)
    cell(db_session, "2026-10", a=1, o=9)
    assert rows(client.get("/board"), "months") == [
        ["2026年10月", "10", "9", "1", "–"],
        ["2026年2月", "13", "3", "9", "90.0"],
        ["2025年12月–2026年1月", "11", "0", "6", "54.5"],
        ["合计", "34", "12", "16", "72.7"],
    ]


def test_below_ten_there_are_counts_and_no_share(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-10", a=6, o=3)
    page = client.get("/board")
    assert "%" not in text(page).replace("解决率 %", "")
    assert "有结果的满 10 件才计算比率，目前只列件数。" in text(page)


def test_a_district_has_its_own_board_and_leads_back(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-10", a=12)
    cell(db_session, "2026-10", district=XIHU, a=5, f=5)
    city = client.get(f"/board/{CITY}")
    assert f"/board/{XIHU}" in [link.get("href") for link in tree(city).iter("a")]
    district = client.get(f"/board/{XIHU}")
    assert words(tree(district).find(".//h1")) == "西湖区和解公示榜"
    assert words(tree(district).find(".//p[@class='formula']")) == "确认解决 5 ÷ （全部 10 − 进行中 0）"
    assert f"/board/{CITY}" in [link.get("href") for link in tree(district).iter("a")]


def test_a_small_district_is_not_shown_by_itself(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-10", a=12)
    cell(db_session, "2026-10", district=XIHU, f=2)
    city, district = client.get("/board"), client.get(f"/board/{XIHU}")
    assert f"/board/{XIHU}" not in [link.get("href") for link in tree(city).iter("a")]
    assert "件数太少，暂不单独公布" in text(district)
    assert tree(district).find(".//table") is None


def test_an_empty_board_says_so(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    page = client.get("/board")
    assert "这里还没有人提交过和解申请" in text(page)
    assert tree(page).find(".//main//table") is None


def test_other_places_have_no_board(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    for code in ("330000", "339999", "abc", "３３０１００", "%27", "9" * 300):
        assert client.get(f"/board/{code}").status_code == 404


def test_without_a_city_there_is_no_board(client: NaggingClient) -> None:
    assert [client.get(path).status_code for path in ("/board", "/board/measures")] == [404, 404]


def test_each_measure_is_told_in_words_and_numbers(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-10", a=7, d=2, e4=1, o=4)
    page = client.get("/board/measures")
    formulas = [words(part) for part in tree(page).iter("p") if part.get("class") == "formula-words"]
    assert formulas == [
        "确认解决率 = A ÷ (N − O)",
        "7 ÷ (14 − 4) = 70.0 %",
        "(A + B) ÷ (A + B + C + E + F) = 7 ÷ 8",
        "(A + B) ÷ (N − O) = 7 ÷ 10 = 70.0 %",
        "按期首次实质答复 ÷ 应答复",
        "按约定日期履行 ÷ 谈妥且到期",
        "E ÷ N = 1 ÷ 14 = 7.1 %",
        "E1 ÷ (E1 + E2)",
        "D ÷ (N − O) = 2 ÷ 10 = 20.0 %",
        "退赔金额 ÷ 要求金额",
        "码可用且有承诺的门店 ÷ 持证门店 = 0 ÷ 0",
    ]
    outcomes = [part.find(".//dt") for part in tree(page).findall(".//dl[@class='outcomes']/div")]
    keys = [words(part.find(".//span[@aria-hidden='true']")) for part in outcomes if part is not None]
    assert keys == ["A", "B", "C", "D", "E1", "E2", "E3", "E4", "F", "O"]
    sums = words(tree(page).find(".//p[@class='sum']"))
    assert sums == "A 7 + B 0 + C 0 + D 2 + E1 0 + E2 0 + E3 0 + E4 1 + F 0 + O 4 = N 14"


def test_the_board_speaks_english_too(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    cell(db_session, "2026-01", a=4)
    cell(db_session, "2026-02", a=9, f=1)
    client.set_cookie("lang", "en")
    page = client.get("/board")
    assert words(tree(page).find(".//h1")) == "Hangzhou public board"
    assert rows(page, "months")[0] == ["Jan – Feb 2026", "14", "0", "13", "92.9"]


def test_a_citys_board_leads_to_those_of_the_other_cities(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    make_city(db_session, "330200")
    cell(db_session, "2026-10", a=12)
    links = [link.get("href") for link in tree(client.get(f"/board/{CITY}")).iter("a")]
    assert "/board/330200" in links
    assert "/board/330200" not in [link.get("href") for link in tree(client.get("/board/330102")).iter("a")]


def test_nothing_on_the_board_is_of_another_city(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    make_city(db_session, "330200")
    cell(db_session, "2026-10", a=12)
    db_session.execute(sa.update(BoardCell).values(district_code="330203", city_code="330200"))
    assert "还没有人提交过" in text(client.get(f"/board/{CITY}"))
    assert words(tree(client.get("/board")).find(".//h1")) == "宁波市和解公示榜"
