"""The disputes of the counter: who is to be told something by letter or at the counter, what is open."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.disputes.counter import CounterComplaint
from portal.disputes.models import Dispute
from portal.disputes.workflow import CLOSED, Party, Turn
from portal.merchants.models import Store
from portal.regions.scope import within

PAGE = 25


@dataclass(frozen=True)
class Taken:
    """A dispute of the counter as the list has it; `officer` is '' where another city took it down."""

    dispute: Dispute
    complaint: CounterComplaint
    officer: str


def taken_at_counter(
    session: Session, officer: Viewer, *, to_tell: bool, before: int | None = None, size: int = PAGE
) -> tuple[list[Taken], int | None]:
    """A page of the region's disputes of the counter, the newest first, and the id to go on before.

    to_tell: only those in which something waits for the person; else all that are open. One query.
    """
    wanted = (
        sa.select(Dispute, CounterComplaint, Person.display_name)
        .join(CounterComplaint, CounterComplaint.dispute_id == Dispute.id)
        .outerjoin(Person, Person.id == CounterComplaint.officer_id)
        .where(
            within(officer.region, CounterComplaint.city_code, CounterComplaint.district_code),
            waits() if to_tell else Dispute.state.not_in(CLOSED),
        )
        .options(sa.orm.joinedload(Dispute.store).joinedload(Store.merchant))
    )
    if before is not None:
        wanted = wanted.where(CounterComplaint.dispute_id < before)
    wanted = wanted.order_by(CounterComplaint.dispute_id.desc()).limit(size + 1)
    rows = [Taken(row[0], row[1], row[2] or "") for row in session.execute(wanted)]
    return rows[:size], rows[size - 1].dispute.id if len(rows) > size else None


def count_to_tell(session: Session, officer: Viewer) -> int:
    """In how many disputes of the counter something waits for the person."""
    wanted = (
        sa.select(sa.func.count())
        .select_from(CounterComplaint)
        .join(Dispute, Dispute.id == CounterComplaint.dispute_id)
        .where(within(officer.region, CounterComplaint.city_code, CounterComplaint.district_code), waits())
    )
    return session.scalar(wanted) or 0


def waits() -> sa.ColumnElement[bool]:
    """SQL: it is the person's turn, or a proposal or the bureau's question waits for an answer."""
    proposal = sa.and_(
        Dispute.proposal_n.is_not(None), Dispute.proposal_taken.not_in((Party.CONSUMER, "both"))
    )
    return sa.or_(Dispute.turn == Turn.CONSUMER, proposal, Dispute.follow_up == "asked")
