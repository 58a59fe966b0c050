"""From events to notices: who is told, by which ways, and exactly once whoever does the work."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts.joining import employ
from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import assign
from portal.disputes.actions.talks import post_message, refuse_claim
from portal.disputes.deadlines import catch_up
from portal.disputes.models import UnreadEvent
from portal.notices.dispatch import dispatch, waits
from portal.notices.models import Delivery, Notice
from portal.notices.newcomers import tell_newcomers
from tests.makers import (
    Town,
    agreed,
    file,
    make_city,
    make_clerk,
    make_consumer,
    make_officer,
    make_owner,
    make_store,
    make_town,
    offered,
)
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def told(session: Session) -> list[tuple[int, str, str]]:
    """Who was told of what, as whom: in the order of the events."""
    rows = sa.select(Notice.person_id, Notice.fact, Notice.audience).order_by(
        Notice.dispute_id, Notice.seq, Notice.person_id
    )
    return [tuple(row) for row in session.execute(rows)]


def viewer_of(officer: Person) -> Viewer:
    return replace(GRACE, id=officer.id, region="330100")


def sent(session: Session) -> list[tuple[str, str, str]]:
    """What is on its way or given up: key, address, and why it was given up."""
    rows = sa.select(Delivery.key, Delivery.address, Delivery.last_error).order_by(Delivery.id)
    return [tuple(row) for row in session.execute(rows)]


def read_everything(session: Session) -> int:
    """Dispatch until nothing is left, also what dispatching itself records."""
    read = 0
    while waits(session):
        read += dispatch(session, BEGINNING)
    return read


# Who is told


def test_a_complaint_tells_the_owner_and_the_clerks_of_this_store(db_session: Session, town: Town):
    elsewhere = make_store(db_session, town.merchant)
    make_clerk(db_session, elsewhere)
    make_owner(db_session, elsewhere.merchant, disabled_at=BEGINNING)
    make_owner(db_session, make_store(db_session).merchant)
    file(db_session, town.store, town.alice)
    assert dispatch(db_session, BEGINNING) == 1
    assert told(db_session) == [
        (town.bob.id, "complaint_filed", "staff"),
        (town.carol.id, "complaint_filed", "staff"),
    ]
    assert not waits(db_session)


def test_whoever_acts_is_not_told_the_other_side_is_and_colleagues_hear_of_offers(
    db_session: Session, town: Town
):
    dispute = file(db_session, town.store, town.alice)
    refuse_claim(db_session, dispute, CAROL, reason="no_fault", note="检查过，没有问题。", now=BEGINNING)
    offered(db_session, dispute, CAROL)
    read_everything(db_session)
    assert told(db_session)[2:] == [
        (town.alice.id, "refusal_given", "consumer"),
        (town.alice.id, "offer_made", "consumer"),
        (town.bob.id, "offer_made", "colleagues"),
    ]


def test_what_is_handed_over_tells_the_officers_of_the_district_and_of_its_city(
    db_session: Session, town: Town
):
    supervisor = make_officer(db_session, "330100")
    make_officer(db_session, "330106")
    make_city(db_session, "330200")
    make_officer(db_session, "330200")
    dispute = file(db_session, town.store, town.alice)
    escalate(db_session, dispute, ALICE, now=BEGINNING)
    read_everything(db_session)
    officers = [(person, fact) for person, fact, audience in told(db_session) if audience == "officers"]
    assert officers == [(person, "escalated") for person in sorted((town.grace.id, supervisor.id))]


def test_once_an_officer_has_a_dispute_only_that_one_is_told(db_session: Session, town: Town):
    chief = make_officer(db_session, "330100")
    dispute = file(db_session, town.store, town.alice)
    escalate(db_session, dispute, ALICE, now=BEGINNING)
    assign(db_session, dispute, viewer_of(chief), officer_id=town.grace.id, now=BEGINNING)
    read_everything(db_session)
    assert (town.grace.id, "officer_assigned", "officers") in told(db_session)
    due = dispute.acceptance_due_at
    assert due is not None
    catch_up(db_session, dispute.id, due)
    read_everything(db_session)
    late = [row for row in told(db_session) if row[1] == "acceptance_overdue"]
    assert late == sorted(
        [(town.alice.id, "acceptance_overdue", "consumer"), (town.grace.id, "acceptance_overdue", "officers")]
    )


@pytest.mark.parametrize("gone", ["disabled", "moved"])
def test_an_officer_who_has_left_is_no_longer_told_and_the_others_are(
    db_session: Session, town: Town, gone: str
):
    chief = make_officer(db_session, "330100")
    dispute = file(db_session, town.store, town.alice)
    escalate(db_session, dispute, ALICE, now=BEGINNING)
    assign(db_session, dispute, GRACE, officer_id=town.grace.id, now=BEGINNING)
    read_everything(db_session)
    if gone == "disabled":
        town.grace.disabled_at = BEGINNING
    else:
        assert town.grace.post is not None
        town.grace.post.region_code = "330106"
    assert dispute.acceptance_due_at is not None
    catch_up(db_session, dispute.id, dispute.acceptance_due_at)
    read_everything(db_session)
    late = [row[0] for row in told(db_session) if row[1:] == ("acceptance_overdue", "officers")]
    assert late == [chief.id]


def test_somebody_who_is_owner_and_clerk_is_told_once(db_session: Session, town: Town):
    both = make_owner(db_session, town.merchant)
    employ(db_session, both, town.merchant.id, store_id=town.store.id, now=BEGINNING)
    file(db_session, town.store, town.alice)
    dispatch(db_session, BEGINNING)
    assert [row for row in told(db_session) if row[0] == both.id] == [(both.id, "complaint_filed", "staff")]


# By which ways


def test_each_address_gets_a_delivery_with_a_key_of_its_own(db_session: Session, town: Town):
    carol = make_clerk(db_session, town.store, phone="13700000001", email="carol@example.com")
    dispute = file(db_session, town.store, town.alice)
    dispatch(db_session, BEGINNING)
    start = f"n{dispute.id}-1"
    assert sorted(sent(db_session)) == sorted(
        [
            (f"{start}-{town.bob.id}-sms", "13900001111", ""),
            (f"{start}-{carol.id}-email", "carol@example.com", ""),
            (f"{start}-{carol.id}-sms", "13700000001", ""),
        ]
    )


def test_without_a_channel_the_inbox_has_it_and_the_outbox_says_why_not(db_session: Session, town: Town):
    file(db_session, town.store, town.alice)
    dispatch(db_session, BEGINNING, channels=["email"])
    assert (town.bob.id, "complaint_filed", "staff") in told(db_session)
    [(key, address, why)] = sent(db_session)
    assert (address, why) == ("13900001111", "this portal has no channel for it")
    assert db_session.scalar(sa.select(Delivery.dead_at).where(Delivery.key == key)) == BEGINNING


def test_what_only_the_inbox_tells_sends_nothing(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    offered(db_session, dispute, CAROL)
    dispatch(db_session, BEGINNING)
    assert (town.bob.id, "offer_made", "colleagues") in told(db_session)
    assert [key for key, _, _ in sent(db_session) if key.startswith(f"n{dispute.id}-2-{town.bob.id}")] == []


def test_a_second_message_sends_nothing_until_the_first_was_seen(db_session: Session, town: Town):
    def say(viewer_text: str, minutes: int) -> int:
        post_message(db_session, dispute, BOB, text=viewer_text, now=BEGINNING + minutes * MINUTE)
        dispatch(db_session, BEGINNING + minutes * MINUTE)
        return len(sent(db_session))

    dispute = file(db_session, town.store, town.alice)
    read_everything(db_session)
    before = len(sent(db_session))
    assert say("您好，我们在查。", 1) == before + 1
    assert say("请稍等。", 2) == before + 1
    post_message(db_session, dispute, ALICE, text="好的。", now=BEGINNING + 3 * MINUTE)
    dispatch(db_session, BEGINNING + 3 * MINUTE)
    answered = len(sent(db_session))
    assert say("查到了。", 4) == answered + 1


def test_of_many_messages_at_once_one_is_sent_and_all_are_in_the_inbox(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    for minutes in range(1, 4):
        post_message(db_session, dispute, BOB, text="在吗？", now=BEGINNING + minutes * MINUTE)
    dispatch(db_session, BEGINNING)
    assert told(db_session).count((town.alice.id, "message_posted", "consumer")) == 3
    assert [key for key, _, _ in sent(db_session) if f"-{town.alice.id}-" in key] == [
        f"n{dispute.id}-2-{town.alice.id}-sms"
    ]


# What dispatching does besides


def test_whoever_acts_has_read_what_came_before(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    offered(db_session, dispute, BOB, now=BEGINNING + MINUTE)
    agreed(db_session, dispute, now=BEGINNING + 2 * MINUTE)
    dispatch(db_session, BEGINNING + 5 * MINUTE)
    read = sa.select(Notice.person_id, Notice.fact, Notice.read_at).order_by(Notice.seq, Notice.person_id)
    assert [tuple(row) for row in db_session.execute(read)] == [
        (town.bob.id, "complaint_filed", BEGINNING + MINUTE),
        (town.carol.id, "complaint_filed", None),
        (town.alice.id, "offer_made", BEGINNING + 2 * MINUTE),
        (town.carol.id, "offer_made", None),
        (town.bob.id, "offer_accepted", None),
        (town.carol.id, "offer_accepted", None),
    ]


def test_a_merchant_with_no_address_is_notified_by_the_inbox(db_session: Session, town: Town):
    store = make_store(db_session)
    make_owner(db_session, store.merchant)
    dispute = file(db_session, store, town.alice)
    dispatch(db_session, BEGINNING + MINUTE)
    assert dispute.reply_due_at == BEGINNING + MINUTE + timedelta(hours=96)


@pytest.mark.parametrize(("channels", "starts"), [(["sms", "email"], False), (["email"], True), ([], True)])
def test_a_merchant_with_a_phone_is_notified_by_the_inbox_only_where_no_sms_can_leave(
    db_session: Session, town: Town, channels: list[str], starts: bool
):
    dispute = file(db_session, town.store, town.alice)
    dispatch(db_session, BEGINNING, channels=channels)
    assert (dispute.reply_due_at is not None) == starts


def test_a_store_that_nobody_has_claimed_is_told_as_soon_as_somebody_has(db_session: Session, town: Town):
    store = make_store(db_session)
    dispute = file(db_session, store, town.alice)
    told_before = file(db_session, town.store, town.alice)
    read_everything(db_session)
    assert dispute.reply_due_at is None
    assert tell_newcomers(db_session, BEGINNING) == 0
    claimed = BEGINNING + timedelta(days=2)
    make_owner(db_session, store.merchant, disabled_at=BEGINNING)
    assert tell_newcomers(db_session, claimed) == 0
    owner = make_owner(db_session, store.merchant)
    assert tell_newcomers(db_session, claimed) == 1
    assert tell_newcomers(db_session, claimed) == 0
    assert dispatch(db_session, claimed) == 1
    assert dispute.reply_due_at == claimed + timedelta(hours=96)
    assert [row for row in told(db_session) if row[0] == owner.id] == [(owner.id, "complaint_filed", "staff")]
    assert tell_newcomers(db_session, claimed) == 0
    assert told_before.reply_due_at is None  # its SMS is still on the way


def test_an_event_that_was_told_already_is_not_told_again(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    dispatch(db_session, BEGINNING)
    before = told(db_session), sent(db_session)
    db_session.execute(sa.insert(UnreadEvent).values(dispute_id=dispute.id, seq=1))
    assert dispatch(db_session, BEGINNING) == 1
    assert (told(db_session), sent(db_session)) == before


# Once


def test_what_was_not_committed_is_dispatched_again(db_session: Session, town: Town):
    file(db_session, town.store, town.alice)
    db_session.commit()
    dispatch(db_session, BEGINNING)
    db_session.rollback()
    assert told(db_session) == []
    assert dispatch(db_session, BEGINNING) == 1
    assert len(told(db_session)) == 2


def test_two_workers_at_once_tell_everybody_once(db_session: Session, town: Town):
    for _ in range(40):
        file(db_session, town.store, town.alice)
    db_session.commit()
    engine = db_session.get_bind()
    counts: list[int] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        done = 0
        while True:
            with Session(engine) as session, session.begin():
                read = dispatch(session, BEGINNING, most=3)
            if not read:
                break
            done += read
        counts.append(done)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 40
    assert len(told(db_session)) == 80
    assert len(sent(db_session)) == 40


@pytest.fixture
def statements(db_session: Session) -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []
    engine = db_session.get_bind()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_thirty_events_take_as_many_statements_as_one(db_session: Session, town: Town, statements: list[str]):
    def statements_for(count: int) -> int:
        for _ in range(count):
            file(db_session, town.store, make_consumer(db_session))
        db_session.flush()
        statements.clear()
        assert dispatch(db_session, BEGINNING) == count
        return len(statements)

    assert statements_for(1) == statements_for(30)


def test_every_event_waits_to_be_read_and_is_read_in_order(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    offered(db_session, dispute)
    agreed(db_session, dispute)
    assert dispatch(db_session, BEGINNING, most=2) == 2
    left = [tuple(row) for row in db_session.execute(sa.select(UnreadEvent.dispute_id, UnreadEvent.seq))]
    assert left == [(dispute.id, 3)]
