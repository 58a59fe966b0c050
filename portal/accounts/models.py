"""People, what identifies them (kept apart), what they may do, and the sessions they have open."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, BigId, Json, UtcDateTime


class PersonKind(StrEnum):
    CONSUMER = "consumer"
    STAFF = "staff"
    OFFICER = "officer"


class StaffRole(StrEnum):
    OWNER = "owner"
    CLERK = "clerk"


class OfficerRole(StrEnum):
    OFFICER = "officer"
    SUPERVISOR = "supervisor"


class Person(Base):
    """Somebody who can be signed in. Says nothing that identifies a consumer: that is in `Identity`."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    username: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    display_name: Mapped[str] = mapped_column(sa.String(60), default="")
    locale: Mapped[str] = mapped_column(sa.String(10), default="zh_CN")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    identity: Mapped["Identity | None"] = relationship(back_populates="person", uselist=False)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person")
    post: Mapped["OfficerPost | None"] = relationship(back_populates="person", uselist=False)


class Identity(Base):
    """How a person is called and reached. Read only where consent or duty opens it (trust.md S11).

    `consumer_phone` repeats the phone for consumers alone, so that one phone is one consumer, while a
    shopkeeper may complain about another shop with the phone that he is reached at.
    """

    __tablename__ = "identities"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    phone: Mapped[str | None] = mapped_column(sa.String(11), index=True)
    consumer_phone: Mapped[str | None] = mapped_column(sa.String(11), unique=True)
    email: Mapped[str | None] = mapped_column(sa.String(120))

    person: Mapped[Person] = relationship(back_populates="identity")


class Membership(Base):
    """A person works for a merchant: an owner in all its stores, a clerk in those listed.

    `merchant_id` and `store_id` point down the import order (accounts know no merchants), so their foreign
    keys are made by name. A clerk has one row per store; an owner one row with no store.
    """

    __tablename__ = "memberships"
    __table_args__ = (sa.UniqueConstraint("person_id", "merchant_id", "store_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"), index=True)
    store_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stores.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(back_populates="memberships")


class OfficerPost(Base):
    """An officer's duty: the region whose subtree is seen, and the rank."""

    __tablename__ = "officer_posts"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    role: Mapped[str] = mapped_column(sa.String(10), default=OfficerRole.OFFICER)

    person: Mapped[Person] = relationship(back_populates="post")


class SignedInSession(Base):
    """A session on the server; the cookie holds only a random number whose SHA-256 is the key here."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    device: Mapped[str] = mapped_column(sa.String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DeviceMark(Base):
    """A device that a person has filed from, or worked for a shop from, as a keyed digest and no more.

    It tells officers that two people used one device (trust.md T6), is told to nobody else, and is forgotten
    a year after it was last seen (portal/accounts/marks.py).
    """

    __tablename__ = "device_marks"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(64), primary_key=True, index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PhoneCode(Base):
    """A code sent to a phone: kept as a slow hash, good once, for a few minutes, for one session."""

    __tablename__ = "phone_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    phone: Mapped[str] = mapped_column(sa.String(11))
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    session_id: Mapped[str] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    guesses: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (sa.Index("ix_phone_codes_phone_sent_at", "phone", "sent_at"),)


class TryCount(Base):
    """How often something limited was tried by one key within one window (portal/accounts/limits.py)."""

    __tablename__ = "try_counts"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    window: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
