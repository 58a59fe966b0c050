"""The outbox: leased, sent outside of any transaction, marked, tried again; one key whatever happens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.limits import Try
from portal.cli import doctor
from portal.cli.doctor import Unwell
from portal.core.channels import Channel, ChannelDown, ChannelRefused, Message
from portal.disputes.actions.endings import escalate
from portal.disputes.models import Dispute, DisputeEvent
from portal.notices import outbox
from portal.notices.dispatch import dispatch
from portal.notices.messages import Writer
from portal.notices.models import Delivery
from portal.notices.outbox import DELAYS, LEASE, MOST_TRIES, REST, deliver, forget_old, waits
from portal.notices.queries import Backlog, backlog
from tests.makers import Town, file, make_clerk, make_town
from tests.notices.gateways import Liar, Recorder, Sieve, english
from tests.people import ALICE
from tests.world import BEGINNING, Clock

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WRITER = Writer(english, "https://hejie.example.cn/")


@dataclass
class Post:
    """The outbox of one test with its gateway for text messages."""

    session: Session
    town: Town

    def file(self, count: int = 1, now: datetime = BEGINNING) -> list[Dispute]:
        """Complaints whose one delivery, the SMS to Bob, waits."""
        made = [file(self.session, self.town.store, self.town.alice, now=now) for _ in range(count)]
        dispatch(self.session, now)
        self.session.commit()
        return made

    def deliver(self, now: datetime, **channels: Channel) -> int:
        return self.deliver_with(channels, now)

    def deliver_with(self, channels: dict[str, Channel], now: datetime, **more: Any) -> int:
        engine = self.session.get_bind()
        self.session.commit()  # gives SQLite's lock back, and what is read next is fresh
        return deliver(lambda: Session(engine), channels, now, compose=WRITER, **more)

    def rows(self) -> list[Delivery]:
        return list(self.session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    def row(self) -> Delivery:
        [row] = self.rows()
        return row


@pytest.fixture
def post(db_session: Session) -> Post:
    return Post(db_session, make_town(db_session))


# It leaves


def test_a_message_is_sent_once_and_marked(post: Post):
    [dispute] = post.file()
    gateway = Recorder()
    assert post.deliver(BEGINNING, sms=gateway) == 1
    assert gateway.messages == [
        Message(
            key=f"n{dispute.id}-1-{post.town.bob.id}-sms",
            address="13900001111",
            subject="",
            text=f"[杭州市 Hejie] A new complaint, ending in {dispute.ref[-4:]}, waits for your answer. "
            f"Please sign in: https://hejie.example.cn/disputes/{dispute.ref}",
            at=BEGINNING,
        )
    ]
    row = post.row()
    assert (row.sent_at, row.leased_until, row.tries) == (BEGINNING, None, 1)
    assert post.deliver(BEGINNING + HOUR, sms=gateway) == 0
    assert backlog(post.session) == Backlog(waiting=0, since=None, dead=0)


def test_no_transaction_is_open_while_a_message_is_sent(post: Post):
    post.file(2)
    engine = post.session.get_bind()

    class Curious(Recorder):
        def send(self, message: Message) -> None:
            with Session(engine) as session, session.begin():  # would wait for ever for SQLite's lock
                session.execute(sa.update(Delivery).values(last_error="seen from outside"))
            super().send(message)

    assert post.deliver(BEGINNING, sms=Curious()) == 2
    assert [row.sent_at for row in post.rows()] == [BEGINNING, BEGINNING]


def test_a_delivery_waits_until_it_is_due(post: Post):
    post.file()
    gateway = Recorder()
    assert not waits(post.session, BEGINNING - SECOND)
    assert post.deliver(BEGINNING - SECOND, sms=gateway) == 0
    assert waits(post.session, BEGINNING)
    assert gateway.messages == []


def test_old_deliveries_are_forgotten_with_their_addresses(post: Post):
    post.file(2)
    post.deliver_with({"sms": Recorder()}, BEGINNING, most=1)
    forget_old(post.session, BEGINNING + timedelta(days=90))
    assert len(post.rows()) == 2
    forget_old(post.session, BEGINNING + timedelta(days=90, seconds=1))
    assert [row.sent_at for row in post.rows()] == [None]


# It fails, and is tried again


def test_a_lying_gateway_gets_the_same_key_again(post: Post):
    post.file()
    liar = Liar(lies=2)
    now = BEGINNING
    for delay in (*DELAYS[:2], timedelta()):
        post.deliver(now, sms=liar)
        now += delay
    assert len(liar.keys) == 3
    assert len(set(liar.keys)) == 1
    row = post.row()
    assert (row.tries, row.last_error) == (3, "")
    assert row.sent_at is not None


def test_each_try_waits_longer_and_the_last_one_is_the_end(post: Post):
    post.file()
    gateway = Liar(lies=1000)
    now, waited = BEGINNING, []
    while (row := post.row()).dead_at is None:
        assert post.deliver(row.due_at - SECOND, sms=gateway) == 0
        now = row.due_at
        assert post.deliver(now, sms=gateway) == 1
        waited.append(post.row().due_at - now)
    assert waited == [*DELAYS, timedelta()]
    assert list(DELAYS) == sorted(DELAYS)
    assert (row.tries, len(gateway.keys)) == (MOST_TRIES, MOST_TRIES)
    assert (row.dead_at, row.last_error) == (now, "the gateway says no")
    assert backlog(post.session) == Backlog(waiting=0, since=None, dead=1)
    assert post.deliver(now + timedelta(days=9), sms=gateway) == 0


def test_what_a_gateway_refuses_for_ever_is_not_tried_again(post: Post):
    post.file()
    sieve = Sieve(failure=lambda: ChannelRefused("no such number"), addresses=frozenset({"13900001111"}))
    post.deliver(BEGINNING, sms=sieve)
    assert (post.row().dead_at, post.row().last_error) == (BEGINNING, "no such number")


def test_a_channel_that_is_gone_is_said_plainly(post: Post):
    post.file()
    assert post.deliver(BEGINNING, email=Recorder()) == 1
    assert (post.row().dead_at, post.row().last_error) == (BEGINNING, "this portal has no channel for it")


# It is nobody else's trouble


def test_a_poisoned_message_keeps_no_other_from_leaving(post: Post):
    make_clerk(post.session, post.town.store, phone="13700000001")
    post.file(3)
    sieve = Sieve(failure=lambda: ZeroDivisionError("13700000001"), addresses=frozenset({"13700000001"}))
    assert post.deliver(BEGINNING, sms=sieve) == 6
    assert [message.address for message in sieve.messages] == ["13900001111"] * 3
    poisoned = [row for row in post.rows() if row.sent_at is None]
    assert [(row.address, row.last_error) for row in poisoned] == [("13700000001", "ZeroDivisionError")] * 3


def test_behind_a_channel_that_is_down_nothing_is_tried_or_counted(post: Post):
    make_clerk(post.session, post.town.store, email="carol@example.com")
    post.file(3)
    sms = Sieve(failure=lambda: ChannelDown("timeout"), addresses=frozenset({"13900001111"}))
    email = Recorder()
    post.deliver(BEGINNING, sms=sms, email=email)
    assert (len(sms.tried), len(email.messages)) == (1, 3)
    left = sorted((row.due_at - BEGINNING, row.tries) for row in post.rows() if row.sent_at is None)
    assert left == [(REST, 0), (REST, 0), (DELAYS[0], 1)]
    sms.addresses = frozenset()
    assert post.deliver(BEGINNING + REST, sms=sms, email=email) == 3
    assert len(sms.messages) == 3


def test_a_slow_gateway_holds_up_a_round_no_longer_than_promised(post: Post, monkeypatch: pytest.MonkeyPatch):
    post.file(3)
    ticking = iter(range(0, 1000, 12))
    monkeypatch.setattr(outbox.time, "monotonic", lambda: next(ticking))
    gateway = Recorder()
    assert post.deliver(BEGINNING, sms=gateway) == 1
    assert [(row.tries, row.leased_until) for row in post.rows()] == [(1, None), (0, None), (0, None)]
    assert post.deliver(BEGINNING, sms=gateway) == 1


# Several workers, and workers that end


def test_what_one_worker_holds_no_other_sends(post: Post):
    post.file(2)
    engine = post.session.get_bind()
    other = Recorder()

    class WhileTheOtherWorks(Recorder):
        def send(self, message: Message) -> None:
            deliver(lambda: Session(engine), {"sms": other}, BEGINNING, compose=WRITER)
            super().send(message)

    first = WhileTheOtherWorks()
    post.deliver(BEGINNING, sms=first)
    assert (len(first.keys), len(other.keys)) == (2, 0)


def test_a_lease_runs_out_and_the_next_worker_sends_with_the_same_key(post: Post):
    post.file()
    key = post.row().key
    held_by_the_dead(post, BEGINNING)
    gateway = Recorder()
    assert post.deliver(BEGINNING + LEASE - SECOND, sms=gateway) == 0
    assert post.deliver(BEGINNING + LEASE, sms=gateway) == 1
    assert gateway.keys == [key]
    assert post.row().tries == 2


def test_what_dead_workers_held_is_taken_one_at_a_time_after_all_else(post: Post):
    post.file(3)
    held_by_the_dead(post, BEGINNING)
    post.file(2, BEGINNING + MINUTE)
    gateway = Recorder()
    now = BEGINNING + LEASE
    assert [post.deliver(now, sms=gateway) for _ in range(5)] == [2, 1, 1, 1, 0]


def test_a_message_that_ends_every_worker_is_given_up_in_the_end(post: Post):
    post.file()
    now = BEGINNING
    while post.row().tries < MOST_TRIES:
        held_by_the_dead(post, now)
        now += LEASE
    gateway = Recorder()
    assert post.deliver(now, sms=gateway) == 0
    assert gateway.keys == []
    assert (post.row().dead_at, post.row().last_error) == (now, "each worker ended while sending it")


def held_by_the_dead(post: Post, now: datetime) -> None:
    """A worker leases what is due and is killed before it has sent anything."""

    class Killed(BaseException):
        pass

    def killed() -> Exception:
        raise Killed

    sieve = Sieve(failure=killed, addresses=frozenset({"13900001111"}))
    with pytest.raises(Killed):
        post.deliver(now, sms=sieve)


# The reply clock


def test_the_first_delivered_complaint_starts_the_reply_clock(post: Post):
    make_clerk(post.session, post.town.store, phone="13700000001")
    [dispute] = post.file()
    sieve = Sieve(addresses=frozenset({"13900001111"}))
    assert dispute.reply_due_at is None
    post.deliver(BEGINNING + MINUTE, sms=sieve)
    assert dispute.reply_due_at == BEGINNING + MINUTE + 96 * HOUR
    post.deliver(BEGINNING + HOUR, sms=Recorder())
    assert dispute.reply_due_at == BEGINNING + MINUTE + 96 * HOUR
    assert facts(post.session, dispute) == ["complaint_filed", "merchant_notified"]


def test_no_clock_starts_while_nothing_is_delivered(post: Post):
    [dispute] = post.file()
    post.deliver(BEGINNING, sms=Liar(lies=1000))
    assert dispute.reply_due_at is None


def test_a_complaint_handed_over_meanwhile_is_delivered_and_starts_no_clock(post: Post):
    [dispute] = post.file()
    escalate(post.session, dispute, ALICE, now=BEGINNING)
    post.session.commit()
    gateway = Recorder()
    post.deliver(BEGINNING + MINUTE, sms=gateway)
    assert len(gateway.keys) == 1
    assert (post.row().sent_at, dispute.reply_due_at) == (BEGINNING + MINUTE, None)


def facts(session: Session, dispute: Dispute) -> list[str]:
    wanted = sa.select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id)
    return list(session.scalars(wanted.order_by(DisputeEvent.seq)))


# What it costs


def test_notices_leave_a_quarter_of_the_days_text_messages_to_the_codes(post: Post):
    post.file(4)
    gateway = Recorder()

    def send(now: datetime) -> int:
        return post.deliver_with({"sms": gateway}, now, sms_daily=4, most=1)

    assert [send(BEGINNING) for _ in range(4)] == [1, 1, 1, 0]
    limits.count(post.session, Try.SMS_IN_ALL, "", now=BEGINNING, most=4)  # the fourth is for a code
    post.session.commit()
    midnight = datetime(2026, 11, 25, tzinfo=BEGINNING.tzinfo)
    last = [row for row in post.rows() if row.sent_at is None]
    assert [(row.due_at, row.tries) for row in last] == [(midnight, 0)]
    assert send(midnight) == 1


def test_e_mails_cost_nothing(post: Post):
    make_clerk(post.session, post.town.store, email="carol@example.com")
    post.file()
    gateway = Recorder()
    post.deliver_with({"sms": Recorder(), "email": gateway}, BEGINNING, sms_daily=0)
    assert len(gateway.keys) == 1


# What the operator sees


def test_the_doctor_tells_of_messages_that_nobody_sends(app: Flask, post: Post, clock: Clock):
    def look() -> str:
        post.session.commit()
        with app.app_context():
            return doctor.messages(app)

    post.file(2)
    post.deliver_with({}, BEGINNING, most=1)
    assert look() == "1 wait to be sent, 1 given up in the last 90 days"
    clock.advance(hours=1, seconds=1)
    with pytest.raises(Unwell, match=r"^1 wait to be sent, the longest since 2026-11-24 02:00 UTC$"):
        look()
