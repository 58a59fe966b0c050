"""Saved replies: sentences that a city's officers write again and again."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, BigId

MOST_REPLIES = 60  # a city keeps; a longer list nobody reads


class SavedReply(Base):
    """One of a city's sentences for its officers' forms, in the order of `position`."""

    __tablename__ = "saved_replies"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    city_code: Mapped[str] = mapped_column(sa.ForeignKey("cities.code"), index=True)
    title: Mapped[str] = mapped_column(sa.String(40))
    text: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int]


def replies_of(session: Session, city_code: str) -> list[SavedReply]:
    """A city's saved replies in their order."""
    wanted = sa.select(SavedReply).where(SavedReply.city_code == city_code)
    return list(session.scalars(wanted.order_by(SavedReply.position, SavedReply.id).limit(MOST_REPLIES)))
