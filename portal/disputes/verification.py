"""Is what the database holds what happened? Chains, states, texts, terms and photos, recomputed.

Read in ranges of disputes, as column rows, so that memory stays constant and ten thousand take seconds.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.files import open_stored
from portal.core.refs import spoken
from portal.disputes.ledger import canonical, chained, digest
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Offer, Settlement, Statement
from portal.disputes.permissions import may
from portal.disputes.standing import FIELDS, Standing, step
from portal.disputes.statutory import missed_dates
from portal.disputes.workflow import Fact, Party

TOGETHER = 200  # disputes read at once
FILES_TOGETHER = 1_000
Row = sa.Row[Any]


@dataclass
class Checked:
    """How much was looked at, by kind, and what does not agree, one plain sentence each."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def verify_disputes(session: Session, checked: Checked) -> Iterator[int]:
    """Check every dispute against its events; yields how many were checked since the last time."""
    last = 0
    disputes = sa.select(Dispute.__table__).order_by(Dispute.id).limit(TOGETHER)
    while some := session.execute(disputes.where(Dispute.id > last)).all():
        span = (some[0].id, some[-1].id)
        events = _by_dispute(session, DisputeEvent, span, DisputeEvent.seq)
        rest = [_by_dispute(session, table, span) for table in (Statement, Offer, Settlement, Evidence)]
        for dispute in some:
            parts = [rows.get(dispute.id, []) for rows in rest]
            checked.differences += [
                f"Dispute {spoken(dispute.ref)}: {what}"
                for what in _of_dispute(dispute, events.get(dispute.id, []), parts)
            ]
            checked.counts["events"] += len(events.get(dispute.id, []))
            for name, rows in zip(("statements", "offers", "settlements", "photos"), parts, strict=True):
                checked.counts[name] += len(rows)
        checked.counts["disputes"] += len(some)
        last = span[1]
        yield len(some)


def verify_files(session: Session, folder: Path, checked: Checked) -> Iterator[int]:
    """Read every file of evidence and compare it with its name; yields how many were read each time."""
    last = ""
    names = _files()
    wanted = sa.select(names.c.name).order_by(names.c.name).limit(FILES_TOGETHER)
    while some := session.scalars(wanted.where(names.c.name > last)).all():
        for name in some:
            if wrong := _of_file(folder, name):
                checked.differences.append(f"The file {name} of the evidence {wrong}.")
        checked.counts["files"] += len(some)
        last = some[-1]
        yield len(some)


def count_disputes(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Dispute)) or 0


def count_files(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(_files())) or 0


def _files() -> sa.Subquery:
    """Every file that a row of evidence names, each once."""
    return sa.union(sa.select(Evidence.file.label("name")), sa.select(Evidence.thumb)).subquery()


