"""What a store pledges on paper: on the poster of its door, and on a card beside the till."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.merchants.poster import poster
from portal.merchants.queries import store_page
from portal.return_policies.actions.pledges import end_pledge
from portal.return_policies.categories import default_tree
from portal.return_policies.queries.public import pledges_shown
from portal.return_policies.views.papers import store_promises, till_card
from tests.makers import Town, days_from, make_store, make_town
from tests.nag import NaggingClient
from tests.people import BOB, STORE_ID
from tests.return_policies.makers import CITYWIDE, make_pledge, make_standard
from tests.world import BEGINNING, Clock

TODAY = days_from(BEGINNING, 0)
ADDRESS = "https://hejie.example.gov.cn/stores/XTPXRBJW"


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def promises(app: Flask, session: Session, days: int = 0) -> list[tuple[str, str, str, str]]:
    session.flush()
    with app.test_request_context():
        return store_promises(session, STORE_ID, TODAY + timedelta(days=days))


def test_the_poster_has_at_most_four_lines_in_both_languages(
    app: Flask, db_session: Session, town: Town
) -> None:
    make_pledge(db_session, no_reason_days=15)
    said = promises(app, db_session)
    assert len(said) == 4
    assert said[0] == (
        "服装鞋帽",
        "15 天内可无理由退货",
        "Clothing and shoes",
        "Goods can be returned within 15 days without a reason",
    )


def test_every_pledge_has_a_line_before_any_has_a_second(app: Flask, db_session: Session, town: Town) -> None:
    make_pledge(db_session)
    make_pledge(db_session, make_standard(db_session, CITYWIDE, category="food"))
    assert [goods for goods, *_ in promises(app, db_session)] == ["服装鞋帽", "食品"] * 2


def test_only_what_holds_today_is_printed(app: Flask, db_session: Session, town: Town) -> None:
    assert promises(app, db_session) == []
    row = make_pledge(db_session)
    end_pledge(db_session, row, BOB, now=BEGINNING)
    assert [bool(promises(app, db_session, n)) for n in (-1, 0, 15, 16)] == [False, True, True, False]


def test_the_poster_changes_with_the_pledge_and_stays_one_page(
    client: NaggingClient, db_session: Session, town: Town
) -> None:
    address = f"/stores/{town.store.code}/poster.pdf"
    before = client.get(address).data
    make_pledge(db_session)
    after = client.get(address)
    assert after.data != before
    assert after.data.count(b"/MediaBox") == 1
    client.set_cookie("lang", "en")
    assert client.get(address).data == after.data


def test_the_longest_promises_stay_on_one_page(app: Flask, db_session: Session, town: Town) -> None:
    store = store_page(db_session, make_store(db_session, town.merchant, name="好又多" * 40).code)
    assert store is not None
    long = ("各种各样的商品" * 5, "无论什么原因都可以退货" * 6, "All kinds of goods" * 4, "Whatever " * 30)
    with app.test_request_context():
        made = poster(store, ADDRESS, [long, ("别的", *long[1:])] * 2)
    assert made.count(b"/MediaBox") == 1


def test_the_till_card_has_one_a6_page_for_each_pledge(
    client: NaggingClient, db_session: Session, town: Town, clock: Clock
) -> None:
    address = f"/stores/{town.store.code}/till-card.pdf"
    assert client.get(address).status_code == 404
    row = make_pledge(db_session)
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "Set-Cookie" not in answer.headers
    assert re.findall(rb"/MediaBox ?\[ ?0 0 (\d+)[.\d]* (\d+)[.\d]* ?\]", answer.data) == [(b"419", b"297")]
    client.set_cookie("lang", "en")
    assert client.get(address).data == answer.data
    make_pledge(db_session, make_standard(db_session, CITYWIDE, category="food"))
    assert client.get(address).data.count(b"/MediaBox") == 2
    end_pledge(db_session, row, BOB, now=BEGINNING)
    clock.advance(days=20)
    assert client.get(address).data.count(b"/MediaBox") == 1


def test_no_card_for_a_code_that_is_none(client: NaggingClient, town: Town) -> None:
    for code in ("NOSUCH22", "x", town.store.code.lower()):
        assert client.get(f"/stores/{code}/till-card.pdf").status_code == 404


def test_every_clause_at_its_longest_stays_on_one_card(app: Flask, db_session: Session, town: Town) -> None:
    everything = {
        "fit_exchange_days": 30, "repair_within_days": 15, "cross_store": True, "prepaid_cancel_days": 30,
        "prepaid_balance": True, "automatic_fen": 500_00, "automatic_month_fen": 5_000_00,
    }  # fmt: skip
    goods = [one.code for one in default_tree().all]
    make_pledge(db_session, make_standard(db_session, terms={"no_reason_excluded": goods}), **everything)
    store = store_page(db_session, town.store.code)
    assert store is not None
    with app.test_request_context():
        made = till_card(store, pledges_shown(db_session, STORE_ID, TODAY), default_tree(), ADDRESS)
    assert made.count(b"/MediaBox") == 1
