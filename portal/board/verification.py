"""Does the board say what the disputes say? Recomputed from nothing, for `hejie verify`."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import COLUMNS
from portal.board.models import BoardCell, LeftOut, StoreCount
from portal.board.recount import filed_in, left_out, month_of, span_of, tallies
from portal.disputes.models import Dispute
from portal.regions.models import City

STORES_TOGETHER = 2_000


def cell_differences(session: Session) -> Iterator[str | None]:
    """For each cell of the board None, or a sentence on how it differs from the disputes.

    What a changed dispute touches and the worker has not counted yet is no difference.
    """
    zones = {row.code: row.zone for row in session.execute(sa.select(City.code, City.zone))}
    tables = (Dispute, BoardCell, LeftOut)
    places = [sa.select(table.city_code, table.district_code).distinct() for table in tables]
    for city, district in session.execute(sa.union(*places)).all():
        for month in _months(session, district, zones[city]):
            yield from _of_month(session, district, month, zones[city])


def _of_month(session: Session, district: str, month: str, zone: str) -> Iterator[str | None]:
    cohort = filed_in(district, span_of(month, zone))
    if session.scalar(sa.select(sa.exists().where(cohort, Dispute.uncounted))):
        return
    true = tallies(session, cohort, Dispute.trade)
    of_month = BoardCell.district_code == district, BoardCell.month == month
    shown = {(row.trade,): row for row in session.execute(sa.select(BoardCell.__table__).where(*of_month))}
    for key in sorted(true.keys() | shown.keys()):
        yield _difference(
            f"The board's cell {district} {month} {key[0]} is wrong", shown.get(key), true.get(key, {})
        )
    own = LeftOut.district_code == district, LeftOut.month == month
    said = {row.ground: row.count for row in session.scalars(sa.select(LeftOut).where(*own))}
    counted = left_out(session, cohort)
    if said or counted:
        what = f"What the board leaves out in {district} {month} is wrong"
        yield None if said == counted else f"{what}: it says {said}, not {counted}."


def store_differences(session: Session) -> Iterator[str | None]:
    """For each store with disputes None, or a sentence on how its figures differ from them."""
    last = session.scalar(sa.select(sa.func.max(Dispute.store_id))) or 0
    for first in range(0, last + 1, STORES_TOGETHER):
        together = (first, first + STORES_TOGETHER - 1)
        some = Dispute.store_id.between(*together)
        waiting = set(session.scalars(sa.select(Dispute.store_id).where(some, Dispute.uncounted).distinct()))
        true = tallies(session, some, Dispute.store_id)
        rows = session.execute(sa.select(StoreCount.__table__).where(StoreCount.store_id.between(*together)))
        shown = {(row.store_id,): row for row in rows}
        for key in sorted(true.keys() | shown.keys()):
            if key[0] not in waiting:
                yield _difference(
                    f"The figures of store {key[0]} are wrong", shown.get(key), true.get(key, {})
                )


def _months(session: Session, district: str, zone: str) -> list[str]:
    """Every month that has a dispute of the district or a cell of the board, and those between."""
    ends = sa.select(sa.func.min(Dispute.filed_at), sa.func.max(Dispute.filed_at))
    first, last = session.execute(ends.where(Dispute.district_code == district)).one()
    months = {month_of(moment, zone) for moment in (first, last) if moment is not None}
    shown = sa.select(BoardCell.month).where(BoardCell.district_code == district).distinct()
    months |= set(session.scalars(shown))
    return list(_through(min(months), max(months))) if months else []


def _through(first: str, last: str) -> Iterator[str]:
    year, number = int(first[:4]), int(first[5:])
    while (month := f"{year}-{number:02d}") <= last:
        yield month
        year, number = year + number // 12, number % 12 + 1


def _difference(what: str, shown: sa.Row[Any] | None, true: Mapping[str, int]) -> str | None:
    wrong = [
        f"{column.upper()} is {said}, not {counted}"
        for column in COLUMNS
        if (said := getattr(shown, column, 0)) != (counted := true.get(column, 0))
    ]
    return f"{what}: {', '.join(wrong)}." if wrong else None