def _by_dispute(session: Session, table: Any, span: tuple[int, int], *order: Any) -> Mapping[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    wanted = (
        sa.select(table.__table__).where(table.dispute_id.between(*span)).order_by(table.dispute_id, *order)
    )
    for row in session.execute(wanted):
        rows[row.dispute_id].append(row)
    return rows


def _of_dispute(dispute: Row, events: list[Row], parts: list[list[Row]]) -> Iterator[str]:
    statements, offers, settlements, photos = parts
    yield from _chain(dispute, events)
    standing, last_at = Standing(), None
    for event in events:
        fact, party = Fact(event.fact), Party(event.party)
        if not may(standing, fact, party, event.at):
            yield f"event {event.seq} ({event.fact} by {event.party}) was not possible as things stood."
        yield from (
            f"event {event.seq}: {said}" for said in missed_dates(standing, fact, party, event.at, last_at)
        )
        standing, last_at = step(standing, fact, party, event.at, event.details), event.at
    yield from _standing(dispute, standing)
    if events:
        yield from _complaint(dispute, events[0].details)
    yield from _statements(events, {row.seq: row for row in statements})
    yield from _offers(events, {row.n: row for row in offers})
    yield from _settlements(events, {row.offer_n: row for row in settlements})
    yield from _photos(events, photos)


def _chain(dispute: Row, events: list[Row]) -> Iterator[str]:
    before = ""
    for number, event in enumerate(events, start=1):
        if event.seq != number:
            yield f"event {number} is missing."
            return
        if event.prev_hash != before:
            yield f"event {number} does not hang on the one before it."
        if event.hash != chained(dispute.ref, cast(DisputeEvent, event)):
            yield f"event {number} has been changed: its hash does not agree with its content."
        before = event.hash
    if (dispute.last_seq, dispute.last_hash) != (len(events), before):
        yield f"it says {dispute.last_seq} events, and its chain of {len(events)} ends otherwise."
    if events and dispute.last_at != events[-1].at:
        yield "the time of its last event is not that of its last event."


def _standing(dispute: Row, standing: Standing) -> Iterator[str]:
    """Column by column, the deadlines that follow from them among them."""
    for name in (*FIELDS, "next_due_at", "statutory_due_at"):
        said, true = getattr(dispute, name), getattr(standing, name)
        if said != true:
            yield f"its {name} is {_shown(said)}; its events say {_shown(true)}."


def _complaint(dispute: Row, details: Mapping[str, Any]) -> Iterator[str]:
    for name in ("problem", "bought_on", "paid_fen", "remedy", "claim_fen", "auto_escalate", "publish"):
        said = getattr(dispute, name)
        said = said.isoformat() if name == "bought_on" else said
        if said != details.get(name):
            yield f"its {name} is {said}; the complaint said {details.get(name)}."
    if dispute.entitled != details.get("entitled"):
        yield "what the pledge gives is not what was bound to the complaint."


def _statements(events: list[Row], statements: dict[int, Row]) -> Iterator[str]:
    for event in events:
        known, row = event.details.get("statement"), statements.pop(event.seq, None)
        if known is None and row is None:
            continue
        if known is None:
            yield f"event {event.seq} has a text that it does not know of."
        elif row is None:
            yield f"the text of event {event.seq} is gone."
        elif row.erased_at is None and digest(row.salt, row.text) != known:
            yield f"the text of event {event.seq} has been changed."
    yield from (f"there is a text of event {seq}, which is not there." for seq in statements)


def _offers(events: list[Row], offers: dict[int, Row]) -> Iterator[str]:
    for event in events:
        if event.fact not in (Fact.OFFER_MADE, Fact.PROPOSAL_MADE):
            continue
        offer, said = offers.pop(event.details["n"], None), event.details
        if offer is None:
            yield f"offer {said['n']} is gone."
            continue
        row = {
            "remedy": offer.remedy,
            "amount_fen": offer.amount_fen,
            "perform_by": offer.perform_by.isoformat(),
        }
        if event.fact == Fact.OFFER_MADE:
            row["offer_due_at"] = offer.valid_until.astimezone(UTC).isoformat()
        if offer.seq != event.seq or any(row[name] != said.get(name) for name in row):
            yield f"the terms of offer {offer.n} have been changed."
    yield from (f"offer {n} was never made." for n in offers)


def _settlements(events: list[Row], settlements: dict[int, Row]) -> Iterator[str]:
    for event in events:
        if event.fact not in (Fact.OFFER_ACCEPTED, Fact.DISPUTE_MEDIATED):
            continue
        n = event.details["n"]
        settlement = settlements.pop(n, None)
        if settlement is None:
            yield f"the settlement of offer {n} is gone."
            continue
        terms = hashlib.sha256(canonical(settlement.terms)).hexdigest()
        if not terms == settlement.terms_sha256 == event.details["terms_sha256"]:
            yield f"the terms of the settlement (offer {n}) have been changed."
    yield from (f"there is a settlement of offer {n}, which was never accepted." for n in settlements)


def _photos(events: list[Row], photos: list[Row]) -> Iterator[str]:
    there: dict[int | None, list[str]] = defaultdict(list)
    for photo in photos:
        there[photo.seq].append(photo.file)
    for event in events:
        if sorted(event.details.get("photos", [])) != sorted(there.pop(event.seq, [])):
            yield f"the photos of event {event.seq} are not those it was sent with."
    yield from (f"there are photos of event {seq}, which is not there." for seq in there)


def _of_file(folder: Path, name: str) -> str | None:
    try:
        with open_stored(folder, name) as file:
            found = hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError:
        return "is not there"
    except OSError as unreadable:
        return f"cannot be read ({unreadable.strerror})"
    return None if name.startswith(f"{found}.") else "has been changed"


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
