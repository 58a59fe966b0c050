"""Drafts of complaints: kept step by step, opened only by the session or person that made them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.disputes.models import Draft, Evidence

KEPT = timedelta(days=7)


def save_draft(
    session: Session, key: str, fields: Mapping[str, Any], *, consumer_id: int | None, now: datetime
) -> Draft:
    """Keep what has been typed so far under a key; what is not among `fields` stays as it was."""
    draft = session.get(Draft, key) or _begun(session, key, now)
    draft.fields = {**draft.fields, **fields}
    draft.saved_at = now
    if consumer_id is not None:
        draft.consumer_id = consumer_id
    session.flush()
    return draft


def _begun(session: Session, key: str, now: datetime) -> Draft:
    """A new draft; where the same form is sent twice at once, the one that its twin has just begun."""
    try:
        with session.begin_nested():
            session.add(Draft(key=key, fields={}, saved_at=now))
    except IntegrityError:
        pass
    return session.get_one(Draft, key)


def drop_draft(session: Session, key: str) -> None:
    """Forget a draft once its complaint is filed."""
    session.execute(sa.delete(Draft).where(Draft.key == key))


def forget_old(session: Session, at: datetime) -> None:
    """Delete the drafts and loose photos that nobody came back to for a week."""
    session.execute(sa.delete(Draft).where(Draft.saved_at < at - KEPT))
    session.execute(sa.delete(Evidence).where(Evidence.dispute_id.is_(None), Evidence.added_at < at - KEPT))
