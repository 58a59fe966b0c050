"""Signing in by phone, as somebody with a phone in the hand does it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import Person, SignedInSession
from portal.accounts.views import start_phone_sign_in
from portal.app import create_app
from portal.core.channels import DemoMessage
from portal.core.clock import now
from tests.accounts.gateway import other_than
from tests.conftest import settings
from tests.makers import make_city, make_town
from tests.nag import NaggingClient, filled, tree, words
from tests.world import Clock

ALICE = "13812345678"


@pytest.fixture(autouse=True)
def city(db_session: Session) -> None:
    make_city(db_session)


def ask_code(client: NaggingClient, number: str = ALICE, way_on: str = "/account"):
    shown = client.get("/sign-in/phone", query_string={"next": way_on})
    answer = client.submit(shown, "/sign-in/phone", phone=number)
    assert answer.status_code == 303
    return client.get(answer.location)


def enter(client: NaggingClient, shown, typed: str):
    """Send the form that asks for the code; the page has another one, for a new code."""
    forms = [form for form in tree(shown).iter("form") if "code" in dict(filled(form))]
    return client.post("/sign-in/phone", data=dict(filled(forms[0])) | {"code": typed})


def test_a_phone_is_all_it_takes(client: NaggingClient, code: Callable[[], str]) -> None:
    shown = ask_code(client)
    assert "138 1234 5678" in words(tree(shown))
    answer = enter(client, shown, code())
    assert (answer.status_code, answer.location) == (303, "/account")
    assert ALICE in words(tree(client.get("/account")))


def test_the_message_is_chinese_and_names_the_city(
    client: NaggingClient, sent: Callable[[], list[DemoMessage]], code: Callable[[], str]
) -> None:
    ask_code(client)
    (message,) = sent()
    words_sent = f"【杭州市一键和解】验证码 {code()}，5 分钟内有效。请勿告诉任何人，工作人员不会向您索要。"
    assert message.text == words_sent


def test_the_phone_stands_in_no_address(client: NaggingClient) -> None:
    shown = ask_code(client)
    assert ALICE not in shown.request.url


def test_without_a_way_on_a_shopper_goes_to_the_disputes(
    client: NaggingClient, code: Callable[[], str]
) -> None:
    shown = ask_code(client, way_on="https://mallory.example/")
    assert enter(client, shown, code()).location == "/disputes"


def test_the_session_gets_a_new_number_and_keeps_what_it_holds(
    client: NaggingClient, code: Callable[[], str], db_session: Session
) -> None:
    shown = ask_code(client)
    with client.session_transaction() as browser:
        browser["drafts"] = ["a draft"]
    before = client.get_cookie("hejie").value
    enter(client, shown, code())
    after = client.get_cookie("hejie").value
    assert after != before
    kept = db_session.scalars(sa.select(SignedInSession)).one()
    assert (kept.data["drafts"], kept.person_id is not None) == (["a draft"], True)
    assert "phone" not in kept.data


def test_a_wrong_code_is_refused_beside_its_field(client: NaggingClient, code: Callable[[], str]) -> None:
    shown = ask_code(client)
    answer = enter(client, shown, other_than(code()))
    assert answer.status_code == 422
    assert words(tree(answer).find(".//*[@id='code-error']")) == "错误： 验证码不对，请再核对一下。"
    assert enter(client, answer, code()).status_code == 303


def test_a_code_is_of_no_use_in_another_browser(
    client: NaggingClient, new_client: Callable[[], NaggingClient], code: Callable[[], str]
) -> None:
    ask_code(client)
    mallory = new_client()
    shown = mallory.get("/sign-in/phone")
    token = tree(shown).find(".//input[@name='csrf_token']").get("value")
    answer = mallory.post("/sign-in/phone", data={"csrf_token": token, "phone": ALICE, "code": code()})
    assert answer.status_code == 422


def test_a_number_from_elsewhere_is_refused_and_kept(client: NaggingClient) -> None:
    answer = client.submit(client.get("/sign-in/phone"), "/sign-in/phone", phone="+1 212 555 0100")
    assert answer.status_code == 422
    assert tree(answer).find(".//input[@id='phone']").get("value") == "+1 212 555 0100"


def test_known_and_unknown_phones_get_the_same_answer(client: NaggingClient, db_session: Session) -> None:
    make_town(db_session)

    def seen(number: str) -> tuple[int, str]:
        shown = ask_code(client, number)
        spaced = f"{number[:3]} {number[3:7]} {number[7:]}"
        return shown.status_code, words(tree(shown).find(".//main")).replace(spaced, "…")

    assert seen(ALICE) == seen("13700000000")


def test_the_sixth_message_of_an_hour_is_not_sent(
    client: NaggingClient, sent: Callable[[], list[DemoMessage]], clock: Clock
) -> None:
    for _ in range(5):
        ask_code(client)
    answer = client.submit(client.get("/sign-in/phone"), "/sign-in/phone", phone=ALICE)
    assert (answer.status_code, len(sent())) == (429, 5)
    assert answer.headers["Retry-After"] == "3601"
    assert "请过60分钟再试" in words(tree(answer))
    clock.advance(hours=1)
    ask_code(client)
    assert len(sent()) == 6


def test_a_closed_number_stays_out(
    client: NaggingClient, code: Callable[[], str], db_session: Session
) -> None:
    enter(client, ask_code(client), code())
    db_session.execute(sa.update(Person).values(disabled_at=now()))
    db_session.commit()
    assert client.get("/account").location == "/sign-in/phone?next=/account"  # out with the next click
    answer = enter(client, ask_code(client), code())
    assert answer.status_code == 422


def test_a_session_ends_after_a_week_without_a_visit(
    client: NaggingClient, code: Callable[[], str], clock: Clock
) -> None:
    enter(client, ask_code(client), code())
    clock.advance(days=6)
    assert client.get("/account").status_code == 200
    clock.advance(days=6)
    assert client.get("/account").status_code == 200
    clock.advance(timedelta(days=7, seconds=1))
    assert client.get("/account").status_code == 303


def test_a_view_can_send_a_person_to_confirm_a_phone(
    app: Flask, db_session: Session, code: Callable[[], str]
) -> None:
    db_session.commit()
    with app.test_request_context("/disputes", method="POST"):
        answer = start_phone_sign_in("138 1234 5678", "/disputes/drafts/abc")
    assert answer.location == "/sign-in/phone?step=code&next=/disputes/drafts/abc"
    assert len(code()) == 6


def test_without_a_gateway_the_page_says_so_and_pretends_nothing(
    database_url: str, instance, db_session: Session, sent: Callable[[], list[DemoMessage]]
) -> None:
    app = create_app(settings(database_url, instance) | {"DEMO": False})
    app.test_client_class = NaggingClient
    client: FlaskClient = app.test_client()
    db_session.commit()
    shown = {path: client.get(path) for path in ("/sign-in/phone", "/track")}
    assert {answer.status_code for answer in shown.values()} == {503}
    assert "请拨打市场监管局热线 12315" in words(tree(shown["/track"]))
    token = tree(client.get("/sign-in")).find(".//input[@name='csrf_token']").get("value")
    answer = client.post("/sign-in/phone", data={"csrf_token": token, "phone": ALICE})
    assert (answer.status_code, sent()) == (503, [])
