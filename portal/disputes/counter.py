"""Complaints taken down at the bureau's counter, for people without a phone."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.models import PersonKind
from portal.accounts.viewer import Viewer
from portal.core.orm import Base, UtcDateTime
from portal.core.words import N_
from portal.disputes.models import Dispute

NOBODY = "none"  # as `reach`: the person comes by
REACHES: dict[str, str] = {
    NOBODY: N_("The person comes by, or gets a letter"),
    "landline": N_("A landline"),
    "relative": N_("A relative's or a neighbour's phone"),
}


class CounterComplaint(Base):
    """A dispute that an officer took down: who did, and how the person can be reached.

    No merchant's page is ever built from it. It repeats the place of its dispute, for the desk's list.
    `officer_id` is None where another city took it down and passed it on.
    """

    __tablename__ = "counter_complaints"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"))
    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reach: Mapped[str] = mapped_column(sa.String(10))
    number: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        sa.Index("ix_counter_complaints_city", "city_code", "dispute_id"),
        sa.Index("ix_counter_complaints_district", "district_code", "dispute_id"),
    )


def taken_down(session: Session, dispute: Dispute) -> CounterComplaint | None:
    """How the dispute came in at the counter; None where its consumer filed it."""
    return session.get(CounterComplaint, dispute.id)


def pass_on(session: Session, old: Dispute, new: Dispute) -> None:
    """Keep of a dispute that goes on in another city how its person can be reached."""
    known = taken_down(session, old)
    if known is not None:
        session.add(
            CounterComplaint(
                dispute_id=new.id,
                city_code=new.city_code,
                district_code=new.district_code,
                officer_id=None,
                reach=known.reach,
                number=known.number,
                taken_at=known.taken_at,
            )
        )


def speaking(dispute: Dispute, officer: Viewer) -> Viewer:
    """The consumer of a dispute as who stands at the counter, with the officer who takes it down."""
    return Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER, hand=officer)
