"""Reading merchants, stores, staff and claims, as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import Identity, Membership, Person, StaffRole
from portal.accounts.viewer import Viewer
from portal.core.refs import parse_store_code
from portal.merchants.models import Claim, ClaimState, Merchant, Store
from portal.merchants.permissions import in_charge_of, works_in
from portal.regions.models import City, Region


@dataclass(frozen=True, slots=True)
class StorePage:
    """What the public page of a store says; `verified_at` is None while nobody has claimed it.

    `kept_code` is that of the record that took this one's place, if one has.
    """

    id: int
    code: str
    name: str
    address: str
    phone: str
    trade: str
    closed_at: datetime | None
    kept_code: str | None
    licence_since: date | None
    suspended_at: datetime | None
    suspension: str
    suspension_said: str
    merchant_id: int
    legal_name: str
    uscc: str | None
    verified_at: datetime | None
    city_code: str
    city_choices: dict[str, Any]
    bureau_zh: str
    bureau_en: str
    hotline: str
    city_zh: str
    city_en: str
    district_zh: str
    district_en: str


@dataclass(frozen=True)
class Clerk:
    """Somebody who works for the owner's merchants, with the own stores by name; all of them for an owner."""

    id: int
    name: str
    username: str
    phone: str
    email: str
    is_owner: bool
    stores: dict[int, str]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim as the officer sees it; `owners` counts those whom the merchant has already."""

    id: int
    state: str
    uscc: str
    note: str
    licence_file: str
    made_at: datetime
    reason: str
    claimant: str
    phone: str | None
    store_code: str
    store_name: str
    address: str
    legal_name: str
    merchant_uscc: str | None
    owners: int


def store_page(session: Session, code: str) -> StorePage | None:
    """Everything the page of a store needs, in one query; None where no store has the code."""
    city, district, kept = aliased(Region), aliased(Region), aliased(Store)
    row = session.execute(
        sa.select(
            Store.id, Store.code, Store.name, Store.address, Store.phone, Store.trade, Store.closed_at,
            kept.code, Store.licence_since, Store.suspended_at, Store.suspension, Store.suspension_said,
            Merchant.id, Merchant.legal_name, Merchant.uscc, Merchant.verified_at,
            City.code, City.choices, City.bureau_zh, City.bureau_en, City.hotline,
            city.name_zh, city.name_en, district.name_zh, district.name_en,
        )
        .join(Merchant, Merchant.id == Store.merchant_id)
        .join(City, City.code == Store.city_code)
        .join(city, city.code == Store.city_code)
        .join(district, district.code == Store.district_code)
        .outerjoin(kept, kept.id == Store.merged_into)
        .where(Store.code == code)
    ).one_or_none()  # fmt: skip
    return StorePage(*tuple[Any, ...](row)) if row else None


def store_by_code(session: Session, code: str) -> Store | None:
    """The store that a code leads to, which may be what it was merged into; None for no store's code."""
    parsed = parse_store_code(code)
    return session.scalar(sa.select(Store).where(led_to(parsed))) if parsed else None


def led_to(code: str) -> sa.ColumnElement[bool]:
    """SQL: the store that a code leads to, which for a merged one is the record that was kept."""
    asked = aliased(Store)
    kept = sa.select(sa.func.coalesce(asked.merged_into, asked.id)).where(asked.code == code)
    return Store.id == kept.scalar_subquery()


def own_stores(session: Session, viewer: Viewer) -> Sequence[Store]:
    """The stores a member of staff works in, merchant by merchant."""
    wanted = sa.select(Store).join(Merchant, Merchant.id == Store.merchant_id).where(works_in(viewer))
    return session.scalars(wanted.order_by(Merchant.legal_name, Merchant.id, Store.id)).all()


def own_claims(session: Session, viewer: Viewer) -> Sequence[Claim]:
    """What a member of staff has claimed and not been given, newest first."""
    wanted = sa.select(Claim).where(Claim.person_id == viewer.id, Claim.state != ClaimState.APPROVED)
    return session.scalars(wanted.order_by(Claim.id.desc()).limit(20)).all()


def colleagues(session: Session, owner: Viewer) -> list[Clerk]:
    """Everybody who works for the owner's merchants: owners first, then clerks, in the order they came."""
    rows = session.execute(
        sa.select(
            Person.id, Person.display_name, Person.username, Identity.phone, Identity.email,
            Membership.role, Membership.store_id, Store.name,
        )
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .outerjoin(Store, Store.id == Membership.store_id)
        .where(Membership.merchant_id.in_(owner.owns))
        .order_by(Membership.role.desc(), Person.id, Store.name)
    )  # fmt: skip
    found: dict[int, Clerk] = {}
    for id_, name, username, phone, email, role, store_id, store in rows:
        owns = role == StaffRole.OWNER
        known = found.setdefault(id_, Clerk(id_, name, username or "", phone or "", email or "", owns, {}))
        if store_id is not None:
            known.stores[store_id] = store or ""
    return list(found.values())


def contact_of(session: Session, person_id: int) -> tuple[str, str]:
    """The phone and the e-mail address that somebody's notices go to; '' for none."""
    row = session.execute(
        sa.select(Identity.phone, Identity.email).where(Identity.person_id == person_id)
    ).one_or_none()
    return (row.phone or "", row.email or "") if row else ("", "")


def waiting_claims(session: Session, officer: Viewer) -> list[ClaimPage]:
    """The claims of the officer's region that nobody has decided, the oldest first, at most a hundred."""
    wanted = _claims(officer).where(Claim.state == ClaimState.WAITING).order_by(Claim.id).limit(100)
    return [ClaimPage(*tuple[Any, ...](row)) for row in session.execute(wanted)]


def claim_page(session: Session, officer: Viewer, claim_id: int) -> ClaimPage | None:
    """One claim of the officer's region; None for every other number."""
    row = session.execute(_claims(officer).where(Claim.id == claim_id)).one_or_none()
    return ClaimPage(*tuple[Any, ...](row)) if row else None


def _claims(officer: Viewer) -> sa.Select[*tuple[Any, ...]]:
    owners = (
        sa.select(sa.func.count())
        .where(Membership.merchant_id == Merchant.id, Membership.role == StaffRole.OWNER)
        .correlate(Merchant)
        .scalar_subquery()
    )
    return (
        sa.select(
            Claim.id, Claim.state, Claim.uscc, Claim.note, Claim.licence_file, Claim.made_at, Claim.reason,
            Person.display_name, Identity.phone,
            Store.code, Store.name, Store.address, Merchant.legal_name, Merchant.uscc, owners,
        )
        .join(Store, Store.id == Claim.store_id)
        .join(Merchant, Merchant.id == Store.merchant_id)
        .join(Person, Person.id == Claim.person_id)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(in_charge_of(officer))
    )  # fmt: skip
