"""The board's cells: counts per place, month of filing and trade, recomputed where a dispute has changed."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.orm import Base


class BoardCell(Base):
    """The buckets of domain.md section 5 for one district, month of filing ("2026-11") and trade.

    N = a + b + c + d + e1 + e2 + e3 + e4 + f + o; each is a number of disputes.
    """

    __tablename__ = "board_cells"

    district_code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    trade: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
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
