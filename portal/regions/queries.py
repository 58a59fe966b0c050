"""Reading cities and regions."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.regions.models import City, Region


def home_city(session: Session, code: str = "") -> City | None:
    """The city whose name stands on the front page: the configured one, else the highest code."""
    if code:
        return session.get(City, code)
    return session.scalar(sa.select(City).order_by(City.code.desc()).limit(1))


def city_among(session: Session, codes: Sequence[str]) -> City | None:
    """The first of these cities that there is, else the one with the highest code; one query."""
    rank = (
        sa.case({code: n for n, code in enumerate(codes)}, value=City.code, else_=len(codes))
        if codes
        else None
    )
    wanted = sa.select(City).order_by(*([rank] if rank is not None else []), City.code.desc()).limit(1)
    return session.scalar(wanted)


def all_cities(session: Session) -> list[City]:
    """Every city of this portal, by its code."""
    return list(session.scalars(sa.select(City).order_by(City.code)))


def districts_of(session: Session, city_code: str) -> list[Region]:
    """A city's districts, by their codes."""
    wanted = sa.select(Region).where(Region.parent_code == city_code).order_by(Region.code)
    return list(session.scalars(wanted))
