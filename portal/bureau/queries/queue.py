"""The queue: the disputes with the bureau by their next statutory date, and what is known of a row."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.disputes.colleagues import recused
from portal.disputes.counter import CounterComplaint
from portal.disputes.models import Dispute
from portal.disputes.workflow import State
from portal.merchants.models import Merchant, Store
from portal.regions.models import Region
from portal.regions.scope import within

PAGE = 25
ID_LIMIT = 2**63  # what a database can compare
NOBODY = 0  # as `officer_id` of Filters: taken on by nobody


class Stage(StrEnum):
    """Where a dispute with the bureau stands."""

    WAITING = "waiting"
    MEDIATING = "mediating"
    TESTING = "testing"


class Mediator(StrEnum):
    """What is open or unusual about who mediates."""

    RECUSAL = "recusal"
    ENTRUSTED = "entrusted"


@dataclass(frozen=True)
class Filters:
    """Only those of the queue; what is None or empty leaves all. since, until: limit the statutory date."""

    district: str = ""
    trade: str = ""
    stage: Stage | None = None
    officer_id: int | None = None
    mediator: Mediator | None = None
    since: datetime | None = None
    until: datetime | None = None


class Queued(NamedTuple):
    """A dispute as a line of the queue or of a search; the consumer stays masked."""

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
    city_code: str
    district_code: str
    officer_id: int | None
    testing_since: datetime | None
    statutory_due_at: datetime | None
    filed_at: datetime
    last_seq: int
    recusal_asked: bool
    entrusted_to: str
    store_name: str
    legal_name: str
    district_zh: str
    district_en: str
    officer_name: str | None
    counter: int | None  # set where it was taken down at the counter
    recused: bool  # the officer who looks is, and cannot be given it

    @property
    def stage(self) -> Stage | None:
        """None where it is not with the bureau."""
        if self.state == State.ESCALATED:
            return Stage.WAITING
        if self.state != State.MEDIATING:
            return None
        return Stage.TESTING if self.testing_since else Stage.MEDIATING


def queue(
    session: Session, officer: Viewer, filters: Filters, *, after: str = "", size: int = PAGE
) -> tuple[list[Queued], str]:
    """A page of the queue, and where to go on ("" at the end): those whose clock stands still come last.

    Read by key, not by offset: first along the statutory date, then, where the page has room, the rest.
    """
    place = parse_place(after)
    wanted = queued(officer).where(
        *_chosen(filters), within(officer.region, Dispute.city_code, Dispute.district_code)
    )
    rows: list[Queued] = []
    if (place is None or place[0] is not None) and filters.stage is not Stage.TESTING:
        running = wanted.where(Dispute.statutory_due_at.is_not(None))
        if place is not None:
            running = running.where(sa.tuple_(Dispute.statutory_due_at, Dispute.id) > sa.tuple_(*place))
        rows = read(session, running.order_by(Dispute.statutory_due_at, Dispute.id).limit(size + 1))
    if len(rows) <= size and filters.since is None and filters.until is None:
        still = wanted.where(Dispute.testing_since.is_not(None), Dispute.state == State.MEDIATING)
        if place is not None and place[0] is None:
            still = still.where(Dispute.id > place[1])
        rows += read(session, still.order_by(Dispute.id).limit(size + 1 - len(rows)))
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], place_of(last.statutory_due_at, last.id) if last else ""


def queued(officer: Viewer) -> sa.Select[Any]:
    """The columns of a line as this officer sees it, with the names that it shows."""
    return (
        sa.select(
            *(getattr(Dispute, name) for name in Queued._fields[:-7]),
            Store.name,
            Merchant.legal_name,
            Region.name_zh,
            Region.name_en,
            Person.display_name,
            CounterComplaint.dispute_id,
            recused(Dispute.id, officer.id).correlate(Dispute),
        )
        .join(Store, Store.id == Dispute.store_id)
        .join(Merchant, Merchant.id == Dispute.merchant_id)
        .join(Region, Region.code == Dispute.district_code)
        .outerjoin(Person, Person.id == Dispute.officer_id)
        .outerjoin(CounterComplaint, CounterComplaint.dispute_id == Dispute.id)
    )


def read(session: Session, wanted: sa.Select[Any]) -> list[Queued]:
    """The lines that a selection of `queued()` gives."""
    return [Queued._make(row) for row in session.execute(wanted)]


def place_of(due: datetime | None, id_: int) -> str:
    """A place in the queue as an address has it; no date where the clock stands still."""
    return f"{due.isoformat() if due else ''}~{id_}"


def parse_place(text: str) -> tuple[datetime | None, int] | None:
    """The place in an address; None for what is none, which begins at the beginning."""
    try:
        at, id_ = text.split("~")
        due, number = datetime.fromisoformat(at) if at else None, int(id_)
        known = due is None or (due.tzinfo is not None and due.astimezone(UTC).year > 1)
    except (ValueError, OverflowError):
        return None
    return (due, number) if known and 0 < number < ID_LIMIT else None


def _chosen(filters: Filters) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if filters.district:
        chosen.append(Dispute.district_code == filters.district)
    if filters.trade:
        chosen.append(Dispute.trade == filters.trade)
    if filters.stage is not None:
        chosen.append(
            Dispute.state == (State.ESCALATED if filters.stage is Stage.WAITING else State.MEDIATING)
        )
    if filters.stage in (Stage.MEDIATING, Stage.TESTING):
        tested = Dispute.testing_since.is_not(None)
        chosen.append(tested if filters.stage is Stage.TESTING else ~tested)
    if filters.officer_id is not None:
        chosen.append(Dispute.officer_id == (filters.officer_id or None))
    if filters.mediator is Mediator.RECUSAL:
        chosen.append(Dispute.recusal_asked.is_(True))
    if filters.mediator is Mediator.ENTRUSTED:
        chosen.append(Dispute.entrusted_to != "")
    if filters.since is not None:
        chosen.append(Dispute.statutory_due_at > filters.since)
    if filters.until is not None:
        chosen.append(Dispute.statutory_due_at <= filters.until)
    return chosen
