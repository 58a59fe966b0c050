"""Province > city > district, what a city sets for itself, and the calendar of working days."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.orm import Base, BigId, Json, UtcDateTime
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
    {kind: [{"code", "zh", "en"}, …]} with the kinds of portal.regions.choices.Kind; a row with
    "retired": true words old records and cannot be chosen any more.
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

    # How its pages look and what they say, where the city has said so.
    accent: Mapped[str] = mapped_column(sa.String(20), default="", server_default="")
    welcome_zh: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    welcome_en: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    footer_zh: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    footer_en: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    counter_zh: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    counter_en: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    hours_zh: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    hours_en: Mapped[str] = mapped_column(sa.String(160), default="", server_default="")

    region: Mapped[Region] = relationship(lazy="joined", innerjoin=True)

    def name(self, locale: str) -> str:
        return self.region.name(locale)

    def bureau_name(self, locale: str) -> str:
        return self.bureau_en if locale == "en" else self.bureau_zh

    def words(self, name: str, locale: str) -> str:
        """welcome | footer | counter | hours, in the reader's language; '' where the city says nothing."""
        text: str = getattr(self, f"{name}_{'en' if locale == 'en' else 'zh'}")
        return text

    def span(self, clock: Clock) -> Span:
        return span_of(self.clocks, clock)

    def due(self, clock: Clock, start: datetime) -> datetime:
        """When a clock of this city that starts at `start` has run out (UTC)."""
        return due(self.span(clock), start, self.zone)


class CityChange(Base):
    """One change of a city's settings: who, when, and what it was before and after (a trigger keeps it)."""

    __tablename__ = "city_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    what: Mapped[str] = mapped_column(sa.String(30))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (sa.Index("ix_city_changes_city_code", "city_code", "id"),)


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
