"""Leaving a dispute out of the public figures, and counting it again: what an officer decides."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City


def exclude(
    session: Session, dispute: Dispute, actor: Viewer, *, ground: str, note: str, now: datetime
) -> DisputeEvent:
    """Leave a dispute out of the figures, on a ground of the city's list (trust.md T6); it goes on as before.

    note: why, for officers alone; the two sides read the ground. Raises RuleBroken(ground | note).
    """
    city = session.get_one(City, dispute.city_code)
    must_be_listed(city.choices, Kind.EXCLUSION, ground, "ground", N_("Please choose a ground of the list."))
    written = limits.needed_text("note", note, N_("Please write down what this rests on."))
    details = {"ground": ground}
    return record_act(session, dispute, actor, Fact.FIGURES_EXCLUDED, now=now, details=details, text=written)


def include(session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime) -> DisputeEvent:
    """Count a dispute again that was left out; note: why, for officers alone. Raises RuleBroken(note)."""
    written = limits.needed_text("note", note, N_("Please write down why it counts again."))
    return record_act(session, dispute, actor, Fact.FIGURES_INCLUDED, now=now, text=written)
