"""What each clock of domain.md section 3 runs to, in the city's own days, and what time records then."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, RuleBroken
from portal.disputes.actions.endings import undo_withdrawal, withdraw
from portal.disputes.actions.offers import accept_offer, make_offer
from portal.disputes.actions.performance import confirm_performance, deny_performance, reopen
from portal.disputes.actions.talks import post_message, request_evidence
from portal.disputes.deadlines import catch_up, due, start_reply_clock
from portal.disputes.models import Dispute, DisputeEvent
from tests.makers import agreed, days_from, file, make_town, offered, performed
from tests.people import ALICE, BOB
from tests.world import BEGINNING  # Tuesday 24 November 2026, 10:00 in Shanghai

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def end_of(month: int, day: int) -> datetime:
    """The end of a day of 2026 in Shanghai, which is eight hours ahead of UTC and knows no summer time."""
    return datetime(2026, month, day, 16, tzinfo=UTC)


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


def facts(session: Session, dispute: Dispute) -> list[tuple[str, datetime]]:
    rows = session.execute(
        sa.select(DisputeEvent.fact, DisputeEvent.at)
        .where(DisputeEvent.dispute_id == dispute.id)
        .order_by(DisputeEvent.seq)
    )
    return [(fact, at) for fact, at in rows]


# The first reply: 96 hours by the wall clock, from the first delivered notice


def test_the_reply_clock_does_not_run_before_a_notice_was_delivered(db_session: Session, dispute: Dispute):
    assert dispute.reply_due_at is None
    assert catch_up(db_session, dispute.id, BEGINNING + 9 * DAY) == 0


def test_the_shop_has_96_hours_from_the_first_delivered_notice(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING + HOUR)
    assert dispute.reply_due_at == dispute.next_due_at == BEGINNING + 97 * HOUR
    assert catch_up(db_session, dispute.id, BEGINNING + 97 * HOUR - SECOND) == 0
    assert dispute.state == "filed"
    assert catch_up(db_session, dispute.id, BEGINNING + 97 * HOUR) == 1
    assert (dispute.state, dispute.turn) == ("silent", "consumer")
    assert dispute.silent_at == BEGINNING + 97 * HOUR


def test_a_second_notice_does_not_start_the_reply_clock_again(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    with pytest.raises(MovedOn):
        start_reply_clock(db_session, dispute, BEGINNING + HOUR)
    assert dispute.reply_due_at == BEGINNING + 96 * HOUR


def test_got_it_leaves_the_reply_clock_running(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    post_message(db_session, dispute, BOB, text="收到", now=BEGINNING + HOUR)
    assert dispute.next_due_at == BEGINNING + 96 * HOUR
    assert dispute.turn == "merchant"


def test_a_typed_reply_stops_the_reply_clock(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    request_evidence(db_session, dispute, BOB, note="请拍一张铭牌的照片。", now=BEGINNING + HOUR)
    assert dispute.replied_at == BEGINNING + HOUR
    assert dispute.next_due_at == end_of(12, 4)


def test_an_offer_that_the_shop_left_unanswered_lapses_with_its_silence(
    db_session: Session, dispute: Dispute
):
    start_reply_clock(db_session, dispute, BEGINNING)
    offered(db_session, dispute, ALICE, perform_by=days_from(BEGINNING, 20))
    catch_up(db_session, dispute.id, BEGINNING + 5 * DAY)
    assert facts(db_session, dispute)[-2:] == [
        ("offer_lapsed", BEGINNING + 96 * HOUR),
        ("merchant_fell_silent", BEGINNING + 96 * HOUR),
    ]
    assert (dispute.state, dispute.offer_n) == ("silent", None)


def test_silence_hands_over_by_itself_where_that_was_asked_for(db_session: Session):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice, auto_escalate=True)
    start_reply_clock(db_session, dispute, BEGINNING)
    catch_up(db_session, dispute.id, BEGINNING + 30 * DAY)
    assert facts(db_session, dispute)[-3:] == [
        ("merchant_fell_silent", BEGINNING + 96 * HOUR),
        ("escalated", BEGINNING + 96 * HOUR),  # a Saturday, so that Monday is the first of seven days
        ("acceptance_overdue", end_of(12, 8)),
    ]
    assert (dispute.turn, dispute.next_due_at) == ("bureau", None)


def test_a_shop_that_no_notice_reached_is_handed_over_when_the_talks_end(db_session: Session):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice, auto_escalate=True)
    catch_up(db_session, dispute.id, BEGINNING + 30 * DAY)
    assert facts(db_session, dispute)[-3:] == [
        ("talks_ran_out", end_of(12, 4)),
        ("escalated", end_of(12, 4)),
        ("acceptance_overdue", end_of(12, 15)),
    ]


def test_a_shop_that_answered_is_not_handed_over_by_itself(db_session: Session):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice, auto_escalate=True)
    request_evidence(db_session, dispute, BOB, note="请拍一张铭牌的照片。", now=BEGINNING)
    catch_up(db_session, dispute.id, BEGINNING + 30 * DAY)
    assert facts(db_session, dispute)[-1] == ("talks_ran_out", end_of(12, 4))
    assert dispute.state == "talking"


# The talks: ten calendar days from filing


@pytest.mark.parametrize(
    ("filed", "end"),
    [
        (BEGINNING, end_of(12, 4)),
        (end_of(11, 24) - SECOND, end_of(12, 4)),
        (end_of(11, 24), end_of(12, 5)),
    ],
)
def test_talks_take_ten_days_the_day_of_filing_not_counted(
    db_session: Session, filed: datetime, end: datetime
):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice, now=filed)
    assert dispute.talks_due_at == dispute.next_due_at == end
    assert catch_up(db_session, dispute.id, end - SECOND) == 0
    assert catch_up(db_session, dispute.id, end) == 1
    assert (dispute.state, dispute.talks_over, dispute.next_due_at) == ("filed", True, None)


# An offer: at most seven days, and not beyond the day it is to be done by


@pytest.mark.parametrize(
    ("perform_by", "valid_until", "end"),
    [
        (days_from(BEGINNING, 20), None, end_of(12, 1)),
        (days_from(BEGINNING, 20), date(2026, 12, 1), end_of(12, 1)),
        (days_from(BEGINNING, 20), date(2026, 11, 24), end_of(11, 24)),
        (days_from(BEGINNING, 3), None, end_of(11, 27)),
        (days_from(BEGINNING, 0), None, end_of(11, 24)),
    ],
)
def test_an_offer_stands_to_the_end_of_its_day(
    db_session: Session, dispute: Dispute, perform_by: date, valid_until: date | None, end: datetime
):
    offer = offered(db_session, dispute, perform_by=perform_by, valid_until=valid_until)
    assert offer.valid_until == dispute.offer_due_at == dispute.next_due_at == end
    assert catch_up(db_session, dispute.id, end - SECOND) == 0
    assert catch_up(db_session, dispute.id, end) == 1
    assert (dispute.state, dispute.turn, offer.ended) == ("talking", "merchant", "lapsed")


@pytest.mark.parametrize(
    ("perform_by", "valid_until", "sentence"),
    [
        (20, -1, "This date has passed. Please choose today or a later day."),
        (20, 8, "An offer may stay open for at most 7 days."),
        (3, 4, "An offer cannot stand longer than the day it is to be done by."),
    ],
)
def test_an_offer_cannot_stand_until_such_a_day(
    db_session: Session, dispute: Dispute, perform_by: int, valid_until: int, sentence: str
):
    days = {"perform_by": days_from(BEGINNING, perform_by), "valid_until": days_from(BEGINNING, valid_until)}
    with pytest.raises(RuleBroken) as broken:
        offered(db_session, dispute, **days)
    assert (broken.value.field, str(broken.value)) == ("valid_until", sentence)


# What was agreed: the end of the agreed day in Shanghai, with a reminder the day before


def test_what_was_agreed_is_due_at_the_end_of_the_agreed_day(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute, perform_by=date(2026, 11, 27))
    assert dispute.performance_due_at == end_of(11, 27)
    assert dispute.reminder_due_at == dispute.next_due_at == end_of(11, 26)
    assert catch_up(db_session, dispute.id, end_of(11, 27) - SECOND) == 1
    assert dispute.state == "agreed"
    assert catch_up(db_session, dispute.id, end_of(11, 27)) == 1
    assert (dispute.state, dispute.turn) == ("breached", "consumer")
    assert facts(db_session, dispute)[-2:] == [
        ("performance_reminded", end_of(11, 26)),
        ("settlement_breached", end_of(11, 27)),
    ]


def test_nobody_is_reminded_of_what_is_due_the_same_day(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute, perform_by=date(2026, 11, 24))
    assert dispute.reminder_due_at is None
    assert dispute.next_due_at == end_of(11, 24)


def test_a_new_settlement_has_forgotten_the_reminder_of_the_one_before(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING)
    reopen(db_session, dispute, ALICE, note="冰箱又不制冷了。", now=BEGINNING + DAY)
    later = BEGINNING + 2 * DAY
    agreed(db_session, dispute, now=later, perform_by=days_from(later, 0))
    assert dispute.reminder_due_at is None
    assert dispute.next_due_at == end_of(11, 26)


def test_what_was_denied_before_its_day_is_still_due_then(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    deny_performance(db_session, dispute, ALICE, note="没有收到。", now=BEGINNING + HOUR)
    assert (dispute.state, dispute.turn) == ("agreed", "merchant")
    assert dispute.performance_due_at == end_of(11, 27)


def test_what_was_denied_after_its_day_is_broken(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    deny_performance(db_session, dispute, ALICE, note="没有收到。", now=end_of(11, 27))
    assert (dispute.state, dispute.turn, dispute.next_due_at) == ("breached", "merchant", None)


# The confirmation, the undoing of a withdrawal, the reopening


def test_the_consumer_has_twenty_days_to_confirm(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    assert dispute.confirmation_due_at == dispute.next_due_at == end_of(12, 14)
    assert catch_up(db_session, dispute.id, end_of(12, 14) - SECOND) == 0
    assert catch_up(db_session, dispute.id, end_of(12, 14)) == 1
    assert (dispute.state, dispute.turn) == ("unconfirmed", "nobody")
    assert dispute.next_due_at == dispute.follow_up_due_at == end_of(12, 30) + 9 * HOUR
    assert dispute.reopen_due_at == datetime(2027, 1, 14, 16, tzinfo=UTC)


def test_a_withdrawal_can_be_undone_for_72_hours(db_session: Session, dispute: Dispute):
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    assert dispute.undo_due_at == dispute.next_due_at == BEGINNING + 72 * HOUR
    undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + 72 * HOUR - SECOND)
    assert (dispute.state, dispute.turn, dispute.undo_due_at) == ("filed", "merchant", None)


def test_after_72_hours_a_withdrawal_is_final(db_session: Session, dispute: Dispute):
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    with pytest.raises(MovedOn):
        undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + 72 * HOUR)
    catch_up(db_session, dispute.id, BEGINNING + 72 * HOUR)
    assert facts(db_session, dispute)[-1] == ("withdrawal_became_final", BEGINNING + 72 * HOUR)
    assert (dispute.state, dispute.undo_due_at) == ("withdrawn", None)
    assert dispute.next_due_at == dispute.follow_up_due_at == end_of(12, 12) + 9 * HOUR
    with pytest.raises(MovedOn):
        undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + 73 * HOUR)


def test_time_stands_still_while_a_complaint_is_withdrawn(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING + 90 * HOUR)
    undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + 150 * HOUR)
    assert dispute.reply_due_at == dispute.next_due_at == BEGINNING + 156 * HOUR
    assert dispute.talks_due_at == end_of(12, 4) + 60 * HOUR


def test_a_shop_that_hears_of_a_withdrawn_complaint_has_its_96_hours_from_the_undoing(
    db_session: Session, dispute: Dispute
):
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    start_reply_clock(db_session, dispute, BEGINNING + HOUR)
    assert (dispute.state, dispute.next_due_at) == ("withdrawn", BEGINNING + 72 * HOUR)
    undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + 50 * HOUR)
    assert dispute.reply_due_at == dispute.next_due_at == BEGINNING + 146 * HOUR
    assert dispute.talks_due_at == end_of(12, 4) + 50 * HOUR


@pytest.mark.parametrize("state", ["confirmed", "unconfirmed"])
def test_a_closed_dispute_can_be_reopened_for_thirty_days(db_session: Session, dispute: Dispute, state: str):
    performed(db_session, dispute)
    if state == "confirmed":
        confirm_performance(db_session, dispute, ALICE, now=end_of(12, 14) - SECOND)
        assert dispute.reopen_due_at == datetime(2027, 1, 13, 16, tzinfo=UTC)
    else:
        catch_up(db_session, dispute.id, end_of(12, 14))
    last = dispute.reopen_due_at
    assert last is not None
    with pytest.raises(MovedOn):
        reopen(db_session, dispute, ALICE, note="钱没有到账。", now=last)
    reopen(db_session, dispute, ALICE, note="钱没有到账。", now=last - SECOND)
    assert (dispute.state, dispute.turn, dispute.settled_n) == ("talking", "merchant", None)
    assert dispute.talks_due_at == last + 10 * DAY


# A city's clocks are data, and what runs already is not moved by them


def test_a_city_that_changes_its_clocks_moves_no_running_deadline(db_session: Session):
    town = make_town(db_session)
    old = file(db_session, town.store, town.alice)
    start_reply_clock(db_session, old, BEGINNING)
    town.city.clocks = {
        "reply": {"amount": 3, "unit": "days"},
        "talks": {"amount": 48, "unit": "hours"},
    }
    db_session.flush()
    new = file(db_session, town.store, town.alice)
    start_reply_clock(db_session, new, BEGINNING)
    assert (old.reply_due_at, old.talks_due_at) == (BEGINNING + 96 * HOUR, end_of(12, 4))
    assert (new.reply_due_at, new.talks_due_at) == (end_of(11, 27), BEGINNING + 48 * HOUR)


def test_a_citys_days_end_at_its_own_midnight(db_session: Session):
    town = make_town(db_session)
    town.city.zone = "Asia/Urumqi"  # two hours behind Shanghai, on the clocks that some there keep
    dispute = file(db_session, town.store, town.alice)
    agreed(db_session, dispute, perform_by=date(2026, 11, 27))
    assert dispute.talks_due_at == end_of(12, 4) + 2 * HOUR
    assert dispute.performance_due_at == end_of(11, 27) + 2 * HOUR


# A worker that comes late


def test_what_a_worker_missed_for_a_month_is_dated_when_it_fell_due(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    offered(db_session, dispute, perform_by=days_from(BEGINNING, 20))
    assert catch_up(db_session, dispute.id, BEGINNING + 30 * DAY) == 2
    assert facts(db_session, dispute)[-2:] == [
        ("offer_lapsed", end_of(12, 1)),
        ("talks_ran_out", end_of(12, 4)),
    ]
    assert catch_up(db_session, dispute.id, BEGINNING + 30 * DAY) == 0


def test_a_late_worker_gives_the_consumer_no_longer_to_reopen(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    catch_up(db_session, dispute.id, end_of(12, 14) + 5 * DAY)
    assert dispute.reopen_due_at == datetime(2027, 1, 13, 16, tzinfo=UTC) + DAY


def test_an_offer_cannot_be_accepted_after_its_day_though_no_worker_came(
    db_session: Session, dispute: Dispute
):
    offer = offered(db_session, dispute)
    with pytest.raises(MovedOn):
        accept_offer(db_session, dispute, ALICE, offer.n, now=offer.valid_until)


def test_a_late_reply_is_a_reply_after_the_silence(db_session: Session, dispute: Dispute):
    start_reply_clock(db_session, dispute, BEGINNING)
    late = BEGINNING + 100 * HOUR
    catch_up(db_session, dispute.id, late)
    make_offer(
        db_session, dispute, BOB, remedy="repair", amount_fen=None, perform_by=days_from(late, 3), now=late
    )
    assert (dispute.silent_at, dispute.replied_at) == (BEGINNING + 96 * HOUR, late)
    assert (dispute.state, dispute.turn) == ("offered", "consumer")


def test_the_longest_overdue_come_first_and_nothing_that_is_not_due(db_session: Session):
    town = make_town(db_session)
    later, sooner, silent, closed = (file(db_session, town.store, town.alice) for _ in range(4))
    start_reply_clock(db_session, sooner, BEGINNING - HOUR)
    start_reply_clock(db_session, later, BEGINNING)
    withdraw(db_session, closed, ALICE, reason="other", note="", now=BEGINNING)
    catch_up(db_session, closed.id, BEGINNING + 72 * HOUR)
    assert silent.next_due_at == end_of(12, 4)
    assert due(db_session, BEGINNING + 96 * HOUR) == [sooner.id, later.id]
    assert due(db_session, BEGINNING + 96 * HOUR, most=1) == [sooner.id]
    assert due(db_session, BEGINNING + 95 * HOUR - SECOND) == []
