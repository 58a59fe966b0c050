"""The owner's pages: what is pledged, pledging in two steps, renewing, ending; clerks only read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.return_policies.actions.standards import withdraw_version
from portal.return_policies.models import Pledge, Standard
from tests.makers import Town, make_store, make_town, sign_in
from tests.nag import NaggingClient, filled, find_form, tree, words
from tests.people import GRACE, STORE_ID
from tests.return_policies.makers import CITYWIDE, make_pledge, make_standard, make_version, newest
from tests.world import BEGINNING, Clock

LIST = "/merchant/pledges"


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def standard(db_session: Session, town: Town) -> Standard:
    return make_standard(db_session)


@pytest.fixture
def bob(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.bob)
    return client


@pytest.fixture
def carol(new_client: Callable[[], NaggingClient], db_session: Session, town: Town) -> NaggingClient:
    made = new_client()
    sign_in(made, db_session, town.carol)
    return made


def main(page: TestResponse) -> str:
    found = tree(page).find(".//main")
    assert found is not None
    return words(found)


def text(client: NaggingClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return main(page)


def form(client: NaggingClient, standard: Standard, version: int | None = None) -> TestResponse:
    more = f"&version={version}" if version else ""
    page = client.get(f"{LIST}/new?standard={standard.slug}{more}")
    assert page.status_code == 200
    return page


def previewed(client: NaggingClient, standard: Standard, **typed: Any) -> TestResponse:
    return client.submit(form(client, standard), "/new", **typed)


def rows(session: Session) -> list[Pledge]:
    session.commit()
    return list(session.scalars(sa.select(Pledge).order_by(Pledge.id)))


def test_an_owner_pledges_in_two_steps(
    bob: NaggingClient, db_session: Session, town: Town, standard: Standard
) -> None:
    second = make_store(db_session, town.merchant, name="冰川城西店")
    make_store(db_session, town.merchant, name="外区店", district_code="330106")
    shown = form(bob, standard)
    sent = dict(filled(find_form(shown, "/new")))
    assert sent["stores"] == [str(number) for number in sorted((second.id, STORE_ID))]
    assert "外区店" not in main(shown)
    seen = bob.submit(
        shown, "/new", refund_within_days="３", automatic_fen="500", automatic_month_fen="5,000"
    )
    assert seen.status_code == 200
    assert rows(db_session) == []
    for line in ("退款 3 天内到账。", "情况清楚且不超过 500 元的", "冰川城西店", "还没有提交"):
        assert line in main(seen)
    assert bob.submit(seen, LIST).headers["Location"] == LIST
    assert sorted(row.store_id for row in rows(db_session)) == sorted((second.id, STORE_ID))
    for row in rows(db_session):
        more = {"refund_within_days": 3, "automatic_fen": 500_00, "automatic_month_fen": 5_000_00}
        assert row.terms == newest(db_session, standard).terms | more
    assert "已为 2 家门店做出承诺。" in text(bob, LIST)


def test_sent_twice_it_pledges_once(bob: NaggingClient, db_session: Session, standard: Standard) -> None:
    seen = previewed(bob, standard)
    assert [bob.submit(seen, LIST).status_code for _ in range(2)] == [303, 303]
    assert len(rows(db_session)) == 1


def test_every_way_to_be_better_is_kept(bob: NaggingClient, db_session: Session, standard: Standard) -> None:
    seen = previewed(
        bob, standard, no_reason_condition="used", no_reason_proof="none", no_reason_excluded=None,
        testing="merchant", cross_store="y", restocking_percent="0", repair_days="", fit_exchange_days="30",
    )  # fmt: skip
    assert bob.submit(seen, LIST).status_code == 303
    [row] = rows(db_session)
    assert row.terms == newest(db_session, standard).terms | {
        "no_reason_condition": "used", "no_reason_proof": "none", "no_reason_excluded": [],
        "testing": "merchant", "cross_store": True, "restocking_percent": 0, "fit_exchange_days": 30,
    }  # fmt: skip


REFUSED = [
    ("repair_days", "89", "低于必须遵守的标准：第 4 条，修理。"),
    ("repair_days", "一个月", "请填写 0 到 3650 之间的整数。"),
    ("repair_days", "9" * 40, "请填写 0 到 3650 之间的整数。"),
    ("refund_within_days", "8", "低于必须遵守的标准：第 7 条，退款时限。"),
    ("restocking_percent", "6", "低于必须遵守的标准：第 8 条，退货手续费。"),
    ("testing", "at_fault", "低于必须遵守的标准：第 6 条，检测费用。"),
    ("testing", "nonsense", "请从中选择一项。"),
    ("automatic_fen", "500", "即时和解要同时填写单笔和每月两个上限。"),
    ("automatic_fen", "很多", "请用数字填写金额"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), REFUSED)
def test_what_gives_less_or_makes_no_sense_is_refused_beside_its_field(
    bob: NaggingClient, db_session: Session, standard: Standard, name: str, value: str, sentence: str
) -> None:
    typed = {name: value, "quality_exchange_days": "21"}
    refused = previewed(bob, standard, **typed)
    assert refused.status_code == 422
    beside = [one for one in tree(refused).iter("fieldset") if one.get("class") == "field wrong"]
    beside += [one for one in tree(refused).iter("div") if one.get("class") == "field wrong"]
    [field] = [one for one in beside if sentence in words(one)]
    assert field.find(".//input") is not None
    again = dict(filled(find_form(refused, "/new")))
    assert again["quality_exchange_days"] == "21"
    if name != "testing":
        assert again[name] == value


def test_a_refused_field_is_not_hidden(bob: NaggingClient, standard: Standard) -> None:
    refused = previewed(bob, standard, repair_days="1")
    opened = [one for one in tree(refused).iter("details") if one.get("open") is not None]
    assert [one.find(".//input").get("name") for one in opened] == ["repair_days"]  # type: ignore[union-attr]


def test_a_pledge_for_no_store_is_refused_and_nothing_typed_is_lost(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    refused = previewed(bob, standard, stores=None, repair_days="120")
    assert refused.status_code == 422
    assert "请至少选择一家门店" in main(refused)
    assert dict(filled(find_form(refused, "/new")))["repair_days"] == "120"


def test_the_way_back_from_the_preview_keeps_everything(bob: NaggingClient, standard: Standard) -> None:
    seen = previewed(bob, standard, repair_days="120", no_reason_excluded=None, cross_store="y")
    back = next(one.get("href") for one in tree(seen).iter("a") if words(one) == "再改改")
    assert back is not None
    again = dict(filled(find_form(bob.get(back), "/new")))
    assert (again["repair_days"], again["cross_store"]) == ("120", "y")
    assert "no_reason_excluded" not in again


def test_worse_terms_sent_past_the_preview_are_refused(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    seen = previewed(bob, standard)
    for typed in ({"repair_days": "1"}, {"automatic_fen": "5"}, {"refund_within_days": "x"}):
        refused = bob.submit(seen, LIST, **{**typed, "key": f"a key for {typed}"[:40]})
        assert refused.status_code == 422
    assert rows(db_session) == []


def test_a_store_of_somebody_else_is_not_there(
    bob: NaggingClient, db_session: Session, town: Town, standard: Standard
) -> None:
    elsewhere = make_store(db_session)
    seen = previewed(bob, standard)
    for store in (str(elsewhere.id), "9" * 30, "x", "-1"):
        assert previewed(bob, standard, stores=[str(STORE_ID), store]).status_code == 404
        assert bob.submit(seen, LIST, stores=[str(STORE_ID), store]).status_code == 404
    assert rows(db_session) == []


def test_what_cannot_be_pledged_is_not_there(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    seen = previewed(bob, standard)
    make_version(db_session, standard, {}, published=False)
    assert bob.get(f"{LIST}/new").location == LIST  # a standard is chosen there
    for query in ("no-such", *(f"{standard.slug}&version={n}" for n in ("2", "x", "9" * 11))):
        assert bob.get(f"{LIST}/new?standard={query}").status_code == 404
    withdraw_version(db_session, newest(db_session, standard), GRACE, reason="有误", now=BEGINNING)
    assert bob.get(f"{LIST}/new?standard={standard.slug}").status_code == 404
    assert bob.get(f"{LIST}/new?standard={standard.slug}&version=1").status_code == 404
    assert bob.submit(seen, LIST).status_code == 409
    assert rows(db_session) == []


def test_a_clerk_reads_but_does_not_act(
    carol: NaggingClient, bob: NaggingClient, db_session: Session, town: Town, standard: Standard
) -> None:
    other = make_store(db_session, town.merchant, name="冰川城西店")
    row, hidden = make_pledge(db_session, standard), make_pledge(db_session, standard, store=other)
    make_version(db_session, standard, {"repair_days": 180})
    shown = text(carol, LIST)
    assert "服装鞋帽退换货标准" in shown
    assert "冰川城西店" not in shown
    assert "有新版本" in shown
    assert "/merchant/pledges/new" not in carol.get(LIST).text
    assert "结束承诺" not in text(carol, f"{LIST}/{row.id}")
    assert carol.get(f"{LIST}/{hidden.id}").status_code == 404
    assert carol.get(f"{LIST}/new?standard={standard.slug}").status_code == 404
    assert carol.get(f"{LIST}/{row.id}/ending").status_code == 404
    token = next(one.get("value") for one in tree(carol.get(LIST)).iter("input") if one.get("name"))
    seen = dict(filled(find_form(previewed(bob, standard), LIST)))
    assert carol.post(LIST, data=seen | {"csrf_token": token}).status_code == 404
    assert carol.post(f"{LIST}/{row.id}/ending", data={"csrf_token": token}).status_code == 404
    assert [one.ends_on for one in rows(db_session)] == [None, None]


def test_the_list_shows_what_is_pledged_what_fits_and_what_is_better(
    bob: NaggingClient, db_session: Session, town: Town, standard: Standard
) -> None:
    make_store(db_session, town.merchant, name="外区店", district_code="330106")
    make_standard(db_session, CITYWIDE, category="food", title_zh="食品退换货标准")
    make_standard(db_session, published=False, title_zh="只是草稿")
    shown = text(bob, LIST)
    assert "服装鞋帽退换货标准" in shown
    assert "还有 1 家门店未承诺。" in shown
    assert "还有 2 家门店未承诺。" in shown
    assert "只是草稿" not in shown
    make_pledge(db_session, standard, refund_within_days=3)
    shown = text(bob, LIST)
    assert "还有 1 家门店未承诺。" not in shown
    assert "退款 3 天内到账。" in shown
    assert "适用于 2026年11月24日 起的消费" in shown
    assert "有新版本" not in shown


def test_a_renewal_keeps_what_was_better_and_says_what_changed(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    make_pledge(db_session, standard, refund_within_days=3, no_reason_days=15)
    make_version(db_session, standard, {"repair_days": 180, "refund_within_days": 2})
    assert "续为第 2 版" in text(bob, LIST)
    shown = form(bob, standard, 2)
    sent = dict(filled(find_form(shown, "/new")))
    assert (sent["no_reason_days"], sent["refund_within_days"], sent["repair_days"]) == ("15", "2", "180")
    assert "180 天内免费维修。" in main(shown)
    assert "第 2 版有哪些变化" in main(shown)
    seen = bob.submit(shown, "/new")
    assert "适用于 2026年11月25日 周三 起的消费" in main(seen)
    assert bob.submit(seen, LIST).status_code == 303
    assert [(row.version, row.terms["no_reason_days"]) for row in rows(db_session)] == [(1, 15), (2, 15)]


def test_a_renewal_with_less_says_that_it_waits(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    make_pledge(db_session, standard, no_reason_days=15)
    seen = previewed(bob, standard, no_reason_days="7")
    assert "期满后才改用这一份" in main(seen)
    assert "适用于 2026年12月10日 周四 起的消费" in main(seen)
    assert bob.submit(seen, LIST).status_code == 303
    old, new = rows(db_session)
    assert (str(old.ends_on), str(new.starts_on)) == ("2026-12-09", "2026-12-10")


def test_the_preview_says_where_nothing_changes(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    make_pledge(db_session, standard)
    assert "已是这样承诺，不变" in main(previewed(bob, standard))


def test_an_ending_is_asked_for_and_keeps_its_notice(
    bob: NaggingClient, db_session: Session, town: Town, standard: Standard, clock: Clock
) -> None:
    row = make_pledge(db_session, standard)
    address = f"{LIST}/{row.id}"
    asked = bob.get(f"{address}/ending")
    assert "承诺仍有效至 2026年12月9日 周三" in main(asked)
    assert "公示期 15 天。" in main(asked)
    assert [bob.submit(asked, "/ending").headers["Location"] for _ in range(2)] == [address] * 2
    shown = text(bob, address)
    assert "适用于 2026年11月24日 至 2026年12月9日 的消费" in shown
    assert "结束承诺" not in shown
    assert bob.get(f"{address}/ending").status_code == 404
    sign_in(bob, db_session, town.bob, now=clock.advance(timedelta(days=16)))
    assert "已结束" in text(bob, address)
    assert "以前的承诺" in text(bob, LIST)


def test_a_pledge_of_somebody_else_is_not_there(
    bob: NaggingClient, db_session: Session, town: Town, standard: Standard
) -> None:
    row = make_pledge(db_session, standard)
    own = f"{LIST}/{row.id}"
    token = next(one.get("value") for one in tree(bob.get(LIST)).iter("input") if one.get("name"))
    db_session.execute(sa.text("UPDATE memberships SET merchant_id = :other WHERE person_id = :bob"),
                       {"other": make_store(db_session).merchant_id, "bob": town.bob.id})  # fmt: skip
    for address in (own, f"{own}/ending", f"{LIST}/999999", f"{LIST}/9223372036854775808"):
        assert bob.get(address).status_code == 404
    assert bob.post(f"{own}/ending", data={"csrf_token": token}).status_code == 404


def test_in_english_everything_is_english(
    bob: NaggingClient, db_session: Session, standard: Standard
) -> None:
    row = make_pledge(db_session, standard, refund_within_days=3)
    bob.set_cookie("lang", "en")
    assert "Returns of clothing and shoes" in text(bob, LIST)
    assert "The money is back within 3 days." in text(bob, f"{LIST}/{row.id}")
    refused = previewed(bob, standard, repair_days="1")
    assert "This gives less than what binds it: clause 4, Repair." in main(refused)


def test_the_list_takes_as_many_queries_for_three_stores_as_for_one(
    bob: NaggingClient, app: Flask, db_session: Session, town: Town, standard: Standard
) -> None:
    def queries() -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine
        note = lambda *said: seen.append(said[2])  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", note)
        assert bob.get(LIST).status_code == 200
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    make_pledge(db_session, standard)
    queries()
    one = queries()
    for name in ("冰川城西店", "冰川城北店"):
        store = make_store(db_session, town.merchant, name=name)
        make_pledge(db_session, standard, store=store)
        make_pledge(db_session, make_standard(db_session, CITYWIDE, category="food"), store=store)
    assert queries() == one
