"""The board says exactly what the disputes say, however often, late and by however many it is counted."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import BUCKET_COLUMNS, Figures
from portal.board.models import BoardCell
from portal.board.queries import headline, store_figures
from portal.board.recount import begin_anew, recount
from portal.core.sqlite import prepare_sqlite
from portal.disputes.actions.endings import escalate, withdraw
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute
from tests.board.filled import differences
from tests.disputes.racing import at_once
from tests.makers import Town, agreed, file, make_store, make_town, offered, performed
from tests.people import ALICE, BOB
from tests.world import BEGINNING

LATER = BEGINNING + timedelta(hours=1)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def figures(**counts: int) -> dict[str, int]:
    return counts


def outcomes(counted: Figures) -> dict[str, int]:
    return {column: counted.counts[column] for column in BUCKET_COLUMNS if counted.counts[column]}


def cells(session: Session) -> dict[tuple[str, str, str], dict[str, int]]:
    return {
        (cell.district_code, cell.month, cell.trade): {
            column: getattr(cell, column) for column in BUCKET_COLUMNS if getattr(cell, column)
        }
        for cell in session.scalars(sa.select(BoardCell))
    }


def test_each_dispute_is_counted_where_it_stands(db_session: Session, town: Town) -> None:
    filed, solved, gone, handed_over = (file(db_session, town.store, town.alice) for _ in range(4))
    performed(db_session, solved)
    confirm_performance(db_session, solved, ALICE, now=BEGINNING)
    withdraw(db_session, gone, ALICE, reason="no_time", note="", now=BEGINNING)
    escalate(db_session, handed_over, ALICE, now=BEGINNING)
    assert recount(db_session, LATER) == 4
    assert cells(db_session) == {("330102", "2026-11", "appliances"): {"a": 1, "d": 1, "e4": 1, "o": 1}}
    assert outcomes(store_figures(db_session, town.store.id)) == figures(a=1, d=1, e4=1, o=1)
    assert outcomes(headline(db_session, town.city.code)) == figures(a=1, d=1, e4=1, o=1)
    assert differences(db_session) == []
    assert filed.state == "filed"


def test_a_change_moves_a_dispute_to_its_new_bucket(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    recount(db_session, BEGINNING)
    agreed(db_session, dispute)
    performed(db_session, dispute)
    assert outcomes(headline(db_session, town.city.code)) == figures(o=1)
    assert recount(db_session, LATER) == 1
    assert outcomes(headline(db_session, town.city.code)) == figures(b=1)


def test_a_second_count_finds_nothing_to_do(db_session: Session, town: Town) -> None:
    file(db_session, town.store, town.alice)
    assert [recount(db_session, LATER) for _ in range(2)] == [1, 0]
    assert outcomes(headline(db_session, town.city.code)) == figures(o=1)


def test_an_error_on_the_board_is_found_and_a_new_count_of_everything_mends_it(
    db_session: Session, town: Town
) -> None:
    file(db_session, town.store, town.alice)
    recount(db_session, BEGINNING)
    db_session.execute(sa.update(BoardCell).values(a=50))
    assert differences(db_session) == [
        "board_cells 330102 2026-11 appliances 330100 is wrong: a is 50, not 0."
    ]
    assert begin_anew(db_session) == 1
    assert cells(db_session) == {}
    recount(db_session, LATER)
    assert differences(db_session) == []
    assert outcomes(headline(db_session, town.city.code)) == figures(o=1)


def test_as_many_as_wanted_are_counted_and_the_rest_later(db_session: Session, town: Town) -> None:
    for _ in range(3):
        file(db_session, town.store, town.alice)
    assert [recount(db_session, LATER, most=2) for _ in range(3)] == [2, 1, 0]
    assert outcomes(headline(db_session, town.city.code)) == figures(o=3)


def test_the_month_is_that_of_the_city(db_session: Session, town: Town) -> None:
    last_minute = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)
    file(db_session, town.store, town.alice, now=last_minute)
    file(db_session, town.store, town.alice, now=last_minute + timedelta(minutes=1))
    recount(db_session, LATER)
    assert [month for _, month, _ in sorted(cells(db_session))] == ["2026-10", "2026-11"]


def test_districts_trades_and_stores_have_their_own_counts(db_session: Session, town: Town) -> None:
    bakery = make_store(db_session, town.merchant, district_code="330106", trade="food")
    file(db_session, town.store, town.alice)
    for _ in range(2):
        file(db_session, bakery, town.alice)
    recount(db_session, LATER)
    assert cells(db_session) == {
        ("330102", "2026-11", "appliances"): {"o": 1},
        ("330106", "2026-11", "food"): {"o": 2},
    }
    assert outcomes(store_figures(db_session, bakery.id)) == figures(o=2)
    assert outcomes(store_figures(db_session, town.store.id)) == figures(o=1)


def test_a_change_that_was_read_before_a_count_is_counted_all_the_same(
    database_url: str, db_session: Session, town: Town
) -> None:
    """Bob's page has read the mark as set; the worker clears it; what Bob then does sets it again."""
    dispute_id = file(db_session, town.store, town.alice).id
    db_session.commit()
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    with Session(engine, expire_on_commit=False) as bob:
        dispute = bob.get_one(Dispute, dispute_id)
        assert dispute.uncounted
        bob.commit()
        recount(db_session, BEGINNING)
        db_session.commit()
        post_message(bob, dispute, BOB, text="收到", now=LATER)
        bob.commit()
    engine.dispose()
    assert db_session.scalar(sa.select(Dispute.uncounted)) is True


def test_workers_and_people_at_once_leave_the_board_exact(
    database_url: str, db_session: Session, town: Town
) -> None:
    disputes = [file(db_session, town.store, town.alice).id for _ in range(12)]
    db_session.commit()

    def offer(number: int):
        def deed(session: Session) -> None:
            offered(session, session.get_one(Dispute, disputes[number]), BOB, now=LATER)
            escalate(session, session.get_one(Dispute, disputes[number]), ALICE, now=LATER)

        return deed

    def count(session: Session) -> int:
        return recount(session, LATER, most=5)

    ended = at_once(database_url, [count, offer(0), count, offer(1), count, offer(2), count, offer(3)])
    assert [one for one in ended if isinstance(one, Exception)] == []
    while recount(db_session, LATER):
        db_session.commit()
    assert outcomes(headline(db_session, town.city.code)) == figures(e4=4, o=8)
    assert outcomes(store_figures(db_session, town.store.id)) == figures(e4=4, o=8)
    assert differences(db_session) == []


def test_what_waits_to_be_counted_is_no_difference(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    assert differences(db_session) == []
    recount(db_session, BEGINNING)
    withdraw(db_session, dispute, ALICE, reason="no_time", note="", now=LATER)
    assert differences(db_session) == []
