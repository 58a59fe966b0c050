"""Reading the board: sums of its cells, never of disputes; small numbers are shown only together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import COLUMNS, FEWEST_FOR_A_RATE, NOTHING, Figures
from portal.board.models import BoardCell, Distribution, LeftOut, StoreCount, Withdrawals
from portal.board.rates import Spread, spread
from portal.board.tallies import DISTRIBUTED
from portal.regions.models import City, Region
from portal.regions.queries import districts_of

FEWEST_SHOWN = 5  # a place with fewer disputes is not shown by itself: somebody could be recognised


@dataclass(frozen=True)
class Period:
    """The disputes filed from one month to another ("2026-09"), both included."""

    first: str
    last: str
    figures: Figures


@dataclass(frozen=True)
class Place:
    """A district and its figures; None where they are too small to be shown by themselves."""

    region: Region
    figures: Figures | None


@dataclass(frozen=True)
class Board:
    """What is published about a city or a district; `total` is None where that would be too little.

    periods, newest first, places (its districts) and others (the portal's other cities): of a city alone.
    left_out: how many are in no figure, by the ground ("": other grounds), the most first: of a city alone.
    few_left_out: of a district, too few to be shown by themselves.
    counted_at: when the newest of it was counted.
    """

    region: Region
    city: City
    total: Figures | None
    periods: list[Period]
    places: list[Place]
    others: list[City]
    left_out: list[tuple[str, int]]
    few_left_out: bool
    counted_at: datetime | None

    @property
    def is_city(self) -> bool:
        """Whether it is of a whole city."""
        return self.region.code == self.city.code


def headline(session: Session, city_code: str) -> Figures:
    """The figures of a whole city."""
    sums = sa.select(*_sums()).where(BoardCell.city_code == city_code)
    return _figures(session.execute(sums).one())


def store_figures(session: Session, store_id: int) -> Figures:
    """The figures of one store: one row by its key. Counts always, a rate only from ten disputes on."""
    row = session.execute(
        sa.select(*(getattr(StoreCount, column) for column in COLUMNS)).where(StoreCount.store_id == store_id)
    ).one_or_none()
    return _figures(row) if row is not None else NOTHING


def board(session: Session, code: str) -> Board | None:
    """What the board shows of a city or one of its districts; None for any other place.

    Months are pooled until each row has ten disputes and shown of whole cities alone, and a district with
    fewer than five disputes is hidden together with another one, so that neither a table nor the difference
    of two tells about single people.
    """
    region = session.get(Region, code) if re.fullmatch("[0-9]{6}", code) else None
    city = session.get(City, _city_of(code)) if region is not None else None
    if region is None or city is None:
        return None
    cells = _cells(session, city.code)
    places = districts_of(session, city.code)
    by_place = {
        place.code: _total(row for row in cells if row.district_code == place.code) for place in places
    }
    hidden = too_small(by_place)
    whole = region.code == city.code
    own = [row for row in cells if whole or row.district_code == region.code]
    return Board(
        region=region,
        city=city,
        total=None if region.code in hidden else _total(own),
        periods=pooled(own) if whole else [],
        places=[Place(place, None if place.code in hidden else by_place[place.code]) for place in places]
        if whole
        else [],
        others=_others(session, city.code) if whole else [],
        left_out=left_out_of(session, city.code) if whole else [],
        few_left_out=region.code in _hidden({code: each.left_out for code, each in by_place.items()}),
        counted_at=max((row.counted_at for row in own), default=None),
    )


def too_small(by_place: dict[str, Figures]) -> set[str]:
    """The places not to be shown by themselves: the small ones, and so many more that none can be worked out.

    The whole minus what is shown is at least two places with at least five disputes (trust.md S22).
    """
    return _hidden({code: figures.filed for code, figures in by_place.items()})


def left_out_of(session: Session, city_code: str) -> list[tuple[str, int]]:
    """How many disputes of a city are in no figure, by the ground (`together`)."""
    summed = sa.select(LeftOut.ground, sa.func.sum(LeftOut.count, type_=sa.Integer()))
    summed = summed.where(LeftOut.city_code == city_code).group_by(LeftOut.ground)
    return together({row[0]: row[1] for row in session.execute(summed)})


def withdrawals_of(session: Session, city_code: str) -> list[tuple[str, int]]:
    """How many customers of a city have withdrawn, by the reason (`together`)."""
    counted = sa.select(Withdrawals.reason, Withdrawals.count).where(Withdrawals.city_code == city_code)
    return together({row[0]: row[1] for row in session.execute(counted)})


def spreads(session: Session, city_code: str) -> dict[str, Spread]:
    """The spread of each measure of portal.board.tallies.DISTRIBUTED in a city: {measure: spread}."""
    rows = sa.select(Distribution.what, Distribution.value, Distribution.count)
    counted: dict[str, list[tuple[int, int]]] = {what: [] for what in DISTRIBUTED}
    for what, value, count in session.execute(
        rows.where(Distribution.city_code == city_code).order_by(Distribution.what, Distribution.value)
    ):
        counted[what].append((value, count))
    return {what: spread(values) for what, values in counted.items()}


def together(counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by code, the most first; those with fewer than five stand together as "".

    Of those there are always at least two: who knows of one such dispute learns nothing of another.
    """
    hidden = _hidden(counts)
    shown = [(code, count) for code, count in counts.items() if code not in hidden]
    rest = [("", sum(counts[code] for code in hidden))] if hidden else []
    return [*sorted(shown, key=lambda pair: (-pair[1], pair[0])), *rest]


def _hidden(counts: dict[str, int]) -> set[str]:
    """What has fewer than five, and so many more that none of it can be worked out from the whole."""
    some = sorted((count, code) for code, count in counts.items() if count)
    hidden = [pair for pair in some if pair[0] < FEWEST_SHOWN]
    if not hidden:
        return set()
    for pair in some[len(hidden) :]:
        if len(hidden) > 1 and sum(count for count, _ in hidden) >= FEWEST_SHOWN:
            break
        hidden.append(pair)
    return {code for _, code in hidden}


def pooled(rows: Iterable[sa.Row[Any]]) -> list[Period]:
    """Consecutive months, newest first, together until each period has ten disputes; they add up to all."""
    by_month: dict[str, Figures] = {}
    for row in rows:
        by_month[row.month] = by_month.get(row.month, NOTHING) + _figures(row)
    periods: list[Period] = []
    for month, figures in sorted(by_month.items()):
        if periods and periods[-1].figures.filed < FEWEST_FOR_A_RATE:
            periods[-1] = Period(periods[-1].first, month, periods[-1].figures + figures)
        else:
            periods.append(Period(month, month, figures))
    if len(periods) > 1 and periods[-1].figures.filed < FEWEST_FOR_A_RATE:
        short = periods.pop()
        periods[-1] = Period(periods[-1].first, short.last, periods[-1].figures + short.figures)
    return periods[::-1]


def _others(session: Session, city_code: str) -> list[City]:
    return list(session.scalars(sa.select(City).where(City.code != city_code).order_by(City.code)))


def _city_of(code: str) -> str:
    return f"{code[:4]}00"


def _cells(session: Session, city_code: str) -> list[sa.Row[Any]]:
    """A city's cells by district and month, its trades together."""
    grouped = (
        sa.select(
            BoardCell.district_code,
            BoardCell.month,
            sa.func.max(BoardCell.counted_at, type_=BoardCell.counted_at.type).label("counted_at"),
            *_sums(),
        )
        .where(BoardCell.city_code == city_code)
        .group_by(BoardCell.district_code, BoardCell.month)
    )
    return list(session.execute(grouped))


def _sums() -> list[sa.Label[int]]:
    return [
        sa.func.coalesce(sa.func.sum(getattr(BoardCell, column)), 0, type_=sa.Integer()).label(column)
        for column in COLUMNS
    ]


def _figures(row: Any) -> Figures:
    return Figures({column: int(getattr(row, column)) for column in COLUMNS})


def _total(rows: Iterable[sa.Row[Any]]) -> Figures:
    return sum((_figures(row) for row in rows), NOTHING)
