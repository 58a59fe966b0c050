"""What staff see of the pledges of their own stores, and what an owner may pledge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from portal.accounts.viewer import Viewer
from portal.merchants.models import Merchant, Store
from portal.merchants.permissions import works_in
from portal.regions.models import City
from portal.return_policies.models import Pledge, Standard, StandardVersion
from portal.return_policies.permissions import pledges_for


@dataclass(frozen=True)
class Held:
    """A pledge with the version it adopts; `newer`: a later version it can be renewed with, if any."""

    pledge: Pledge
    version: StandardVersion
    newer: StandardVersion | None


@dataclass(frozen=True)
class OwnStore:
    """One store, what it pledges today or from a later day, and what it pledged before."""

    store: Store
    held: list[Held]
    over: list[Held]


@dataclass(frozen=True)
class Fitting:
    """A version that can be pledged, and the stores it covers that do not pledge its standard."""

    version: StandardVersion
    stores: list[Store]


@dataclass(frozen=True)
class Adoptable:
    """A version, the owner's stores it covers, and their newest pledges on its standard, by store.

    before: the version that the newest of these pledges adopted.
    """

    version: StandardVersion
    stores: list[Store]
    held: dict[int, Pledge]
    before: StandardVersion | None

    @property
    def newest(self) -> Pledge | None:
        return max(self.held.values(), key=lambda pledge: (pledge.starts_on, pledge.id), default=None)


def own_pledges(session: Session, viewer: Viewer, day: date) -> tuple[list[OwnStore], list[Fitting]]:
    """The stores somebody works in with their pledges, and the standards that fit and are not pledged.

    In three queries, however many stores there are.
    """
    stores = _stores(session, works_in(viewer))
    rows = _pledges(session, [store.id for store in stores])
    versions = _versions(session, stores, {pledge.standard_id for pledge in rows})
    known = {(one.standard_id, one.n): one for one in versions}
    newest = {one.standard_id: one for one in versions if one.withdrawn_at is None}
    own = []
    for store in stores:
        held = [_held(one, known, newest) for one in rows if one.store_id == store.id]
        lasting = [one for one in held if one.pledge.ends_on is None or one.pledge.ends_on >= day]
        own.append(OwnStore(store, lasting, [one for one in held if one not in lasting]))
    return own, _fitting(own, versions, day)


def own_pledge(session: Session, viewer: Viewer, pledge_id: int) -> Held | None:
    """One pledge of a store somebody works in, whose store and merchant are read with it; else None."""
    pledge = session.scalar(
        sa.select(Pledge)
        .join(Pledge.store)
        .join(Store.merchant)
        .options(contains_eager(Pledge.store).contains_eager(Store.merchant))
        .where(Pledge.id == pledge_id, works_in(viewer), Pledge.merchant_id == Store.merchant_id)
    )
    if pledge is None:
        return None
    versions = _versions(session, (), {pledge.standard_id})
    known = {(one.standard_id, one.n): one for one in versions}
    return _held(pledge, known, {one.standard_id: one for one in versions if one.withdrawn_at is None})


def adoptable(session: Session, owner: Viewer, slug: str, day: date, *, n: int | None) -> Adoptable | None:
    """What an owner may pledge of a standard: its version `n`, else the one in force, else the next.

    None where there is no such version, or none of the owner's stores is covered. A withdrawn version comes
    only where it is asked for by its number.
    """
    wanted = _published().where(Standard.slug == slug).order_by(StandardVersion.n)
    versions = session.scalars(wanted).all()
    version = _chosen(versions, day, n)
    if version is None:
        return None
    standard = version.standard
    stores = [store for store in _stores(session, pledges_for(owner)) if standard.covers(store)]
    if not stores:
        return None
    held = {
        pledge.store_id: pledge
        for pledge in _pledges(session, [store.id for store in stores])
        if pledge.standard_id == standard.id and (pledge.ends_on is None or pledge.ends_on >= day)
    }
    found = Adoptable(version, stores, held, None)
    newest = found.newest
    before = next((one for one in versions if newest and one.n == newest.version), None)
    return Adoptable(version, stores, held, before)


def city_of(session: Session, code: str) -> City:
    """The city of a store or a standard."""
    return session.get_one(City, code)


def _chosen(versions: Sequence[StandardVersion], day: date, n: int | None) -> StandardVersion | None:
    if n is not None:
        return next((one for one in versions if one.n == n), None)
    open_ = [one for one in versions if one.withdrawn_at is None]
    in_force = [one for one in open_ if (one.valid_from or date.max) <= day]
    return in_force[-1] if in_force else next(iter(open_), None)


def _stores(session: Session, allowed: sa.ColumnElement[bool]) -> Sequence[Store]:
    wanted = sa.select(Store).join(Merchant, Merchant.id == Store.merchant_id).where(allowed)
    return session.scalars(wanted.order_by(Merchant.legal_name, Merchant.id, Store.id)).all()


def _pledges(session: Session, store_ids: Sequence[int]) -> Sequence[Pledge]:
    """The pledges of stores by those who have them now, each store's oldest first."""
    wanted = (
        sa.select(Pledge)
        .join(Store, sa.and_(Store.id == Pledge.store_id, Store.merchant_id == Pledge.merchant_id))
        .where(Pledge.store_id.in_(store_ids))
    )
    return session.scalars(wanted.order_by(Pledge.store_id, Pledge.starts_on, Pledge.id)).all()


def _versions(session: Session, stores: Iterable[Store], standard_ids: set[int]) -> Sequence[StandardVersion]:
    """The published versions of these standards, and of those of the regions that stores lie in."""
    regions = {
        code
        for store in stores
        for code in (store.district_code, store.city_code, f"{store.city_code[:2]}0000")
    }
    wanted = _published().where(
        sa.or_(StandardVersion.standard_id.in_(standard_ids), Standard.region_code.in_(regions))
    )
    return session.scalars(wanted.order_by(Standard.category_code, Standard.id, StandardVersion.n)).all()


def _published() -> sa.Select[StandardVersion]:
    """Versions that are published, with their standards read in the same query."""
    return (
        sa.select(StandardVersion)
        .join(StandardVersion.standard)
        .options(contains_eager(StandardVersion.standard))
        .where(StandardVersion.published_at.is_not(None))
    )


def _held(
    pledge: Pledge, known: dict[tuple[int, int], StandardVersion], newest: dict[int, StandardVersion]
) -> Held:
    last = newest.get(pledge.standard_id)
    newer = last if last is not None and last.n > pledge.version and pledge.ends_on is None else None
    return Held(pledge, known[pledge.standard_id, pledge.version], newer)


def _fitting(own: Sequence[OwnStore], versions: Sequence[StandardVersion], day: date) -> list[Fitting]:
    """For each standard that some store could still pledge: the version to pledge, and those stores."""
    by_standard: dict[int, list[StandardVersion]] = {}
    for one in versions:
        by_standard.setdefault(one.standard_id, []).append(one)
    found = []
    for standard_id, its in by_standard.items():
        version = _chosen(its, day, None)
        stores = [
            each.store
            for each in own
            if each.store.closed_at is None
            and each.store.suspended_at is None
            and its[0].standard.covers(each.store)
            and all(one.pledge.standard_id != standard_id for one in each.held)
        ]
        if version is not None and stores:
            found.append(Fitting(version, stores))
    return found
