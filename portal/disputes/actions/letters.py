"""What the bureau writes to one side of a dispute: the other side learns that it wrote, not what."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact


def write_to_consumer(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """A letter that the customer alone reads; raises RuleBroken(note) where nothing is written."""
    return _write(session, dispute, actor, Fact.CONSUMER_WRITTEN_TO, note, now)


def write_to_merchant(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """A letter that the shop alone reads; raises RuleBroken(note) where nothing is written."""
    return _write(session, dispute, actor, Fact.MERCHANT_WRITTEN_TO, note, now)


def _write(
    session: Session, dispute: Dispute, actor: Viewer, fact: Fact, note: str, now: datetime
) -> DisputeEvent:
    written = limits.needed_text("note", note, N_("Please write the letter."))
    return record_act(session, dispute, actor, fact, now=now, text=written)
