"""A round of the worker: what time brings about, once; notices, the board; late, twice, in trouble."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import PhoneCode, SignedInSession
from portal.board.models import BoardCell
from portal.cli.rounds import BEAT, WORKER, tidy, work_once
from portal.core.channels import DemoMessage
from portal.disputes.actions.endings import withdraw
from portal.disputes.actions.talks import request_evidence
from portal.disputes.drafts import save_draft
from portal.disputes.models import Dispute, DisputeEvent, Draft
from portal.notices.models import Delivery, Heartbeat, Notice
from tests.makers import Town, agreed, days_from, file, make_town, offered, performed
from tests.people import ALICE, BOB
from tests.world import BEGINNING  # 24 November 2026, 10:00 in Shanghai

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def end_of(month: int, day: int) -> datetime:
    """The end of a day of 2026 in Shanghai."""
    return datetime(2026, month, day, 16, tzinfo=UTC)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def work(app: Flask, session: Session, now: datetime) -> bool:
    """One round, which finds what the test has made."""
    session.commit()
    return work_once(app, now)


def settle(app: Flask, session: Session, now: datetime) -> None:
    """Rounds until there is nothing more to do."""
    while work(app, session, now):
        pass


def facts(session: Session, dispute: Dispute) -> list[tuple[str, datetime]]:
    rows = session.execute(
        sa.select(DisputeEvent.fact, DisputeEvent.at)
        .where(DisputeEvent.dispute_id == dispute.id, DisputeEvent.party == "clock")
        .order_by(DisputeEvent.seq)
    )
    return [(fact, at) for fact, at in rows]


# What each clock of a city comes to (domain.md section 3)

Story = Callable[[Session, Dispute], object]
SILENCE = [("merchant_fell_silent", BEGINNING + 96 * HOUR)]
CLOCKS: dict[str, tuple[Story, list[tuple[str, datetime]]]] = {
    "silence": (lambda session, dispute: None, SILENCE),
    "an offer": (
        lambda session, dispute: offered(session, dispute, BOB, perform_by=days_from(BEGINNING, 20)),
        [("offer_lapsed", end_of(12, 1))],
    ),
    "talks": (
        lambda session, dispute: request_evidence(session, dispute, BOB, note="请拍照片。", now=BEGINNING),
        [("talks_ran_out", end_of(12, 4))],
    ),
    "performance": (
        agreed,
        [("performance_reminded", end_of(11, 26)), ("settlement_breached", end_of(11, 27))],
    ),
    "confirmation": (
        performed,
        [("confirmation_lapsed", end_of(12, 14))],
    ),
    "undoing": (
        lambda session, dispute: withdraw(session, dispute, ALICE, reason="settled", note="", now=BEGINNING),
        [("withdrawal_became_final", BEGINNING + 72 * HOUR)],
    ),
}


@pytest.fixture(params=CLOCKS)
def clocks(request: pytest.FixtureRequest) -> tuple[Story, list[tuple[str, datetime]]]:
    return CLOCKS[request.param]


def told(session: Session, app: Flask, town: Town, story: Story) -> Dispute:
    """A dispute whose shop has been notified, at the point that a story has brought it to."""
    dispute = file(session, town.store, town.alice)
    settle(app, session, BEGINNING)
    story(session, dispute)
    settle(app, session, BEGINNING)
    return dispute


NOTIFIED = ("merchant_notified", BEGINNING)


def test_time_records_its_facts_at_their_instant_and_not_a_second_before(
    app: Flask, db_session: Session, town: Town, clocks: tuple[Story, list[tuple[str, datetime]]]
):
    story, expected = clocks
    dispute = told(db_session, app, town, story)
    seen = [NOTIFIED]
    for fact, at in expected:
        settle(app, db_session, at - SECOND)
        assert facts(db_session, dispute) == seen
        settle(app, db_session, at)
        seen.append((fact, at))
        assert facts(db_session, dispute) == seen


def test_a_worker_that_was_down_for_a_day_dates_what_it_missed_when_it_fell_due(
    app: Flask, db_session: Session, town: Town, clocks: tuple[Story, list[tuple[str, datetime]]]
):
    story, expected = clocks
    dispute = told(db_session, app, town, story)
    settle(app, db_session, expected[-1][1] + DAY)
    assert facts(db_session, dispute) == [NOTIFIED, *expected]


def test_two_workers_at_once_record_everything_once(app: Flask, db_session: Session, town: Town):
    disputes = [told(db_session, app, town, story) for story, _ in CLOCKS.values() for _ in range(4)]
    expected = [[NOTIFIED, *clock] for _, clock in CLOCKS.values() for _ in range(4)]
    late = end_of(12, 14) + DAY
    db_session.commit()
    together, failures = threading.Barrier(2), []

    def work_on() -> None:
        together.wait()
        try:
            while work_once(app, late):
                pass
        except BaseException as failed:
            failures.append(failed)
            raise

    workers = [threading.Thread(target=work_on) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    for dispute, clock in zip(disputes, expected, strict=True):
        recorded = facts(db_session, dispute)
        assert recorded[: len(clock)] == clock
        assert len(recorded) == len({fact for fact, _ in recorded})
    twice = sa.select(Notice.person_id).group_by(Notice.person_id, Notice.dispute_id, Notice.seq)
    assert db_session.scalars(twice.having(sa.func.count() > 1)).all() == []


# One round does it all


def test_a_complaint_reaches_the_shop_and_the_board_in_one_round(app: Flask, db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    assert work(app, db_session, BEGINNING + SECOND)
    [message] = db_session.scalars(sa.select(DemoMessage))
    assert (message.address, message.channel) == ("13900001111", "sms")
    assert dispute.reply_due_at == BEGINNING + SECOND + 96 * HOUR
    assert db_session.scalar(sa.select(BoardCell.o)) == 1


def test_an_idle_round_says_so_and_does_not_wait_for_the_write_lock(
    app: Flask, db_session: Session, town: Town
):
    file(db_session, town.store, town.alice)
    settle(app, db_session, BEGINNING)
    other = sa.create_engine(db_session.get_bind().url)  # type: ignore[union-attr]
    with other.connect() as connection:
        if other.dialect.name == "sqlite":
            connection.exec_driver_sql("begin immediate")
        assert work_once(app, BEGINNING + SECOND) is False
    other.dispose()


# Signs of life


def beats(session: Session) -> list[tuple[str, datetime]]:
    session.rollback()
    return [(worker, at) for worker, at in session.execute(sa.select(Heartbeat.worker, Heartbeat.at))]


def test_each_round_gives_a_sign_of_life_now_and_then(app: Flask, db_session: Session):
    work(app, db_session, BEGINNING)
    work(app, db_session, BEGINNING + BEAT - SECOND)
    assert beats(db_session) == [(WORKER, BEGINNING)]
    work(app, db_session, BEGINNING + BEAT)
    assert beats(db_session) == [(WORKER, BEGINNING + BEAT)]


def test_a_step_that_fails_keeps_no_other_from_its_work_but_the_worker_from_looking_well(
    app: Flask, db_session: Session, town: Town
):
    dispute = file(db_session, town.store, town.alice)
    db_session.execute(sa.text("DROP TABLE board_cells"))
    db_session.commit()
    with pytest.raises(ExceptionGroup) as failed:
        work(app, db_session, BEGINNING)
    assert len(failed.value.exceptions) == 1
    assert dispute.reply_due_at == BEGINNING + 96 * HOUR
    assert beats(db_session) == []


def test_a_dispute_that_cannot_be_caught_up_stops_no_other(
    app: Flask, db_session: Session, town: Town, caplog: pytest.LogCaptureFixture
):
    broken, whole = (told(db_session, app, town, CLOCKS["undoing"][0]) for _ in range(2))
    db_session.execute(sa.update(Dispute).where(Dispute.id == broken.id).values(offer_by="nobody"))
    late = BEGINNING + 80 * HOUR
    settle(app, db_session, late)
    assert facts(db_session, broken) == [NOTIFIED]
    assert facts(db_session, whole) == [NOTIFIED, ("withdrawal_became_final", BEGINNING + 72 * HOUR)]
    [line] = {record.getMessage() for record in caplog.records if record.name == "portal.worker"}
    assert line.startswith(f"dispute {broken.id}: ValueError at portal/disputes/permissions.py:")


# Tidying


def test_what_is_over_is_forgotten_and_what_is_not_stays(app: Flask, db_session: Session, town: Town):
    now = BEGINNING + timedelta(days=200)
    for at in (BEGINNING, now):
        db_session.add(SignedInSession(id=f"{at:%m%d}", data={}, created_at=at, seen_at=at))
        code = {"phone": "13812345678", "code_hash": "x", "session_id": "s", "expires_at": at, "guesses": 0}
        db_session.add(PhoneCode(sent_at=at, **code))
        db_session.add(Heartbeat(worker=f"{at:%m%d}", at=at))
        save_draft(db_session, f"{at:%m%d}", {}, consumer_id=None, now=at)
        file(db_session, town.store, town.alice, now=at)
        settle(app, db_session, at)
    db_session.commit()
    tidy(app, now)
    last = f"{now:%m%d}"
    assert db_session.scalars(sa.select(SignedInSession.id)).all() == [last]
    assert db_session.scalars(sa.select(PhoneCode.sent_at)).all() == [now]
    assert db_session.scalars(sa.select(Draft.key)).all() == [last]
    assert BEGINNING not in db_session.scalars(sa.select(Heartbeat.at)).all()
    assert set(db_session.scalars(sa.select(Delivery.due_at))) == {now}
