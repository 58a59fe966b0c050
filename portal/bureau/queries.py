"""Reading for the officers' desk: only ever what lies in the officer's region (portal.regions.scope)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.refs import parse_ref
from portal.disputes.models import Dispute, DisputeEvent, Report
from portal.disputes.workflow import State
from portal.merchants.models import Claim, ClaimState, Merchant, Store
from portal.regions.models import City, Region
from portal.regions.scope import within

PAGE = 25
ID_LIMIT = 2**63  # what a database can compare
WAITING = (State.ESCALATED, State.MEDIATING)


@dataclass(frozen=True)
class Desk:
    """What waits: disputes handed over, the oldest of them, stores' claims; and the number of reports."""

    disputes: int
    oldest: datetime | None
    claims: int
    reports: int


class HandedOver(NamedTuple):
    """A dispute with the bureau; `last_at` is when it came, `party` who handed it over."""

    id: int
    ref: str
    state: str
    goods: str
    problem: str
    trade: str
    remedy: str
    claim_fen: int
    consumer_label: str
    phone_masked: str
    last_at: datetime
    city_code: str
    store_name: str
    legal_name: str
    district_zh: str
    district_en: str
    party: str


class ReportRow(NamedTuple):
    """A report as it stands in the list and on its page; the consumer stays masked."""

    id: int
    ref: str
    text: str
    made_at: datetime
    dispute_ref: str
    consumer_label: str
    phone_masked: str
    goods: str
    store_name: str
    store_address: str
    legal_name: str
    uscc: str | None
    district_zh: str
    district_en: str


def desk(session: Session, officer: Viewer) -> Desk:
    """The counts of the desk's front page."""
    disputes, oldest = session.execute(
        sa.select(sa.func.count(), sa.func.min(Dispute.last_at)).where(_with_bureau(officer))
    ).one()
    claims = sa.select(sa.func.count()).select_from(Claim).join(Store, Store.id == Claim.store_id)
    reports = sa.select(sa.func.count()).select_from(Report)
    return Desk(
        disputes=disputes,
        oldest=oldest,
        claims=session.scalar(
            claims.where(
                Claim.state == ClaimState.WAITING,
                within(officer.region, Store.city_code, Store.district_code),
            )
        )
        or 0,
        reports=session.scalar(reports.where(_reports_of(officer))) or 0,
    )


def handed_over(
    session: Session,
    officer: Viewer,
    *,
    district: str = "",
    trade: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[list[HandedOver], str]:
    """A page of the disputes with the bureau, the longest waiting first, and where to go on ("" at the end).

    district, trade: only those, where not empty; a district outside the region gives nothing.
    """
    wanted = (
        sa.select(
            *(getattr(Dispute, name) for name in HandedOver._fields[:12]),
            Store.name,
            Merchant.legal_name,
            Region.name_zh,
            Region.name_en,
            DisputeEvent.party,
        )
        .join(Store, Store.id == Dispute.store_id)
        .join(Merchant, Merchant.id == Dispute.merchant_id)
        .join(Region, Region.code == Dispute.district_code)
        .join(
            DisputeEvent,
            sa.and_(DisputeEvent.dispute_id == Dispute.id, DisputeEvent.seq == Dispute.last_seq),
        )
        .where(_with_bureau(officer))
        .order_by(Dispute.last_at, Dispute.id)
    )
    if district:
        wanted = wanted.where(Dispute.district_code == district)
    if trade:
        wanted = wanted.where(Dispute.trade == trade)
    if (cursor := _cursor(after)) is not None:
        wanted = wanted.where(sa.tuple_(Dispute.last_at, Dispute.id) > sa.tuple_(*cursor))
    rows = [HandedOver._make(row) for row in session.execute(wanted.limit(size + 1))]
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], f"{last.last_at.isoformat()}~{last.id}" if last else ""


def reports(
    session: Session, officer: Viewer, *, before: int | None = None, size: int = PAGE
) -> tuple[list[ReportRow], int | None]:
    """A page of the reports split off disputes, newest first, and the id to go on before."""
    wanted = _reports().where(_reports_of(officer)).order_by(Report.id.desc()).limit(size + 1)
    if before is not None:
        wanted = wanted.where(Report.id < before)
    rows = [ReportRow(*row) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def report(session: Session, officer: Viewer, ref: str) -> ReportRow | None:
    """The report with this reference; None both where there is none and where it is another region's."""
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    row = session.execute(_reports().where(Report.ref == parsed, _reports_of(officer))).one_or_none()
    return ReportRow(*row) if row is not None else None


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
    return {city.code: city for city in session.scalars(sa.select(City).where(own))}


def _with_bureau(officer: Viewer) -> sa.ColumnElement[bool]:
    return sa.and_(
        within(officer.region, Dispute.city_code, Dispute.district_code),
        Dispute.turn == "bureau",  # as the index has it; the states alone would be looked up one by one
        Dispute.state.in_(WAITING),
    )


def _reports_of(officer: Viewer) -> sa.ColumnElement[bool]:
    return within(officer.region, Report.city_code, Report.district_code)


def _reports() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Report.id,
            Report.ref,
            Report.text,
            Report.made_at,
            Dispute.ref,
            Dispute.consumer_label,
            Dispute.phone_masked,
            Dispute.goods,
            Store.name,
            Store.address,
            Merchant.legal_name,
            Merchant.uscc,
            Region.name_zh,
            Region.name_en,
        )
        .join(Dispute, Dispute.id == Report.dispute_id)
        .join(Store, Store.id == Dispute.store_id)
        .join(Merchant, Merchant.id == Dispute.merchant_id)
        .join(Region, Region.code == Report.district_code)
    )


def _cursor(text: str) -> tuple[datetime, int] | None:
    """The place in an address; None for what is none, which begins at the beginning."""
    try:
        at, id_ = text.split("~")
        cursor = datetime.fromisoformat(at), int(id_)
        known = cursor[0].tzinfo is not None and cursor[0].astimezone(UTC).year > 1
    except (ValueError, OverflowError):
        return None
    return cursor if known and 0 < cursor[1] < ID_LIMIT else None
