"""The board of any past day follows from the events, and what has moved since explains the difference."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from portal.board.days import as_known
from portal.board.measures import BUCKET_COLUMNS
from portal.board.queries import headline
from portal.board.recount import recount
from portal.disputes.actions.endings import undo_withdrawal, withdraw
from portal.disputes.actions.figures import exclude
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.models import Dispute
from tests.board.filled import differences
from tests.makers import Town, file, make_town, performed
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, CITY, DISTRICT, GRACE
from tests.world import BEGINNING

DAY = timedelta(days=1)
FIRST = date(2026, 11, 24)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def known(session: Session, day: date) -> dict[str, int]:
    counts = as_known(session, CITY, day).figures.counts
    return {column: counts[column] for column in BUCKET_COLUMNS if counts[column]}


def story(session: Session, town: Town) -> list[Dispute]:
    """Three filed on the first day; one solved on the third, one withdrawn on the second and taken back on
    the third, one left without an answer on the fifth.
    """
    solved, back, silent = (file(session, town.store, town.alice) for _ in range(3))
    start_reply_clock(session, silent, BEGINNING)
    withdraw(session, back, ALICE, reason="no_time", note="", now=BEGINNING + DAY)
    recount(session, BEGINNING + DAY)
    performed(session, solved, now=BEGINNING + 2 * DAY)
    confirm_performance(session, solved, ALICE, now=BEGINNING + 2 * DAY)
    undo_withdrawal(session, back, ALICE, now=BEGINNING + 2 * DAY)
    recount(session, BEGINNING + 2 * DAY)
    return [solved, back, silent]


def test_each_day_is_as_it_was(db_session: Session, town: Town) -> None:
    *_, silent = story(db_session, town)
    late = BEGINNING + 30 * DAY  # the worker comes long after the time was up
    catch_up(db_session, silent.id, late)
    recount(db_session, late)
    days = [known(db_session, FIRST + number * DAY) for number in (-1, 0, 1, 2, 3, 4)]
    assert days == [
        {},
        {"o": 3},
        {"d": 1, "o": 2},
        {"a": 1, "o": 2},
        {"a": 1, "o": 2},
        {"a": 1, "f": 1, "o": 1},
    ]
    assert differences(db_session) == []


def test_what_has_moved_since_explains_today(db_session: Session, town: Town) -> None:
    story(db_session, town)
    since = as_known(db_session, CITY, FIRST + DAY).since
    assert since == [("b", "a", 1), ("d", "o", 1), ("o", "b", 1)]
    then, today_ = known(db_session, FIRST + DAY), headline(db_session, CITY).counts
    for source, target, count in since:
        then = then | {source: then.get(source, 0) - count, target: then.get(target, 0) + count}
    assert then == {column: today_[column] for column in then}


def test_what_is_left_out_was_in_the_figures_before(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    exclude(db_session, dispute, GRACE, ground="own_shop", note="同一个电话。", now=BEGINNING + DAY)
    recount(db_session, BEGINNING + DAY)
    assert [known(db_session, FIRST + number * DAY) for number in (0, 1)] == [{"o": 1}, {"x": 1}]


def test_a_repeated_count_moves_nothing_twice(db_session: Session, town: Town) -> None:
    for dispute in story(db_session, town):
        dispute.uncounted = True
    recount(db_session, BEGINNING + 3 * DAY)
    assert known(db_session, FIRST + 2 * DAY) == {"a": 1, "o": 2}
    assert differences(db_session) == []


def page(client: NaggingClient, on: str, status: int = 200) -> str:
    answer = client.get(f"/board/{CITY}/days?on={on}")
    assert answer.status_code == status
    return words(tree(answer).find(".//main"))


def test_a_past_day_is_shown_with_what_changed(
    client: NaggingClient, db_session: Session, town: Town
) -> None:
    story(db_session, town)
    for _ in range(3):
        file(db_session, town.store, town.alice, now=BEGINNING - 9 * DAY)
    recount(db_session, BEGINNING + 3 * DAY)
    shown = page(client, "2026-11-23")
    assert "不足 5 件" in shown
    more = [file(db_session, town.store, town.alice, now=BEGINNING - 9 * DAY) for _ in range(2)]
    recount(db_session, BEGINNING + 3 * DAY)
    shown = page(client, "2026-11-23")
    assert len(more) == 2
    assert "0 ÷ (5 − 5)" in shown
    assert "O 进行中A 消费者已确认解决" not in shown  # a step at a time: O to B, B to A
    assert "此后的变化" in shown


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-02-30", "没有这一天。"),
        ("yesterday", "请按 2026-11-24 的样子填写日期。"),
        ("20261101", "请按 2026-11-24 的样子填写日期。"),
        ("9999-12-31", "这一天还没有结束，请选更早的日期。"),
        ("２０２６-11-01", "请按 2026-11-24 的样子填写日期。"),
    ],
)
def test_a_day_that_is_none_gets_a_sentence(client: NaggingClient, town: Town, on: str, said: str) -> None:
    assert said in page(client, on, 422)


def test_other_places_than_a_city_have_no_such_page(client: NaggingClient, town: Town) -> None:
    for code in (DISTRICT, "999999", "x"):
        assert client.get(f"/board/{code}/days").status_code == 404
    assert client.get(f"/board/{CITY}/days").status_code == 200
