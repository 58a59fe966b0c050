"""The same trouble at many: what the bureau looks into as one, its disputes, and what it published."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.orm import Base, BigId, UtcDateTime

MOST_DISPUTES = 200  # in one issue: a letter to all of them is one transaction


class SystemicIssue(Base):
    """Trouble that many disputes have in common; of one city, or (`district_code`) of one of its districts.

    `text` and `note` are the bureau's own and never published; `closed_at` is None while it is open.
    """

    __tablename__ = "systemic_issues"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(14), unique=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    district_code: Mapped[str] = mapped_column(sa.String(6), default="", server_default="")
    title: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class IssueDispute(Base):
    """A dispute that is part of an issue; one dispute may be part of several."""

    __tablename__ = "systemic_issue_disputes"

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("systemic_issues.id"), primary_key=True)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True, index=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class IssuePublication(Base):
    """One version of what was published; the newest is what stands, the ones before stay to be read.

    `named` is the merchant as it is named in public ('': nobody is), `ground` the code of why it may be.
    `disputes` is how many there were then, in whole tens (0: fewer than ten, and nothing is said).
    """

    __tablename__ = "systemic_issue_publications"

    issue_id: Mapped[int] = mapped_column(sa.ForeignKey("systemic_issues.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    named: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    ground: Mapped[str] = mapped_column(sa.String(30), default="", server_default="")
    disputes: Mapped[int] = mapped_column(default=0, server_default="0")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    published_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
