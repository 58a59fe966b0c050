"""The landing page says in five seconds what this is, whom it is for, and that it works."""

import pytest
from sqlalchemy.orm import Session

from portal.board.models import BoardCell
from portal.regions.clocks import Clock
from portal.regions.models import City
from tests.makers import make_city
from tests.nag import NaggingClient, find_form, tree, words
from tests.people import CITY, DISTRICT
from tests.world import BEGINNING

NONE = dict.fromkeys(("b", "c", "d", "e1", "e2", "e3", "e4", "f", "o"), 0)


@pytest.fixture(autouse=True)
def city(db_session: Session) -> City:
    return make_city(db_session)


def counted(db_session: Session, **counts: int) -> None:
    place = {"city_code": CITY, "district_code": DISTRICT, "month": "2026-11", "trade": "appliances"}
    db_session.add(BoardCell(**place, **NONE | counts, counted_at=BEGINNING))


def figures(client: NaggingClient) -> dict[str, str]:
    shown = tree(client.get("/")).findall(".//div[@class='figure']")
    return {words(figure.find("dt")): words(figure.find("dd")) for figure in shown}


def test_it_says_what_whom_for_and_how_soon(client: NaggingClient) -> None:
    shown = tree(client.get("/"))
    assert words(shown.find(".//h1")) == "消费有纠纷， 一键找商家和解"
    assert words(shown.find(".//p[@class='lead']")) == (
        "面向杭州市的消费者和商家。商家 96 小时内先答复；谈不拢，一键转交市场监管局。全程免费。"
    )


def test_the_city_sets_how_soon(client: NaggingClient, city: City) -> None:
    city.clocks = {Clock.REPLY.value: {"amount": 3, "unit": "days"}}
    assert "商家 3 天内先答复" in words(tree(client.get("/")))


def test_one_field_searches_the_shops(client: NaggingClient) -> None:
    shown = client.get("/")
    form = find_form(shown, "/stores")
    fields = [field.get("name") for field in form.iter("input")]
    assert (form.get("method"), fields) == ("get", ["q"])
    assert client.submit(shown, "/stores", q="冰川").status_code == 200


def test_every_way_on_leads_somewhere(client: NaggingClient) -> None:
    shown = tree(client.get("/")).find(".//main")
    ways = {link.get("href") for link in shown.iter("a")}
    assert ways == {"/disputes/new", "/track", "tel:12315", "tel:12378"}
    assert {client.get(way).status_code for way in ways if way.startswith("/")} == {200}


def test_it_says_that_talking_is_not_yet_a_complaint(client: NaggingClient) -> None:
    assert "和商家协商期间，还不是正式投诉。" in words(tree(client.get("/")).find(".//main"))


def test_without_disputes_there_are_no_figures(client: NaggingClient) -> None:
    assert figures(client) == {}


def test_the_figures_are_the_citys_own(client: NaggingClient, db_session: Session) -> None:
    counted(db_session, a=8, d=1, f=1, o=3)
    assert figures(client) == {
        "消费者确认已解决": "80.0%已结 10 件中有 8 件",
        "收到的和解申请": "13",
        "正在协商": "3",
    }


def test_few_disputes_make_no_rate(client: NaggingClient, db_session: Session) -> None:
    counted(db_session, a=3)
    assert figures(client) == {"消费者确认已解决": "3", "收到的和解申请": "3", "正在协商": "0"}


def test_in_english(client: NaggingClient) -> None:
    client.get("/preferences?lang=en&next=/")
    assert words(tree(client.get("/")).find(".//h1")) == "Trouble with a purchase? Settle it with the shop"


def test_before_a_city_is_set_up_it_says_what_to_do(
    client: NaggingClient, db_session: Session, city: City
) -> None:
    db_session.delete(city)
    assert words(tree(client.get("/")).find(".//h1")) == "还没有设置城市"
