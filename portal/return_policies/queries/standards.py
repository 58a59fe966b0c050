"""Reading standards for the officers who draft and publish them: their own region's subtree, and no other."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.accounts.viewer import Viewer
from portal.regions.models import City, Region
from portal.return_policies.clauses import Terms
from portal.return_policies.floors import floor_of
from portal.return_policies.models import Standard, StandardVersion
from portal.return_policies.permissions import publishes
from portal.return_policies.queries.public import Standing, standing_of

PAGE = 25
ID_LIMIT = 2**63  # what a database can compare


@dataclass(frozen=True)
class OwnStandard:
    """A standard with its versions, the newest first, each with where it stands; None for a draft."""

    standard: Standard
    versions: tuple[tuple[StandardVersion, Standing | None], ...]

    @property
    def draft(self) -> StandardVersion | None:
        """The version that is still being written, if there is one: the newest."""
        newest, standing = self.versions[0]
        return newest if standing is None else None

    def version(self, n: int) -> StandardVersion | None:
        return next((version for version, _ in self.versions if version.n == n), None)

    def standing(self, n: int) -> Standing | None:
        return next(standing for version, standing in self.versions if version.n == n)

    def before(self, n: int) -> StandardVersion | None:
        """The version before this one."""
        return self.version(n - 1)


def own_standards(
    session: Session, officer: Viewer, day: date, *, before: int | None = None
) -> tuple[list[OwnStandard], int | None]:
    """The standards of an officer's region and below, the newest first; and where the next page begins."""
    wanted = (
        sa.select(Standard)
        .where(publishes(officer))
        .order_by(Standard.id.desc())
        .limit(PAGE + 1)
        .options(selectinload(Standard.versions))
    )
    if before is not None:
        wanted = wanted.where(Standard.id < before)
    found = list(session.scalars(wanted))
    rows = [_with_standings(standard, day) for standard in found[:PAGE]]
    return rows, found[PAGE - 1].id if len(found) > PAGE else None


def own_standard(session: Session, officer: Viewer, slug: str, day: date) -> OwnStandard | None:
    """One standard of the officer's region or below."""
    wanted = sa.select(Standard).where(Standard.slug == slug, publishes(officer))
    standard = session.scalar(wanted.options(selectinload(Standard.versions)))
    return _with_standings(standard, day) if standard else None


def city_of(session: Session, officer: Viewer, home: str) -> City | None:
    """The city whose goods an officer's standards speak of.

    It is the officer's own; for a province the home city, where it lies in it, else the province's first.
    """
    region = officer.region or ""
    if not region.endswith("0000"):
        return session.get(City, f"{region[:4]}00")
    inside = sa.select(City).where(City.code.startswith(region[:2]))
    return session.scalar(inside.order_by(City.code != home, City.code).limit(1))


def drafts_for(session: Session, officer: Viewer, city: City) -> list[Region]:
    """The regions an officer may write a standard for: the own one, and below it the city's districts."""
    region = officer.region or ""
    wanted = sa.select(Region).where(sa.or_(Region.code == region, Region.parent_code == region))
    found = list(session.scalars(wanted.order_by(Region.code)))
    return [one for one in found if one.code == region or one.parent_code == city.code]


def floor_for(session: Session, city: City, region: str, category: str, day: date) -> Terms:
    """What a standard of a region on these goods may not undercut, before there is one."""
    return floor_of(session, Standard(region_code=region, city_code=city.code, category_code=category), day)


def _with_standings(standard: Standard, day: date) -> OwnStandard:
    published = [version for version in standard.versions if version.published_at is not None]
    return OwnStandard(
        standard,
        tuple(
            (version, standing_of(version, published, day) if version.published_at else None)
            for version in reversed(standard.versions)
        ),
    )
