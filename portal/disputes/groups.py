"""Disputes that are handled together (共同投诉): who was invited, who takes part, who speaks for them.

Representation is each member's own consent: a member names up to two of those who stand, and is represented
by nobody else. The two whom most have named speak for the group; naming somebody else changes that at once.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, BigId, UtcDateTime
from portal.disputes.models import Dispute
from portal.disputes.workflow import CLOSED

MOST_REPRESENTATIVES = 2  # domain: a joint complaint has at most two


class DisputeGroup(Base):
    """The same question with the same merchant, in one city; `district_code` is '' for the whole city."""

    __tablename__ = "dispute_groups"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(14), unique=True)
    title: Mapped[str] = mapped_column(sa.String(60))
    merchant_id: Mapped[int] = mapped_column(sa.ForeignKey("merchants.id"))
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    district_code: Mapped[str] = mapped_column(sa.String(6), default="", server_default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))


class GroupMember(Base):
    """A dispute that was invited; whether it takes part is in the dispute's own history (`in_group`).

    `stands_at`: since when its consumer is ready to speak for the others; `first`, `second`: the disputes
    of those whom this member has named.
    """

    __tablename__ = "dispute_group_members"

    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("dispute_groups.id"), index=True)
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stands_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first: Mapped[int | None] = mapped_column(BigId)
    second: Mapped[int | None] = mapped_column(BigId)


class Member(NamedTuple):
    """A member as the group's page has it; of the consumer only what everybody in it may know."""

    dispute_id: int
    ref: str
    label: str
    tail: str
    state: str
    in_group: bool
    stands_at: datetime | None
    first: int | None
    second: int | None

    @property
    def takes_part(self) -> bool:
        return self.in_group and self.state not in CLOSED


@dataclass(frozen=True)
class Group:
    """A group and everybody who was invited, the first dispute first."""

    id: int
    ref: str
    title: str
    merchant_id: int
    members: list[Member]

    @property
    def together(self) -> list[Member]:
        """Who takes part now."""
        return [member for member in self.members if member.takes_part]

    @property
    def standing(self) -> list[Member]:
        """Who is ready to speak for the others, the first who said so first."""
        ready = [(member.stands_at, member) for member in self.together if member.stands_at is not None]
        return [member for _, member in sorted(ready, key=lambda pair: (pair[0], pair[1].dispute_id))]

    @property
    def representatives(self) -> list[Member]:
        """At most two: those whom most members have named; of equals who has stood longer."""
        named = self.named
        chosen = [member for member in self.standing if named[member.dispute_id]]
        return sorted(chosen, key=lambda member: -named[member.dispute_id])[:MOST_REPRESENTATIVES]

    @property
    def named(self) -> Counter[int]:
        """How many members have named each dispute's consumer."""
        return Counter(id_ for member in self.together for id_ in {member.first, member.second} if id_)

    @property
    def represented(self) -> int:
        """How many members are spoken for: those who have named one of the representatives."""
        ids = {member.dispute_id for member in self.representatives}
        return sum(bool(ids & {member.first, member.second}) for member in self.together)

    def member(self, dispute_id: int) -> Member | None:
        return next((one for one in self.members if one.dispute_id == dispute_id), None)


def group_of(session: Session, dispute: Dispute) -> Group | None:
    """The group that a dispute belongs to or was invited to; None where there is none."""
    own = sa.select(GroupMember.group_id).where(GroupMember.dispute_id == dispute.id).scalar_subquery()
    return _read(session, DisputeGroup.id == own)


def group_by_ref(session: Session, ref: str) -> Group | None:
    """The group with this reference, for officers; whose region it must be is the caller's to check."""
    return _read(session, DisputeGroup.ref == ref)


def _read(session: Session, which: sa.ColumnElement[bool]) -> Group | None:
    wanted = (
        sa.select(
            DisputeGroup.id,
            DisputeGroup.ref,
            DisputeGroup.title,
            DisputeGroup.merchant_id,
            GroupMember.dispute_id,
            Dispute.ref,
            Dispute.consumer_label,
            sa.func.substr(Dispute.phone_masked, 8, 4),
            Dispute.state,
            Dispute.in_group,
            GroupMember.stands_at,
            GroupMember.first,
            GroupMember.second,
        )
        .join(GroupMember, GroupMember.group_id == DisputeGroup.id)
        .join(Dispute, Dispute.id == GroupMember.dispute_id)
        .where(which)
        .order_by(GroupMember.dispute_id)
    )
    rows = [tuple[Any, ...](row) for row in session.execute(wanted)]
    if not rows:
        return None
    id_, ref, title, merchant_id = rows[0][:4]
    return Group(id_, ref, title, merchant_id, [Member(*row[4:]) for row in rows])
