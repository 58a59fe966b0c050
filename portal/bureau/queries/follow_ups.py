"""What became of closed disputes, as their consumers answered when the bureau asked; and how many did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.queries.queue import PAGE, parse_place, place_of
from portal.disputes.models import Dispute, DisputeEvent, Statement
from portal.disputes.workflow import Fact
from portal.merchants.models import Store
from portal.regions.models import Region
from portal.regions.scope import within

LATELY = timedelta(days=90)  # what the desk counts: the list goes further back
ASKED = "asked"  # as `follow_up`: not answered yet
YES, PARTLY, NO = "yes", "partly", "no"
ALL = (NO, PARTLY, YES, ASKED)
# Said with a literal, so that the index of those who were asked can serve it.
WAS_ASKED = Dispute.follow_up != sa.literal_column("''")


class FollowUp(NamedTuple):
    """A line of the list; `answered_at` and `details` are None where nobody has answered yet."""

    id: int
    ref: str
    state: str
    goods: str
    problem: str
    city_code: str
    follow_up: str
    follow_up_due_at: datetime
    store_name: str
    district_zh: str
    district_en: str
    answered_at: datetime | None
    details: dict[str, Any] | None
    text: str | None


@dataclass(frozen=True)
class Counts:
    """How many were asked lately, and what they answered."""

    asked: int
    yes: int
    partly: int
    no: int

    @property
    def answered(self) -> int:
        return self.yes + self.partly + self.no


def follow_ups(
    session: Session,
    officer: Viewer,
    *,
    answer: str = "",
    district: str = "",
    after: str = "",
    size: int = PAGE,
) -> tuple[list[FollowUp], str]:
    """A page of those who were asked, the last asked first, and where to go on ("" at the end).

    answer: one of ALL, "" for whatever was answered or not; district: "" for all.
    """
    wanted = _lines().where(
        WAS_ASKED,
        Dispute.follow_up.in_([answer] if answer else ALL),
        within(officer.region, Dispute.city_code, Dispute.district_code),
    )
    if district:
        wanted = wanted.where(Dispute.district_code == district)
    place = parse_place(after)
    if place is not None and place[0] is not None:
        wanted = wanted.where(sa.tuple_(Dispute.follow_up_due_at, Dispute.id) < sa.tuple_(*place))
    wanted = wanted.order_by(Dispute.follow_up_due_at.desc(), Dispute.id.desc()).limit(size + 1)
    rows = [FollowUp(*row) for row in session.execute(wanted)]
    last = rows[size - 1] if len(rows) > size else None
    return rows[:size], place_of(last.follow_up_due_at, last.id) if last else ""


def counts(session: Session, officer: Viewer, now: datetime) -> Counts:
    """The counts of LATELY: one query over an index that holds nothing else."""
    wanted = (
        sa.select(Dispute.follow_up, sa.func.count().label("many"))
        .where(
            WAS_ASKED,
            Dispute.follow_up.in_(ALL),
            Dispute.follow_up_due_at > now - LATELY,
            within(officer.region, Dispute.city_code, Dispute.district_code),
        )
        .group_by(Dispute.follow_up)
    )
    found = {row.follow_up: row.many for row in session.execute(wanted)}
    return Counts(sum(found.values()), found.get(YES, 0), found.get(PARTLY, 0), found.get(NO, 0))


def _lines() -> sa.Select[Any]:
    event, said = DisputeEvent, Statement
    answered = (event.dispute_id == Dispute.id) & (event.fact == Fact.FOLLOW_UP_ANSWERED)
    own = (said.dispute_id == event.dispute_id) & (said.seq == event.seq)
    return (
        sa.select(
            *(getattr(Dispute, name) for name in FollowUp._fields[:8]),
            Store.name,
            Region.name_zh,
            Region.name_en,
            event.at,
            event.details,
            said.text,
        )
        .join(Store, Store.id == Dispute.store_id)
        .join(Region, Region.code == Dispute.district_code)
        .outerjoin(event, answered)
        .outerjoin(said, own)
    )
