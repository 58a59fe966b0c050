"""Goods categories, standards with their versions, and pledges. What was promised is never changed."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, BigId, Json, UtcDateTime
from portal.merchants.models import Store
from portal.regions.models import Region


class GoodsCategory(Base):
    """A kind of goods of one city, below its `parent_code` ('' at the top). Codes are for ever.

    Where a city has no rows, the tree of data/categories.toml holds (portal.return_policies.categories).
    """

    __tablename__ = "goods_categories"

    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    parent_code: Mapped[str] = mapped_column(sa.String(40), default="")
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)


class Standard(Base):
    """A return-policy template of one bureau for one kind of goods; what it says is in its versions."""

    __tablename__ = "standards"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    region_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), index=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    category_code: Mapped[str] = mapped_column(sa.String(40))
    title_zh: Mapped[str] = mapped_column(sa.String(60))
    title_en: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)
    versions: Mapped[list["StandardVersion"]] = relationship(
        back_populates="standard", order_by="StandardVersion.n"
    )

    def title(self, locale: str) -> str:
        return self.title_en if locale == "en" else self.title_zh

    def covers(self, store: Store) -> bool:
        """Whether a store may pledge it: that of its district, its city or its province."""
        return self.region_code in (store.district_code, store.city_code, f"{store.city_code[:2]}0000")


class StandardVersion(Base):
    """One version: a draft until `published_at`; from then on a trigger refuses any change but a withdrawal.

    terms: as portal.return_policies.clauses.terms_from gives them; valid_from: the first day it holds.
    """

    __tablename__ = "standard_versions"

    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    basis_zh: Mapped[str] = mapped_column(sa.Text, default="")
    basis_en: Mapped[str] = mapped_column(sa.Text, default="")
    valid_from: Mapped[date | None]
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    withdrawal_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    standard: Mapped[Standard] = relationship(back_populates="versions", lazy="joined", innerjoin=True)

    def basis(self, locale: str) -> str:
        return self.basis_en if locale == "en" else self.basis_zh

    @property
    def stamp(self) -> str:
        """What this version says, in short: whoever edits or publishes it names what they have seen."""
        said = json.dumps([self.n, self.terms, self.basis_zh, self.basis_en], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class Pledge(Base):
    """A store's public adoption of a standard's version, equal or better: `terms` are what it promises.

    It holds for purchases from `starts_on` to `ends_on` (None: open), both included. The terms never change
    (a trigger refuses); `used_fen` is what has been settled at once in the month `used_month` ("2026-11").
    """

    __tablename__ = "pledges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.ForeignKey("stores.id"), index=True)
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"), index=True)
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standards.id"))
    version: Mapped[int]
    category_code: Mapped[str] = mapped_column(sa.String(40))
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    used_month: Mapped[str] = mapped_column(sa.String(7), default="")
    used_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)

    standard: Mapped[Standard] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship()

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["standard_id", "version"],
            ["standard_versions.standard_id", "standard_versions.n"],
            name="fk_pledges_version",
        ),
    )

    def holds_on(self, day: date) -> bool:
        """Whether it is in force for a purchase of this day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
