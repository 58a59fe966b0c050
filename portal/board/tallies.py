"""What one dispute adds to each table of the board: the one place that says where an outcome is counted."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.board.models import BoardCell, BoardDay, Distribution, LeftOut, StoreCount, Withdrawals
from portal.core.money import about

Key = tuple[Any, ...]
# The values of which the board shows the median and the 90th percentile.
DISTRIBUTED = ("reply_hours", "agreement_hours", "money_hours", "returned_fen")
FINE_HOURS = 96  # up to here by the hour: the reply window of domain.md section 3
# Each table with the columns that name one of its rows.
KEYS: dict[type[Any], tuple[str, ...]] = {
    BoardCell: ("district_code", "month", "trade", "city_code"),
    LeftOut: ("district_code", "month", "ground", "city_code"),
    StoreCount: ("store_id",),
    Distribution: ("city_code", "what", "value"),
    Withdrawals: ("city_code", "reason"),
    BoardDay: ("city_code", "day", "source", "target"),
}


class Tallies:
    """Sums by table, row and column: {table: {key: {column: sum}}}, of rows of `board_outcomes`."""

    def __init__(self) -> None:
        self.rows: dict[type[Any], dict[Key, Counter[str]]] = {table: {} for table in KEYS}

    def add(self, outcome: Any, times: int = 1) -> None:
        """Count one dispute (`times` = -1: take it away again)."""
        for table, key, adds in entries(outcome):
            sums = self.rows[table].setdefault(key, Counter())
            for column, value in adds.items():
                sums[column] += times * value

    def move(self, city_code: str, day: date, source: str, target: str) -> None:
        """Count one move of a dispute between outcomes; what has moved is never taken away again."""
        self.rows[BoardDay].setdefault((city_code, day, source, target), Counter())["count"] += 1

    def changed(self) -> Iterator[tuple[type[Any], dict[Key, Counter[str]]]]:
        """Each table with the rows of which a sum is not zero."""
        for table, rows in self.rows.items():
            yield table, {key: sums for key, sums in sorted(rows.items()) if any(sums.values())}


def entries(outcome: Any) -> Iterator[tuple[type[Any], Key, Mapping[str, int]]]:
    """The rows that a dispute touches, and what it adds to their columns."""
    city, place = outcome.city_code, (outcome.district_code, outcome.month)
    adds = dict(_adds(outcome))
    yield BoardCell, (*place, outcome.trade, city), adds
    yield StoreCount, (outcome.store_id,), adds
    if outcome.left_out:
        yield LeftOut, (*place, outcome.left_out, city), {"count": 1}
        return
    for what in DISTRIBUTED:
        if (value := _binned(what, getattr(outcome, what))) is not None:
            yield Distribution, (city, what, value), {"count": 1}
    if outcome.withdrawal:
        yield Withdrawals, (city, outcome.withdrawal), {"count": 1}


def _adds(outcome: Any) -> Iterable[tuple[str, int]]:
    yield outcome.bucket, 1
    if outcome.left_out:
        return
    yield "reply_due", int(outcome.reply != "not_due")
    yield "reply_in_time", int(outcome.reply == "in_time")
    yield "performance_due", int(outcome.performance not in ("", "not_due"))
    yield "performance_in_time", int(outcome.performance == "in_time")
    yield "refunds", int(outcome.returned_fen > 0)
    yield "returned_fen", outcome.returned_fen
    yield "asked_fen", outcome.asked_fen if outcome.bucket != "o" else 0


def _binned(what: str, value: int | None) -> int | None:
    """The value as it is kept: hours beyond four days as whole days, money rounded; no money is no value."""
    if value is None:
        return None
    if what == "returned_fen":
        return about(value) or None
    return value if value <= FINE_HOURS else value // 24 * 24
