"""Reading issues: the list, one of them, its disputes and what was published of it."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.models import MOST_DISPUTES, IssueDispute, IssuePublication, SystemicIssue
from portal.bureau.queries.queue import PAGE
from portal.core.refs import parse_ref
from portal.disputes.groups import DisputeGroup, GroupMember
from portal.disputes.models import Dispute
from portal.merchants.models import Merchant, Store
from portal.regions.models import Region
from portal.regions.scope import within


class IssueRow(NamedTuple):
    """A line of the list; `published` is when the newest version was, None where there is none."""

    id: int
    ref: str
    title: str
    opened_at: datetime
    closed_at: datetime | None
    disputes: int
    published: datetime | None


class Part(NamedTuple):
    """A dispute of an issue or of a cluster; the consumer stays masked."""

    id: int
    ref: str
    state: str
    goods: str
    problem: str
    consumer_label: str
    phone_masked: str
    filed_at: datetime
    in_group: bool
    merchant_id: int
    store_name: str
    legal_name: str


def may_see(officer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the issues of the officer's region; a district's officers see those of their district alone."""
    return within(officer.region, SystemicIssue.city_code, SystemicIssue.district_code)


def issues(
    session: Session, officer: Viewer, *, before: int | None = None, size: int = PAGE
) -> tuple[list[IssueRow], int | None]:
    """A page of the issues, newest first, and the id to go on before."""
    own = sa.select(sa.func.count()).where(IssueDispute.issue_id == SystemicIssue.id)
    newest = sa.select(sa.func.max(IssuePublication.published_at, type_=IssuePublication.published_at.type))
    wanted = (
        sa.select(
            SystemicIssue.id,
            SystemicIssue.ref,
            SystemicIssue.title,
            SystemicIssue.opened_at,
            SystemicIssue.closed_at,
            own.scalar_subquery(),
            newest.where(IssuePublication.issue_id == SystemicIssue.id).scalar_subquery(),
        )
        .where(may_see(officer))
        .order_by(SystemicIssue.id.desc())
        .limit(size + 1)
    )
    if before is not None:
        wanted = wanted.where(SystemicIssue.id < before)
    rows = [IssueRow(*tuple[Any, ...](row)) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def issue(session: Session, officer: Viewer, ref: str, *, to_act: bool = False) -> SystemicIssue | None:
    """The issue with this reference; None both where there is none and where it is another region's.

    to_act: PostgreSQL locks its row, SQLite has the write lock already.
    """
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    wanted = sa.select(SystemicIssue).where(SystemicIssue.ref == parsed, may_see(officer))
    return session.scalar(wanted.with_for_update(of=SystemicIssue) if to_act else wanted)


def parts_of(session: Session, officer: Viewer, issue_id: int) -> list[Part]:
    """The disputes of an issue that lie in the officer's region, the newest first."""
    own = sa.select(IssueDispute.dispute_id).where(IssueDispute.issue_id == issue_id)
    return parts(session, officer, Dispute.id.in_(own))


def parts(session: Session, officer: Viewer, which: sa.ColumnElement[bool]) -> list[Part]:
    """The disputes of the officer's region that fit, the newest first; at most MOST_DISPUTES."""
    wanted = (
        sa.select(
            *(getattr(Dispute, name) for name in Part._fields[:-2]),
            Store.name,
            Merchant.legal_name,
        )
        .join(Store, Store.id == Dispute.store_id)
        .join(Merchant, Merchant.id == Dispute.merchant_id)
        .where(which, within(officer.region, Dispute.city_code, Dispute.district_code))
        .order_by(Dispute.filed_at.desc(), Dispute.id.desc())
        .limit(MOST_DISPUTES)
    )
    return [Part(*tuple[Any, ...](row)) for row in session.execute(wanted)]


class GroupRow(NamedTuple):
    """A group that disputes of an issue were invited to."""

    ref: str
    title: str
    invited: int
    joined: int


def groups_of(session: Session, officer: Viewer, issue_id: int) -> list[GroupRow]:
    """The groups of an issue: those that one of its disputes was invited to."""
    own = sa.select(IssueDispute.dispute_id).where(IssueDispute.issue_id == issue_id)
    joined = sa.func.count().filter(Dispute.in_group)
    wanted = (
        sa.select(DisputeGroup.ref, DisputeGroup.title, sa.func.count(), joined)
        .join(GroupMember, GroupMember.group_id == DisputeGroup.id)
        .join(Dispute, Dispute.id == GroupMember.dispute_id)
        .where(
            Dispute.id.in_(own), within(officer.region, DisputeGroup.city_code, DisputeGroup.district_code)
        )
        .group_by(DisputeGroup.id, DisputeGroup.ref, DisputeGroup.title)
        .order_by(DisputeGroup.id)
    )
    return [GroupRow(*tuple[Any, ...](row)) for row in session.execute(wanted)]


def versions_of(session: Session, issue_id: int) -> list[IssuePublication]:
    """What was published of an issue, the newest first."""
    wanted = sa.select(IssuePublication).where(IssuePublication.issue_id == issue_id)
    return list(session.scalars(wanted.order_by(IssuePublication.n.desc())))


class Notice(NamedTuple):
    """A published issue as a line of the public list."""

    issue_id: int
    ref: str
    title: str
    named: str
    published_at: datetime
    city_zh: str
    city_en: str


def published(
    session: Session, *, before: int | None = None, city_code: str = "", size: int = PAGE
) -> tuple[list[Notice], int | None]:
    """A page of what is published, the newest issue first, and the issue's id to go on before."""
    newest = (
        sa.select(IssuePublication.issue_id, sa.func.max(IssuePublication.n).label("n"))
        .group_by(IssuePublication.issue_id)
        .subquery()
    )
    version = IssuePublication
    wanted = (
        sa.select(
            version.issue_id,
            SystemicIssue.ref,
            version.title,
            version.named,
            version.published_at,
            Region.name_zh,
            Region.name_en,
        )
        .join(newest, (newest.c.issue_id == version.issue_id) & (newest.c.n == version.n))
        .join(SystemicIssue, SystemicIssue.id == version.issue_id)
        .join(Region, Region.code == SystemicIssue.city_code)
        .order_by(version.issue_id.desc())
        .limit(size + 1)
    )
    if before is not None:
        wanted = wanted.where(version.issue_id < before)
    if city_code:
        wanted = wanted.where(SystemicIssue.city_code == city_code)
    rows = [Notice(*tuple[Any, ...](row)) for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].issue_id if len(rows) > size else None


def published_issue(session: Session, ref: str) -> SystemicIssue | None:
    """A published issue for everybody; None where nothing of it is published."""
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    some = sa.exists().where(IssuePublication.issue_id == SystemicIssue.id)
    return session.scalar(sa.select(SystemicIssue).where(SystemicIssue.ref == parsed, some))
