"""The only writer of events and of the state: each event is hashed onto the one before it."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.viewer import Viewer
from portal.core.clock import by_day
from portal.core.errors import MovedOn, NotAllowed
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Statement, UnreadEvent
from portal.disputes.permissions import may, party_of, standing_of
from portal.disputes.standing import FIELDS, Standing, step
from portal.disputes.words import words_of_event
from portal.disputes.workflow import CLOSING, RULES, Fact, Party
from portal.regions.clocks import Clock
from portal.regions.models import City


def record(
    session: Session,
    dispute: Dispute,
    fact: Fact,
    *,
    party: Party,
    actor_id: int | None,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    text: str = "",
    photos: Sequence[Evidence] = (),
    quietly: bool = False,
) -> DisputeEvent:
    """Append one event, move the state and set the deadlines: all in the caller's transaction.

    details: plain JSON; instants as `datetime` (written as ISO 8601 UTC). text: what the person wrote, kept
    apart as a `Statement`. photos: rows of evidence that this event now carries. quietly: nobody is told,
    since the next event of the same act says more. The event, the state, the notices to write
    (`UnreadEvent`) and the board's mark are one transaction (trust.md S3).
    Raises NotAllowed where this party may never record the fact, MovedOn where RULES or the dispute's
    standing do not allow it (any more), StaleDataError where somebody else was faster.
    """
    standing = standing_of(dispute)
    if party not in RULES[fact].who:
        raise NotAllowed
    if not may(standing, fact, party, now):
        raise MovedOn
    written = _plain({**(details or {}), **_followed_up(session, dispute, standing, fact, now)})
    seq = dispute.last_seq + 1
    statements = [_statement(dispute, seq, text)] if text else []
    if statements:
        written["statement"] = digest(statements[0].salt, text)
    if photos:
        written["photos"] = [photo.file for photo in photos]
    event = DisputeEvent(
        dispute_id=dispute.id,
        seq=seq,
        fact=fact,
        party=party,
        actor_id=actor_id,
        at=now,
        details=written,
        prev_hash=dispute.last_hash,
    )
    event.hash = chained(dispute.ref, event)
    _apply(dispute, event)
    session.flush()  # first, so that who was slower meets StaleDataError here and not a key that is taken
    session.add_all([event, *statements])
    if not quietly:
        session.add(UnreadEvent(dispute_id=dispute.id, seq=seq))
    session.add_all(words_of_event(dispute, seq, text))
    for photo in photos:
        photo.dispute_id, photo.seq, photo.draft_key = dispute.id, seq, None
    session.flush()
    return event


def record_act(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    fact: Fact,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    text: str = "",
    photos: Sequence[Evidence] = (),
    quietly: bool = False,
) -> DisputeEvent:
    """`record()` for what a person does: as the party that this person is in the dispute.

    What a consumer says at the counter is the consumer's, and names the officer who took it down.
    """
    return record(
        session,
        dispute,
        fact,
        party=party_of(actor),
        actor_id=actor.hand.id if actor.hand else actor.id,
        now=now,
        details={**(details or {}), **at_counter(actor.hand)},
        text=text,
        photos=photos,
        quietly=quietly,
    )


def at_counter(hand: Viewer | None) -> dict[str, Any]:
    """What the details say of an act that an officer took down; nothing where nobody did."""
    return {"counter": True, "taken_by": hand.display_name} if hand else {}


def chained(ref: str, event: DisputeEvent) -> str:
    """SHA-256 (hex) over the event's content and the hash before it; `hejie verify` recomputes it."""
    content = {
        "ref": ref,
        "seq": event.seq,
        "fact": str(event.fact),
        "party": str(event.party),
        "actor": event.actor_id,
        "at": event.at.astimezone(UTC).isoformat(),
        "details": event.details,
        "prev": event.prev_hash,
    }
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Any) -> bytes:
    """JSON that is the same bytes for the same content, whatever the database made of the key order."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(salt: str, text: str) -> str:
    """What the chain knows of a text: nothing that survives the erasure of text and salt."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def _statement(dispute: Dispute, seq: int, text: str) -> Statement:
    return Statement(dispute_id=dispute.id, seq=seq, text=text, salt=secrets.token_hex(16))


def _followed_up(
    session: Session, dispute: Dispute, standing: Standing, fact: Fact, now: datetime
) -> dict[str, Any]:
    """When a fact closes a dispute: the instant at which its consumer is asked what became of it, once."""
    if fact not in CLOSING or standing.follow_up:
        return {}
    city = session.get_one(City, dispute.city_code)
    return {"follow_up_due_at": by_day(city.due(Clock.FOLLOW_UP, now), city.zone)}


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for key, value in details.items()
        if value is not None
    }


def _apply(dispute: Dispute, event: DisputeEvent) -> None:
    fact, party = Fact(event.fact), Party(event.party)
    after = step(standing_of(dispute), fact, party, event.at, event.details)
    for name in FIELDS:
        setattr(dispute, name, getattr(after, name))
    dispute.next_due_at = after.next_due_at
    dispute.statutory_due_at = after.statutory_due_at
    dispute.last_seq, dispute.last_hash, dispute.last_at = event.seq, event.hash, event.at
    dispute.uncounted = True
    # Written even where it was set: the board may have cleared it since this was read.
    flag_modified(dispute, "uncounted")
