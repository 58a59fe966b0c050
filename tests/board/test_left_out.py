"""What is left out of the figures is in no outcome, and is counted in public by its ground."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import NOTHING, Figures
from portal.board.models import BoardCell, LeftOut, StoreCount
from portal.board.queries import board, headline, left_out_of, store_figures
from portal.board.recount import recount
from portal.disputes.actions.figures import exclude, include
from portal.disputes.models import Dispute
from portal.disputes.standing import TRANSFERRED
from tests.board.filled import cell, differences
from tests.makers import Town, agreed, file, make_city, make_town
from tests.nag import NaggingClient, tree, words
from tests.people import CITY, DISTRICT, GRACE
from tests.world import BEGINNING

XIHU = "330106"


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def excluded(session: Session, town: Town, ground: str = "own_shop") -> Dispute:
    dispute = file(session, town.store, town.alice)
    exclude(session, dispute, GRACE, ground=ground, note="与店主同一个电话。", now=BEGINNING)
    return dispute


def left_out(session: Session, *, district: str = DISTRICT, **grounds: int) -> None:
    rows = {"district_code": district, "city_code": CITY, "month": "2026-10"}
    session.add_all(LeftOut(**rows, ground=ground, count=count) for ground, count in grounds.items())
    cell(session, "2026-10", district=district, a=20, x=sum(grounds.values()))


def figures(**counts: int) -> Figures:
    return Figures(NOTHING.counts | counts)


def test_what_is_left_out_is_in_no_outcome_and_not_in_n(db_session: Session, town: Town):
    file(db_session, town.store, town.alice)
    settled = agreed(db_session, excluded(db_session, town))  # it goes on: only the figures do not count it
    assert settled is not None
    recount(db_session, BEGINNING)
    shown = headline(db_session, CITY)
    assert shown == store_figures(db_session, town.store.id) == figures(o=1, x=1)
    assert (shown.filed, shown.rated, shown.left_out) == (1, 0, 1)


def test_a_dispute_of_another_city_is_left_out_on_a_ground_of_its_own(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    values = {"state": "transferred", "excluded": TRANSFERRED, "uncounted": True}
    db_session.execute(sa.update(Dispute).where(Dispute.id == dispute.id).values(**values))
    recount(db_session, BEGINNING)
    assert headline(db_session, CITY) == figures(x=1)
    assert [(row.ground, row.count) for row in db_session.scalars(sa.select(LeftOut))] == [(TRANSFERRED, 1)]


def test_what_counts_again_is_where_it_was(db_session: Session, town: Town):
    dispute = excluded(db_session, town)
    recount(db_session, BEGINNING)
    include(db_session, dispute, GRACE, note="是两个人。", now=BEGINNING)
    recount(db_session, BEGINNING)
    assert headline(db_session, CITY) == figures(o=1)
    assert db_session.scalars(sa.select(LeftOut)).all() == []


def test_a_repeated_count_changes_nothing(db_session: Session, town: Town):
    excluded(db_session, town, "test")
    dispute = excluded(db_session, town)
    for _ in range(2):
        dispute.uncounted = True
        recount(db_session, BEGINNING)
    assert left_out_of(db_session, CITY) == [("", 2)]
    assert headline(db_session, CITY) == figures(x=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (sa.update(LeftOut).values(count=7), "count is 7, not 1"),
        (sa.delete(LeftOut), "count is 0, not 1"),
        (sa.update(BoardCell).values(x=0, o=1), "o is 1, not 0, x is 0, not 1"),
        (sa.update(StoreCount).values(x=3), "x is 3, not 1"),
    ],
)
def test_a_wrong_number_is_found(db_session: Session, town: Town, change: sa.Executable, said: str):
    excluded(db_session, town)
    recount(db_session, BEGINNING)
    assert differences(db_session) == []
    db_session.execute(change)
    wrong = differences(db_session)
    assert len(wrong) == 1
    assert said in wrong[0]


@pytest.mark.parametrize(
    ("grounds", "shown"),
    [
        ({}, []),
        ({"own_shop": 6, "test": 5}, [("own_shop", 6), ("test", 5)]),
        ({"own_shop": 9, "test": 1, "other": 4}, [("own_shop", 9), ("", 5)]),
        ({"own_shop": 9, "repeated": 6, "test": 1}, [("own_shop", 9), ("", 7)]),  # one alone could be seen
        ({"own_shop": 1, "test": 1}, [("", 2)]),
    ],
)
def test_grounds_with_few_stand_together(
    db_session: Session, town: Town, grounds: dict[str, int], shown: list[tuple[str, int]]
):
    left_out(db_session, **grounds)
    assert left_out_of(db_session, CITY) == shown


def test_a_district_with_few_left_out_does_not_say_how_many(db_session: Session, town: Town):
    left_out(db_session, own_shop=9)
    left_out(db_session, district=XIHU, own_shop=2)
    few = {code: board(db_session, code) for code in (CITY, DISTRICT, XIHU)}
    assert {code: one.few_left_out for code, one in few.items() if one} == {
        CITY: False, DISTRICT: True, XIHU: True,  # with one of them alone the other could be worked out
    }  # fmt: skip
    assert [one.left_out for one in few.values() if one] == [[("own_shop", 11)], [], []]


def section(page: object) -> str:
    found = next(one for one in tree(page).iter("section") if one.get("id") == "left-out")
    return words(found)


def test_the_board_tells_how_many_and_why_in_the_citys_words(client: NaggingClient, db_session: Session):
    make_city(db_session)
    left_out(db_session, own_shop=9, repeated=6, transferred=7)
    said = section(client.get("/board"))
    assert "另有 22 件不计入以上数字" in said
    assert "商家自己投诉自己9 已移送其他城市7 同一人就同一件事重复提交6" in said
    said = section(client.get("/board/measures"))
    assert "X = 22" in said


def test_a_board_that_leaves_nothing_out_says_so(client: NaggingClient, db_session: Session):
    make_city(db_session)
    cell(db_session, "2026-10", a=12)
    assert "这里提交的每一件都计入了以上数字" in section(client.get("/board"))


def test_a_small_district_leads_to_the_figures_of_the_city(client: NaggingClient, db_session: Session):
    make_city(db_session)
    left_out(db_session, own_shop=9)
    left_out(db_session, district=XIHU, own_shop=2)
    said = section(client.get(f"/board/{XIHU}"))
    assert "件数太少，不单独公布，已计入合计" in said
    assert "2 件" not in said


def test_the_shops_page_says_that_something_is_left_out(
    client: NaggingClient, db_session: Session, town: Town
):
    db_session.add(
        StoreCount(store_id=town.store.id, counted_at=BEGINNING, **NOTHING.counts | {"a": 3, "x": 2})
    )
    db_session.flush()
    assert "另有 2 件不计入以上数字" in words(tree(client.get(f"/stores/{town.store.code}")))
