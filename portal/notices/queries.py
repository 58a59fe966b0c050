"""Reading the inbox of notices."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.notices.models import Notice


def unread(session: Session, person_id: int) -> int:
    """How many notices a person has not opened; on every page, so one look at a partial index."""
    mine = sa.and_(Notice.person_id == person_id, Notice.read_at.is_(None))
    return session.scalar(sa.select(sa.func.count()).where(mine)) or 0
