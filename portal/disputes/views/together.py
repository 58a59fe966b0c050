"""What the dispute's page says of others: how many say the same, and who handles it together."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.disputes.groups import Group, group_of
from portal.disputes.models import Dispute
from portal.disputes.others import others_saying_the_same
from portal.disputes.workflow import TALKS, WITH_BUREAU, Party


def together(session: Session, dispute: Dispute, party: Party, at: datetime) -> dict[str, Any]:
    """`group`: the one it is in, or (the consumer alone) was invited to; `others`: for the consumer alone."""
    group = group_of(session, dispute)
    shown = group if dispute.in_group or (party is Party.CONSUMER and _open(dispute)) else None
    return {
        "group": shown,
        "invited": shown is not None and not dispute.in_group and party is Party.CONSUMER,
        "others": others_saying_the_same(session, dispute, at) if party is Party.CONSUMER else 0,
    }


def named_choices(group: Group | None, dispute: Dispute) -> list[tuple[str, str]]:
    """Whom a member may name: those who are ready to speak, and oneself, who may become so now."""
    if group is None:
        return []
    ready = {member.ref: f"{member.label} ({member.tail})" for member in group.standing}
    own = f"{dispute.consumer_label} ({dispute.phone_masked[-4:]})"
    return list(({dispute.ref: own} | ready).items())


def _open(dispute: Dispute) -> bool:
    return dispute.state in TALKS | WITH_BUREAU
