"""Disputes on the bureau's side: handed over, mediated on, with a proposal on the table."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.board.models import BoardCell
from portal.board.recount import recount
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.actions.proposals import accept_proposal, propose
from portal.disputes.models import Dispute, DisputeEvent, Offer
from portal.disputes.official import OfficialIdentity, give_identity
from portal.disputes.verification import Checked, verify_disputes
from portal.disputes.workflow import Fact, Remedy
from tests.makers import Town, days_from, file
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING

ID_NUMBER, ADDRESS, FULL_NAME = "11010519491231002X", "云溪市溪东区育才新村3幢502室", "王爱丽全名"


def handed_over(session: Session, town: Town, *, now: datetime = BEGINNING, **changes: Any) -> Dispute:
    """Alice has handed it to the bureau."""
    dispute = file(session, town.store, town.alice, now=now, **changes)
    escalate(session, dispute, ALICE, now=now)
    return dispute


def mediating(session: Session, town: Town, *, now: datetime = BEGINNING, **changes: Any) -> Dispute:
    """Grace has accepted it."""
    dispute = handed_over(session, town, now=now, **changes)
    accept_for_mediation(session, dispute, GRACE, now=now)
    return dispute


def proposed(session: Session, dispute: Dispute, *, now: datetime = BEGINNING, **terms: Any) -> Offer:
    """Grace proposes 5,000 yuan back within ten days."""
    values = {
        "remedy": Remedy.REFUND,
        "amount_fen": 5_000_00,
        "perform_by": days_from(now, 10),
        "note": "各让一步。",
        **terms,
    }
    return propose(session, dispute, GRACE, now=now, **values)


def mediated(session: Session, dispute: Dispute, *, now: datetime = BEGINNING) -> None:
    """Both sides have agreed to Grace's proposal."""
    n = proposed(session, dispute, now=now).n
    for viewer in (ALICE, BOB):
        accept_proposal(session, dispute, viewer, n, now=now)


def identified(
    session: Session, dispute: Dispute, actor: Viewer = ALICE, *, now: datetime = BEGINNING, **changes: Any
) -> OfficialIdentity:
    """Alice has given what the official form asks for."""
    values = {
        "name": FULL_NAME,
        "id_type": "id_card",
        "id_number": ID_NUMBER,
        "address": ADDRESS,
        "elsewhere": False,
        "entrusted": True,
        **changes,
    }
    return give_identity(session, dispute, actor, now=now, **values)


def facts(session: Session, dispute: Dispute) -> list[str]:
    """What has happened, in order."""
    own = sa.select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id)
    return list(session.scalars(own.order_by(DisputeEvent.seq)))


def last(session: Session, dispute: Dispute, fact: Fact) -> DisputeEvent:
    """The latest event of a kind."""
    own = sa.select(DisputeEvent).where(DisputeEvent.dispute_id == dispute.id, DisputeEvent.fact == fact)
    return session.scalars(own.order_by(DisputeEvent.seq.desc()).limit(1)).one()


def differences(session: Session) -> list[str]:
    """What `hejie verify` says of the disputes."""
    session.commit()
    checked = Checked()
    for _ in verify_disputes(session, checked):
        pass
    return checked.differences


def end_of(day: date) -> datetime:
    """The end of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


def counted(session: Session) -> dict[str, int]:
    """The board's counts of all there is."""
    while recount(session, BEGINNING):
        pass
    cells = session.scalars(sa.select(BoardCell)).all()
    columns = ("a", "b", "c", "d", "e1", "e2", "e3", "e4", "f", "o")
    sums = {column: sum(getattr(cell, column) for cell in cells) for column in columns}
    return {column: count for column, count in sums.items() if count}
