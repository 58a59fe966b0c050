"""The outbox: each delivery is leased, sent outside of any transaction, then marked; at least once, one key.

A worker that ends in between leaves a lease that runs out, and the next one sends the same message with the
same key (trust.md section 0, 9). Marking first would lose it, and sending within the transaction would hold
a lock while a mail server thinks.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.limits import Try
from portal.accounts.models import Person
from portal.core.channels import Channel, ChannelDown, ChannelFailed, ChannelRefused, Message
from portal.core.errors import TooManyTries
from portal.disputes.models import Dispute
from portal.disputes.workflow import Fact
from portal.notices.audience import Way
from portal.notices.dispatch import NO_CHANNEL, merchant_notified
from portal.notices.messages import News
from portal.notices.models import Delivery, Notice
from portal.regions.models import Region

log = logging.getLogger("portal.notices")

TOGETHER = 50  # deliveries a lease
PATIENCE = 20.0  # seconds after which no further message of a lease is begun
LEASE = timedelta(minutes=2)  # longer than PATIENCE and the slowest single message
REST = timedelta(seconds=30)  # for what waits behind a channel that does not answer
# How long after each failed try the next one comes (about two days in all); then the delivery is dead.
DELAYS = tuple(timedelta(minutes=m) for m in (0.5, 2, 5, 15, 30, 60, 120, 240, 480, 480, 480, 480))
MOST_TRIES = len(DELAYS) + 1
Compose = Callable[[News, str, str, str], Message]  # news, key, channel, address
KEPT = timedelta(days=90)  # how long a delivery that has ended can be looked up
SHARE_OF_SMS = 0.75  # of the day's text messages; the rest is kept for the codes that people sign in with


class Parcel(NamedTuple):
    """A leased delivery, and what its message is made of."""

    id: int
    key: str
    channel: str
    address: str
    tries: int
    dispute_id: int
    news: News


def deliver(
    sessions: Callable[[], Session],
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    compose: Compose,
    sms_daily: int | None = None,
    most: int = TOGETHER,
) -> int:
    """Send up to `most` deliveries that are due; gives how many were tried.

    sessions: makes a session for each short transaction; none is open while a message is sent. compose:
    portal.notices.messages.Writer. sms_daily: the text messages a day of the whole portal (None: no bound).
    The first complaint that reaches a merchant starts its reply clock.
    """
    with sessions() as session, session.begin():
        parcels = _lease(session, now, most)
        resting = _used_up(session, parcels, now, sms_daily)
    tried, back = 0, dict[int, datetime]()
    give_up = time.monotonic() + PATIENCE
    for parcel in parcels:
        if parcel.channel in resting or time.monotonic() > give_up:
            back[parcel.id] = resting.get(parcel.channel, now)
            continue
        tried += 1
        failure = _send(channels, parcel, compose)
        if isinstance(failure, ChannelDown):
            resting[parcel.channel] = now + REST
        with sessions() as session, session.begin():
            _mark(session, parcel, failure, now)
    if back:
        with sessions() as session, session.begin():
            _put_back(session, back)
    return tried


def waits(session: Session, now: datetime) -> bool:
    """Whether a delivery is due that nobody holds."""
    free = sa.or_(Delivery.leased_until.is_(None), Delivery.leased_until <= now)
    return session.execute(sa.select(Delivery.id).where(*_due(now), free).limit(1)).first() is not None


def forget_old(session: Session, now: datetime) -> None:
    """Drop deliveries that ended long ago, with the phones and addresses in them; the notices stay."""
    ended = sa.func.coalesce(Delivery.sent_at, Delivery.dead_at)
    session.execute(sa.delete(Delivery).where(ended < now - KEPT))


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Delivery.sent_at.is_(None), Delivery.dead_at.is_(None), Delivery.due_at <= now


def _lease(session: Session, now: datetime, most: int) -> list[Parcel]:
    """Take deliveries for LEASE, counting the try now, so that one that ends its worker is given up too.

    What somebody else held when he ended is taken one at a time: it may be what ended him.
    """
    ids = _locked(session, Delivery.leased_until.is_(None), now, most)
    if not ids:
        ids = _locked(session, Delivery.leased_until <= now, now, 1)
        spent = sa.update(Delivery).where(Delivery.id.in_(ids), Delivery.tries >= MOST_TRIES)
        session.execute(spent.values(dead_at=now, last_error="each worker ended while sending it"))
    taken = (
        sa.update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.dead_at.is_(None))
        .values(leased_until=now + LEASE, tries=Delivery.tries + 1)
    )
    session.execute(taken, execution_options={"synchronize_session": False})
    return _parcels(session, ids)


def _locked(session: Session, held: sa.ColumnElement[bool], now: datetime, most: int) -> list[int]:
    due = sa.select(Delivery.id).where(*_due(now), held).order_by(Delivery.due_at, Delivery.id)
    return list(session.scalars(due.limit(most).with_for_update(skip_locked=True)))


def _parcels(session: Session, ids: list[int]) -> list[Parcel]:
    wanted = (
        sa.select(
            Delivery.id,
            Delivery.key,
            Delivery.channel,
            Delivery.address,
            Delivery.tries,
            Notice.dispute_id,
            Notice.fact,
            Notice.audience,
            Notice.at,
            Dispute.ref,
            Person.locale,
            sa.case((Person.locale == "en", Region.name_en), else_=Region.name_zh),
        )
        .join(Notice, Notice.id == Delivery.notice_id)
        .join(Person, Person.id == Notice.person_id)
        .join(Dispute, Dispute.id == Notice.dispute_id)
        .join(Region, Region.code == Dispute.city_code)
        .where(Delivery.id.in_(ids), Delivery.dead_at.is_(None))
        .order_by(Delivery.due_at, Delivery.id)
    )
    return [Parcel(*row[:6], news=News._make(row[6:])) for row in session.execute(wanted)]


def _used_up(
    session: Session, parcels: list[Parcel], now: datetime, sms_daily: int | None
) -> dict[str, datetime]:
    """The channels that rest from the start, and until when: text messages, once the day's are used up."""
    if sms_daily is None or all(parcel.channel != Way.SMS for parcel in parcels):
        return {}
    most = int(sms_daily * SHARE_OF_SMS)
    try:
        limits.count(session, Try.SMS_IN_ALL, "", now=now, most=most)
    except TooManyTries as refused:
        log.warning("notices have used up their %s text messages of the day (HEJIE_SMS_DAILY)", most)
        return {Way.SMS: now + refused.retry_after}
    finally:
        limits.give_back(session, Try.SMS_IN_ALL, "", now=now)  # only asked; what is sent counts in _mark
    return {}


