"""The reports of a region: who made one anonymously stays unnamed."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.bureau.queries.queue import PAGE
from portal.core.refs import parse_ref
from portal.disputes.models import Dispute, Report
from portal.merchants.models import Merchant, Store
from portal.regions.models import Region
from portal.regions.scope import within


class ReportRow(NamedTuple):
    """A report as it stands in the list and on its page; the consumer stays masked.

    Of an anonymous one the database gives neither the consumer nor the dispute ('' instead).
    """

    id: int
    ref: str
    text: str
    made_at: datetime
    state: str
    anonymous: bool
    result: str
    handled_at: datetime | None
    closed_at: datetime | None
    dispute_ref: str
    consumer_label: str
    phone_masked: str
    store_name: str
    store_address: str
    legal_name: str
    uscc: str | None
    district_zh: str
    district_en: str
    officer_name: str | None


def reports(
    session: Session, officer: Viewer, *, before: int | None = None, size: int = PAGE
) -> tuple[list[ReportRow], int | None]:
    """A page of the reports split off disputes, newest first, and the id to go on before."""
    wanted = _reports().where(_of(officer)).order_by(Report.id.desc()).limit(size + 1)
    if before is not None:
        wanted = wanted.where(Report.id < before)
    rows = [ReportRow(*row) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def report(session: Session, officer: Viewer, ref: str) -> ReportRow | None:
    """The report with this reference; None both where there is none and where it is another region's."""
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    row = session.execute(_reports().where(Report.ref == parsed, _of(officer))).one_or_none()
    return ReportRow(*row) if row is not None else None


def report_to_handle(session: Session, officer: Viewer, ref: str) -> Report | None:
    """The same as a row to write to; PostgreSQL locks it, SQLite has the write lock already."""
    parsed = parse_ref(ref)
    wanted = sa.select(Report).where(Report.ref == parsed, _of(officer)).with_for_update(of=Report)
    return session.scalar(wanted) if parsed is not None else None


def _of(officer: Viewer) -> sa.ColumnElement[bool]:
    return within(officer.region, Report.city_code, Report.district_code)


def _reports() -> sa.Select[Any]:
    def named(column: Any) -> sa.ColumnElement[Any]:
        return sa.case((Report.anonymous, ""), else_=column)

    return (
        sa.select(
            *(getattr(Report, name) for name in ReportRow._fields[:9]),
            named(Dispute.ref),
            named(Dispute.consumer_label),
            named(Dispute.phone_masked),
            Store.name,
            Store.address,
            Merchant.legal_name,
            Merchant.uscc,
            Region.name_zh,
            Region.name_en,
            Person.display_name,
        )
        .join(Dispute, Dispute.id == Report.dispute_id)
        .join(Store, Store.id == Dispute.store_id)
        .join(Merchant, Merchant.id == Dispute.merchant_id)
        .join(Region, Region.code == Report.district_code)
        .outerjoin(Person, Person.id == Report.officer_id)
    )
