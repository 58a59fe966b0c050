"""Looking people up: who a session belongs to, read as the `Viewer` that permissions work on."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership, OfficerPost, OfficerRole, Person, PersonKind, StaffRole
from portal.accounts.viewer import Viewer


def viewer_of(session: Session, person_id: int) -> Viewer | None:
    """A person who may act now, with what that person works for; None for unknown and disabled ones.

    Read afresh for each request, so that somebody who was removed is out with the next click.
    """
    row = session.execute(
        sa.select(Person.kind, Person.display_name, Person.locale, OfficerPost.region_code, OfficerPost.role)
        .outerjoin(OfficerPost, OfficerPost.person_id == Person.id)
        .where(Person.id == person_id, Person.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    kind = PersonKind(row.kind)
    nothing: frozenset[int] = frozenset()
    is_staff = kind is PersonKind.STAFF
    owns, clerks_in = _works_for(session, person_id) if is_staff else (nothing, nothing)
    return Viewer(
        id=person_id,
        kind=kind,
        display_name=row.display_name,
        locale=row.locale,
        owns=owns,
        clerks_in=clerks_in,
        region=row.region_code,
        rank=OfficerRole(row.role) if row.role else None,
    )


def _works_for(session: Session, person_id: int) -> tuple[frozenset[int], frozenset[int]]:
    rows = session.execute(
        sa.select(Membership.merchant_id, Membership.store_id, Membership.role).where(
            Membership.person_id == person_id
        )
    ).all()
    owns = frozenset(row.merchant_id for row in rows if row.role == StaffRole.OWNER)
    return owns, frozenset(row.store_id for row in rows if row.store_id is not None)
