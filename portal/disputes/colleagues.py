"""The officers to whom a dispute can be given."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, Person
from portal.disputes.models import Dispute


@dataclass(frozen=True)
class Colleague:
    """An officer whose post covers a dispute."""

    id: int
    name: str


def colleagues_of(session: Session, dispute: Dispute) -> list[Colleague]:
    """The officers of the dispute's district and of its city, to whom it can be given."""
    wanted = (
        sa.select(Person.id, Person.display_name)
        .join(OfficerPost, OfficerPost.person_id == Person.id)
        .where(OfficerPost.region_code.in_((dispute.district_code, dispute.city_code)))
        .where(Person.disabled_at.is_(None))
        .order_by(OfficerPost.region_code.desc(), Person.id)
    )
    return [Colleague(*tuple[Any, ...](row)) for row in session.execute(wanted)]
