"""Keeping the board exact: a changed dispute is counted anew from its events, and the sums follow.

What a dispute added before is in `board_outcomes`; taking that away and adding what it adds now costs the
same however many disputes there are. `hejie verify` adds everything up from nothing and compares.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.days import moves
from portal.board.models import BoardOutcome
from portal.board.outcomes import outcome_of
from portal.board.tallies import KEYS, Key, Tallies
from portal.core.clock import local
from portal.core.orm import insert
from portal.disputes.models import Dispute, DisputeEvent
from portal.regions.models import City

TOGETHER = 500  # disputes a transaction
PLACE = ("city_code", "district_code", "trade", "store_id")
# What is read of a dispute to count it.
READ = tuple(
    getattr(Dispute, name)
    for name in (
        *("id", "last_seq", "filed_at", *PLACE),
        *("state", "mediated", "excluded", "replied_at", "silent_at", "performance_due_at"),
    )
)


def recount(session: Session, now: datetime, *, most: int = TOGETHER) -> int:
    """Count up to `most` changed disputes anew, and clear their marks; gives how many.

    A repeat changes nothing. Two recounts wait for each other. A dispute that changes meanwhile keeps its
    mark (`last_seq`). The caller commits.
    """
    session.flush()
    zones = _one_at_a_time(session)
    changed = session.execute(
        sa.select(*READ).where(Dispute.uncounted).order_by(Dispute.id).limit(most)
    ).all()
    if not changed:
        return 0
    ids = [row.id for row in changed]
    tallies, counted_to = Tallies(), dict[int, int]()
    kept = sa.select(BoardOutcome.__table__).where(BoardOutcome.dispute_id.in_(ids))
    for old in session.execute(kept):
        tallies.add(old, -1)
        counted_to[old.dispute_id] = old.seq
    events = events_of(session, ids)
    counted = list(outcome_rows(changed, events, zones))
    for row in counted:
        tallies.add(SimpleNamespace(**row))
        for seq, day, source, target in moves(events[row["dispute_id"]], zones[row["city_code"]]):
            if seq > counted_to.get(row["dispute_id"], 0):
                tallies.move(row["city_code"], day, source, target)
    session.execute(sa.delete(BoardOutcome).where(BoardOutcome.dispute_id.in_(ids)))
    session.execute(sa.insert(BoardOutcome), counted)
    add_up(session, tallies, now)
    _clear_marks(session, [{"row": row.id, "seq": row.last_seq} for row in changed])
    return len(changed)


def begin_anew(session: Session) -> int:
    """Forget all that was counted; the worker counts every dispute again. Gives how many disputes."""
    _one_at_a_time(session)
    tables: tuple[type[Any], ...] = (*KEYS, BoardOutcome)
    for table in tables:
        session.execute(sa.delete(table))
    marked = sa.update(Dispute).values(uncounted=True).execution_options(synchronize_session=False)
    return cast(sa.CursorResult[Any], session.execute(marked)).rowcount


def add_up(session: Session, tallies: Tallies, now: datetime) -> None:
    """Add sums to the board's tables."""
    for table, rows in tallies.changed():
        _apply(session, table, rows, now)


def month_of(moment: datetime, zone: str) -> str:
    """The month, such as "2026-11", that people in `zone` are living at that moment."""
    return f"{local(moment, zone):%Y-%m}"


def events_of(session: Session, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The events of some disputes, in their order: {dispute: rows}."""
    columns = ("dispute_id", "seq", "fact", "party", "at", "details")
    told = sa.select(*(getattr(DisputeEvent, name) for name in columns))
    told = told.where(DisputeEvent.dispute_id.in_(ids)).order_by(DisputeEvent.dispute_id, DisputeEvent.seq)
    events: dict[int, list[Any]] = defaultdict(list)
    for event in session.execute(told):
        events[event.dispute_id].append(event)
    return events


def outcome_rows(
    disputes: Sequence[Any], events: Mapping[int, list[Any]], zones: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """The rows of `board_outcomes` of some disputes (rows of READ), worked out from their events."""
    for row in disputes:
        yield {
            "dispute_id": row.id,
            "seq": row.last_seq,
            "month": month_of(row.filed_at, zones[row.city_code]),
            **{name: getattr(row, name) for name in PLACE},
            **asdict(outcome_of(row, events[row.id])),
        }


def zones_of(session: Session) -> dict[str, str]:
    """The time zone of each city."""
    return {row.code: row.zone for row in session.execute(sa.select(City.code, City.zone))}


def _one_at_a_time(session: Session) -> dict[str, str]:
    """Hold the cities until the transaction ends (SQLite: the write lock does); gives their zones.

    Not a plain FOR UPDATE: that would also hold up everybody who files a dispute, whose row points there.
    """
    cities = sa.select(City.code, City.zone).order_by(City.code).with_for_update(key_share=True, of=City)
    return {row.code: row.zone for row in session.execute(cities)}


def _apply(session: Session, table: type[Any], rows: dict[Key, Any], now: datetime) -> None:
    """Add to the rows of one table; what has come to nothing is taken out."""
    if not rows:
        return
    names = KEYS[table]
    columns = [column.key for column in table.__table__.columns]
    sums = [name for name in columns if name not in (*names, "counted_at")]
    stamp = {"counted_at": now} if "counted_at" in columns else {}
    of = table.__table__.c
    keys = [column.key for column in table.__table__.primary_key]
    write = insert(session, table)
    write = write.on_conflict_do_update(
        index_elements=keys,
        set_={name: of[name] + write.excluded[name] for name in sums}
        | {name: write.excluded[name] for name in stamp},
    )
    values = [
        dict(zip(names, key, strict=True)) | {name: adds[name] for name in sums} | stamp
        for key, adds in rows.items()
    ]
    session.connection().execute(write, values)
    empty = sa.delete(table).where(*(of[name] == sa.bindparam(f"k_{name}") for name in keys))
    empty = empty.where(*(of[name] == 0 for name in sums))
    found = [{f"k_{name}": value[name] for name in keys} for value in values]
    session.connection().execute(empty, found)


def _clear_marks(session: Session, counted: list[dict[str, int]]) -> None:
    unchanged = Dispute.id == sa.bindparam("row"), Dispute.last_seq == sa.bindparam("seq")
    session.connection().execute(sa.update(Dispute).where(*unchanged).values(uncounted=False), counted)
