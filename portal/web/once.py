"""Sending the same form twice creates nothing new and answers the same (trust.md S4)."""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import abort, g, redirect, request
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.orm import Base, UtcDateTime
from portal.core.refs import new_token
from portal.extensions import db

KEPT = timedelta(hours=24)


class Answer(Base):
    """What a form that creates something was answered: who sent it, what it said, where it led."""

    __tablename__ = "answers"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    location: Mapped[str] = mapped_column(sa.String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def new_key() -> str:
    """A key for one showing of a form that creates something; it travels in the field `key`."""
    return new_token()


def sent_key() -> str:
    """The key that came with the form; where none came, one that is the same throughout this request."""
    if "sent_key" not in g:
        g.sent_key = request.form.get("key", "")[:64] or new_key()
    return str(g.sent_key)


def answered() -> Response | None:
    """The earlier answer to this very form, if it has been answered; 409 where it now says something else."""
    known = db.session.get(Answer, (sent_key(), _person()))
    if known is None:
        return None
    if known.digest != _digest():
        abort(409)
    return redirect(known.location, 303)


def done(location: str) -> Response:
    """Commit the act together with its answer, and lead on; a twin that was faster has its answer given."""
    person = _person()
    if request.form.get("key"):
        db.session.add(
            Answer(key=sent_key(), person_id=person, digest=_digest(), location=location, at=now())
        )
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        twin = answered()
        if twin is None:
            raise
        return twin
    return redirect(location, 303)


def forget_old(session: sa.orm.Session, at: datetime) -> None:
    """Drop the answers older than a day."""
    session.execute(sa.delete(Answer).where(Answer.at < at - KEPT))


def _person() -> int:
    return int(current_user.id) if current_user.is_authenticated else 0


def _digest() -> str:
    fields = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "last_seq", "key")
    )
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()
