"""The board's counts: per place, month and trade, and per store, recomputed where a dispute has changed."""

from datetime import date, datetime

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
    reply_due: Mapped[int] = mapped_column(default=0, server_default="0")
    reply_in_time: Mapped[int] = mapped_column(default=0, server_default="0")
    performance_due: Mapped[int] = mapped_column(default=0, server_default="0")
    performance_in_time: Mapped[int] = mapped_column(default=0, server_default="0")
    refunds: Mapped[int] = mapped_column(default=0, server_default="0")
    returned_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    asked_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BoardOutcome(Base):
    """One dispute as the board has counted it (portal.board.outcomes.Outcome), and where.

    seq: the last event that was counted. month: of filing, in the city's zone. What the other tables hold is
    the sum of these rows.
    """

    __tablename__ = "board_outcomes"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    seq: Mapped[int]
    city_code: Mapped[str] = mapped_column(sa.String(6))
    district_code: Mapped[str] = mapped_column(sa.String(6))
    month: Mapped[str] = mapped_column(sa.String(7))
    trade: Mapped[str] = mapped_column(sa.String(30))
    store_id: Mapped[int] = mapped_column(sa.BigInteger)
    bucket: Mapped[str] = mapped_column(sa.String(2))
    reply: Mapped[str] = mapped_column(sa.String(10))
    performance: Mapped[str] = mapped_column(sa.String(10))
    reply_hours: Mapped[int | None]
    agreement_hours: Mapped[int | None]
    money_hours: Mapped[int | None]
    asked_fen: Mapped[int] = mapped_column(sa.BigInteger)
    returned_fen: Mapped[int] = mapped_column(sa.BigInteger)
    withdrawal: Mapped[str] = mapped_column(sa.String(30))
    left_out: Mapped[str] = mapped_column(sa.String(30))

    __table_args__ = (sa.Index("ix_board_outcomes_month", "city_code", "month"),)


class Distribution(Base):
    """How often a city has had each value of one measure, from which medians and percentiles follow.

    what: a name of portal.board.tallies.DISTRIBUTED. value: whole hours (beyond four days whole days), or fen
    rounded to two leading digits of yuan, so that the table stays small and tells of nobody.
    """

    __tablename__ = "board_distributions"

    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), primary_key=True)
    what: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    value: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    count: Mapped[int]


class Withdrawals(Base):
    """Why customers of a city have withdrawn: how many for each reason of its list."""

    __tablename__ = "board_withdrawals"

    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    count: Mapped[int]


class BoardDay(Base):
    """How many disputes of a city moved from one outcome to another on a day, in the city's zone.

    source, target: columns of the counts; source is "" where a dispute was filed.
    """

    __tablename__ = "board_days"

    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    target: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    count: Mapped[int]


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
