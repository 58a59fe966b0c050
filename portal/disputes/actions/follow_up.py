"""The follow-up: once a dispute is closed, its consumer is asked what became of it, and may answer once."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact

KEPT = ("yes", "partly", "no")
CONTENT = (5, 4, 3, 2, 1)


def answer_follow_up(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    kept: str,
    content: int | None,
    note: str,
    now: datetime,
) -> DisputeEvent:
    """The consumer says whether it is settled now; the shop reads nothing of it.

    kept: yes, partly or no; content: 1 to 5 with how it was handled, None where that is left open; note: for
    the bureau alone. Raises RuleBroken(kept | content | note), MovedOn where nothing is asked (any more).
    """
    if kept not in KEPT:
        raise RuleBroken("kept", N_("Please choose whether it is settled."))
    if content is not None and content not in CONTENT:
        raise RuleBroken("content", N_("Please choose one of the five, or none."))
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    details = {"kept": kept, "content": content}
    return record_act(
        session, dispute, actor, Fact.FOLLOW_UP_ANSWERED, now=now, details=details, text=written
    )
