"""Who complains, as an official complaint needs it (Order 121): given at escalation, for the bureau alone."""

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.core import idcard
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.orm import Base, BigId, UtcDateTime
from portal.core.words import N_, filled_text
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute
from portal.disputes.workflow import Fact

ID_TYPES: dict[str, str] = {
    "id_card": N_("Resident identity card"),
    "passport": N_("Passport"),
    "hk_macao": N_("Hong Kong or Macao permit"),
    "taiwan": N_("Taiwan permit"),
    "other": N_("Another document"),
}
IDENTITY, BACKGROUND, REACH = "identity", "background", "reach"  # what is looked at; stored
LOOKS = 50  # that are shown
LOOK_LASTS = timedelta(minutes=10)  # reloading the page within it is the same look


class OfficialIdentity(Base):
    """Who complains, for the official form of one dispute. No merchant's page is ever built from it."""

    __tablename__ = "official_identities"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    id_type: Mapped[str] = mapped_column(sa.String(12))
    id_number: Mapped[str] = mapped_column(sa.String(40))
    address: Mapped[str] = mapped_column(sa.String(200))
    elsewhere: Mapped[bool] = mapped_column(default=False)
    entrusted: Mapped[bool] = mapped_column(default=False)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityView(Base):
    """An officer has looked at a person's identity (PIPL; trust.md): who, of which dispute, when.

    what: IDENTITY, BACKGROUND for the facts about both sides of the dispute, or REACH for how somebody
    without a phone is told.
    """

    __tablename__ = "identity_views"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), index=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    what: Mapped[str] = mapped_column(sa.String(12), default=IDENTITY, server_default=IDENTITY)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


def give_identity(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    name: str,
    id_type: str,
    id_number: str,
    address: str,
    elsewhere: bool,
    entrusted: bool,
    now: datetime,
) -> OfficialIdentity:
    """Keep what the official form asks for; the event says that it was given, and nothing of it.

    Raises RuleBroken(name | id_type | id_number | address).
    """
    if id_type not in ID_TYPES:
        raise RuleBroken("id_type", N_("Please choose the kind of document."))
    number = idcard.fold(id_number)
    if id_type == "id_card" and not idcard.is_valid(number):
        raise RuleBroken(
            "id_number", N_("This is no number of an identity card: please check its 18 characters.")
        )
    row = session.get(OfficialIdentity, dispute.id) or OfficialIdentity(dispute_id=dispute.id)
    row.name = filled_text("name", name, 60)
    row.id_type = id_type
    row.id_number = filled_text("id_number", number, 40)
    row.address = filled_text("address", address, 200)
    row.elsewhere, row.entrusted, row.given_at = elsewhere, entrusted, now
    details = {"elsewhere": elsewhere, "entrusted": entrusted}
    record_act(session, dispute, actor, Fact.IDENTITY_GIVEN, now=now, details=details)
    session.add(row)
    return row


def look_at_identity(
    session: Session, dispute: Dispute, officer: Viewer, *, now: datetime
) -> OfficialIdentity | None:
    """The identity, for an officer who may see the dispute; that it was looked at is kept first.

    Raises NotAllowed for everybody else. None where it has not been given.
    """
    if officer.region is None:
        raise NotAllowed
    row = session.get(OfficialIdentity, dispute.id)
    if row is not None:
        log_look(session, dispute.id, officer, now=now)
    return row


def log_look(
    session: Session, dispute_id: int, officer: Viewer, *, now: datetime, what: str = IDENTITY
) -> None:
    """Keep that an officer reads who complains, on a page or on a paper. Raises NotAllowed for others."""
    if officer.region is None:
        raise NotAllowed
    session.add(IdentityView(dispute_id=dispute_id, officer_id=officer.id, what=what, seen_at=now))


def just_looked(
    session: Session, dispute: Dispute, officer: Viewer, *, now: datetime
) -> OfficialIdentity | None:
    """The identity, for an officer whose kept look is not over yet; None for everybody else."""
    looked = _look_lasts(dispute, officer, IDENTITY, now)
    return session.scalar(
        sa.select(OfficialIdentity).where(OfficialIdentity.dispute_id == dispute.id, looked)
    )


def background_lasts(session: Session, dispute: Dispute, officer: Viewer, *, now: datetime) -> bool:
    """Whether this officer's kept look at the facts about both sides is not over yet."""
    return look_lasts(session, dispute, officer, BACKGROUND, now=now)


def look_lasts(session: Session, dispute: Dispute, officer: Viewer, what: str, *, now: datetime) -> bool:
    """Whether this officer's kept look at such a thing is not over yet."""
    return bool(session.scalar(sa.select(_look_lasts(dispute, officer, what, now))))


def _look_lasts(dispute: Dispute, officer: Viewer, what: str, now: datetime) -> sa.Exists:
    return sa.exists().where(
        IdentityView.dispute_id == dispute.id,
        IdentityView.officer_id == officer.id,
        IdentityView.what == what,
        IdentityView.seen_at > now - LOOK_LASTS,
    )


class Look(NamedTuple):
    """An officer has looked; as the person who is looked at may read it."""

    officer: str
    seen_at: datetime
    what: str


def looks_of(session: Session, dispute: Dispute) -> list[Look]:
    """Which officers have looked at what, and when, the latest first: for the consumer."""
    wanted = (
        sa.select(Person.display_name, IdentityView.seen_at, IdentityView.what)
        .join(Person, Person.id == IdentityView.officer_id)
        .where(IdentityView.dispute_id == dispute.id)
        .order_by(IdentityView.id.desc())
        .limit(LOOKS)
    )
    return [Look(*row) for row in session.execute(wanted)]
