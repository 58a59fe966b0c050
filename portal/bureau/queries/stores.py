"""A store as the bureau sees it: whose it is, what hangs on it, what may be the same shop once more."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership, StaffRole
from portal.accounts.viewer import Viewer
from portal.disputes.models import Dispute
from portal.disputes.workflow import CLOSED
from portal.merchants.models import Claim, ClaimState, Merchant, Store
from portal.merchants.permissions import in_charge_of
from portal.merchants.queries import led_to
from portal.regions.models import City, Region
from portal.return_policies.models import Pledge

MOST_ALIKE = 10


@dataclass(frozen=True)
class StoreFile:
    """A store with its city and district, and counts of what hangs on it."""

    store: Store
    city: City
    district: Region
    owners: int
    clerks: int
    claims: int
    waiting: int
    disputes: int
    open_disputes: int
    pledges: int


@dataclass(frozen=True, slots=True)
class Alike:
    """Another record that may be the same shop."""

    code: str
    name: str
    address: str
    phone: str
    legal_name: str
    same_phone: bool


def store_of(session: Session, officer: Viewer, code: str) -> Store | None:
    """The store of the officer's region that a code leads to; None for every other code."""
    return session.scalar(sa.select(Store).where(led_to(code), in_charge_of(officer)))


def store_file(session: Session, officer: Viewer, code: str) -> StoreFile | None:
    """All that is known of a store of the officer's region, in one query; None for every other code."""
    staff, claim = Membership.merchant_id == Store.merchant_id, Claim.store_id == Store.id
    own = Dispute.store_id == Store.id
    counts = [
        _count(staff, Membership.role == StaffRole.OWNER),
        _count(staff, Membership.store_id == Store.id),
        _count(claim),
        _count(claim, Claim.state == ClaimState.WAITING),
        _count(own),
        _count(own, Dispute.state.not_in(CLOSED)),
        _count(Pledge.store_id == Store.id, Pledge.ends_on.is_(None)),
    ]
    row = session.execute(
        sa.select(Store, City, Region, *counts)
        .join(City, City.code == Store.city_code)
        .join(Region, Region.code == Store.district_code)
        .where(led_to(code), in_charge_of(officer))
    ).one_or_none()
    return StoreFile(*tuple[Any, ...](row)) if row else None


def alike(session: Session, officer: Viewer, store: Store) -> list[Alike]:
    """Records of the officer's region and the store's city with its phone, or its name in its district."""
    phone = sa.and_(Store.phone != "", Store.phone == store.phone)
    name = sa.and_(Store.name == store.name, Store.district_code == store.district_code)
    wanted = (
        sa.select(Store.code, Store.name, Store.address, Store.phone, Merchant.legal_name, phone)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .where(in_charge_of(officer), Store.city_code == store.city_code, sa.or_(phone, name))
        .where(Store.id != store.id, Store.merged_into.is_(None))
        .order_by(Store.id)
        .limit(MOST_ALIKE)
    )
    return [Alike(*tuple[Any, ...](row)) for row in session.execute(wanted)]


def _count(*which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).where(*which).correlate(Store).scalar_subquery()
