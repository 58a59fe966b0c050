"""A dispute that was filed in the wrong city: passed on to the right one, with a receipt on both sides."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts.viewer import Viewer
from portal.core.orm import Base, BigId, UtcDateTime
from portal.disputes.models import Dispute
from portal.disputes.permissions import party_of
from portal.disputes.workflow import Party, State
from portal.merchants.models import Store
from portal.merchants.search import FoundStore, search_stores
from portal.regions.models import Region
from portal.regions.scope import within

WAITING = "waiting"  # Standing.transfer: the receiving bureau has not confirmed it yet
SHOWN = 10  # on the desk's front page


class Transfer(Base):
    """One dispute passed on: what it was, what it became, the receipt's number, and when that was confirmed.

    Each bureau knows its own side alone: the old one the number, the new one the city that it came from.
    """

    __tablename__ = "transfers"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(14), unique=True)
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), unique=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), unique=True)
    from_city: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    to_city: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passing(NamedTuple):
    """How one reader sees that a dispute was passed on, or came from elsewhere (`arrived`).

    other_ref is '' for everybody but the consumer: no bureau sees the other one's record.
    """

    arrived: bool
    number: str
    city_zh: str
    city_en: str
    made_at: datetime
    received_at: datetime | None
    other_ref: str

    def city(self, locale: str) -> str:
        return self.city_en if locale == "en" else self.city_zh


def passing_of(session: Session, dispute: Dispute, viewer: Viewer) -> Passing | None:
    """The transfer that a dispute went out or came in by; None without one, and for the shops.

    A dispute that came in and was passed on again says where it went.
    """
    reader = party_of(viewer)
    left = dispute.state == State.TRANSFERRED
    if reader is Party.MERCHANT or not (left or dispute.transfer):
        return None
    own, other = (Transfer.from_id, Transfer.to_id) if left else (Transfer.to_id, Transfer.from_id)
    place = Transfer.to_city if left else Transfer.from_city
    ref = sa.select(Dispute.ref).where(Dispute.id == other).scalar_subquery()
    row = session.execute(
        sa.select(
            Transfer.number, Region.name_zh, Region.name_en, Transfer.made_at, Transfer.received_at,
            ref if reader is Party.CONSUMER else sa.literal(""),
        )
        .join(Region, Region.code == place)
        .where(own == dispute.id)
    ).one()  # fmt: skip
    return Passing(not left, *row)


class Arrival(NamedTuple):
    """A dispute that came from another city and waits for the receipt."""

    ref: str
    goods: str
    store: str
    city_zh: str
    city_en: str
    made_at: datetime

    def city(self, locale: str) -> str:
        return self.city_en if locale == "en" else self.city_zh


def arrivals(session: Session, officer: Viewer) -> list[Arrival]:
    """What came from other cities into an officer's region and waits for the receipt, the oldest first."""
    wanted = (
        sa.select(Dispute.ref, Dispute.goods, Store.name, Region.name_zh, Region.name_en, Transfer.made_at)
        .join(Transfer, Transfer.to_id == Dispute.id)
        .join(Store, Store.id == Dispute.store_id)
        .join(Region, Region.code == Transfer.from_city)
        .where(
            Transfer.received_at.is_(None),
            Dispute.transfer == WAITING,
            Dispute.state != State.TRANSFERRED,
            within(officer.region, Dispute.city_code, Dispute.district_code),
        )
        .order_by(Transfer.id)
        .limit(SHOWN)
    )
    return [Arrival(*row) for row in session.execute(wanted)]


class Elsewhere(NamedTuple):
    """A shop of another city, as anybody may find it."""

    store: FoundStore
    city_zh: str
    city_en: str


def stores_elsewhere(session: Session, city_code: str, q: str) -> list[Elsewhere]:
    """The open shops of all other cities that a query finds, at most a page; [] for an empty one."""
    if not q.strip():
        return []
    found = search_stores(session, q, only=Store.city_code != city_code).stores
    cities = (
        sa.select(Store.code, Region.name_zh, Region.name_en)
        .join(Region, Region.code == Store.city_code)
        .where(Store.code.in_([one.code for one in found]))
    )
    names = {code: (zh, en) for code, zh, en in session.execute(cities)}
    return [Elsewhere(one, *names[one.code]) for one in found]
