"""Where more disputes were filed than is usual there: by shop, by merchant, by goods, by problem."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.surprise import FEWEST, YEAR_DAYS, expected, is_unusual, log_tail
from portal.disputes.models import Dispute
from portal.merchants.models import Merchant, Store
from portal.regions.scope import within
from portal.return_policies.models import GoodsCategory

PERIODS = (7, 30, 90)  # days
MOST_BARS = 12  # periods before this one in the small picture
MOST_SHOWN = 40


class By(StrEnum):
    """What the disputes of a cluster have in common."""

    STORE = "store"
    MERCHANT = "merchant"
    CATEGORY = "category"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Cluster:
    """So many disputes in a period, and what is usual there.

    key: the store's or merchant's id, or the code of goods or problem; bars: the counts of periods of that
    length, the oldest first, the last one is `observed`. name_zh, name_en: '' for a problem, whose words are
    the city's list, and for goods of the list that every city starts from.
    """

    by: By
    key: str
    city_code: str
    name_zh: str
    name_en: str
    observed: int
    usual: float
    bars: tuple[int, ...]

    @property
    def times(self) -> float | None:
        """How many times the usual; None where nothing was usual."""
        return self.observed / self.usual if self.usual else None


def clusters(session: Session, officer: Viewer, days: int, now: datetime) -> list[Cluster]:
    """The unusual ones of the officer's region, the least likely first: always four queries."""
    found = [one for by in By for one in _unusual(session, officer, by, days, now)]
    return sorted(found, key=lambda one: log_tail(one.observed, one.usual))[:MOST_SHOWN]


def _unusual(session: Session, officer: Viewer, by: By, days: int, now: datetime) -> Iterator[Cluster]:
    for key, city_code, zh, en, observed, before, *bars in session.execute(_counted(officer, by, days, now)):
        usual = expected(before, days)
        if is_unusual(observed, usual):
            yield Cluster(by, str(key), city_code, zh, en, observed, usual, (*bars, observed))


def _counted(officer: Viewer, by: By, days: int, now: datetime) -> sa.Select[Any]:
    """The counts by key: of the period, of the year before it, and of each period of that year."""
    column, count = COLUMNS[by], sa.func.count()
    since, length = now - timedelta(days=days), timedelta(days=days)
    start = since - timedelta(days=YEAR_DAYS)
    steps = range(min(MOST_BARS, YEAR_DAYS // days), 0, -1)
    bars = [
        count.filter(Dispute.filed_at >= since - n * length, Dispute.filed_at < since - (n - 1) * length)
        for n in steps
    ]
    observed = count.filter(Dispute.filed_at >= since)
    grouped = (
        sa.select(
            column.label("key"),
            Dispute.city_code,
            observed.label("observed"),
            count.filter(Dispute.filed_at < since).label("before"),
            *(bar.label(f"bar{n}") for n, bar in enumerate(bars)),
        )
        .where(
            within(officer.region, Dispute.city_code, Dispute.district_code),
            Dispute.filed_at >= start,
            Dispute.filed_at <= now,
            Dispute.excluded == "",
            column != ("" if by in (By.CATEGORY, By.PROBLEM) else 0),
        )
        .group_by(column, Dispute.city_code)
        .having(observed >= FEWEST, *_several_stores(by))
        .subquery()
    )
    rest = [grouped.c.observed, grouped.c.before, *(grouped.c[f"bar{n}"] for n in range(len(bars)))]
    names, table, on = _named(by, grouped)
    wanted = sa.select(grouped.c.key, grouped.c.city_code, *names, *rest)
    return wanted.outerjoin(table, on) if table is not None else wanted


COLUMNS: dict[By, Any] = {
    By.STORE: Dispute.store_id,
    By.MERCHANT: Dispute.merchant_id,
    By.CATEGORY: Dispute.category,
    By.PROBLEM: Dispute.problem,
}


def _several_stores(by: By) -> list[sa.ColumnElement[bool]]:
    """A merchant is a cluster of its own only where it is more than one store."""
    return [sa.func.count(sa.distinct(Dispute.store_id)) > 1] if by is By.MERCHANT else []


def _named(by: By, of: sa.Subquery) -> tuple[list[Any], Any, Any]:
    """How a key is called: the columns, the table they are in, and what joins it."""
    match by:
        case By.STORE:
            return [Store.name, Store.name], Store, Store.id == of.c.key
        case By.MERCHANT:
            return [Merchant.legal_name, Merchant.legal_name], Merchant, Merchant.id == of.c.key
        case By.CATEGORY:
            own = (GoodsCategory.code == of.c.key) & (GoodsCategory.city_code == of.c.city_code)
            names = [sa.func.coalesce(name, "") for name in (GoodsCategory.name_zh, GoodsCategory.name_en)]
            return names, GoodsCategory, own
        case By.PROBLEM:
            return [sa.literal(""), sa.literal("")], None, None


def parse_key(by: By, key: str) -> str | int | None:
    """The key in an address as the database compares it; None for what is none."""
    if by in (By.CATEGORY, By.PROBLEM):
        return key if 0 < len(key) <= 40 and key.isprintable() else None
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None


def of_cluster(by: By, key: str | int, city_code: str, days: int, now: datetime) -> sa.ColumnElement[bool]:
    """SQL: the disputes of a cluster; limiting them to a region is the caller's."""
    since = now - timedelta(days=days)
    own = COLUMNS[by] == key, Dispute.city_code == city_code
    return sa.and_(*own, Dispute.filed_at >= since, Dispute.filed_at <= now, Dispute.excluded == "")
