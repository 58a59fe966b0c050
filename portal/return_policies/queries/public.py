"""What is published: standards and their versions, the stores that pledge them, what a store pledges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.merchants.models import Store
from portal.return_policies.categories import Tree, tree_of
from portal.return_policies.models import Pledge, Standard, StandardVersion

ANY = "any"  # the filter for stores that pledge anything
IN_THE_FEED = 50


class Standing(StrEnum):
    """Where a published version stands on a day."""

    COMING = "coming"
    IN_FORCE = "in_force"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class StorePledge:
    """A pledge that holds today, and the version it goes back to."""

    pledge: Pledge
    version: StandardVersion
    city_code: str


def standing_of(version: StandardVersion, versions: Sequence[StandardVersion], day: date) -> Standing:
    """Where a published version stands on a day; versions: all published ones of its standard."""
    if version.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if _first_day(version) > day:
        return Standing.COMING
    newest = max(one.n for one in versions if one.withdrawn_at is None and _first_day(one) <= day)
    return Standing.IN_FORCE if version.n == newest else Standing.REPLACED


def _first_day(version: StandardVersion) -> date:
    return version.valid_from or date.max


def published_in(session: Session, city_code: str) -> list[StandardVersion]:
    """The published versions of the standards of a city: of its districts, its own, and its province's."""
    wanted = _published().where(_of_city(city_code)).order_by(Standard.id, StandardVersion.n)
    return list(session.scalars(wanted))


def published_versions(session: Session, slug: str) -> list[StandardVersion]:
    """The published versions of one standard, the oldest first; [] where there is no such standard."""
    return list(session.scalars(_published().where(Standard.slug == slug).order_by(StandardVersion.n)))


def newest_acts(session: Session, city_code: str) -> list[tuple[StandardVersion, datetime]]:
    """What a city published or withdrew last, and when; at most fifty versions."""
    at = sa.func.coalesce(
        StandardVersion.withdrawn_at, StandardVersion.published_at, type_=StandardVersion.published_at.type
    )
    wanted = _published().add_columns(at).where(_of_city(city_code))
    rows = session.execute(wanted.order_by(at.desc(), Standard.id, StandardVersion.n).limit(IN_THE_FEED))
    return [(version, moment) for version, moment in rows]


def _published() -> sa.Select[StandardVersion]:
    return (
        sa.select(StandardVersion)
        .join(Standard, Standard.id == StandardVersion.standard_id)
        .where(StandardVersion.published_at.is_not(None))
    )


def _of_city(city_code: str) -> sa.ColumnElement[bool]:
    province = f"{city_code[:2]}0000"
    return sa.or_(Standard.city_code == city_code, Standard.region_code == province)


def pledging_stores(session: Session, standard_id: int, day: date, *, version: int | None = None) -> int:
    """How many open stores pledge a standard on a day: this version of it, or any."""
    wanted = (
        sa.select(sa.func.count(sa.distinct(Pledge.store_id)))
        .join(Store, Store.id == Pledge.store_id)
        .where(Pledge.standard_id == standard_id, _holds_on(day), *_live())
    )
    if version is not None:
        wanted = wanted.where(Pledge.version == version)
    return session.scalar(wanted) or 0


def pledges_shown(session: Session, store_id: int, day: date) -> list[StorePledge]:
    """The pledges of a store that hold on a day with their versions, in one query; none when suspended."""
    wanted = (
        sa.select(Pledge, StandardVersion, Store.city_code)
        .join(
            StandardVersion,
            sa.and_(StandardVersion.standard_id == Pledge.standard_id, StandardVersion.n == Pledge.version),
        )
        .join(Store, Store.id == Pledge.store_id)
        .where(Pledge.store_id == store_id, _holds_on(day), Store.suspended_at.is_(None))
        .order_by(Pledge.category_code, Pledge.starts_on.desc(), Pledge.id.desc())
    )
    return [StorePledge(*row) for row in session.execute(wanted)]


def pledged_goods(session: Session, city_code: str, day: date) -> tuple[Tree, list[str]]:
    """The goods of a city, and those on which an open store of it pledges something on a day."""
    wanted = (
        sa.select(Pledge.category_code)
        .join(Store, Store.id == Pledge.store_id)
        .where(Store.city_code == city_code, *_live(), _holds_on(day))
        .distinct()
    )
    tree, pledged = tree_of(session, city_code), set(session.scalars(wanted))
    return tree, [one.code for one in tree.all if one.code in pledged]


def pledging(what: str, tree: Tree, day: date) -> sa.ColumnElement[bool]:
    """SQL: the stores that pledge this on a day: ANY, on these goods (or on all above), or a standard's slug.

    Something made up is pledged by none.
    """
    wanted = sa.select(Pledge.store_id).where(_holds_on(day))
    if what != ANY:
        goods = tree.path(what)
        wanted = wanted.where(
            Pledge.category_code.in_(goods)
            if goods
            else Pledge.standard_id.in_(sa.select(Standard.id).where(Standard.slug == what))
        )
    return sa.and_(Store.id.in_(wanted), Store.suspended_at.is_(None))


def _live() -> tuple[sa.ColumnElement[bool], ...]:
    """SQL: the stores whose pledges count in public."""
    return Store.closed_at.is_(None), Store.suspended_at.is_(None)


def _holds_on(day: date) -> sa.ColumnElement[bool]:
    return sa.and_(Pledge.starts_on <= day, sa.or_(Pledge.ends_on.is_(None), Pledge.ends_on >= day))
