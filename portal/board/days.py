"""The board of any past day: what moved from one outcome to another on which day, as the events say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import BUCKET_COLUMNS, NOTHING, Figures, column_of
from portal.board.models import BoardDay
from portal.core.clock import today
from portal.disputes.standing import Standing, step
from portal.disputes.workflow import Fact, Party

FILED = ""  # where a dispute comes from when it is filed
Move = tuple[int, date, str, str]


@dataclass(frozen=True)
class AsKnown:
    """The outcomes of a city when a day had ended, and what has moved since: (from, to, how many)."""

    figures: Figures
    since: list[tuple[str, str, int]]


def moves(events: Iterable[Any], zone: str) -> Iterator[Move]:
    """Each move of one dispute between outcomes: (number of the event, day in `zone`, from, to).

    Time's facts are dated when they fell due, so a worker that came late changes no past day.
    """
    standing, before = Standing(), FILED
    for event in events:
        standing = step(standing, Fact(event.fact), Party(event.party), event.at, event.details)
        assert standing.state is not None  # noqa: S101 - an event always leads to a state
        after = column_of(standing.state, mediated=standing.mediated, excluded=bool(standing.excluded))
        if after != before:
            yield event.seq, today(event.at, zone), before, after
        before = after


def as_known(session: Session, city_code: str, day: date) -> AsKnown:
    """The board of a city as it was when `day` ended: sums of moves, never of disputes."""
    counts = dict.fromkeys(BUCKET_COLUMNS, 0)
    for source, target, count in _moved(session, city_code, BoardDay.day <= day):
        counts[target] += count
        if source != FILED:
            counts[source] -= count
    since = _moved(session, city_code, BoardDay.day > day)
    order = {column: place for place, column in enumerate((FILED, *BUCKET_COLUMNS))}
    since.sort(key=lambda move: (order[move[0]], order[move[1]]))
    return AsKnown(Figures({**NOTHING.counts, **counts}), since)


def _moved(session: Session, city_code: str, when: sa.ColumnElement[bool]) -> list[tuple[str, str, int]]:
    summed = sa.func.sum(BoardDay.count, type_=sa.Integer())
    moved = sa.select(BoardDay.source, BoardDay.target, summed).where(BoardDay.city_code == city_code, when)
    rows = session.execute(moved.group_by(BoardDay.source, BoardDay.target))
    return [(source, target, int(count)) for source, target, count in rows]
