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


def search(
    session: Session, officer: Viewer, q: str, *, before: int | None = None, size: int = PAGE
) -> tuple[list[Queued], int | None]:
    """A page of the disputes of the region, whatever their state, that have every word; the newest first.

    A word may stand in what names the dispute or in anything that was written in it. Gives also the id to go
    on before. Nothing where the query has no word in it.
    """
    phrases = [phrase for word in q[:LONGEST_QUERY].split()[:MOST_WORDS] if (phrase := search_phrase(word))]
    if not phrases:
        return [], None
    found = sa.and_(*(Dispute.id.in_(_having(session, phrase)) for phrase in phrases))
    if (ref := parse_ref(q)) is not None:
        found = sa.or_(found, Dispute.ref == ref)
    wanted = queued(officer).where(found, within(officer.region, Dispute.city_code, Dispute.district_code))
    if before is not None:
        wanted = wanted.where(Dispute.id < before)
    rows = read(session, wanted.order_by(Dispute.id.desc()).limit(size + 1))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def _having(session: Session, phrase: str) -> sa.Select[Any]:
    """The ids of the disputes in whose words the phrase stands (portal/migrations/dispute_search.py)."""
    words = sa.select(DisputeWords.dispute_id)
    if session.get_bind().dialect.name == "sqlite":
        table = sa.table("dispute_search", sa.column("rowid"), sa.column("dispute_search"))
        return words.where(
            DisputeWords.id.in_(sa.select(table.c.rowid).where(table.c.dispute_search.match(phrase)))
        )
    column: sa.ColumnElement[Any] = sa.literal_column("dispute_words.dispute_search")
    asked = sa.func.phraseto_tsquery(sa.literal_column("'simple'"), phrase)
    return words.where(column.op("@@", is_comparison=True)(asked))
