"""Recusal: a side asks for another officer, or one steps aside; who is challenged never decides about it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.colleagues import colleagues_of, decides_recusal
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.permissions import party_of
from portal.disputes.workflow import Fact
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City

CHOOSE = N_("Please choose a reason of the list.")


def ask_recusal(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, note: str, now: datetime
) -> DisputeEvent:
    """A side asks that the officer who has the dispute does not handle it, for a reason of the city's list.

    Each side may ask once about each officer. Raises RuleBroken(reason | note).
    """
    _listed(session, dispute, reason)
    written = limits.needed_text("note", note, N_("Please say what this rests on."))
    if _asked_before(session, dispute, actor):
        raise RuleBroken("reason", N_("The bureau has already decided on this officer at your request."))
    details = {"reason": reason, "officer": dispute.officer_id}
    return record_act(session, dispute, actor, Fact.RECUSAL_ASKED, now=now, details=details, text=written)


def deny_recusal(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The officer keeps the dispute, with a reason that both sides read.

    Raises NotAllowed for the challenged officer and for who does not decide it, RuleBroken(note).
    """
    if not decides_recusal(session, dispute, actor):
        raise NotAllowed
    written = limits.needed_text("note", note, N_("Please say why the officer keeps it. Both sides read it."))
    details = {"officer": dispute.officer_id}
    return record_act(session, dispute, actor, Fact.RECUSAL_DENIED, now=now, details=details, text=written)


def grant_recusal(
    session: Session, dispute: Dispute, actor: Viewer, *, officer: str, note: str, now: datetime
) -> DisputeEvent:
    """What a side asked for is granted: a colleague takes over, or nobody yet.

    officer: the colleague's id, or '' for back to the pool. Raises NotAllowed as `deny_recusal`,
    MovedOn where nothing is asked, RuleBroken(officer | note).
    """
    if not decides_recusal(session, dispute, actor):
        raise NotAllowed
    if not dispute.recusal_asked:
        raise MovedOn
    asked = sa.select(DisputeEvent.details).where(
        DisputeEvent.dispute_id == dispute.id, DisputeEvent.fact == Fact.RECUSAL_ASKED
    )
    said = session.scalars(asked.order_by(DisputeEvent.seq.desc()).limit(1)).one()
    return _recuse(session, dispute, actor, reason=said["reason"], officer=officer, note=note, now=now)


def step_aside(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, officer: str, note: str, now: datetime
) -> DisputeEvent:
    """The officer who has the dispute does not handle it any more, for a reason of the city's list.

    officer: as in `grant_recusal`. Raises NotAllowed for everybody else, RuleBroken(reason | officer | note).
    """
    if actor.id != dispute.officer_id:
        raise NotAllowed
    _listed(session, dispute, reason)
    return _recuse(session, dispute, actor, reason=reason, officer=officer, note=note, now=now)


def _recuse(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, officer: str, note: str, now: datetime
) -> DisputeEvent:
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    possible = {
        str(one.id): one.id for one in colleagues_of(session, dispute) if one.id != dispute.officer_id
    }
    if officer and officer not in possible:
        raise RuleBroken("officer", N_("Please choose somebody of the list."))
    details = {"reason": reason, "recused": dispute.officer_id, "officer_id": possible.get(officer)}
    return record_act(session, dispute, actor, Fact.OFFICER_RECUSED, now=now, details=details, text=written)


def _listed(session: Session, dispute: Dispute, reason: str) -> None:
    city = session.get_one(City, dispute.city_code)
    must_be_listed(city.choices, Kind.RECUSAL, reason, "reason", CHOOSE)


def _asked_before(session: Session, dispute: Dispute, actor: Viewer) -> bool:
    event = DisputeEvent
    asked = sa.exists().where(
        event.dispute_id == dispute.id,
        event.fact == Fact.RECUSAL_ASKED,
        event.party == party_of(actor),
        event.details["officer"].as_integer() == dispute.officer_id,
    )
    return bool(session.scalar(sa.select(asked)))
