"""Merchants (one licence each), their stores, and the claims by which people take them on."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, BigId, Json, UtcDateTime
from portal.core.words import unigrams


class ClaimState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class ChangeKind(StrEnum):
    """What an officer does to a store; the values are stored for ever."""

    MOVED = "moved"
    MERGED = "merged"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    CLOSED = "closed"
    REOPENED = "reopened"


class Merchant(Base):
    """One legal entity, one USCC (GB 32100); a stall may have none and is then verified by hand."""

    __tablename__ = "merchants"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uscc: Mapped[str | None] = mapped_column(sa.String(18), unique=True)
    legal_name: Mapped[str] = mapped_column(sa.String(120))
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    stores: Mapped[list["Store"]] = relationship(back_populates="merchant", order_by="Store.id")


class Store(Base):
    """A place of business with a QR code.

    `import_key` is what makes a second import change nothing; `search_text` holds name, legal name and
    address one character per token (portal.core.words.unigrams), so that two-character words are found.
    `licence_since` is the first day on which it belongs to its merchant, None where it always has; `changes`
    counts what officers did to it, so that of two at once one comes too late. `merged_into` is the record
    that took this one's place; `suspension` is a code of the city's list, `suspension_said` is public.
    """

    __tablename__ = "stores"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"), index=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    trade: Mapped[str] = mapped_column(sa.String(30))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str] = mapped_column(sa.String(30), default="")
    import_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    search_text: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    licence_since: Mapped[date | None]
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspension: Mapped[str] = mapped_column(sa.String(30), default="", server_default="")
    suspension_said: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    changes: Mapped[int] = mapped_column(default=0, server_default="0")

    merchant: Mapped[Merchant] = relationship(back_populates="stores", lazy="joined", innerjoin=True)


def search_text_of(name: str, legal_name: str, address: str) -> str:
    """What a store is found by; its name comes first, so that a search can tell what begins with a word."""
    return unigrams(f"{name} {legal_name} {address}")


class Claim(Base):
    """Somebody says "this is my store" and proves it with the licence; an officer decides."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.ForeignKey("stores.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), index=True)
    uscc: Mapped[str] = mapped_column(sa.String(18), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    licence_file: Mapped[str] = mapped_column(sa.String(80), default="")
    state: Mapped[str] = mapped_column(sa.String(10), default=ClaimState.WAITING, index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")

    store: Mapped[Store] = relationship(lazy="joined", innerjoin=True)


class StoreChange(Base):
    """What an officer did to a store, and why; appended, never changed (a trigger refuses).

    merchant_id: whose store it was then. details: what the act's own sentence needs, by its kind.
    """

    __tablename__ = "store_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.ForeignKey("stores.id"), index=True)
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"))
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.String(500))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
