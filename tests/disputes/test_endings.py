"""How it ends: done and confirmed, broken, withdrawn, handed over; and who may say so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions.endings import escalate, split_off_report, undo_withdrawal, withdraw
from portal.disputes.actions.performance import (
    claim_performance,
    confirm_performance,
    deny_performance,
    rate,
    reopen,
)
from portal.disputes.actions.talks import request_evidence
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute, DisputeEvent, Offer, Report
from tests.makers import agreed, file, make_town, offered, performed
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING

DAY = timedelta(days=1)


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


def breached(session: Session, dispute: Dispute) -> None:
    agreed(session, dispute)
    catch_up(session, dispute.id, BEGINNING + 4 * DAY)


# Done, and confirmed


def test_the_story_of_the_refrigerator_ends_confirmed(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, remedy="repair", amount_fen=None)
    offered(db_session, dispute, ALICE)
    agreed(db_session, dispute, BOB)
    claim_performance(db_session, dispute, CAROL, now=BEGINNING + DAY, note="已经退款。")
    assert (dispute.state, dispute.turn) == ("performed", "consumer")
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 2 * DAY)
    assert (dispute.state, dispute.turn) == ("confirmed", "nobody")
    assert dispute.next_due_at == dispute.follow_up_due_at
    facts = db_session.scalars(sa.select(DisputeEvent.fact).order_by(DisputeEvent.seq)).all()
    assert facts == [
        "complaint_filed",
        "offer_made",
        "offer_made",
        "offer_accepted",
        "performance_claimed",
        "performance_confirmed",
    ]


@pytest.mark.parametrize("prepare", [agreed, performed, breached])
def test_the_consumer_alone_confirms(
    db_session: Session, dispute: Dispute, prepare: Callable[[Session, Dispute], object]
):
    prepare(db_session, dispute)
    for other in (BOB, CAROL, GRACE):
        with pytest.raises(NotAllowed):
            confirm_performance(db_session, dispute, other, now=BEGINNING + 4 * DAY)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 4 * DAY)
    assert dispute.state == "confirmed"


def test_what_was_never_agreed_is_not_confirmed(db_session: Session, dispute: Dispute):
    with pytest.raises(MovedOn):
        confirm_performance(db_session, dispute, ALICE, now=BEGINNING)


def test_the_shop_alone_claims_that_it_is_done(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute)
    for other in (ALICE, GRACE):
        with pytest.raises(NotAllowed):
            claim_performance(db_session, dispute, other, now=BEGINNING)


def test_a_broken_agreement_may_still_be_kept(db_session: Session, dispute: Dispute):
    breached(db_session, dispute)
    assert dispute.turn == "consumer"
    claim_performance(db_session, dispute, BOB, now=BEGINNING + 5 * DAY)
    assert (dispute.state, dispute.turn) == ("performed", "consumer")


def test_what_lapsed_unconfirmed_can_be_confirmed_late(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    catch_up(db_session, dispute.id, BEGINNING + 21 * DAY)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 30 * DAY)
    assert dispute.state == "confirmed"


def test_only_the_consumer_denies_or_reopens(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    for other in (BOB, GRACE):
        for act in (deny_performance, reopen):
            with pytest.raises(NotAllowed):
                act(db_session, dispute, other, note="没有收到。", now=BEGINNING)


def test_a_broken_agreement_can_be_talked_about_again(db_session: Session, dispute: Dispute):
    breached(db_session, dispute)
    reopen(db_session, dispute, ALICE, note="还没有退款。", now=BEGINNING + 5 * DAY)
    assert (dispute.state, dispute.turn, dispute.talks_over) == ("talking", "merchant", False)
    assert (dispute.settled_n, dispute.performance_due_at) == (None, None)
    later = offered(db_session, dispute, now=BEGINNING + 5 * DAY)
    assert agreed(db_session, dispute, now=BEGINNING + 5 * DAY).offer_n == later.n == dispute.settled_n


# The rating


def test_a_closed_dispute_is_rated_once(db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING)
    for other in (BOB, GRACE):
        with pytest.raises(NotAllowed):
            rate(db_session, dispute, other, stars=5, comment="", now=BEGINNING)
    event = rate(db_session, dispute, ALICE, stars=4, comment="还可以。", now=BEGINNING)
    assert (event.details["stars"], dispute.state, dispute.turn) == (4, "confirmed", "nobody")
    with pytest.raises(MovedOn):
        rate(db_session, dispute, ALICE, stars=1, comment="", now=BEGINNING)


@pytest.mark.parametrize("stars", [None, 0, 6, -1, 10**20])
def test_there_are_one_to_five_stars(db_session: Session, dispute: Dispute, stars: int | None):
    with pytest.raises(RuleBroken) as broken:
        rate(db_session, dispute, ALICE, stars=stars, comment="", now=BEGINNING)
    assert (broken.value.field, str(broken.value)) == ("stars", "Please choose one to five stars.")


# Withdrawn


@pytest.mark.parametrize("reason", ["", "bored", "x" * 1000, "\x00"])
def test_a_withdrawal_names_a_reason_of_the_citys_list(db_session: Session, dispute: Dispute, reason: str):
    with pytest.raises(RuleBroken) as broken:
        withdraw(db_session, dispute, ALICE, reason=reason, note="", now=BEGINNING)
    assert (broken.value.field, str(broken.value)) == (
        "reason",
        "Please choose a reason. The shop does not see it.",
    )


def test_only_the_consumer_withdraws(db_session: Session, dispute: Dispute):
    for other in (BOB, CAROL, GRACE):
        with pytest.raises(NotAllowed):
            withdraw(db_session, dispute, other, reason="settled", note="", now=BEGINNING)


def test_a_withdrawal_ends_the_offer_on_the_table_for_good(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    assert db_session.scalars(sa.select(Offer.ended)).all() == ["closed"]
    undo_withdrawal(db_session, dispute, ALICE, now=BEGINNING + DAY)
    assert (dispute.state, dispute.turn, dispute.offer_n) == ("talking", "consumer", None)


def test_nobody_but_the_consumer_undoes_a_withdrawal(db_session: Session, dispute: Dispute):
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    for other in (BOB, GRACE):
        with pytest.raises(NotAllowed):
            undo_withdrawal(db_session, dispute, other, now=BEGINNING)


@pytest.mark.parametrize("prepare", [agreed, performed, breached])
def test_what_is_agreed_is_not_withdrawn(
    db_session: Session, dispute: Dispute, prepare: Callable[[Session, Dispute], object]
):
    prepare(db_session, dispute)
    with pytest.raises(MovedOn):
        withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)


# Handed over


def test_the_consumer_hands_over_at_any_time_of_the_talks(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    escalate(db_session, dispute, ALICE, now=BEGINNING, note="谈不拢。")
    assert (dispute.state, dispute.turn) == ("escalated", "bureau")
    assert dispute.next_due_at == dispute.acceptance_due_at == datetime(2026, 12, 3, 16, tzinfo=UTC)
    assert db_session.scalars(sa.select(Offer.ended)).all() == ["closed"]


def test_the_shop_hands_over_only_when_the_talks_have_run_out(db_session: Session, dispute: Dispute):
    request_evidence(db_session, dispute, BOB, note="请拍照。", now=BEGINNING)
    with pytest.raises(MovedOn):
        escalate(db_session, dispute, BOB, now=BEGINNING)
    catch_up(db_session, dispute.id, BEGINNING + 11 * DAY)
    escalate(db_session, dispute, BOB, now=BEGINNING + 11 * DAY)
    assert dispute.state == "escalated"


def test_the_shop_does_not_hand_over_an_agreement_that_it_broke(db_session: Session, dispute: Dispute):
    catch_up(db_session, dispute.id, BEGINNING + 11 * DAY)
    agreed(db_session, dispute, now=BEGINNING + 11 * DAY)
    catch_up(db_session, dispute.id, BEGINNING + 20 * DAY)
    assert (dispute.state, dispute.talks_over) == ("breached", True)
    with pytest.raises(MovedOn):
        escalate(db_session, dispute, BOB, now=BEGINNING + 20 * DAY)
    escalate(db_session, dispute, ALICE, now=BEGINNING + 20 * DAY)


@pytest.mark.parametrize("actor", [ALICE, BOB])
def test_what_is_with_the_bureau_has_left_the_hands_of_both(
    db_session: Session, dispute: Dispute, actor: Any
):
    escalate(db_session, dispute, ALICE, now=BEGINNING)
    for act in (
        lambda: offered(db_session, dispute, actor),
        lambda: escalate(db_session, dispute, ALICE, now=BEGINNING),
        lambda: withdraw(db_session, dispute, ALICE, reason="other", note="", now=BEGINNING),
    ):
        with pytest.raises(MovedOn):
            act()


# A report


def test_a_report_leaves_no_trace_in_the_dispute(db_session: Session, dispute: Dispute):
    db_session.commit()
    before = {column.key: getattr(dispute, column.key) for column in sa.inspect(Dispute).columns}
    report = split_off_report(db_session, dispute, ALICE, text="这家店卖假货。", now=BEGINNING)
    db_session.commit()
    assert {column.key: getattr(dispute, column.key) for column in sa.inspect(Dispute).columns} == before
    assert db_session.scalar(sa.select(sa.func.count()).select_from(DisputeEvent)) == 1
    assert report.ref != dispute.ref
    assert (report.dispute_id, report.district_code) == (dispute.id, "330102")


def test_only_the_consumer_splits_off_a_report(db_session: Session, dispute: Dispute):
    for other in (BOB, CAROL, GRACE):
        with pytest.raises(NotAllowed):
            split_off_report(db_session, dispute, other, text="这家店卖假货。", now=BEGINNING)
    assert db_session.scalars(sa.select(Report)).all() == []


def test_a_report_can_be_split_off_at_any_time(db_session: Session, dispute: Dispute):
    escalate(db_session, dispute, ALICE, now=BEGINNING)
    report = split_off_report(db_session, dispute, ALICE, text="这家店卖假货。", now=BEGINNING)
    assert report.text == "这家店卖假货。"
