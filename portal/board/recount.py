"""Keeping the board exact: what a changed dispute touches is counted anew from the disputes themselves."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import COLUMNS, column_of
from portal.board.models import BoardCell, LeftOut, StoreCount
from portal.core.clock import local
from portal.disputes.models import Dispute
from portal.disputes.workflow import State
from portal.regions.models import City

TOGETHER = 500  # disputes a transaction
Tally = dict[str, int]


def recount(session: Session, now: datetime, *, most: int = TOGETHER) -> int:
    """Count anew what up to `most` changed disputes touch, and clear their marks; gives how many disputes.

    The cells of a district's month and the store are counted from the disputes, never moved up or down, so
    that a repeat changes nothing and an error heals. Two recounts wait for each other: the one that counted
    later also writes later. A dispute that changes meanwhile keeps its mark (`last_seq`). The caller commits.
    """
    session.flush()
    zones = _one_at_a_time(session)
    changed = session.execute(
        sa.select(
            Dispute.id,
            Dispute.last_seq,
            Dispute.city_code,
            Dispute.district_code,
            Dispute.store_id,
            Dispute.filed_at,
        )
        .where(Dispute.uncounted)
        .order_by(Dispute.id)
        .limit(most)
    ).all()
    if not changed:
        return 0
    places = {
        (row.district_code, row.city_code, month_of(row.filed_at, zones[row.city_code])) for row in changed
    }
    for district, city, month in sorted(places):
        _write_cells(session, (district, city, month), span_of(month, zones[city]), now)
    _write_stores(session, sorted({row.store_id for row in changed}), now)
    _clear_marks(session, [{"row": row.id, "seq": row.last_seq} for row in changed])
    return len(changed)


def month_of(moment: datetime, zone: str) -> str:
    """The month, such as "2026-11", that people in `zone` are living at that moment."""
    return f"{local(moment, zone):%Y-%m}"


def span_of(month: str, zone: str) -> tuple[datetime, datetime]:
    """The instants (UTC) between which a month of that zone lies, the second one not in it."""
    year, number = int(month[:4]), int(month[5:])
    first, after = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in (first, after))
    return start, end


def tallies(session: Session, which: sa.ColumnElement[bool], *by: Any) -> dict[tuple[Any, ...], Tally]:
    """The disputes that `which` selects, grouped by the columns `by`: {group: {bucket column: count}}."""
    stands = Dispute.state, Dispute.mediated, Dispute.excluded != ""
    grouped = sa.select(*by, *stands, sa.func.count()).where(which).group_by(*by, *stands)
    counted: dict[tuple[Any, ...], Tally] = {}
    for *group, state, mediated, excluded, count in session.execute(grouped):
        tally = counted.setdefault(tuple(group), dict.fromkeys(COLUMNS, 0))
        tally[column_of(State(state), mediated=mediated, excluded=excluded)] += count
    return counted


def left_out(session: Session, which: sa.ColumnElement[bool]) -> dict[str, int]:
    """Of the disputes that `which` selects, how many are left out of the figures, by the ground."""
    some = sa.select(Dispute.excluded, sa.func.count()).where(which, Dispute.excluded != "")
    return {row[0]: row[1] for row in session.execute(some.group_by(Dispute.excluded))}


def filed_in(district: str, span: tuple[datetime, datetime]) -> sa.ColumnElement[bool]:
    """SQL: the disputes of a district that were filed within a span."""
    return sa.and_(Dispute.district_code == district, Dispute.filed_at >= span[0], Dispute.filed_at < span[1])


def _one_at_a_time(session: Session) -> dict[str, str]:
    """Hold the cities until the transaction ends (SQLite: the write lock does); gives their zones.

    Not a plain FOR UPDATE: that would also hold up everybody who files a dispute, whose row points there.
    """
    cities = sa.select(City.code, City.zone).order_by(City.code).with_for_update(key_share=True, of=City)
    return {row.code: row.zone for row in session.execute(cities)}


def _write_cells(
    session: Session, place: tuple[str, str, str], span: tuple[datetime, datetime], now: datetime
) -> None:
    district, city, month = place
    counted = tallies(session, filed_in(district, span), Dispute.trade)
    session.execute(sa.delete(BoardCell).where(BoardCell.district_code == district, BoardCell.month == month))
    cell = {"district_code": district, "city_code": city, "month": month, "counted_at": now}
    rows = [cell | {"trade": trade} | tally for (trade,), tally in counted.items()]
    session.execute(sa.insert(BoardCell), rows)
    _write_left_out(session, place, span)


def _write_left_out(session: Session, place: tuple[str, str, str], span: tuple[datetime, datetime]) -> None:
    district, city, month = place
    session.execute(sa.delete(LeftOut).where(LeftOut.district_code == district, LeftOut.month == month))
    cell = {"district_code": district, "city_code": city, "month": month}
    counted = left_out(session, filed_in(district, span))
    if rows := [cell | {"ground": ground, "count": count} for ground, count in counted.items()]:
        session.execute(sa.insert(LeftOut), rows)


def _write_stores(session: Session, stores: list[int], now: datetime) -> None:
    counted = tallies(session, Dispute.store_id.in_(stores), Dispute.store_id)
    session.execute(sa.delete(StoreCount).where(StoreCount.store_id.in_(stores)))
    session.execute(
        sa.insert(StoreCount),
        [{"store_id": store, "counted_at": now} | tally for (store,), tally in counted.items()],
    )


def _clear_marks(session: Session, counted: list[dict[str, int]]) -> None:
    unchanged = Dispute.id == sa.bindparam("row"), Dispute.last_seq == sa.bindparam("seq")
    session.connection().execute(sa.update(Dispute).where(*unchanged).values(uncounted=False), counted)
