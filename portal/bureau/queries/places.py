"""The places and the people of an officer's region."""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, OfficerRole, Person
from portal.accounts.viewer import Viewer
from portal.regions.models import City, Region
from portal.regions.scope import within


class Officer(NamedTuple):
    """A colleague: `region_code` is where the post is, `role` the rank there."""

    id: int
    name: str
    region_code: str
    role: OfficerRole


def districts(session: Session, officer: Viewer) -> list[Region]:
    """The districts of the officer's region that have a portal, to choose from."""
    cities = sa.select(City.code).scalar_subquery()
    wanted = sa.select(Region).where(
        Region.level == "district",
        Region.parent_code.in_(cities),
        within(officer.region, Region.parent_code, Region.code),
    )
    return list(session.scalars(wanted.order_by(Region.code)))


def cities(session: Session, officer: Viewer) -> dict[str, City]:
    """The cities of the officer's region, by code: they word the lists."""
    region = officer.region or ""
    own = City.code.startswith(region[:2]) if region.endswith("0000") else City.code == f"{region[:4]}00"
    return {city.code: city for city in session.scalars(sa.select(City).where(own).order_by(City.code))}


def team(session: Session, officer: Viewer) -> list[Officer]:
    """The officers among whom disputes of the region are shared: its subtree, and a district's city."""
    region = officer.region or ""
    if len(region) != 6 or not region.isdigit():
        return []
    if region.endswith("0000"):
        own = OfficerPost.region_code.startswith(region[:2])
    elif region.endswith("00"):
        own = OfficerPost.region_code.startswith(region[:4])
    else:
        own = OfficerPost.region_code.in_((region, f"{region[:4]}00"))
    wanted = (
        sa.select(Person.id, Person.display_name, OfficerPost.region_code, OfficerPost.role)
        .join(OfficerPost, OfficerPost.person_id == Person.id)
        .where(own, Person.disabled_at.is_(None))
        .order_by(OfficerPost.region_code, Person.id)
    )
    return [Officer(*tuple[Any, ...](row)) for row in session.execute(wanted)]
