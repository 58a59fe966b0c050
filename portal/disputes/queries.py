"""Reading disputes: the one that may be seen, the list of what waits, the thread as its reader may see it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity
from portal.accounts.viewer import Viewer
from portal.core.refs import parse_ref
from portal.disputes.kept_back import details_for, text_for
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Offer, Report, Statement
from portal.disputes.permissions import party_of, visible
from portal.disputes.workflow import Fact, Party
from portal.merchants.models import Store


def visible_dispute(session: Session, viewer: Viewer, ref: str, *, to_act: bool = False) -> Dispute | None:
    """The dispute with this reference, or None both where there is none and where it is not this person's.

    to_act: PostgreSQL locks its row, so that acts queue; SQLite has the write lock already.
    """
    parsed = parse_ref(ref)
    if parsed is None:
        return None
    wanted = sa.select(Dispute).where(Dispute.ref == parsed, visible(viewer))
    return session.scalar(wanted.with_for_update(of=Dispute) if to_act else wanted)


class Row(NamedTuple):
    """One line of a list of disputes; all a list needs, and nothing that identifies a consumer."""

    id: int
    ref: str
    state: str
    turn: str
    goods: str
    problem: str
    trade: str
    paid_fen: int
    remedy: str
    claim_fen: int
    city_code: str
    accepts_pledge: bool
    last_seq: int
    consumer_label: str
    phone_masked: str
    filed_at: datetime
    last_at: datetime
    reply_due_at: datetime | None
    talks_due_at: datetime | None
    offer_due_at: datetime | None
    performance_due_at: datetime | None
    confirmation_due_at: datetime | None
    store_name: str
    store_code: str
    entitled: dict[str, Any] | None  # for the merchant alone, whose list makes settlements ready


ROW = (
    *(getattr(Dispute, name) for name in Row._fields[:-3]),
    Store.name.label("store_name"),
    Store.code.label("store_code"),
)
PAGE = 25


@dataclass(frozen=True)
class Cursor:
    """Where a list goes on: among those that wait for the reader (`mine`) or after them."""

    mine: bool
    last_at: datetime
    id: int

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """The cursor in an address; None for what is none."""
        try:
            kind, at, id_ = text.split("~")
            moment, number = datetime.fromisoformat(at), int(id_)
            last_at = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        good = kind in ("m", "o") and moment.tzinfo is not None and 0 < number < 2**63
        return cls(kind == "m", last_at, number) if good else None

    def __str__(self) -> str:
        return f"{'m' if self.mine else 'o'}~{self.last_at.isoformat()}~{self.id}"


def list_disputes(
    session: Session, viewer: Viewer, *, after: Cursor | None = None, size: int = PAGE
) -> tuple[list[Row], Cursor | None]:
    """A page of what this person may see: first what waits for this person, then the rest, newest first.

    Read by key, not by offset, so that page 400 costs what page 1 does. Gives the rows and where to go on.
    """
    rows: list[Row] = []
    mine = after is None or after.mine
    if mine:
        rows = _rows(session, viewer, True, after, size + 1)
    if len(rows) <= size:
        rows += _rows(session, viewer, False, None if mine else after, size + 1 - len(rows))
    more = len(rows) > size
    rows = rows[:size]
    last = rows[-1] if more else None
    return rows, Cursor(last.turn == party_of(viewer), last.last_at, last.id) if last else None


def _rows(session: Session, viewer: Viewer, mine: bool, after: Cursor | None, size: int) -> list[Row]:
    turn = Dispute.turn == party_of(viewer) if mine else Dispute.turn != party_of(viewer)
    pledged = Dispute.entitled if viewer.is_staff else sa.null()
    wanted = sa.select(*ROW, pledged).join(Store, Store.id == Dispute.store_id).where(visible(viewer), turn)
    if after is not None:
        wanted = wanted.where(sa.tuple_(Dispute.last_at, Dispute.id) < sa.tuple_(after.last_at, after.id))
    wanted = wanted.order_by(Dispute.last_at.desc(), Dispute.id.desc()).limit(size)
    return [Row(*tuple[Any, ...](row)) for row in session.execute(wanted)]


class Photo(NamedTuple):
    id: str
    width: int
    height: int


@dataclass(frozen=True)
class OfferTerms:
    """An offer as the thread shows it; `ended` is None while it is live."""

    n: int
    party: str
    remedy: str
    amount_fen: int
    perform_by: date
    valid_until: datetime
    ended: str | None


@dataclass(frozen=True)
class ThreadEvent:
    """One event as its reader may see it: the text and the details that are kept from a reader are gone."""

    seq: int
    fact: Fact
    party: Party
    at: datetime
    own: bool
    text: str
    erased: bool
    details: dict[str, Any]
    photos: list[Photo]
    offer: OfferTerms | None


def thread(session: Session, dispute: Dispute, viewer: Viewer) -> list[ThreadEvent]:
    """The dispute's events in order, each as this reader may see it.

    One query, and one each for offers and photos where there are any, whatever their number.
    """
    reader = party_of(viewer)
    rows = session.execute(_events_of(dispute)).all()
    offers = offers_of(session, dispute) if any("n" in row.details for row in rows) else {}
    photos = _photos_of(session, dispute) if any("photos" in row.details for row in rows) else {}
    events = []
    for row in rows:
        fact = Fact(row.fact)
        events.append(
            ThreadEvent(
                seq=row.seq,
                fact=fact,
                party=Party(row.party),
                at=row.at,
                own=row.party == reader,
                text=text_for(reader, fact, row.text),
                erased=row.erased_at is not None,
                details=details_for(reader, fact, row.details),
                photos=photos.get(row.seq, []),
                offer=offers.get(row.details.get("n")),
            )
        )
    return events


def _events_of(dispute: Dispute) -> sa.Select[Any]:
    event, said = DisputeEvent, Statement
    own = (said.dispute_id == event.dispute_id) & (said.seq == event.seq)
    wanted = sa.select(event.seq, event.fact, event.party, event.at, event.details, said.text, said.erased_at)
    return wanted.outerjoin(said, own).where(event.dispute_id == dispute.id).order_by(event.seq)


def _photos_of(session: Session, dispute: Dispute) -> dict[int, list[Photo]]:
    photos: dict[int, list[Photo]] = defaultdict(list)
    held = sa.select(Evidence.seq, Evidence.id, Evidence.width, Evidence.height)
    held = held.where(Evidence.dispute_id == dispute.id).order_by(Evidence.added_at, Evidence.id)
    for seq, id_, width, height in session.execute(held):
        photos[seq or 0].append(Photo(id_, width, height))
    return photos


def offers_of(session: Session, dispute: Dispute) -> dict[int, OfferTerms]:
    """All offers of a dispute by their number, the first first."""
    columns = [getattr(Offer, name) for name in OfferTerms.__dataclass_fields__]
    wanted = sa.select(*columns).where(Offer.dispute_id == dispute.id).order_by(Offer.n)
    return {row.n: OfferTerms(*row) for row in session.execute(wanted)}


@dataclass(frozen=True)
class Contact:
    """How the consumer is called and reached, as far as this reader may know (trust.md S11)."""

    name: str
    phone: str
    shared: bool


def contact_of(session: Session, dispute: Dispute, viewer: Viewer) -> Contact:
    """The masked contact; the identity is read only where it was shared, or is one's own."""
    reader = party_of(viewer)
    if reader is Party.CONSUMER or (reader is Party.MERCHANT and dispute.contact_shared):
        row = session.execute(
            sa.select(Identity.name, Identity.phone).where(Identity.person_id == dispute.consumer_id)
        ).one()
        return Contact(row.name, row.phone or "", dispute.contact_shared)
    return Contact(dispute.consumer_label, dispute.phone_masked, dispute.contact_shared)


def reports_of(session: Session, dispute: Dispute, viewer: Viewer) -> list[Report]:
    """The reports split off this dispute, for the consumer alone; a merchant never learns of one here."""
    if party_of(viewer) is not Party.CONSUMER:
        return []
    wanted = sa.select(Report).where(Report.dispute_id == dispute.id, Report.consumer_id == viewer.id)
    return list(session.scalars(wanted.order_by(Report.id)))
