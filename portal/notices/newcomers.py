"""Complaints about a store that had nobody: whoever takes it on later is told of them then."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership
from portal.disputes.models import Dispute, UnreadEvent
from portal.disputes.workflow import TALKS
from portal.notices.audience import Audience
from portal.notices.models import Notice

NEW = timedelta(days=30)  # how long ago somebody joined whom the worker, after a pause, may still have missed
COMPLAINT = 1  # the seq of the event that begins a dispute


def untold(session: Session, now: datetime) -> list[int]:
    """The disputes that still talk, whose reply clock never began and whose staff was never told.

    Looks only where somebody joined lately.
    """
    told = sa.exists().where(Notice.dispute_id == Dispute.id, Notice.audience == Audience.STAFF)
    listed = sa.exists().where(UnreadEvent.dispute_id == Dispute.id, UnreadEvent.seq == COMPLAINT)
    waiting = (
        sa.select(Dispute.id)
        .distinct()
        .join(Membership, Membership.merchant_id == Dispute.merchant_id)
        .where(
            Membership.since > now - NEW,
            sa.or_(Membership.store_id.is_(None), Membership.store_id == Dispute.store_id),
            Dispute.reply_due_at.is_(None),
            Dispute.state.in_(TALKS),
            ~told,
            ~listed,
        )
    )
    return list(session.scalars(waiting))


def tell_newcomers(session: Session, now: datetime) -> int:
    """Put those complaints back among the unread events; gives how many. The caller commits."""
    rows = [{"dispute_id": dispute_id, "seq": COMPLAINT} for dispute_id in untold(session, now)]
    if rows:
        session.execute(sa.insert(UnreadEvent), rows)
    return len(rows)
