"""Finding a store by what people remember of it: two characters of its name are enough."""

import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import uscc
from portal.core.refs import parse_store_code
from portal.core.words import search_phrase, unigrams
from portal.merchants.models import Merchant, Store
from portal.merchants.queries import led_to
from portal.regions.models import Region

ON_A_PAGE = 20
LONGEST_QUERY = 60  # characters
MOST_WORDS = 8
_AFTER = re.compile(r"([0-2])-([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A line of a search's answer."""

    code: str
    name: str
    legal_name: str
    address: str
    trade: str
    claimed: bool
    closed: bool
    suspended: bool
    district_zh: str
    district_en: str


@dataclass(frozen=True)
class Found:
    """A page of stores; `after` leads to the next one, None where this is the last."""

    stores: list[FoundStore]
    after: str | None


def search_stores(
    session: Session,
    q: str,
    *,
    city_code: str | None = None,
    district_code: str | None = None,
    trade: str | None = None,
    only: sa.ColumnElement[bool] | None = None,
    closed: bool = False,
    after: str | None = None,
) -> Found:
    """Open stores by name, legal name, address, store code or USCC; with an empty `q` all of them.

    Every word (separated by spaces) must occur. Names that begin with the query come first, then names that
    hold it, then the rest. only: one more condition on Store; closed: with those closed down. after: that
    of the page before; a made-up one counts as none.
    """
    q = q[:LONGEST_QUERY].strip()
    rank = _rank(q)
    wheres = {Store.city_code: city_code, Store.district_code: district_code, Store.trade: trade}
    hits = (
        sa.select(Store.id, rank.label("rank"))
        .where(Store.merged_into.is_(None) if closed else Store.closed_at.is_(None))
        .where(_matches(session, q), *_behind(rank, after))
        .where(*([only] if only is not None else []))
        .where(*(column == value for column, value in wheres.items() if value))
        .order_by(*([rank] if isinstance(rank, sa.Case) else []), Store.id)
        .limit(ON_A_PAGE + 1)
        .subquery()
    )
    rows = session.execute(_shown(hits)).all()
    more = len(rows) > ON_A_PAGE
    stores = [FoundStore(*tuple[Any, ...](row[:-2])) for row in rows[:ON_A_PAGE]]
    return Found(stores, f"{rows[ON_A_PAGE - 1].rank}-{rows[ON_A_PAGE - 1].id}" if more else None)


def _shown(hits: sa.Subquery) -> Any:
    """What a page shows of the hits: looked up for those alone, however many there were to sort."""
    wanted: Any = sa.select(
        Store.code, Store.name, Merchant.legal_name, Store.address, Store.trade,
        Merchant.verified_at.is_not(None), Store.closed_at.is_not(None), Store.suspended_at.is_not(None),
        Region.name_zh, Region.name_en, hits.c.id, hits.c.rank,
    )  # fmt: skip
    return (
        wanted.join(hits, hits.c.id == Store.id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .join(Region, Region.code == Store.district_code)
        .order_by(hits.c.rank, hits.c.id)
    )


def _matches(session: Session, q: str) -> sa.ColumnElement[bool]:
    if not q:
        return sa.true()
    code = parse_store_code(q)
    if code and session.scalar(sa.select(Store.id).where(Store.code == code)):
        return led_to(code)
    if uscc.is_valid(q):
        return Store.merchant_id.in_(sa.select(Merchant.id).where(Merchant.uscc == uscc.fold(q)))
    phrases = [phrase for word in q.split()[:MOST_WORDS] if (phrase := search_phrase(word))]
    if not phrases:
        return sa.false()
    return _in_fts5(phrases) if session.get_bind().dialect.name == "sqlite" else _in_tsvector(phrases)


def _in_fts5(phrases: list[str]) -> sa.ColumnElement[bool]:
    table = sa.table("store_search", sa.column("rowid"), sa.column("store_search"))
    return Store.id.in_(sa.select(table.c.rowid).where(table.c.store_search.match(" ".join(phrases))))


def _in_tsvector(phrases: list[str]) -> sa.ColumnElement[bool]:
    column: sa.ColumnElement[Any] = sa.literal_column("stores.store_search")  # of portal/migrations/search.py
    words = (sa.func.phraseto_tsquery(sa.literal_column("'simple'"), phrase) for phrase in phrases)
    return sa.and_(*(column.op("@@", is_comparison=True)(word) for word in words))


def _rank(q: str) -> sa.ColumnElement[int]:
    """0 where the name begins with the query, 1 where it holds it, else 2."""
    tokens = unigrams(q)
    if not tokens:
        return sa.literal_column("0", sa.Integer)
    return sa.case(
        (Store.search_text.startswith(tokens, autoescape=True), 0),
        (Store.name.icontains(q, autoescape=True), 1),
        else_=2,
    )


def _behind(rank: sa.ColumnElement[int], after: str | None) -> list[sa.ColumnElement[bool]]:
    match = _AFTER.fullmatch(after or "")
    if match is None:
        return []
    seen, last = int(match[1]), int(match[2])
    return [sa.or_(rank > seen, sa.and_(rank == seen, Store.id > last))]
