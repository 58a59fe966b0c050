"""Who scans the code on a door sees who the shop really is, with no cookie and few queries."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.board.models import StoreCount
from portal.core.refs import new_store_code
from portal.extensions import db
from tests.makers import make_city, make_merchant, make_store, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.world import BEGINNING


def shown(client: NaggingClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    main = tree(page).find(".//main")
    assert main is not None
    return words(main)


def queries(app: Flask, client: NaggingClient, address: str) -> int:
    """How many statements of SQL a page takes."""
    seen: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", note)
    client.get(address)
    sa.event.remove(engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.upper().startswith("SELECT")])


def test_the_store_page_says_who_is_behind_the_sign(client: NaggingClient, db_session: Session) -> None:
    store = make_town(db_session).store
    store.phone = "0571-88001234"
    page = client.get(f"/stores/{store.code}")
    main = tree(page).find(".//main")
    assert main is not None
    text = words(main)
    for piece in (
        "冰川电器湖滨店",
        "杭州冰川电器有限公司",
        str(store.merchant.uscc),
        "家用电器",
        "上城区 · 湖滨路1号",
        "已核验",
    ):
        assert piece in text
    links = {words(link): link.get("href") for link in main.iter("a")}
    assert links["申请和解"] == f"/disputes/new?store={store.code}"
    assert links["0571-88001234"] == "tel:0571-88001234"
    assert "Set-Cookie" not in page.headers


def test_a_store_that_nobody_claimed_takes_complaints_all_the_same(
    client: NaggingClient, db_session: Session
) -> None:
    store = make_store(db_session, make_merchant(db_session, verified_at=None, uscc=None))
    text = shown(client, f"/stores/{store.code}")
    assert "尚未认领" in text
    assert "您照样可以申请和解" in text
    assert "信用代码" not in text
    assert f"/disputes/new?store={store.code}" in client.get(f"/stores/{store.code}").text


def test_a_store_that_closed_down_says_so(client: NaggingClient, db_session: Session) -> None:
    store = make_store(db_session, closed_at=BEGINNING)
    assert "这家店已歇业" in shown(client, f"/stores/{store.code}")


def test_figures_are_counts_until_ten_are_over(client: NaggingClient, db_session: Session) -> None:
    store = make_store(db_session)
    assert "这家店的和解情况" not in shown(client, f"/stores/{store.code}")
    count = StoreCount(store_id=store.id, a=7, f=2, o=3, counted_at=BEGINNING)
    db_session.add(count)
    few = shown(client, f"/stores/{store.code}")
    assert ("12" in few, "%" in few, "办结不足 10 件，暂不计算解决率。" in few) == (True, False, True)
    count.a = 8
    assert "80.0 %" in shown(client, f"/stores/{store.code}").replace("80.0%", "80.0 %")


def test_a_typed_code_leads_to_the_store(client: NaggingClient, db_session: Session) -> None:
    store = make_store(db_session)
    for typed in (
        store.code.lower(),
        f"{store.code[:4]} {store.code[4:]}",
        f"{store.code[:4]}-{store.code[4:]}",
    ):
        answer = client.get(f"/stores/{typed}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/stores/{store.code}")


def test_a_wrong_code_is_404_with_a_search(client: NaggingClient, db_session: Session) -> None:
    make_city(db_session)
    for code in (new_store_code(), "ABC", "<b>", "%ff", "x" * 300):
        for end in ("", "/poster.pdf"):
            answer = client.get(f"/stores/{code}{end}")
            assert answer.status_code == 404
            assert client.submit(answer, "/stores", q="冰川").status_code == 200


def test_the_search_page_finds_and_browses(client: NaggingClient, db_session: Session) -> None:
    town = make_town(db_session)
    empty = client.get("/stores")
    assert "上城区" in empty.text
    found = client.submit(empty, "/stores", q="冰川")
    main = tree(found).find(".//main")
    assert main is not None
    stores = [link.get("href") for link in main.iter("a") if (link.get("href") or "").startswith("/stores/")]
    assert stores == [f"/stores/{town.store.code}"]
    assert "Set-Cookie" not in found.headers
    nothing = shown(client, "/stores?q=不存在的店")
    assert "没有找到这家店" in nothing
    assert "按区县浏览" in nothing
    assert "冰川电器湖滨店" in shown(client, "/stores?district=330102&trade=appliances")
    assert "没有找到这家店" in shown(client, "/stores?district=330106")


@pytest.mark.parametrize("junk", ["%ff%fe", "%F0%9F%8D%9C", "'%22%3C%3E", "%E2%80%AE"])
def test_junk_in_a_query_finds_nothing_and_breaks_nothing(
    client: NaggingClient, db_session: Session, junk: str
) -> None:
    make_city(db_session)
    for name in ("q", "district", "trade", "after"):
        assert client.get(f"/stores?q=x{junk}&{name}={junk}").status_code == 200


def test_a_long_list_goes_on_by_key(client: NaggingClient, db_session: Session) -> None:
    merchant = make_merchant(db_session)
    for n in range(25):
        make_store(db_session, merchant, name=f"连锁{n}店")
    first = client.get("/stores?q=连锁")
    following = next(link.get("href") for link in tree(first).iter("a") if link.get("rel") == "next")
    assert following is not None
    assert shown(client, following).count("连锁") == 5


def test_pages_take_few_queries_however_much_they_show(
    app: Flask, client: NaggingClient, db_session: Session
) -> None:
    merchant = make_merchant(db_session)
    store = make_store(db_session, merchant, name="连锁1店")
    client.get("/stores")  # what only a first connection asks
    few = queries(app, client, "/stores?q=连锁"), queries(app, client, f"/stores/{store.code}")
    for n in range(2, 12):
        make_store(db_session, merchant, name=f"连锁{n}店")
    assert (queries(app, client, "/stores?q=连锁"), queries(app, client, f"/stores/{store.code}")) == few
    assert few[1] <= 4


def test_without_a_city_the_search_leads_to_the_front_page(client: NaggingClient) -> None:
    assert client.get("/stores").headers["Location"] == "/"


def test_staff_are_not_asked_to_claim_their_own_store(client: NaggingClient, db_session: Session) -> None:
    town = make_town(db_session)
    assert "这是您的店" in shown(client, f"/stores/{town.store.code}")
    sign_in(client, db_session, town.carol)
    assert "这是您的店" not in shown(client, f"/stores/{town.store.code}")
