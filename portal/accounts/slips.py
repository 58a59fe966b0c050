"""The code on a paper slip: how somebody without a phone shows who complained (trust.md S12)."""

import re
import secrets
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.accounts import limits
from portal.accounts.limits import Try
from portal.accounts.passwords import hashed, matches
from portal.core.errors import RuleBroken
from portal.core.orm import Base, BigId, UtcDateTime
from portal.core.words import N_

DIGITS = 20  # 66 random bits; digits, because everybody can read them aloud and type them on any phone


class Slip(Base):
    """A paper slip: the reference it is for, whose it is, and its code as a slow hash.

    A lost one is replaced and stays as a row: `made_by` is the officer, `checked` the kind of document that
    was looked at before ("" for the first slip), `ended_at` when a newer one took its place.
    """

    __tablename__ = "slips"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ref: Mapped[str] = mapped_column(sa.String(14), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(200))
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked: Mapped[str] = mapped_column(sa.String(12), default="", server_default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def new_slip(
    session: Session, ref: str, person_id: int, *, made_by: int, now: datetime, checked: str = ""
) -> str:
    """A fresh code for a reference, in 20 digits; the one before opens nothing any more."""
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    session.execute(sa.update(Slip).where(Slip.ref == ref, Slip.ended_at.is_(None)).values(ended_at=now))
    session.add(
        Slip(
            ref=ref,
            person_id=person_id,
            code_hash=hashed(code),
            made_by=made_by,
            made_at=now,
            checked=checked,
        )
    )
    session.flush()
    return code


def check_slip(session: Session, ref: str, code: str, *, ip: str, now: datetime) -> int:
    """The person whose slip has this reference and this code.

    Counts the try and commits before it looks, so that a refused one stays counted and the slow hash holds no
    lock; it takes as long for a reference without a slip. The caller commits the rest. Raises
    RuleBroken("code") for a wrong one, TooManyTries.
    """
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code[:80]))
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        raise RuleBroken("code", N_("The code on the slip has %(count)s digits."), count=DIGITS)
    network = limits.network_of(ip)
    try:
        limits.count(session, Try.SLIP_FROM_NETWORK, network, now=now)
        limits.count(session, Try.SLIP_OF_REFERENCE, ref, now=now)
        row = session.execute(
            sa.select(Slip.person_id, Slip.code_hash).where(Slip.ref == ref, Slip.ended_at.is_(None))
        ).one_or_none()
    finally:
        session.commit()
    if not matches(row.code_hash if row else None, digits) or row is None:
        raise RuleBroken("code", N_("Reference and code do not belong together. Please look at the slip."))
    limits.give_back(session, Try.SLIP_FROM_NETWORK, network, now=now)
    limits.give_back(session, Try.SLIP_OF_REFERENCE, ref, now=now)
    return int(row.person_id)
