"""The counts of the desk's front page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.bureau.queries.follow_ups import Counts, counts
from portal.bureau.urgency import Present
from portal.disputes.models import Dispute, Report
from portal.disputes.workflow import WITH_BUREAU
from portal.merchants.models import Claim, ClaimState, Store
from portal.merchants.permissions import in_charge_of
from portal.regions.scope import within


class Load(NamedTuple):
    """What one officer has (None: nobody): how many, how urgent, the oldest date, the recusals asked for."""

    officer_id: int | None
    name: str | None
    disputes: int
    overdue: int
    soon: int
    oldest: datetime | None
    recusals: int


@dataclass(frozen=True)
class Desk:
    """What waits: disputes by who has them, stores' claims, the reports not yet closed; the follow-ups."""

    loads: list[Load]
    claims: int
    reports: int
    followed: Counts

    @property
    def disputes(self) -> int:
        return sum(load.disputes for load in self.loads)

    @property
    def overdue(self) -> int:
        return sum(load.overdue for load in self.loads)

    @property
    def soon(self) -> int:
        return sum(load.soon for load in self.loads)

    @property
    def recusals(self) -> int:
        return sum(load.recusals for load in self.loads)

    def of(self, officer_id: int | None) -> int:
        """How many one officer has; None: how many nobody has."""
        return sum(load.disputes for load in self.loads if load.officer_id == officer_id)


def desk(session: Session, officer: Viewer, moment: Present) -> Desk:
    """The counts: four queries, whatever the numbers."""
    claims = sa.select(sa.func.count()).select_from(Claim).join(Store, Store.id == Claim.store_id)
    reports = sa.select(sa.func.count()).select_from(Report)
    return Desk(
        loads=loads(session, officer, moment),
        claims=session.scalar(
            claims.where(
                Claim.state == ClaimState.WAITING,
                in_charge_of(officer),
            )
        )
        or 0,
        reports=session.scalar(
            reports.where(
                Report.state != "closed", within(officer.region, Report.city_code, Report.district_code)
            )
        )
        or 0,
        followed=counts(session, officer, moment.now),
    )


def loads(session: Session, officer: Viewer, moment: Present) -> list[Load]:
    """What each officer of the region has, the fullest desk first; what nobody has comes last."""
    due = Dispute.statutory_due_at
    counted: tuple[Any, ...] = (
        sa.func.count(),
        sa.func.count().filter(due <= moment.now),
        sa.func.count().filter(due > moment.now, due <= moment.soon_until),
        sa.func.min(due),
        sa.func.count().filter(Dispute.recusal_asked),
    )
    wanted = (
        sa.select(Dispute.officer_id, Person.display_name, *counted)
        .outerjoin(Person, Person.id == Dispute.officer_id)
        .where(
            within(officer.region, Dispute.city_code, Dispute.district_code),
            Dispute.turn == "bureau",  # as the index has it; the states alone would be looked up one by one
            Dispute.state.in_(WITH_BUREAU),
        )
        .group_by(Dispute.officer_id, Person.display_name)
    )
    found = [Load(*tuple[Any, ...](row)) for row in session.execute(wanted)]
    return sorted(found, key=lambda load: (load.officer_id is None, -load.disputes, load.officer_id or 0))
