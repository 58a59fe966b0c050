"""The demo shows who is who and what would have been sent; elsewhere both pages do not exist."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.core.channels import DemoMessage
from tests.conftest import settings
from tests.makers import PASSWORD, Town, make_store, make_town
from tests.nag import NaggingClient, find_form, tree, words
from tests.world import BEGINNING

ALICE = {
    "role_zh": "消费者",
    "role_en": "Shopper",
    "name": "王爱丽",
    "username": "",
    "password": "",
    "phone": "13812345678",
    "note_zh": "冰箱三天就不冷了",
    "note_en": "Her refrigerator is warm",
    "store_codes": [],
}
BOB = ALICE | {"role_zh": "店主", "name": "鲍勃", "username": "bob", "password": PASSWORD}


@pytest.fixture(autouse=True)
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def filled(instance: Path, town: Town) -> None:
    people = [ALICE, BOB | {"store_codes": [town.store.code]}]
    (instance / "demo_people.json").write_text(json.dumps(people), encoding="utf-8")


def message(session: Session, text: str, key: str, address: str = "13812345678", **columns: Any) -> None:
    values = {"channel": "sms", "subject": "", "at": BEGINNING} | columns
    session.add(DemoMessage(key=key, address=address, text=text, **values))
    session.flush()


def wall(client: NaggingClient, **asked: str) -> list[str]:
    shown = client.get("/demo/messages", query_string=asked)
    return [words(item) for item in tree(shown).findall(".//ol[@class='wall']/li")]


@pytest.mark.usefixtures("filled")
def test_everybody_is_one_tap_away(client: NaggingClient, town: Town) -> None:
    shown = client.get("/demo")
    assert [words(person.find("h2")) for person in tree(shown).findall(".//ul[@class='who']/li")] == [
        "王爱丽 消费者",
        "鲍勃 店主",
    ]
    assert client.submit(shown, "/sign-in").location == "/disputes"


@pytest.mark.usefixtures("filled")
def test_a_shopper_is_sent_a_code(client: NaggingClient) -> None:
    answer = client.submit(client.get("/demo"), "/sign-in/phone")
    assert answer.location == "/sign-in/phone?step=code"
    (sent,) = wall(client)
    assert "13812345678 短信" in sent


@pytest.mark.usefixtures("filled")
def test_the_shops_are_there_to_scan(client: NaggingClient, db_session: Session, town: Town) -> None:
    other = make_store(db_session, trade="clothing")
    make_store(db_session, trade="clothing")  # one of each trade is enough
    links = {link.get("href") for link in tree(client.get("/demo")).find(".//main").iter("a")}
    assert links == {"/demo/messages", f"/stores/{town.store.code}", f"/stores/{other.code}"}
    assert client.get(f"/stores/{other.code}").status_code == 200


def test_before_it_is_filled_it_says_so(client: NaggingClient) -> None:
    assert "还没有演示人物" in words(tree(client.get("/demo")))


def test_the_code_stands_out_and_only_codes_do(client: NaggingClient, db_session: Session) -> None:
    message(db_session, "【杭州市一键和解】验证码 123456，5 分钟内有效。", "code-1")
    message(
        db_session, "您尾号 345678 的和解有新进展：http://127.0.0.1:8000/x 请查看", "event-1", channel="email"
    )
    shown = tree(client.get("/demo/messages"))
    assert [words(code) for code in shown.findall(".//p[@class='wall-code']")] == ["验证码 123456"]
    links = [link.get("href") for link in shown.find(".//ol[@class='wall']").iter("a")]
    assert links == ["http://127.0.0.1:8000/x"]


def test_the_newest_is_the_first(client: NaggingClient, db_session: Session) -> None:
    message(db_session, "second", "a", at=BEGINNING)
    message(db_session, "third", "b", at=BEGINNING - timedelta(days=3))
    message(db_session, "first", "c", at=BEGINNING)
    assert [item.rsplit(" ", 1)[-1] for item in wall(client)] == ["first", "second", "third"]


def test_the_wall_can_show_one_phone_alone(client: NaggingClient, db_session: Session) -> None:
    message(db_session, "hers", "a")
    message(db_session, "his", "b", address="13900001111")
    assert [item.rsplit(" ", 1)[-1] for item in wall(client, address="+86 139 0000 1111")] == ["his"]
    assert wall(client, address="nobody@shop.example") == []
    form = find_form(client.get("/demo/messages?address=139%200000%201111"), "/demo/messages")
    assert form.find(".//input[@name='address']").get("value") == "13900001111"


def test_what_was_sent_is_text(client: NaggingClient, db_session: Session) -> None:
    message(db_session, "<script>alert(1)</script>", "a", subject="<b>x</b>")
    (shown,) = wall(client)
    assert shown.endswith("<b>x</b> <script>alert(1)</script>")


def test_fifty_messages_are_enough(client: NaggingClient, db_session: Session) -> None:
    for number in range(60):
        message(db_session, f"number {number}", f"k{number}")
    assert len(wall(client)) == 50


def test_the_part_is_a_piece_of_the_page(client: NaggingClient, db_session: Session) -> None:
    message(db_session, "hello", "a")
    part = client.get("/demo/messages", headers={"HX-Request": "true", "HX-Target": "messages"}).text
    assert part.strip() in client.get("/demo/messages").text


def test_outside_the_demo_there_is_nothing(database_url: str, instance: Path, db_session: Session) -> None:
    app: Flask = create_app(settings(database_url, instance) | {"DEMO": False})
    app.test_client_class = NaggingClient
    client = app.test_client()
    db_session.commit()
    missing = client.get("/nope")
    for path in ("/demo", "/demo/messages"):
        answer = client.get(path)
        assert (answer.status_code, answer.data) == (
            404,
            missing.data.replace(b"%2Fnope", quote(path, safe="").encode()),
        )
