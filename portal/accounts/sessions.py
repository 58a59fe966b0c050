"""Sessions kept on the server: the cookie is a random number, and deleting its row ends the session (S13)."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from portal.accounts.devices import device_of
from portal.accounts.models import Person, PersonKind, SignedInSession
from portal.core.clock import now
from portal.core.refs import new_token
from portal.extensions import db
from portal.web.errors import error_page
from portal.web.writes import SAFE, begin_read, begin_write

log = logging.getLogger("portal")

TOUCH_EVERY = timedelta(minutes=1)  # how stale "seen" may be: reading a page must not always write
LONGEST = timedelta(days=90)
PERSON = "_user_id"  # where Flask-Login keeps who is signed in


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What a request knows of its session; `token` is the cookie's value, None before there is one."""

    def __init__(self, data: dict[str, Any] | None = None, token: str | None = None) -> None:
        def changed(_: Any) -> None:
            self.modified = True

        super().__init__(data or {}, changed)
        self.token = token
        self.old_token: str | None = None
        self.fresh = token is None
        self.modified = False
        self.touch = False

    def renew(self) -> None:
        """Change the session's number, keeping what it holds: at every sign-in (session fixation)."""
        self.old_token, self.token, self.modified = self.old_token or self.token, new_token(256), True
        self.fresh = True

    def end(self) -> None:
        """Forget everything and drop the row."""
        self.clear()
        self.old_token, self.token, self.modified = self.old_token or self.token, None, True

    @property
    def id(self) -> str | None:
        return session_id(self.token) if self.token else None


def session_id(token: str) -> str:
    """The key of a session's row: a database thief learns no cookie from it."""
    return hashlib.sha256(token.encode()).hexdigest()


class ServerSessions(SessionInterface):
    def open_session(self, app: Flask, request: Request) -> ServerSession:
        begin_read()
        token = request.cookies.get(cookie_name(app))
        if not token or len(token) > 80:
            return ServerSession()
        row = db.session.execute(
            sa.select(SignedInSession.data, SignedInSession.created_at, SignedInSession.seen_at, Person.kind)
            .outerjoin(Person, Person.id == SignedInSession.person_id)
            .where(SignedInSession.id == session_id(token))
        ).one_or_none()
        if row is None or _over(app, row.kind, row.created_at, row.seen_at):
            return ServerSession()
        opened = ServerSession(dict(row.data), token)
        opened.touch = now() - row.seen_at > TOUCH_EVERY
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)  # noqa: S101 - open_session makes no other
        if not (session.modified or session.touch):
            return
        if session.token is None and not session and session.old_token is None:
            return
        if response.status_code >= 500 and not session.modified:
            return
        if session.modified and session and session.token is None:
            session.token, session.fresh = new_token(256), True
        try:
            begin_write()
            _store(db.session(), session, device_of(request.headers.get("User-Agent", "")))
            db.session.commit()
            begin_read()
        except (DBAPIError, PoolTimeout) as failed:
            _could_not_store(failed, session, response)
            return
        if session.modified:
            _send_cookie(app, session, response)


def _could_not_store(failed: Exception, session: ServerSession, response: Response) -> None:
    """Reading goes on where the database takes no writes (trust.md R2); an act that needed it says "busy"."""
    log.error("a session could not be stored: %s", type(failed).__name__)
    if request.method in SAFE or not session.modified:
        return
    busy = error_page(503)
    response.status_code = 503
    response.set_data(busy.get_data())
    response.headers["Retry-After"] = busy.headers["Retry-After"]
    response.headers.pop("Location", None)
    response.mimetype = "text/html"


def cookie_name(app: Flask) -> str:
    return "__Host-hejie" if app.config["SECURE"] else "hejie"


def end_all(session: Session, person_id: int, *, but: str | None = None) -> None:
    """Sign a person out everywhere: after a change of password, at removal, when asked.

    but: the id of the one session that stays.
    """
    theirs = SignedInSession.person_id == person_id
    if but is not None:
        theirs &= SignedInSession.id != but
    session.execute(sa.delete(SignedInSession).where(theirs))


def end_one(session: Session, person_id: int, id_: str) -> None:
    """Sign a person out on one device; does nothing for a session of somebody else."""
    session.execute(
        sa.delete(SignedInSession).where(SignedInSession.person_id == person_id, SignedInSession.id == id_)
    )


def open_sessions(session: Session, person_id: int) -> Sequence[sa.Row[str, str, datetime, datetime]]:
    """A person's sessions (id, device, created_at, seen_at), the one used last first."""
    return session.execute(
        sa.select(
            SignedInSession.id, SignedInSession.device, SignedInSession.created_at, SignedInSession.seen_at
        )
        .where(SignedInSession.person_id == person_id)
        .order_by(SignedInSession.seen_at.desc())
        .limit(50)
    ).all()


def drop_old(session: Session, at: datetime) -> None:
    """Delete the rows that nobody can use any more."""
    anonymous = SignedInSession.person_id.is_(None) & (SignedInSession.seen_at < at - timedelta(days=2))
    session.execute(
        sa.delete(SignedInSession).where(sa.or_(SignedInSession.seen_at < at - LONGEST, anonymous))
    )


def _over(app: Flask, kind: str | None, created_at: datetime, seen_at: datetime) -> bool:
    at = now()
    if kind == PersonKind.OFFICER:
        idle = timedelta(minutes=app.config["OFFICER_IDLE_MINUTES"])
        return at - seen_at > idle or at - created_at > timedelta(hours=app.config["OFFICER_HOURS"])
    return at - seen_at > timedelta(days=app.config["SESSION_DAYS"]) or at - created_at > LONGEST


def _store(session: Session, opened: ServerSession, device: str) -> None:
    at = now()
    if opened.old_token and opened.old_token != opened.token:
        session.execute(sa.delete(SignedInSession).where(SignedInSession.id == session_id(opened.old_token)))
    if opened.token is None:
        return
    id_ = session_id(opened.token)
    values: dict[str, Any] = {"seen_at": at}
    if opened.modified:
        person = opened.get(PERSON)
        values |= {"data": dict(opened), "person_id": int(person) if person else None}
    changed = session.execute(sa.update(SignedInSession).where(SignedInSession.id == id_).values(**values))
    # A row that was deleted meanwhile stays dead; only a number made in this request gets a new row.
    if changed.rowcount == 0 and opened.modified and opened.fresh:  # type: ignore[attr-defined]
        session.execute(sa.insert(SignedInSession).values(id=id_, created_at=at, device=device, **values))


def _send_cookie(app: Flask, session: ServerSession, response: Response) -> None:
    name = cookie_name(app)
    secure = app.config["SECURE"]
    options: dict[str, Any] = {"path": "/", "secure": secure, "httponly": True, "samesite": "Lax"}
    if session.token is None:
        response.delete_cookie(name, **options)
        return
    response.set_cookie(name, session.token, max_age=int(LONGEST.total_seconds()), **options)
