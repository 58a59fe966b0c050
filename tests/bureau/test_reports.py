"""Reports: handled in three steps, seen by the consumer, never by the shop."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.disputes.actions.endings import split_off_report
from portal.disputes.models import Dispute, Report
from tests.bureau.waiting import NewClient, handed_over, main, reported, signed_in, titles
from tests.makers import Town, make_officer
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE
from tests.world import BEGINNING

SECRET = "独一无二的举报内容"


def test_a_report_is_shown_without_the_persons_identity(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town, "收据上没有盖章。\n<b>请查</b>")
    listed = grace.get("/bureau/reports")
    assert titles(listed) == ["冰川电器湖滨店"]
    page = grace.get(f"/bureau/reports/{report.ref}")
    assert "收据上没有盖章。 <b>请查</b>" in main(page)
    assert "王* 138****5678" in main(page)
    assert [part in page.text + listed.text for part in ("13812345678", "王爱丽")] == [False, False]


def test_it_is_received_then_looked_into_then_closed_with_its_result(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town)
    place = f"/bureau/reports/{report.ref}"
    assert "已收到" in main(grace.get(place))
    assert grace.submit(grace.get(place), "/handling").location == place
    assert "承办人：葛蕾丝" in main(grace.get(place))
    empty = grace.submit(grace.get(place), "/closure", result=" ")
    assert (empty.status_code, "请写明处理结果" in main(empty)) == (422, True)
    answer = grace.submit(grace.get(place), "/closure", result="已责令改正。")
    assert answer.status_code == 303
    page = main(grace.get(place))
    assert ("已办结" in page, "已责令改正。" in page) == (True, True)
    db_session.refresh(report)
    assert (report.state, report.officer_id, report.closed_at) == ("closed", town.grace.id, BEGINNING)


def test_what_was_done_meanwhile_is_answered_409(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town)
    early = grace.get(f"/bureau/reports/{report.ref}")
    grace.submit(early, "/handling")
    assert grace.submit(early, "/handling").status_code == 409
    handling = grace.get(f"/bureau/reports/{report.ref}")
    grace.submit(handling, "/closure", result="已责令改正。")
    late = grace.submit(handling, "/closure", result="另一个结果。")
    assert late.status_code == 409
    db_session.refresh(report)
    assert report.result == "已责令改正。"


def test_nobody_of_another_region_and_no_party_handles_it(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town)
    others = [make_officer(db_session, "330106"), town.alice, town.bob, town.carol, town.mallory]
    for person in others:
        somebody = signed_in(new_client, db_session, person)
        token = tree(somebody.get("/account")).find(".//input[@name='csrf_token']")
        assert token is not None
        fields = {"csrf_token": token.get("value"), "result": "x"}
        for act in ("handling", "closure"):
            assert somebody.post(f"/bureau/reports/{report.ref}/{act}", data=fields).status_code == 404
    db_session.refresh(report)
    assert report.state == "received"


def test_the_consumer_reads_on_her_own_page_how_it_stands(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    report = reported(db_session, town)
    alice = signed_in(new_client, db_session, town.alice)
    place = f"/disputes/{db_session.get_one(Dispute, report.dispute_id).ref}"
    desk = f"/bureau/reports/{report.ref}"
    seen = []
    for act, fields in (("", {}), ("/handling", {}), ("/closure", {"result": "已责令改正。"})):
        if act:
            grace.submit(grace.get(desk), act, **fields)
        page = alice.get(place)
        seen += [words(badge) for badge in tree(page).findall(".//section//li/span[@class='badge neutral']")]
    assert seen == ["已收到", "办理中", "已办结"]
    assert "处理结果： 已责令改正。" in main(page)


def test_an_anonymous_one_names_nobody(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    alice = signed_in(new_client, db_session, town.alice)
    shown = alice.get(f"/disputes/{dispute.ref}?act=report")
    answer = alice.submit(shown, "/reports", text="价签和收银不一致。", anonymous="y")
    assert answer.status_code == 303
    report = db_session.query(Report).one()
    assert report.anonymous
    assert "已匿名" in main(alice.get(f"/disputes/{dispute.ref}"))
    pages = grace.get("/bureau/reports").text + grace.get(f"/bureau/reports/{report.ref}").text
    hidden = ("王*", "138****5678", dispute.ref, "王爱丽")
    assert [part in pages for part in hidden] == [False] * len(hidden)
    assert "匿名" in pages


@pytest.mark.parametrize("ref", ["0", "abc", "99999999999999", "１２３"])
def test_a_reference_that_is_none_is_missing(ref: str, grace: NaggingClient) -> None:
    assert grace.get(f"/bureau/reports/{ref}").status_code == 404


def test_a_place_in_the_list_that_is_none_begins_at_the_beginning(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    reported(db_session, town)
    for before in ("x", "-1", "0", "9" * 30):
        assert titles(grace.get(f"/bureau/reports?before={before}")) == ["冰川电器湖滨店"]


def pages_of_staff(client: NaggingClient, dispute: Dispute, store: str) -> list[str]:
    """All that the shop can read, without what changes with each showing."""
    places = [
        "/disputes", f"/disputes/{dispute.ref}", f"/disputes/{dispute.ref}?act=message", "/notices",
        "/merchant", "/merchant/stores", f"/stores?q={SECRET}", f"/s/{store}", "/board", "/account",
    ]  # fmt: skip
    varying = re.compile(r'name="(?:csrf_token|key)" value="[^"]*"')
    return [f"{answer.status_code} {varying.sub('', answer.text)}" for answer in map(client.get, places)]


def test_a_report_changes_nothing_that_the_shop_can_read(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    staff: list[tuple[Person, NaggingClient]] = [
        (person, signed_in(new_client, db_session, person)) for person in (town.bob, town.carol)
    ]
    read: Callable[[], list[list[str]]] = lambda: [  # noqa: E731
        pages_of_staff(client, dispute, town.store.code) for _, client in staff
    ]
    before, seq = read(), dispute.last_seq
    report = split_off_report(db_session, dispute, ALICE, text=SECRET, now=BEGINNING)
    place = f"/bureau/reports/{report.ref}"
    grace.submit(grace.get(place), "/handling")
    grace.submit(grace.get(place), "/closure", result=SECRET)
    db_session.refresh(dispute)
    assert dispute.last_seq == seq
    after = read()
    assert after == before
    for _, client in staff:
        for hidden in (place, "/bureau/reports", f"/bureau/search?q={SECRET}"):
            assert client.get(hidden).status_code == 404
    assert words(tree(grace.get(f"/bureau/search?q={SECRET}")).find(".//main")).count("没有找到") == 1
