"""Many disputes out of some that were lived through: copies with other references and shifted dates."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.refs import new_ref
from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement, Statement
from portal.disputes.words import DisputeWords

TOGETHER = 2_000  # rows a statement


def fill(engine: sa.Engine, disputes: int) -> None:
    """Copy the disputes there are until there are so many; their words, events and offers go along."""
    rng = Random(1)
    with Session(engine) as session:
        base = session.execute(sa.select(Dispute.__table__).order_by(Dispute.id)).mappings().all()
        step = max(row["id"] for row in base)
        words = sa.select(sa.func.max(DisputeWords.id)).scalar_subquery()
        wide = session.scalar(sa.select(words)) or 0
        for round_ in range(1, -(-disputes // len(base))):
            rows = [copied(dict(row), round_, step, rng) for row in base]
            for first in range(0, len(rows), TOGETHER):
                session.execute(sa.insert(Dispute.__table__), rows[first : first + TOGETHER])
            for table in (DisputeEvent, Statement, Offer, Settlement):
                along(session, table, step, {"dispute_id": round_ * step})
            along(session, DisputeWords, step, {"dispute_id": round_ * step, "id": round_ * wide})
            session.commit()
        session.execute(sa.text("ANALYZE"))
        session.commit()


def copied(row: dict[str, Any], round_: int, step: int, rng: Random) -> dict[str, Any]:
    """One more dispute like it, with a reference of its own, some days away from it."""
    near = 3 if row["statutory_due_at"] else 300
    by = timedelta(days=rng.randint(-near, 0), minutes=rng.randint(-600, 600))
    moved = {name: value + by for name, value in row.items() if isinstance(value, datetime)}
    return row | moved | {
        "id": row["id"] + round_ * step,
        "ref": new_ref(),
        "key": f"{row['key'][:50]}-{round_}",
        "uncounted": False,
        "next_due_at": None,
    }  # fmt: skip


def along(session: Session, table: Any, step: int, more: dict[str, int]) -> None:
    """Copy the rows of the first disputes within the database; `more` is added to these columns."""
    columns = table.__table__.columns
    taken = [column + more[column.name] if column.name in more else column for column in columns]
    rows = sa.select(*taken).where(table.dispute_id <= step)
    session.execute(sa.insert(table.__table__).from_select([column.name for column in columns], rows))
