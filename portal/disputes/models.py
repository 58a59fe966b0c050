"""The dispute and its parts. The events are the truth; the columns of state are worked out from them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, BigId, Json, UtcDateTime
from portal.merchants.models import Store

HAS_DAY = "statutory_due_at IS NOT NULL"
LATELY = ("city_code", "filed_at", "store_id", "merchant_id", "category", "problem", "excluded")
FOLLOWED = ("follow_up", "follow_up_due_at", "id")


def _only(which: str) -> dict[str, Any]:
    """What limits an index to some rows."""
    return {"postgresql_where": sa.text(which), "sqlite_where": sa.text(which)}


class Dispute(Base):
    """One dispute between one consumer and one store.

    Money is fen; `consumer_label` and `phone_masked` are all that a merchant's page may know of the person.
    `entitled` is what the pledge or the law gives, as bound at filing (portal.disputes.entitled); the first
    event holds the same. The columns from `state` to `contact_shared` are those of
    `portal.disputes.standing.Standing`.
    `uncounted` says that the board has not yet seen the latest event.
    """

    __tablename__ = "disputes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(14), unique=True)
    key: Mapped[str] = mapped_column(sa.String(64))
    store_id: Mapped[int] = mapped_column(sa.ForeignKey("stores.id"))
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"))
    consumer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"))
    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    trade: Mapped[str] = mapped_column(sa.String(30))
    consumer_label: Mapped[str] = mapped_column(sa.String(60), default="")
    phone_masked: Mapped[str] = mapped_column(sa.String(11), default="")

    problem: Mapped[str] = mapped_column(sa.String(30))
    goods: Mapped[str] = mapped_column(sa.String(120), default="")
    order_no: Mapped[str] = mapped_column(sa.String(64), default="")
    category: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    condition: Mapped[str] = mapped_column(sa.String(12), default="", server_default="")
    bought_on: Mapped[date]
    paid_fen: Mapped[int] = mapped_column(sa.BigInteger)
    remedy: Mapped[str] = mapped_column(sa.String(20))
    claim_fen: Mapped[int] = mapped_column(sa.BigInteger)
    auto_escalate: Mapped[bool] = mapped_column(default=False)
    publish: Mapped[bool] = mapped_column(default=False)
    accepts_pledge: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    entitled: Mapped[dict[str, Any] | None] = mapped_column(Json)
    filed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)

    state: Mapped[str | None] = mapped_column(sa.String(20))
    turn: Mapped[str] = mapped_column(sa.String(10), default="nobody")
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    silent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talks_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    talks_over: Mapped[bool] = mapped_column(default=False)
    offer_n: Mapped[int | None]
    offer_by: Mapped[str | None] = mapped_column(sa.String(10))
    offer_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_n: Mapped[int | None]
    reminder_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    performance_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmation_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undo_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopen_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rated: Mapped[bool] = mapped_column(default=False)
    contact_shared: Mapped[bool] = mapped_column(default=False)
    officer_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    acceptance_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acceptance_late: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    mediation_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    testing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposal_n: Mapped[int | None]
    proposal_taken: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    mediated: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    recusal_asked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    entrusted_to: Mapped[str] = mapped_column(sa.String(30), default="", server_default="")
    follow_up_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")
    excluded: Mapped[str] = mapped_column(sa.String(30), default="", server_default="")
    in_group: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    transfer: Mapped[str] = mapped_column(sa.String(10), default="", server_default="")

    statutory_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    uncounted: Mapped[bool] = mapped_column(default=True)

    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": last_seq, "version_id_generator": False}
    __table_args__ = (
        sa.UniqueConstraint("consumer_id", "key"),
        sa.Index("ix_disputes_inbox", "merchant_id", "turn", "last_at", "id"),
        sa.Index("ix_disputes_store", "store_id", "last_at", "id"),
        sa.Index("ix_disputes_consumer", "consumer_id", "last_at", "id"),
        sa.Index("ix_disputes_desk", "district_code", "turn", "last_at", "id"),
        sa.Index("ix_disputes_city", "city_code", "turn", "last_at", "id"),
        sa.Index("ix_disputes_statutory", "city_code", "statutory_due_at", "id"),
        sa.Index("ix_disputes_queue", "district_code", "statutory_due_at", "id", **_only(HAS_DAY)),
        sa.Index("ix_disputes_followed_city", "city_code", *FOLLOWED, **_only("follow_up <> ''")),
        sa.Index("ix_disputes_followed_district", "district_code", *FOLLOWED, **_only("follow_up <> ''")),
        sa.Index("ix_disputes_testing", "city_code", "id", **_only("testing_since IS NOT NULL")),
        sa.Index("ix_disputes_cohort", "district_code", "filed_at"),
        sa.Index("ix_disputes_filed", *LATELY),
        sa.Index("ix_disputes_alike", "merchant_id", "problem", "filed_at"),
        sa.Index("ix_disputes_due", "next_due_at", postgresql_where=sa.text("next_due_at IS NOT NULL")),
        sa.Index("ix_disputes_uncounted", "uncounted", **_only("uncounted")),
    )


class DisputeEvent(Base):
    """One fact of the dispute's history: appended by `ledger.record()`, never changed (a trigger refuses)."""

    __tablename__ = "dispute_events"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fact: Mapped[str] = mapped_column(sa.String(30))
    party: Mapped[str] = mapped_column(sa.String(10))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class UnreadEvent(Base):
    """An event that the notices have not read yet: written with it, deleted when its notices are written.

    No foreign key: a row lives for a second, and would only tie two appends to an order.
    """

    __tablename__ = "unread_events"

    dispute_id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class Statement(Base):
    """What a person wrote. The event holds its salted digest, so a lawful erasure leaves the chain whole."""

    __tablename__ = "statements"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(sa.Text)
    salt: Mapped[str] = mapped_column(sa.String(32))
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Evidence(Base):
    """A photo: first of a draft or a form not yet sent (`draft_key`), then of the event that carries it.

    `file` and `thumb` name files by their SHA-256 in the evidence folder, which are on disk before the row.
    """

    __tablename__ = "evidence"

    id: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    draft_key: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    dispute_id: Mapped[int | None] = mapped_column(sa.ForeignKey("disputes.id"))
    seq: Mapped[int | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    file: Mapped[str] = mapped_column(sa.String(80))
    thumb: Mapped[str] = mapped_column(sa.String(80))
    original_sha256: Mapped[str] = mapped_column(sa.String(64))
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_evidence_dispute_seq", "dispute_id", "seq"),)


class Offer(Base):
    """A typed proposal. Its terms never change (a trigger refuses); how it ended is filled in once."""

    __tablename__ = "offers"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    party: Mapped[str] = mapped_column(sa.String(10))
    remedy: Mapped[str] = mapped_column(sa.String(20))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    perform_by: Mapped[date]
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[str | None] = mapped_column(sa.String(20))


class Settlement(Base):
    """An accepted offer with the exact text both sides agreed to; immutable (a trigger refuses)."""

    __tablename__ = "settlements"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    offer_n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    terms_sha256: Mapped[str] = mapped_column(sa.String(64))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Draft(Base):
    """A complaint not yet sent: what has been typed so far. Who has its key in the session may open it."""

    __tablename__ = "drafts"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    consumer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Report(Base):
    """An alleged violation split off a dispute: a separate, confidential file that no merchant ever sees.

    It is kept outside the dispute's chain on purpose: a gap in the numbers the merchant sees would tell.
    `state` is received, handling or closed; `anonymous` keeps even the masked name from the officers.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(14), unique=True)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), index=True)
    consumer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"))
    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(sa.String(10), default="received", server_default="received")
    anonymous: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    officer_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    result: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
