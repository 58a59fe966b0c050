"""Reading cities and regions."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.regions.models import City, Region


def home_city(session: Session, code: str = "") -> City | None:
    """The city whose name stands on the front page: the configured one, else the highest code."""
    if code:
        return session.get(City, code)
    return session.scalar(sa.select(City).order_by(City.code.desc()).limit(1))


@dataclass(frozen=True)
class HomeCity:
    """What every page says of the city: its name, its bureau, the number to call."""

    zh: str
    en: str
    bureau_zh: str
    bureau_en: str
    hotline: str
    icp: str

    def name(self, locale: str) -> str:
        return self.en if locale == "en" else self.zh

    def bureau_name(self, locale: str) -> str:
        return self.bureau_en if locale == "en" else self.bureau_zh


def said_of(city: City) -> HomeCity:
    """A city as every page names it, free of the session it was read in."""
    region = city.region
    return HomeCity(region.name_zh, region.name_en, city.bureau_zh, city.bureau_en, city.hotline, city.icp)


def districts_of(session: Session, city_code: str) -> list[Region]:
    """A city's districts, by their codes."""
    wanted = sa.select(Region).where(Region.parent_code == city_code).order_by(Region.code)
    return list(session.scalars(wanted))
