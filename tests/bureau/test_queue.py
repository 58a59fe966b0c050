"""The queue: by the statutory day, in words, narrowed by its address, and only of one's own region."""

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import OfficerRole
from portal.bureau.queries.queue import PAGE, Filters, queue
from portal.disputes.actions.endings import split_off_report
from portal.disputes.models import Dispute, DisputeEvent
from tests.bureau.waiting import (
    NewClient,
    given_to,
    handed_over,
    in_testing,
    main,
    mediated,
    reported,
    signed_in,
    titles,
    values,
)
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, CITY, DISTRICT, GRACE
from tests.world import BEGINNING, Clock


def dates(page: TestResponse) -> list[str]:
    return [words(part) for part in tree(page).iter("span") if part.get("class") == "row-line queue-date"]


def next_link(page: TestResponse) -> str:
    return next((link.get("href") or "" for link in tree(page).iter("a") if link.get("rel") == "next"), "")


def test_what_is_due_first_stands_first_and_what_stands_still_last(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    in_testing(db_session, town, -1, goods="检测中的")
    for days, goods in ((2, "空调"), (-3, "冰箱"), (0, "电视")):
        handed_over(db_session, town, days, goods=goods)
    mediated(db_session, town, -5, goods="调解中的")
    file(db_session, town.store, town.alice, goods="还在谈的")
    assert titles(grace.get("/bureau/disputes")) == ["冰箱", "电视", "空调", "调解中的", "检测中的"]


def test_a_row_says_who_what_where_it_stands_and_until_when(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    page = grace.get("/bureau/disputes")
    row = tree(page).find(".//ul[@class='dispute-rows']//a")
    assert row is not None
    assert row.get("href") == f"/disputes/{dispute.ref}"
    for said in (
        "双门冰箱", "上城区", "冰川电器湖滨店", "杭州冰川电器有限公司", "¥8,000", "王* 138****5678", "待受理",
        "还剩 7 个工作日", "12月3日 周四止", "受理期限 7 个工作日",
    ):  # fmt: skip
        assert said in words(row)
    assert "尚未分派" in main(page)
    assert "13812345678" not in page.text


def test_the_day_is_red_or_amber_and_says_so_in_words(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    # On Tuesday 24 November; seven working days each.
    for days in (-13, -12, -11, -8, -7, -6):
        handed_over(db_session, town, days)
    in_testing(db_session, town)
    page = grace.get("/bureau/disputes")
    assert [said.split("个工作日")[0].split("11月")[0].strip() for said in dates(page)] == [
        "已逾期 2", "已逾期 1", "今天到期", "还剩 1", "还剩 2", "还剩 3", "暂停计时",
    ]  # fmt: skip
    tones = [
        part.get("class") for part in tree(page).iter("span") if "left-badge" in (part.get("class") or "")
    ]
    said = [str(tone).split()[1] for tone in tones]
    assert said == ["bad", "bad", "warn", "warn", "warn", "neutral", "neutral"]


def test_a_day_that_ends_today_is_amber_and_a_moment_later_red(
    grace: NaggingClient, db_session: Session, town: Town, clock: Clock
) -> None:
    handed_over(db_session, town, -11)  # from a Friday on
    clock.advance(hours=13, minutes=59)
    sign_in(grace, db_session, town.grace, now=clock.now)
    assert dates(grace.get("/bureau/disputes"))[0].startswith("今天到期")
    clock.advance(minutes=1)
    assert dates(grace.get("/bureau/disputes"))[0].startswith("已逾期 1 个工作日")


def test_the_filters_are_in_the_address(new_client: NewClient, db_session: Session, town: Town) -> None:
    bakery = make_store(db_session, town.merchant, district_code="330106", trade="food")
    chief = make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR, display_name="钱主任")
    given_to(db_session, handed_over(db_session, town, goods="冰箱"), town.grace)
    handed_over(db_session, town, 1, goods="面包", store=bakery)
    given_to(db_session, mediated(db_session, town, goods="空调"), chief)
    in_testing(db_session, town, goods="电视")
    officer = signed_in(new_client, db_session, chief)
    everything = ["冰箱", "面包", "空调", "电视"]
    for address, shown in {
        "": everything,
        "district=330106": ["面包"],
        "trade=appliances": ["冰箱", "空调", "电视"],
        "district=330106&trade=appliances": [],
        "stage=waiting": ["冰箱", "面包"],
        "stage=mediating": ["空调"],
        "stage=testing": ["电视"],
        "officer=mine": ["空调"],
        "officer=none": ["面包", "电视"],
        f"officer={town.grace.id}": ["冰箱"],
        "urgency=overdue": [],
        "urgency=soon": [],
        "officer=999999": everything,  # not one of the options: as if it were not there
        "district=330203": everything,
        "trade=%27": everything,
        "stage=x&urgency=y": everything,
        "after=nonsense": everything,
        "after=2026-11-24T00:00:00%2B00:00~99999999999999999999": everything,
        "after=0001-01-01T00:00:00%2B23:00~1": everything,
    }.items():
        assert titles(officer.get(f"/bureau/disputes?{address}")) == shown, address
    page = officer.submit(officer.get("/bureau/disputes"), "/bureau/disputes", trade="food")
    assert titles(page) == ["面包"]
    chosen = [
        option.get("value") for option in tree(page).iter("option") if option.get("selected") is not None
    ]
    assert chosen == ["food"]


def test_pages_go_on_where_the_last_one_ended(grace: NaggingClient, db_session: Session, town: Town) -> None:
    for number in range(PAGE):
        handed_over(db_session, town, number // 2, goods=f"第{number}件")  # two at a time: the id decides
    for number in range(PAGE, PAGE + 3):
        in_testing(db_session, town, goods=f"第{number}件")
    first = grace.get("/bureau/disputes?trade=appliances")
    assert "trade=appliances" in next_link(first)
    second = grace.get(next_link(first))
    assert titles(first) + titles(second) == [f"第{number}件" for number in range(PAGE + 3)]
    assert next_link(second) == ""
    third = grace.get(f"/bureau/disputes?after=~{db_session.scalar(sa.select(sa.func.max(Dispute.id))) - 1}")
    assert titles(third) == [f"第{PAGE + 2}件"]


def test_an_officer_sees_the_own_subtree_alone(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    handed_over(db_session, town, goods="冰箱")
    other = handed_over(db_session, town, 1, goods="邻市的", store=elsewhere)
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


def test_one_tap_takes_a_dispute_on_and_leads_back_to_the_queue(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    answer = grace.submit(grace.get("/bureau/disputes?stage=waiting"), "/assignments")
    assert (answer.status_code, answer.location) == (303, "/bureau/disputes?stage=waiting")
    page = grace.get(answer.location)
    assert "我的" in words(tree(page).find(".//div[@class='row-ready']"))
    assert [
        form for form in tree(page).iter("form") if (form.get("action") or "").endswith("assignments")
    ] == []
    db_session.refresh(dispute)
    facts = db_session.scalars(
        sa.select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id).order_by(DisputeEvent.seq)
    )
    assert (dispute.officer_id, list(facts)[-1]) == (town.grace.id, "officer_assigned")


def test_the_way_back_leads_nowhere_but_into_the_portal(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    page = grace.get("/bureau/disputes")
    for wrong in ("//evil.example", "https://evil.example/", "x"):
        answer = grace.submit(page, "/assignments", back=wrong, key=f"key-{wrong}")
        assert answer.location == f"/disputes/{dispute.ref}"


def test_next_goes_along_the_queue_and_ends_where_it_ends(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    late = in_testing(db_session, town, goods="电视")
    second = handed_over(db_session, town, 1, goods="空调")
    first = handed_over(db_session, town, goods="冰箱")
    walked, place = [], f"/disputes/{first.ref}"
    for _ in range(3):
        page = grace.get(place)
        link = next(link for link in tree(page).iter("a") if "data-next" in link.attrib)
        assert words(link) == "下一件"
        place = grace.get(link.get("href") or "").location
        walked.append(place)
    assert walked == [f"/disputes/{second.ref}", f"/disputes/{late.ref}", "/bureau/disputes?end=1"]
    assert "已经是最后一件" in main(grace.get(walked[-1]))


def test_next_keeps_the_filters_and_begins_anew_after_what_is_no_longer_waiting(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    first = handed_over(db_session, town)
    handed_over(db_session, town, 1)
    third = given_to(db_session, handed_over(db_session, town, 2), town.grace)
    opened = grace.get("/bureau/disputes?officer=none")
    row = tree(opened).find(".//ul[@class='dispute-rows']//a")
    assert row is not None
    assert row.get("href") == f"/disputes/{first.ref}?queue=officer%3Dnone"
    for address, place in {
        f"after={first.ref}&queue=officer%3Dmine": f"/disputes/{third.ref}?queue=officer%3Dmine",
        f"after={third.ref}&queue=officer%3Dmine": "/bureau/disputes?officer=mine&end=1",
        "after=nonsense": f"/disputes/{first.ref}",
        "queue=%26%3D~": f"/disputes/{first.ref}",
        "": f"/disputes/{first.ref}",
    }.items():
        assert grace.get(f"/bureau/disputes/next?{address}").location == place, address


def test_another_regions_dispute_says_nothing_about_its_place(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    handed_over(db_session, town)
    theirs = handed_over(db_session, town, 1)
    officer = signed_in(new_client, db_session, make_officer(db_session, "330106"))
    answers = {officer.get(f"/bureau/disputes/next?after={ref}").location for ref in (theirs.ref, "x")}
    assert answers == {"/bureau/disputes?end=1"}


def test_the_queue_takes_as_many_queries_with_one_row_as_with_three(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    def statements() -> int:
        db_session.expire_all()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        engine = db_session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        assert queue(db_session, GRACE, Filters())[0]
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    handed_over(db_session, town)
    with_one = statements()
    for _ in range(2):
        given_to(db_session, handed_over(db_session, town), make_officer(db_session, DISTRICT))
    assert statements() == with_one == 2