def _send(channels: Mapping[str, Channel], parcel: Parcel, compose: Compose) -> Exception | None:
    """Hand one message over; gives what went wrong. Whatever it is, the next message is not its victim."""
    channel = channels.get(parcel.channel)
    if channel is None:
        return ChannelRefused(NO_CHANNEL)
    try:
        channel.send(compose(parcel.news, parcel.key, parcel.channel, parcel.address))
    except Exception as failed:  # a poisoned message may raise anything
        return failed
    return None


def _mark(session: Session, parcel: Parcel, failure: Exception | None, now: datetime) -> None:
    if failure is None:
        _change(session, parcel, sent_at=now, leased_until=None, last_error="")
        if parcel.channel == Way.SMS:
            limits.note(session, Try.SMS_IN_ALL, "", now=now)
        if parcel.news.fact == Fact.COMPLAINT_FILED:
            merchant_notified(session, parcel.dispute_id, now)
        return
    reason = (str(failure) if isinstance(failure, ChannelFailed) else type(failure).__name__)[:200]
    if isinstance(failure, ChannelRefused) or parcel.tries >= MOST_TRIES:
        log.error("delivery %s by %s is given up: %s", parcel.id, parcel.channel, reason)
        _change(session, parcel, dead_at=now, leased_until=None, last_error=reason)
    else:
        log.warning("delivery %s by %s failed, try %s: %s", parcel.id, parcel.channel, parcel.tries, reason)
        later = now + DELAYS[parcel.tries - 1]
        _change(session, parcel, due_at=later, leased_until=None, last_error=reason)


def _change(session: Session, parcel: Parcel, **values: Any) -> None:
    changed = sa.update(Delivery).where(Delivery.id == parcel.id).values(**values)
    session.execute(changed, execution_options={"synchronize_session": False})


def _put_back(session: Session, back: dict[int, datetime]) -> None:
    """Give leases back unused: these were not tried."""
    unused = (
        sa.update(Delivery)
        .where(Delivery.id == sa.bindparam("which"))
        .values(due_at=sa.bindparam("later"), leased_until=None, tries=Delivery.tries - 1)
    )
    rows = [{"which": id_, "later": later} for id_, later in back.items()]
    session.connection().execute(unused, rows)
