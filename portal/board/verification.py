"""Does the board say what the disputes say? Added up from the events alone, for `hejie verify`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.days import moves
from portal.board.models import BoardOutcome
from portal.board.recount import READ, events_of, outcome_rows, zones_of
from portal.board.tallies import KEYS, Key, Tallies
from portal.core.refs import spoken
from portal.disputes.models import Dispute

TOGETHER = 1_000
OUTCOME = tuple(column.key for column in BoardOutcome.__table__.columns)
Found = Iterator[tuple[str, str | None]]


def differences(session: Session) -> Found:
    """For each dispute and each row of the board's tables: its kind, and None or a sentence on what is wrong.

    A dispute that has changed and that the worker has not counted yet is in the sums as it was counted last.
    """
    tallies = Tallies()
    for kept, true, ref, moved in _outcomes(session):
        if true is not None:
            own = {name: getattr(kept, name, None) for name in OUTCOME}
            what = f"What the board has of dispute {spoken(ref)} is wrong"
            yield "outcomes", _difference(what, own, true, OUTCOME)
        if kept is not None:
            tallies.add(kept)
            for move in moved:
                tallies.move(kept.city_code, *move)
    for table, rows in tallies.rows.items():
        yield from _of_table(session, table, rows)


def _outcomes(session: Session) -> Iterator[tuple[Any, dict[str, Any] | None, str, list[Any]]]:
    """Every dispute: the kept row (or None), the true one (None while it waits to be counted), its ref, and
    its moves up to the event that was counted last.
    """
    zones, last = zones_of(session), 0
    some = sa.select(*READ, Dispute.ref, Dispute.uncounted).order_by(Dispute.id).limit(TOGETHER)
    while rows := session.execute(some.where(Dispute.id > last)).all():
        span = BoardOutcome.dispute_id.between(rows[0].id, rows[-1].id)
        kept = {row.dispute_id: row for row in session.execute(sa.select(BoardOutcome.__table__).where(span))}
        events = events_of(session, [row.id for row in rows])
        true = {row["dispute_id"]: row for row in outcome_rows(rows, events, zones)}
        for row in rows:
            own = kept.get(row.id)
            counted_to = own.seq if own is not None else 0
            moved = moves(events[row.id], zones[row.city_code])
            until = [move for seq, *move in moved if seq <= counted_to]
            yield own, None if row.uncounted else true[row.id], row.ref, until
        last = rows[-1].id


def _of_table(session: Session, table: type[Any], true: dict[Key, Any]) -> Found:
    names = KEYS[table]
    shown = {
        tuple(getattr(row, name) for name in names): row
        for row in session.execute(sa.select(table.__table__))
    }
    sums = [column.key for column in table.__table__.columns if column.key not in (*names, "counted_at")]
    for key in sorted(true.keys() | shown.keys()):
        said = {name: getattr(shown.get(key), name, 0) for name in sums}
        counted = {name: true.get(key, {}).get(name, 0) for name in sums}
        what = f"{table.__tablename__} {' '.join(str(part) for part in key)} is wrong"
        yield table.__tablename__, _difference(what, said, counted, sums)


def _difference(
    what: str, said: Mapping[str, Any], true: Mapping[str, Any], names: Iterable[str]
) -> str | None:
    wrong = [f"{name} is {said[name]}, not {true[name]}" for name in names if said[name] != true[name]]
    return f"{what}: {', '.join(wrong)}." if wrong else None
