"""What the dispute's page has for officers alone: who has taken it on, and the city's saved replies."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_login import current_user
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.disputes.models import Dispute
from portal.disputes.replies import SavedReply, replies_of
from portal.disputes.workflow import Party
from portal.web.forms import Form

# The text of a form that a saved reply fills, by the name of its act.
FILLS = {
    "mediation": "note",
    "non_acceptance": "note",
    "termination": "note",
    "session": "minutes",
    "proposal": "note",
}


def officers_side(
    session: Session, dispute: Dispute, party: Party, shown: Collection[str], forms: Mapping[str, Form]
) -> dict[str, Any]:
    """`officer`: the name of who has it ('' for nobody); `replies`: for the forms that stand open."""
    if party is not Party.BUREAU:
        return {"officer": "", "mine": False, "replies": []}
    name = sa.select(Person.display_name).where(Person.id == dispute.officer_id)
    replies = replies_of(session, dispute.city_code) if FILLS.keys() & {*shown} else []
    _fill(forms, replies)
    return {
        "officer": (session.scalar(name) or "") if dispute.officer_id else "",
        "mine": dispute.officer_id == current_user.id,
        "replies": replies,
    }


def _fill(forms: Mapping[str, Form], replies: Collection[SavedReply]) -> None:
    """Put the reply that the address names into its form; one that came back keeps its own words."""
    name, number = request.args.get("act", ""), request.args.get("reply", "")
    chosen = next((reply for reply in replies if str(reply.id) == number), None)
    if chosen is not None and name in FILLS and name in forms and request.method == "GET":
        forms[name][FILLS[name]].data = chosen.text
