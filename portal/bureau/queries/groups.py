"""Reading a group as an officer of its region."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.refs import parse_ref
from portal.disputes.groups import DisputeGroup, Group, group_by_ref
from portal.regions.scope import within


def visible_group(session: Session, officer: Viewer, ref: str) -> Group | None:
    """The group with this reference; None both where there is none and where it is another region's."""
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    own = within(officer.region, DisputeGroup.city_code, DisputeGroup.district_code)
    if session.scalar(sa.select(DisputeGroup.id).where(DisputeGroup.ref == parsed, own)) is None:
        return None
    return group_by_ref(session, parsed)
