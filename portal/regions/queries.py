"""Reading cities and regions."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.regions.models import City, Region


def home_city(session: Session, code: str = "") -> City | None:
    """The city whose name stands on the front page: the configured one, else the first that was set up."""
    if code:
        return session.get(City, code)
    return session.scalar(sa.select(City).order_by(City.code.desc()).limit(1))


def districts_of(session: Session, city_code: str) -> list[Region]:
    """A city's districts, by their codes."""
    wanted = sa.select(Region).where(Region.parent_code == city_code).order_by(Region.code)
    return list(session.scalars(wanted))
