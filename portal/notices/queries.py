"""Reading the inbox of notices, and marking in it what has been read; the outbox in figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.disputes.models import Dispute
from portal.disputes.permissions import visible
from portal.merchants.models import Store
from portal.notices.models import Delivery, Notice

PAGE = 30


class Row(NamedTuple):
    """One notice as its reader sees it; nothing that identifies a consumer."""

    id: int
    fact: str
    audience: str
    at: datetime
    read_at: datetime | None
    ref: str
    goods: str
    store_name: str


def unread(session: Session, person_id: int) -> int:
    """How many notices a person has not opened; on every page, so one look at a partial index."""
    mine = sa.and_(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.scalar(sa.select(sa.func.count()).where(mine)) or 0


def inbox(
    session: Session, viewer: Viewer, *, before: int | None = None, size: int = PAGE
) -> tuple[list[Row], int | None]:
    """A page of a person's notices, newest first, and the notice after which the next page begins.

    before: such a notice; an unknown one begins at the top. What the person may no longer see is left out.
    """
    wanted = (
        sa.select(
            Notice.id,
            Notice.fact,
            Notice.audience,
            Notice.at,
            Notice.read_at,
            Dispute.ref,
            Dispute.goods,
            Store.name,
        )
        .join(Dispute, Dispute.id == Notice.dispute_id)
        .join(Store, Store.id == Dispute.store_id)
        .where(Notice.person_id == viewer.id, visible(viewer))
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        last = sa.select(Notice.at, Notice.id).where(Notice.id == before, Notice.person_id == viewer.id)
        if place := session.execute(last).first():
            wanted = wanted.where(sa.tuple_(Notice.at, Notice.id) < sa.tuple_(*place))
    rows = [Row(*row) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def read_about(session: Session, viewer: Viewer, notice_id: int, now: datetime) -> str | None:
    """Mark a notice as read, with all others about its dispute; gives the dispute's reference.

    None for a notice that is not this person's, or about what this person may not see.
    """
    found = session.execute(
        sa.select(Notice.dispute_id, Dispute.ref)
        .join(Dispute, Dispute.id == Notice.dispute_id)
        .where(Notice.id == notice_id, Notice.person_id == viewer.id, visible(viewer))
    ).one_or_none()
    if found is None:
        return None
    _mark(session, viewer, Notice.dispute_id == found.dispute_id, now)
    return str(found.ref)


def read_up_to(session: Session, viewer: Viewer, notice_id: int, now: datetime) -> None:
    """Mark everything up to the newest notice that was shown; what has come since stays unread."""
    _mark(session, viewer, Notice.id <= notice_id, now)


def _mark(session: Session, viewer: Viewer, which: sa.ColumnElement[bool], now: datetime) -> None:
    mine = Notice.person_id == viewer.id, Notice.read_at.is_(None)
    session.execute(sa.update(Notice).where(*mine, which).values(read_at=now))


@dataclass(frozen=True)
class Backlog:
    """Deliveries that wait (and since when the longest does), and those that were given up."""

    waiting: int
    since: datetime | None
    dead: int


def backlog(session: Session) -> Backlog:
    """How the outbox stands: for the operator."""
    waiting, since = session.execute(
        sa.select(sa.func.count(), sa.func.min(Delivery.due_at)).where(
            Delivery.sent_at.is_(None), Delivery.dead_at.is_(None)
        )
    ).one()
    dead = session.scalar(sa.select(sa.func.count()).where(Delivery.dead_at.is_not(None)))
    return Backlog(waiting, since, dead or 0)
