"""Province > city > district, what a city sets for itself, and the calendar of working days."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, Json, UtcDateTime
from portal.regions.clocks import Clock, Span, due, span_of


class Region(Base):
    """One place of GB/T 2260: six digits, its level, and the place above it."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("regions.code"), index=True)
    level: Mapped[str] = mapped_column(sa.String(10))
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(80))

    def name(self, locale: str) -> str:
        return self.name_en if locale == "en" else self.name_zh


class City(Base):
    """A city that has installed the portal: its bureau, its clocks and its lists, all of them data.

    `clocks` is {clock: {"amount": int, "unit": "hours" | "days"}}; `choices` is
    {kind: [{"code", "zh", "en"}, …]} with the kinds of portal.regions.choices.Kind.
    """

    __tablename__ = "cities"

    code: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"), primary_key=True)
    bureau_zh: Mapped[str] = mapped_column(sa.String(80))
    bureau_en: Mapped[str] = mapped_column(sa.String(120))
    hotline: Mapped[str] = mapped_column(sa.String(40))
    icp: Mapped[str] = mapped_column(sa.String(60), default="")
    zone: Mapped[str] = mapped_column(sa.String(40), default="Asia/Shanghai")
    orders_within_days: Mapped[int] = mapped_column(default=1095)
    clocks: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    choices: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)

    def name(self, locale: str) -> str:
        return self.region.name(locale)

    def bureau_name(self, locale: str) -> str:
        return self.bureau_en if locale == "en" else self.bureau_zh

    def span(self, clock: Clock) -> Span:
        return span_of(self.clocks, clock)

    def due(self, clock: Clock, start: datetime) -> datetime:
        """When a clock of this city that starts at `start` has run out (UTC)."""
        return due(self.span(clock), start, self.zone)


class CalendarDay(Base):
    """A day that does not work as its weekday says: a holiday, or a weekend day that works."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(sa.String(40), default="")


class CalendarYear(Base):
    """Where the days of a year come from: a library (`notice` false), or the State Council's notice.

    A year without a row has never been asked for; one without a notice is provisional.
    """

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    notice: Mapped[bool] = mapped_column(default=False)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[int | None] = mapped_column(sa.BigInteger)
