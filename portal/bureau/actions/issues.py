"""Looking into the same trouble at many as one: open, add, write to the sides, publish, close."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.models import MOST_DISPUTES, IssueDispute, IssuePublication, SystemicIssue
from portal.core.errors import MovedOn, RuleBroken
from portal.core.refs import unused_ref
from portal.core.words import N_, clean_text
from portal.disputes import limits
from portal.disputes.actions.letters import write_to_consumer, write_to_merchant
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from portal.disputes.others import in_tens
from portal.disputes.workflow import State
from portal.merchants.models import Merchant
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City
from portal.regions.scope import within

TITLE_LIMIT = 60
SIDES: dict[str, tuple[Callable[..., object], ...]] = {
    "consumer": (write_to_consumer,),
    "merchant": (write_to_merchant,),
    "both": (write_to_consumer, write_to_merchant),
}


def open_issue(
    session: Session,
    officer: Viewer,
    refs: Collection[str],
    *,
    city_code: str,
    title: str,
    text: str,
    note: str,
    now: datetime,
) -> SystemicIssue:
    """Open an issue over disputes of the officer's region in one city.

    It belongs to the city, or to the district of a district's officer. Raises RuleBroken(title | text |
    note | disputes).
    """
    named = _title(title)
    said = limits.needed_text("text", text, N_("Please say what the trouble is."))
    kept = limits.text_within("note", note, limits.NOTE_LIMIT)
    region = officer.region or ""
    issue = SystemicIssue(
        ref=unused_ref(session, SystemicIssue.ref),
        city_code=city_code,
        district_code="" if region.endswith("00") else region,
        title=named,
        text=said,
        note=kept,
        opened_at=now,
        opened_by=officer.id,
    )
    session.add(issue)
    session.flush()
    add_disputes(session, officer, issue, refs, now=now)
    return issue


def add_disputes(
    session: Session, officer: Viewer, issue: SystemicIssue, refs: Collection[str], *, now: datetime
) -> int:
    """Add disputes by their references; gives how many are new.

    Raises RuleBroken(disputes) where one is none of the issue's city and the officer's region, or where there
    would be none or too many; MovedOn where the issue is closed.
    """
    _still_open(issue)
    wanted = set(refs)
    if not wanted:
        raise RuleBroken("disputes", N_("Please choose at least one dispute."))
    found = session.scalars(
        sa.select(Dispute.id).where(
            Dispute.ref.in_(wanted),
            Dispute.city_code == issue.city_code,
            within(officer.region, Dispute.city_code, Dispute.district_code),
            Dispute.state != State.TRANSFERRED,
        )
    ).all()
    if len(found) < len(wanted):
        raise RuleBroken("disputes", N_("There is no such dispute in your region."))
    known = set(session.scalars(sa.select(IssueDispute.dispute_id).where(IssueDispute.issue_id == issue.id)))
    new = sorted(set(found) - known)
    if len(known) + len(new) > MOST_DISPUTES:
        raise RuleBroken("disputes", N_("An issue has at most %(most)s disputes."), most=MOST_DISPUTES)
    session.add_all(
        IssueDispute(issue_id=issue.id, dispute_id=id_, added_at=now, added_by=officer.id) for id_ in new
    )
    session.flush()
    return len(new)


def remove_dispute(session: Session, issue: SystemicIssue, dispute_id: int) -> None:
    """Take a dispute out of an issue; what was written to it stays in its history."""
    _still_open(issue)
    own = IssueDispute.issue_id == issue.id, IssueDispute.dispute_id == dispute_id
    session.execute(sa.delete(IssueDispute).where(*own))


def write_to_sides(
    session: Session, officer: Viewer, issue: SystemicIssue, *, side: str, text: str, now: datetime
) -> int:
    """One letter into each dispute of the issue, to customers, shops or both; gives how many disputes.

    Raises RuleBroken(side | text), MovedOn where the issue is closed.
    """
    _still_open(issue)
    if side not in SIDES:
        raise RuleBroken("side", N_("Please choose whom you write to."))
    said = limits.needed_text("text", text, N_("Please write the letter."))
    disputes = locked(session, officer, issue, now)
    for dispute in disputes:
        for write in SIDES[side]:
            write(session, dispute, officer, note=said, now=now)
    return len(disputes)


def locked(
    session: Session, officer: Viewer, issue: SystemicIssue, now: datetime, refs: Sequence[str] | None = None
) -> list[Dispute]:
    """The issue's disputes in the officer's region, each under its lock and caught up with time.

    refs: only those. In the order of their ids, so that two officers never wait for one another.
    """
    chosen = [Dispute.ref.in_(refs)] if refs is not None else []
    ids = session.scalars(
        sa.select(Dispute.id)
        .join(IssueDispute, IssueDispute.dispute_id == Dispute.id)
        .where(
            IssueDispute.issue_id == issue.id,
            within(officer.region, Dispute.city_code, Dispute.district_code),
            Dispute.state != State.TRANSFERRED,
            *chosen,
        )
        .order_by(Dispute.id)
    ).all()
    for id_ in ids:
        catch_up(session, id_, now)
    return [session.get_one(Dispute, id_) for id_ in ids]


def publish(
    session: Session,
    officer: Viewer,
    issue: SystemicIssue,
    *,
    title: str,
    text: str,
    names_merchant: bool,
    ground: str,
    now: datetime,
) -> IssuePublication:
    """Publish what came of it, or correct what was published: each time a version that stays.

    A merchant is named only where the officer says so on a ground of the city's list, and the issue is about
    one alone. Raises RuleBroken(title | text | ground | names_merchant).
    """
    named = _title(title)
    said = limits.needed_text("text", text, N_("Please write what is published."))
    city = session.get_one(City, issue.city_code)
    if names_merchant:
        otherwise = N_("Please choose on which ground the merchant is named.")
        must_be_listed(city.choices, Kind.NAMING, ground, "ground", otherwise)
    merchants = _merchants(session, issue)
    if names_merchant and len(merchants) != 1:
        raise RuleBroken("names_merchant", N_("The issue is about several merchants; none can be named."))
    session.refresh(issue, with_for_update=True)  # of two at once the later one is the newer version
    newest = sa.select(sa.func.max(IssuePublication.n)).where(IssuePublication.issue_id == issue.id)
    own = sa.select(sa.func.count(sa.distinct(Dispute.consumer_id))).join(
        IssueDispute, IssueDispute.dispute_id == Dispute.id
    )
    version = IssuePublication(
        issue_id=issue.id,
        n=(session.scalar(newest) or 0) + 1,
        title=named,
        text=said,
        named=merchants[0] if names_merchant else "",
        ground=ground if names_merchant else "",
        disputes=in_tens(session.scalar(own.where(IssueDispute.issue_id == issue.id)) or 0),
        published_at=now,
        published_by=officer.id,
    )
    session.add(version)
    session.flush()
    return version


def close_issue(issue: SystemicIssue, *, now: datetime) -> None:
    """Nothing more is to be done; what was published stays and can still be corrected."""
    _still_open(issue)
    issue.closed_at = now


def _merchants(session: Session, issue: SystemicIssue) -> list[str]:
    wanted = (
        sa.select(Merchant.legal_name)
        .distinct()
        .join(Dispute, Dispute.merchant_id == Merchant.id)
        .join(IssueDispute, IssueDispute.dispute_id == Dispute.id)
        .where(IssueDispute.issue_id == issue.id)
    )
    return list(session.scalars(wanted.limit(2)))


def _title(title: str) -> str:
    named = clean_text(title, limit=TITLE_LIMIT, field="title")
    if not named:
        raise RuleBroken("title", N_("Please give it a short name."))
    return named


def _still_open(issue: SystemicIssue) -> None:
    if issue.closed_at is not None:
        raise MovedOn
