"""The board's counts: per place, month and trade, and per store, recomputed where a dispute has changed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.orm import Base, UtcDateTime


class Counts:
    """How many disputes are in each bucket of domain.md section 5, and when they were last counted.

    N = a + b + c + d + e1 + e2 + e3 + e4 + f + o; x is left out of the figures and not in N.
    """

    a: Mapped[int] = mapped_column(default=0)
    b: Mapped[int] = mapped_column(default=0)
    c: Mapped[int] = mapped_column(default=0)
    d: Mapped[int] = mapped_column(default=0)
    e1: Mapped[int] = mapped_column(default=0)
    e2: Mapped[int] = mapped_column(default=0)
    e3: Mapped[int] = mapped_column(default=0)
    e4: Mapped[int] = mapped_column(default=0)
    f: Mapped[int] = mapped_column(default=0)
    o: Mapped[int] = mapped_column(default=0)
    x: Mapped[int] = mapped_column(default=0, server_default="0")
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BoardCell(Counts, Base):
    """The disputes of one district, one month of filing ("2026-11", in the city's zone) and one trade."""

    __tablename__ = "board_cells"

    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    trade: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)


class StoreCount(Counts, Base):
    """All disputes of one store."""

    __tablename__ = "store_counts"

    store_id: Mapped[int] = mapped_column(sa.ForeignKey("stores.id"), primary_key=True)


class LeftOut(Base):
    """How many disputes of one district and one month are left out of the figures on one ground.

    ground: a code of the city's list, or `portal.disputes.standing.TRANSFERRED`.
    """

    __tablename__ = "board_left_out"

    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    ground: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    count: Mapped[int]
