"""The front page of the desk: what waits, how urgent it is, and who has how much of it."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import OfficerRole
from portal.bureau.queries.figures import desk
from portal.bureau.urgency import present
from portal.merchants.models import Claim
from tests.bureau.waiting import given_to, handed_over, in_testing, main, reported, signed_in, values
from tests.makers import Town, make_officer
from tests.nag import NaggingClient, tree, words
from tests.people import DISTRICT, GRACE
from tests.world import BEGINNING

PAGES = (
    "/bureau", "/bureau/disputes", "/bureau/disputes/next", "/bureau/reports", "/bureau/search?q=冰箱",
    "/bureau/absence", "/bureau/replies",
)  # fmt: skip
NewClient = Callable[[], NaggingClient]


def counts(page: TestResponse) -> dict[str, str]:
    figures = tree(page).findall(".//section[@class='figures counts']/a")
    return {words(figure[1]): words(figure[0]) for figure in figures}


def loads(page: TestResponse) -> list[list[str]]:
    return [[words(cell) for cell in row] for row in tree(page).findall(".//table[@class='table']/tbody/tr")]


def test_the_desk_counts_what_waits(grace: NaggingClient, db_session: Session, town: Town) -> None:
    handed_over(db_session, town)
    in_testing(db_session, town)
    reported(db_session, town)
    db_session.add(Claim(store_id=town.store.id, person_id=town.bob.id, made_at=BEGINNING))
    said = values(grace.get("/bureau"))
    assert [said[name] for name in ("转来的投诉", "门店认领审核", "举报")] == ["2", "1", "1"]


def test_an_empty_desk_says_that_nothing_waits(grace: NaggingClient) -> None:
    said = values(grace.get("/bureau"))
    assert [said[name] for name in ("转来的投诉", "门店认领审核", "举报")] == ["0", "0", "0"]
    assert "暂时没有" in main(grace.get("/bureau/disputes")) or "没有等您" in main(
        grace.get("/bureau/disputes")
    )
    assert "辖区内没有举报" in main(grace.get("/bureau/reports"))


@pytest.mark.parametrize("path", PAGES)
def test_nobody_but_officers_knows_of_the_desk(
    path: str, new_client: NewClient, db_session: Session, town: Town
) -> None:
    assert new_client().get(path).status_code == 303
    for person in (town.alice, town.bob, town.carol):
        somebody = signed_in(new_client, db_session, person)
        assert (somebody.get(path).status_code, somebody.get("/nowhere").status_code) == (404, 404)


def test_it_says_how_urgent_it_is_and_each_count_leads_to_its_list(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    given_to(db_session, handed_over(db_session, town, -12), town.grace)  # seven working days later: past
    handed_over(db_session, town, -11)
    handed_over(db_session, town)
    in_testing(db_session, town)
    page = grace.get("/bureau")
    assert counts(page) == {"已逾期": "1", "两个工作日内到期": "1", "尚未分派": "3", "我的": "1"}
    links = [figure.get("href") for figure in tree(page).findall(".//section[@class='figures counts']/a")]
    shown = [len(tree(grace.get(link or "")).findall(".//ul[@class='dispute-rows']/li")) for link in links]
    assert shown == [1, 1, 3, 1]


def test_the_supervisor_sees_who_has_how_much_and_an_officer_does_not(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    chief = make_officer(db_session, DISTRICT, role=OfficerRole.SUPERVISOR, display_name="钱主任")
    for days in (-12, 0):
        given_to(db_session, handed_over(db_session, town, days), town.grace)
    handed_over(db_session, town)
    supervisor = signed_in(new_client, db_session, chief)
    assert loads(supervisor.get("/bureau")) == [
        ["葛蕾丝", "2", "1", "0", "11月23日 周一"],
        ["未分派", "1", "0", "0", "12月3日 周四"],
    ]
    assert loads(grace.get("/bureau")) == []


def test_the_figures_take_as_many_queries_with_one_row_as_with_three(db_session: Session, town: Town) -> None:
    def statements() -> int:
        db_session.expire_all()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        engine = db_session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        assert desk(db_session, GRACE, present(db_session, BEGINNING, "Asia/Shanghai")).disputes
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    given_to(db_session, handed_over(db_session, town), town.grace)
    with_one = statements()
    for _ in range(2):
        handed_over(db_session, town)
    assert statements() == with_one == 6
