"""From events to notices: each event is read once, and what comes of it is written in one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn
from portal.core.orm import insert
from portal.disputes.deadlines import start_reply_clock
from portal.disputes.models import Dispute, DisputeEvent, UnreadEvent
from portal.disputes.workflow import Fact
from portal.notices.audience import CHATTER, INBOX, Way
from portal.notices.models import Delivery, Notice
from portal.notices.recipients import Event, People, Telling, people_of, tellings

TOGETHER = 100  # events a transaction
NO_CHANNEL = "this portal has no channel for it"


def dispatch(
    session: Session, now: datetime, *, channels: Collection[str] = tuple(Way), most: int = TOGETHER
) -> int:
    """Write the notices and deliveries of up to `most` events not yet read; gives how many were read.

    channels: the ways out that this portal has; what would need another is written as undeliverable at once,
    and stays in the inbox. Where nobody of a merchant can be reached outside the portal, the inbox counts as
    the delivery that starts the reply clock. The caller commits; two workers never read the same event.
    """
    events = _take(session, most)
    if not events:
        return 0
    people = people_of(session, events)
    told = _without_repeats(session, events, list(tellings(events, people)))
    for dispute_id in sorted(_write(session, told, people, channels, now)):
        merchant_notified(session, dispute_id, now)
    _mark_read(session, events)
    return len(events)


def waits(session: Session) -> bool:
    """Whether there is an event to read."""
    return session.execute(sa.select(UnreadEvent.seq).limit(1)).first() is not None


def merchant_notified(session: Session, dispute_id: int, now: datetime) -> None:
    """The complaint has reached the merchant: its reply clock starts, unless it runs or may not any more."""
    dispute = session.scalar(sa.select(Dispute).where(Dispute.id == dispute_id).with_for_update(of=Dispute))
    if dispute is None:
        return
    try:
        start_reply_clock(session, dispute, max(now, dispute.last_at))
    except MovedOn:
        return


def _take(session: Session, most: int) -> list[Event]:
    """Take events off the list; another worker takes others (SQLite: waits for the write lock)."""
    first = (
        sa.select(UnreadEvent.dispute_id, UnreadEvent.seq)
        .order_by(UnreadEvent.dispute_id, UnreadEvent.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = [tuple(row) for row in session.execute(first)]
    if not taken:
        return []
    gone = sa.delete(UnreadEvent).where(sa.tuple_(UnreadEvent.dispute_id, UnreadEvent.seq).in_(taken))
    session.execute(gone, execution_options={"synchronize_session": False})
    read = (
        sa.select(*(getattr(DisputeEvent, name) for name in Event._fields[:6]))
        .add_columns(*(getattr(Dispute, name) for name in Event._fields[6:]))
        .join(Dispute, Dispute.id == DisputeEvent.dispute_id)
        .where(sa.tuple_(DisputeEvent.dispute_id, DisputeEvent.seq).in_(taken))
        .order_by(DisputeEvent.dispute_id, DisputeEvent.seq)
    )
    return [Event(*row) for row in session.execute(read)]


def _without_repeats(session: Session, events: list[Event], told: list[Telling]) -> list[Telling]:
    """Keep chatter in the inbox for whoever was sent something of the same dispute and has not looked yet."""
    chatting = {event.dispute_id for event in events if event.fact in CHATTER}
    if not chatting:
        return told
    sent = (
        sa.select(Notice.person_id, Notice.dispute_id)
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(
            Notice.person_id.in_({telling.person for telling in told}),
            Notice.dispute_id.in_(chatting),
            Notice.read_at.is_(None),
        )
    )
    unread = {(person, dispute) for person, dispute in session.execute(sent)}
    kept = []
    for telling in told:
        event = telling.event
        unread.discard((event.actor_id, event.dispute_id))  # whoever acts has looked
        about = telling.person, event.dispute_id
        quiet = event.fact in CHATTER and about in unread
        kept.append(Telling(event, telling.person, telling.audience, INBOX) if quiet else telling)
        if telling.ways:
            unread.add(about)
    return kept


def _write(
    session: Session, told: list[Telling], people: People, channels: Collection[str], now: datetime
) -> set[int]:
    """Write it all; gives the disputes whose complaint reaches its merchant in the inbox alone."""
    ids = _notices(session, told)
    deliveries = [
        _delivery(telling, way, now)
        | {"notice_id": ids[telling.about], "address": people.reached[telling.person][way]}
        | ({} if way in channels else {"dead_at": now, "last_error": NO_CHANNEL})
        for telling in told
        if telling.about in ids
        for way in sorted(telling.ways & people.reached[telling.person].keys())
    ]
    if deliveries:
        session.execute(sa.insert(Delivery), deliveries)
    underway = {row["notice_id"] for row in deliveries if row["dead_at"] is None}
    complaints = [telling for telling in told if telling.event.fact == Fact.COMPLAINT_FILED]
    new = {telling.event.dispute_id for telling in complaints if telling.about in ids}
    sent = {telling.event.dispute_id for telling in complaints if ids.get(telling.about) in underway}
    return new - sent


def _notices(session: Session, told: list[Telling]) -> dict[tuple[int, int, int], int]:
    """Write the notices; gives the ids of the new ones. One that is there already is left as it is."""
    if not told:
        return {}
    rows = [
        {
            "person_id": telling.person,
            "dispute_id": telling.event.dispute_id,
            "seq": telling.event.seq,
            "fact": telling.event.fact,
            "audience": telling.audience,
            "at": telling.event.at,
        }
        for telling in told
    ]
    written = (
        insert(session, Notice)
        .on_conflict_do_nothing()
        .returning(Notice.id, Notice.person_id, Notice.dispute_id, Notice.seq)
    )
    return {(person, dispute, seq): id_ for id_, person, dispute, seq in session.execute(written, rows)}


def _delivery(telling: Telling, way: Way, now: datetime) -> dict[str, Any]:
    person, dispute, seq = telling.about
    key = f"n{dispute}-{seq}-{person}-{way}"
    return {"key": key, "channel": way, "due_at": now, "dead_at": None, "last_error": ""}


def _mark_read(session: Session, events: list[Event]) -> None:
    """Whoever acts in a dispute has seen what came before."""
    acts = [
        {"actor": event.actor_id, "dispute": event.dispute_id, "before": event.seq, "then": event.at}
        for event in events
        if event.actor_id is not None
    ]
    seen = (
        sa.update(Notice)
        .where(
            Notice.person_id == sa.bindparam("actor"),
            Notice.dispute_id == sa.bindparam("dispute"),
            Notice.seq < sa.bindparam("before"),
            Notice.read_at.is_(None),
        )
        .values(read_at=sa.bindparam("then"))
    )
    if acts:
        session.connection().execute(seen, acts)
