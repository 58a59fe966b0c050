"""The officers' desk: what waits in the officer's own region, and nothing of anybody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import OfficerRole, Person
from portal.bureau import queries
from portal.disputes.actions.endings import escalate, split_off_report
from portal.disputes.models import Dispute, Report
from portal.merchants.models import Claim
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, CITY, GRACE
from tests.world import BEGINNING

PAGES = ("/bureau", "/bureau/disputes", "/bureau/reports")
HOUR = timedelta(hours=1)
NewClient = Callable[[], NaggingClient]


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def grace(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.grace)
    return client


def signed_in(new_client: NewClient, session: Session, person: Person) -> NaggingClient:
    made = new_client()
    sign_in(made, session, person)
    return made


def handed_over(session: Session, town: Town, hours: int = 0, **changes: object) -> Dispute:
    """A dispute that came to the bureau so many hours after the beginning."""
    dispute = file(session, town.store, town.alice, **changes)
    escalate(session, dispute, ALICE, now=BEGINNING + hours * HOUR)
    return dispute


def reported(session: Session, town: Town, text: str = "没有明码标价，请查一下。") -> Report:
    dispute = file(session, town.store, town.alice)
    return split_off_report(session, dispute, ALICE, text=text, now=BEGINNING)


def titles(page: TestResponse) -> list[str]:
    return [words(part) for part in tree(page).findall(".//ul[@class='dispute-rows']//strong")]


def values(page: TestResponse) -> dict[str, str]:
    """The cells of a page: title and value."""
    found = {}
    for part in tree(page).findall(".//ul[@class='cells']/li/a"):
        value = part.find("./span[@class='cell-value']")
        found[words(part.find(".//span[@class='cell-title']"))] = "" if value is None else words(value)
    return found


def test_the_desk_counts_what_waits(grace: NaggingClient, db_session: Session, town: Town) -> None:
    handed_over(db_session, town, 2)
    handed_over(db_session, town, 1)
    reported(db_session, town)
    db_session.add(Claim(store_id=town.store.id, person_id=town.bob.id, made_at=BEGINNING))
    page = grace.get("/bureau")
    assert values(page) == {
        "转来的投诉": "2", "门店认领审核": "1", "举报": "1", "退换货标准": "",
        "辖区全部和解事项": "", "本辖区公示榜": "",
    }  # fmt: skip
    assert "等得最久的是 11月24日 11:00 转来的。" in words(tree(page).find(".//main"))


def test_an_empty_desk_says_that_nothing_waits(grace: NaggingClient) -> None:
    assert [values(grace.get("/bureau"))[name] for name in ("转来的投诉", "门店认领审核", "举报")] == [
        "0",
        "0",
        "0",
    ]
    assert "没有等您处理的事" in words(
        tree(grace.get("/bureau/disputes")).find(".//main")
    ) or "暂时没有" in words(tree(grace.get("/bureau/disputes")).find(".//main"))
    assert "辖区内没有举报" in words(tree(grace.get("/bureau/reports")).find(".//main"))


@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_officers_knows_of_the_desk(
    path: str, new_client: NewClient, db_session: Session, town: Town
) -> None:
    assert new_client().get(path).status_code == 303
    for person in (town.alice, town.bob, town.carol):
        somebody = signed_in(new_client, db_session, person)
        assert (somebody.get(path).status_code, somebody.get("/nowhere").status_code) == (404, 404)


def test_the_longest_waiting_stands_first_and_only_what_waits_is_there(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    for hours, goods in ((3, "空调"), (1, "冰箱"), (2, "电视")):
        handed_over(db_session, town, hours, goods=goods)
    file(db_session, town.store, town.alice, goods="还在谈的")
    assert titles(grace.get("/bureau/disputes")) == ["冰箱", "电视", "空调"]


def test_a_row_says_who_what_and_how_it_came(grace: NaggingClient, db_session: Session, town: Town) -> None:
    dispute = handed_over(db_session, town)
    page = grace.get("/bureau/disputes")
    row = tree(page).find(".//ul[@class='dispute-rows']//a")
    assert row is not None
    assert row.get("href") == f"/disputes/{dispute.ref}"
    for said in ("双门冰箱", "上城区", "冰川电器湖滨店", "杭州冰川电器有限公司", "¥8,000", "消费者转投诉"):
        assert said in words(row)
    assert "13812345678" not in page.text


def test_the_filters_are_in_the_address(new_client: NewClient, db_session: Session, town: Town) -> None:
    bakery = make_store(db_session, town.merchant, district_code="330106", trade="food")
    handed_over(db_session, town, goods="冰箱")
    bread = file(db_session, bakery, town.alice, goods="面包")
    escalate(db_session, bread, ALICE, now=BEGINNING)
    chief = make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR)
    officer = signed_in(new_client, db_session, chief)
    assert titles(officer.get("/bureau/disputes")) == ["冰箱", "面包"]
    for address, shown in {
        "district=330106": ["面包"],
        "trade=appliances": ["冰箱"],
        "district=330106&trade=appliances": [],
        "district=330203": ["冰箱", "面包"],  # not one of the options: as if it were not there
        "trade=%27": ["冰箱", "面包"],
        "after=nonsense": ["冰箱", "面包"],
        "after=2026-11-24T00:00:00%2B00:00~99999999999999999999": ["冰箱", "面包"],
        "after=0001-01-01T00:00:00%2B23:00~1": ["冰箱", "面包"],
    }.items():
        assert titles(officer.get(f"/bureau/disputes?{address}")) == shown, address
    page = officer.submit(officer.get("/bureau/disputes"), "/bureau/disputes", trade="food")
    assert titles(page) == ["面包"]
    chosen = [
        option.get("value") for option in tree(page).iter("option") if option.get("selected") is not None
    ]
    assert chosen == ["food"]


def test_pages_go_on_where_the_last_one_ended(grace: NaggingClient, db_session: Session, town: Town) -> None:
    for number in range(queries.PAGE + 2):
        handed_over(db_session, town, number // 2, goods=f"第{number}件")  # two at a time: the id decides
    first = grace.get("/bureau/disputes?trade=appliances")
    link = next(link for link in tree(first).iter("a") if link.get("rel") == "next").get("href")
    assert link is not None
    assert "trade=appliances" in link
    second = grace.get(link)
    assert titles(first) + titles(second) == [f"第{number}件" for number in range(queries.PAGE + 2)]
    assert [link for link in tree(second).iter("a") if link.get("rel") == "next"] == []


def test_an_officer_sees_the_own_subtree_alone(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    handed_over(db_session, town, goods="冰箱")
    other = file(db_session, elsewhere, town.alice, goods="邻市的")
    escalate(db_session, other, ALICE, now=BEGINNING)
    report = split_off_report(db_session, other, ALICE, text="邻市的一件举报", now=BEGINNING)
    own = reported(db_session, town)
    for region, goods, seen in (
        ("330102", ["冰箱"], own),
        ("330106", [], None),
        ("330100", ["冰箱"], own),
        ("330203", ["邻市的"], report),
        ("330000", ["冰箱", "邻市的"], own),
    ):
        officer = signed_in(new_client, db_session, make_officer(db_session, region))
        assert titles(officer.get("/bureau/disputes")) == goods, region
        assert values(officer.get("/bureau"))["转来的投诉"] == str(len(goods))
        for ref in (own.ref, report.ref):
            allowed = region == "330000" or (seen is not None and seen.ref == ref)
            assert officer.get(f"/bureau/reports/{ref}").status_code == (200 if allowed else 404), region


def test_a_report_is_shown_without_the_persons_identity(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town, "收据上没有盖章。\n<b>请查</b>")
    listed = grace.get("/bureau/reports")
    assert titles(listed) == ["冰川电器湖滨店"]
    page = grace.get(f"/bureau/reports/{report.ref}")
    assert "收据上没有盖章。 <b>请查</b>" in words(tree(page).find(".//main"))
    assert "王* 138****5678" in words(tree(page).find(".//main"))
    assert [part in page.text + listed.text for part in ("13812345678", "王爱丽")] == [False, False]


def test_a_merchant_never_learns_of_a_report(new_client: NewClient, db_session: Session, town: Town) -> None:
    report = reported(db_session, town, "独一无二的举报内容")
    for person in (town.bob, town.carol, town.alice, town.mallory):
        somebody = signed_in(new_client, db_session, person)
        missing = somebody.get("/bureau/reports/99999999999999")
        assert somebody.get(f"/bureau/reports/{report.ref}").status_code == missing.status_code == 404


@pytest.mark.parametrize("ref", ["0", "abc", "99999999999999", "１２３"])
def test_a_reference_that_is_none_is_missing(ref: str, grace: NaggingClient) -> None:
    assert grace.get(f"/bureau/reports/{ref}").status_code == 404


def test_a_place_in_the_list_that_is_none_begins_at_the_beginning(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    reported(db_session, town)
    for before in ("x", "-1", "0", "9" * 30):
        assert titles(grace.get(f"/bureau/reports?before={before}")) == ["冰川电器湖滨店"]


def test_lists_take_as_many_queries_with_one_row_as_with_three(db_session: Session, town: Town) -> None:
    def statements() -> int:
        db_session.expire_all()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        engine = db_session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        assert queries.handed_over(db_session, GRACE)[0]
        assert queries.reports(db_session, GRACE)[0]
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    handed_over(db_session, town)
    reported(db_session, town)
    with_one = statements()
    for _ in range(2):
        handed_over(db_session, town)
        reported(db_session, town)
    assert statements() == with_one == 2
