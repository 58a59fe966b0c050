"""What the dispute's page has of the officers: who has it, saved replies, recusal, who mediates for them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_login import current_user
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.disputes.actions.entrusted import has_consented
from portal.disputes.colleagues import colleagues_of, decides_recusal, is_recused
from portal.disputes.models import Dispute
from portal.disputes.queries import ThreadEvent
from portal.disputes.replies import SavedReply, replies_of
from portal.disputes.views.panel import PANEL
from portal.disputes.workflow import Fact, Party
from portal.extensions import db
from portal.web.forms import Form
from portal.web.shown import ZONE

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
    """`officer`: the name of who has it ('' for nobody); `replies`: for the forms that stand open.

    The two sides read the name where they may ask for another officer.
    """
    if party is not Party.BUREAU:
        asks = "recusal_request" in shown
        return {"officer": _officer(session, dispute) if asks else "", "mine": False, "replies": []}
    replies = replies_of(session, dispute.city_code) if FILLS.keys() & {*shown} else []
    _fill(forms, replies)
    return {
        "officer": _officer(session, dispute),
        "mine": dispute.officer_id == current_user.id,
        "replies": replies,
    }


def _officer(session: Session, dispute: Dispute) -> str:
    name = sa.select(Person.display_name).where(Person.id == dispute.officer_id)
    return (session.scalar(name) or "") if dispute.officer_id else ""


def barred(
    session: Session, dispute: Dispute, viewer: Viewer, moves: Collection[Fact], facts: Collection[Fact]
) -> set[str]:
    """The acts of the panel that are not for this very person, whatever the rules allow the party.

    facts: all that has happened. Nobody decides about himself, and who was recused acts no more.
    """
    if not viewer.is_officer:
        return set()
    if Fact.OFFICER_RECUSED in facts and is_recused(session, dispute, viewer.id):
        return {act.name for act in PANEL}
    out = set()
    if dispute.officer_id != viewer.id:
        out.add("stepping_aside")
    if not dispute.recusal_asked or not decides_recusal(session, dispute, viewer):
        out |= {"recusal", "recusal_denial"}
    if dispute.recusal_asked and dispute.officer_id == viewer.id:
        out |= {"non_acceptance", "termination", "transfer"}  # until then the challenged officer ends nothing
    if Fact.MEDIATION_ENTRUSTED in moves and not has_consented(session, dispute):
        out.add("entrustment")
    return out


def entrusted_side(dispute: Dispute, events: Sequence[ThreadEvent], at: datetime) -> dict[str, Any]:
    """`entrusted`: who mediates for the bureau now, by when they report, and whether that day has passed."""
    if not dispute.entrusted_to:
        return {"entrusted": None}
    event = next(event for event in reversed(events) if event.fact is Fact.MEDIATION_ENTRUSTED)
    late = event.details["report_by"] < today(at, ZONE).isoformat()
    return {"entrusted": {**event.details, "late": late}}


def successors(dispute: Dispute) -> list[tuple[str, str]]:
    """Who can take over from the officer who has it."""
    found = colleagues_of(db.session(), dispute)
    return [(str(one.id), one.name) for one in found if one.id != dispute.officer_id]


def _fill(forms: Mapping[str, Form], replies: Collection[SavedReply]) -> None:
    """Put the reply that the address names into its form; one that came back keeps its own words."""
    name, number = request.args.get("act", ""), request.args.get("reply", "")
    chosen = next((reply for reply in replies if str(reply.id) == number), None)
    if chosen is not None and name in FILLS and name in forms and request.method == "GET":
        forms[name][FILLS[name]].data = chosen.text
