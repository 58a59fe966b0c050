"""The officers to whom a dispute can be given, those who may not handle it, and who decides about that."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, OfficerRole, Person
from portal.accounts.viewer import Viewer
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact


@dataclass(frozen=True)
class Colleague:
    """An officer whose post covers a dispute."""

    id: int
    name: str


def colleagues_of(session: Session, dispute: Dispute) -> list[Colleague]:
    """The officers of the dispute's district and of its city, to whom it can be given.

    Whoever was recused from it is none of them.
    """
    wanted = (
        sa.select(Person.id, Person.display_name)
        .join(OfficerPost, OfficerPost.person_id == Person.id)
        .where(
            OfficerPost.region_code.in_((dispute.district_code, dispute.city_code)),
            Person.disabled_at.is_(None),
            ~recused(dispute.id, Person.id),
        )
        .order_by(OfficerPost.region_code.desc(), Person.id)
    )
    return [Colleague(*tuple[Any, ...](row)) for row in session.execute(wanted)]


def recused(dispute_id: Any, officer_id: Any) -> sa.Exists:
    """SQL: this officer was recused from this dispute, which is for good."""
    return sa.exists().where(
        DisputeEvent.dispute_id == dispute_id,
        DisputeEvent.fact == Fact.OFFICER_RECUSED,
        DisputeEvent.details["recused"].as_integer() == officer_id,
    )


def is_recused(session: Session, dispute: Dispute, officer_id: int) -> bool:
    """Whether this officer was recused from this dispute."""
    return bool(session.scalar(sa.select(recused(dispute.id, officer_id))))


def decides_recusal(session: Session, dispute: Dispute, viewer: Viewer) -> bool:
    """Whether this officer decides if the one who has the dispute is recused.

    Never the challenged one: a supervisor, or where there is no other one of the district and its city any
    officer who can see the dispute.
    """
    if not viewer.is_officer or viewer.id == dispute.officer_id:
        return False
    if viewer.is_supervisor:
        return True
    others = sa.exists().where(
        OfficerPost.region_code.in_((dispute.district_code, dispute.city_code)),
        OfficerPost.role == OfficerRole.SUPERVISOR,
        OfficerPost.person_id != dispute.officer_id,
        Person.id == OfficerPost.person_id,
        Person.disabled_at.is_(None),
    )
    return not session.scalar(sa.select(others))
