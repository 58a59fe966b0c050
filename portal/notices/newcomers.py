"""Complaints about a store that had nobody: whoever takes it on later is told of them then."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership, Person
from portal.disputes.models import Dispute, UnreadEvent
from portal.disputes.workflow import TALKS, Party
from portal.notices.models import Notice

NEW = timedelta(days=30)  # how long ago somebody joined whom the worker, after a pause, may still have missed
COMPLAINT = 1  # the seq of the event that begins a dispute


def untold(session: Session, now: datetime) -> list[int]:
    """The disputes that wait for a merchant, whose reply clock never began, unknown to somebody new there.

    Looks only where somebody joined lately, and there only by keys: the worker asks every second.
    """
    told = sa.exists().where(
        Notice.person_id == Membership.person_id, Notice.dispute_id == Dispute.id, Notice.seq == COMPLAINT
    )
    listed = sa.exists().where(UnreadEvent.dispute_id == Dispute.id, UnreadEvent.seq == COMPLAINT)
    waiting = (
        sa.select(Dispute.id)
        .distinct()
        .join(Membership, Membership.merchant_id == Dispute.merchant_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.since > now - NEW,
            sa.or_(Membership.store_id.is_(None), Membership.store_id == Dispute.store_id),
            Person.disabled_at.is_(None),
            Dispute.turn == Party.MERCHANT,
            Dispute.state.in_(TALKS),
            Dispute.reply_due_at.is_(None),
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
