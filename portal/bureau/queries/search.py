"""Finding a dispute by what people remember of it: two Chinese characters are enough."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.queries.queue import PAGE, Queued, queued, read
from portal.core.refs import parse_ref
from portal.core.words import search_phrase
from portal.disputes.models import Dispute
from portal.disputes.words import DisputeWords
from portal.regions.scope import within

LONGEST_QUERY = 60  # characters
MOST_WORDS = 8
NEWEST = 4_000  # disputes looked through first: a word that many have fills its page from these alone


def search(
    session: Session,
    officer: Viewer,
    q: str,
    *,
    before: int | None = None,
    size: int = PAGE,
    newest: int = NEWEST,
) -> tuple[list[Queued], int | None]:
    """A page of the disputes of the region, whatever their state, that have every word; the newest first.

    A word may stand in what names the dispute or in anything that was written in it. Gives also the id to go
    on before. Nothing where the query has no word in it. newest: so many disputes are looked through first.
    """
    phrases = [phrase for word in q[:LONGEST_QUERY].split()[:MOST_WORDS] if (phrase := search_phrase(word))]
    if not phrases:
        return [], None
    last = before if before is not None else (session.scalar(sa.select(sa.func.max(Dispute.id))) or 0) + 1
    rows: list[Queued] = []
    if last > newest:
        rows = read(session, _found(session, officer, phrases, q, last, since=last - newest).limit(size + 1))
    if len(rows) <= size:
        rows = read(session, _found(session, officer, phrases, q, last).limit(size + 1))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _found(
    session: Session, officer: Viewer, phrases: list[str], q: str, last: int, *, since: int = 0
) -> sa.Select[Any]:
    """What has every phrase among the disputes from `since` on and before `last`, the newest first."""
    found = sa.and_(*(Dispute.id.in_(_having(session, phrase, since)) for phrase in phrases))
    if (ref := parse_ref(q)) is not None:
        found = sa.or_(found, Dispute.ref == ref)
    wanted = queued(officer).where(
        found,
        Dispute.id.between(since, last - 1),
        within(officer.region, Dispute.city_code, Dispute.district_code),
    )
    return wanted.order_by(Dispute.id.desc())


def _having(session: Session, phrase: str, since: int) -> sa.Select[Any]:
    """The ids of the disputes in whose words the phrase stands (portal/migrations/dispute_search.py)."""
    words = sa.select(DisputeWords.dispute_id)
    if since:
        words = words.where(DisputeWords.dispute_id >= since)
    if session.get_bind().dialect.name == "sqlite":
        table = sa.table("dispute_search", sa.column("rowid"), sa.column("dispute_search"))
        matching = sa.select(table.c.rowid).where(table.c.dispute_search.match(phrase))
        if since:  # else the index reads all that have the word, before anything else is asked
            # (+ 0: not by the order of all ids, but within these disputes)
            first = sa.select(sa.func.min(DisputeWords.id + 0)).where(DisputeWords.dispute_id >= since)
            matching = matching.where(table.c.rowid >= first.scalar_subquery())
        return words.where(DisputeWords.id.in_(matching))
    column: sa.ColumnElement[Any] = sa.literal_column("dispute_words.dispute_search")
    asked = sa.func.phraseto_tsquery(sa.literal_column("'simple'"), phrase)
    return words.where(column.op("@@", is_comparison=True)(asked))
