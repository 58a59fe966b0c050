"""What the board knows of one dispute follows from its events: replies, agreements, performance, money."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.models import BoardOutcome
from portal.board.recount import recount
from portal.disputes.actions.endings import undo_withdrawal, withdraw
from portal.disputes.actions.performance import confirm_performance, deny_performance, reopen
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.models import Dispute
from tests.board.filled import differences
from tests.makers import Town, agreed, file, make_town, offered, performed
from tests.people import ALICE, BOB
from tests.world import BEGINNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def outcome(session: Session, dispute: Dispute) -> BoardOutcome:
    recount(session, BEGINNING)
    session.expire_all()
    assert differences(session) == []
    return session.scalars(sa.select(BoardOutcome).where(BoardOutcome.dispute_id == dispute.id)).one()


def settled(session: Session, town: Town) -> Dispute:
    """Filed; an offer five hours later, taken and done, each some hours after the one before."""
    dispute = file(session, town.store, town.alice)
    offered(session, dispute, BOB, now=BEGINNING + 5 * HOUR)
    agreed(session, dispute, now=BEGINNING + 30 * HOUR)
    performed(session, dispute, now=BEGINNING + 50 * HOUR)
    return dispute


def test_what_was_just_filed_has_neither_hours_nor_anything_due(db_session: Session, town: Town) -> None:
    seen = outcome(db_session, file(db_session, town.store, town.alice))
    assert (seen.bucket, seen.reply, seen.performance) == ("o", "not_due", "")
    assert (seen.reply_hours, seen.agreement_hours, seen.money_hours) == (None, None, None)
    assert (seen.asked_fen, seen.returned_fen) == (800_000, 0)


def test_money_counts_once_the_customer_has_confirmed_it(db_session: Session, town: Town) -> None:
    dispute = settled(db_session, town)
    seen = outcome(db_session, dispute)
    assert (seen.bucket, seen.reply, seen.performance, seen.returned_fen) == ("b", "in_time", "in_time", 0)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 60 * HOUR)
    seen = outcome(db_session, dispute)
    assert (seen.bucket, seen.returned_fen) == ("a", 800_000)
    assert (seen.reply_hours, seen.agreement_hours, seen.money_hours) == (5, 30, 50)


def test_a_performance_that_the_customer_denies_is_none(db_session: Session, town: Town) -> None:
    dispute = settled(db_session, town)
    deny_performance(db_session, dispute, ALICE, note="没有收到。", now=BEGINNING + 51 * HOUR)
    assert outcome(db_session, dispute).performance == "not_due"
    catch_up(db_session, dispute.id, BEGINNING + 20 * DAY)
    seen = outcome(db_session, dispute)
    assert (seen.bucket, seen.performance) == ("c", "missed")
    performed(db_session, dispute, now=BEGINNING + 21 * DAY)
    assert outcome(db_session, dispute).performance == "late"


def test_a_settlement_that_did_not_hold_is_forgotten(db_session: Session, town: Town) -> None:
    dispute = settled(db_session, town)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 60 * HOUR)
    reopen(db_session, dispute, ALICE, note="又坏了。", now=BEGINNING + 70 * HOUR)
    seen = outcome(db_session, dispute)
    assert (seen.bucket, seen.performance, seen.agreement_hours, seen.returned_fen) == ("o", "", None, 0)
    assert (seen.reply, seen.reply_hours) == ("in_time", 5)


@pytest.mark.parametrize(("answers", "reply", "hours"), [(False, "none", None), (True, "late", 120)])
def test_silence_and_a_late_answer_are_two_things(
    db_session: Session, town: Town, answers: bool, reply: str, hours: int | None
) -> None:
    dispute = file(db_session, town.store, town.alice)
    start_reply_clock(db_session, dispute, BEGINNING)
    catch_up(db_session, dispute.id, BEGINNING + 97 * HOUR)
    if answers:
        offered(db_session, dispute, BOB, now=BEGINNING + 120 * HOUR)
    seen = outcome(db_session, dispute)
    assert (seen.reply, seen.reply_hours) == (reply, hours)


def test_a_reason_counts_while_the_dispute_is_withdrawn(db_session: Session, town: Town) -> None:
    dispute = file(db_session, town.store, town.alice)
    withdraw(db_session, dispute, ALICE, reason="pressed", note="", now=BEGINNING)
    assert outcome(db_session, dispute).withdrawal == "pressed"
    undo_withdrawal(db_session, dispute, ALICE, now=moment(1))
    assert outcome(db_session, dispute).withdrawal == ""


def moment(hours: int) -> datetime:
    return BEGINNING + hours * HOUR
