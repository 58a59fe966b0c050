"""One round of the worker: what time brings about, notices, messages, the board; each in short transactions.

Idle steps only read, so that a worker with nothing to do keeps nobody waiting for SQLite's write lock.
"""

import logging
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from traceback import extract_tb

import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale, gettext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts import limits, marks, phone, sessions
from portal.board.recount import recount
from portal.config import ROOT
from portal.disputes import deadlines, drafts
from portal.disputes.models import Dispute
from portal.extensions import db
from portal.notices import dispatch, newcomers, outbox
from portal.notices.messages import Writer
from portal.notices.models import Heartbeat
from portal.web import once

log = logging.getLogger("portal.worker")

AT_A_TIME = 20  # transactions of one step in one round, so that no step keeps the others waiting
BEAT = timedelta(seconds=20)
FORGET_BEATS = timedelta(days=1)
WORKER = f"{socket.gethostname()[:40]}:{os.getpid()}"


def work_once(app: Flask, now: datetime) -> bool:
    """Do what there is to do by `now`; gives whether there was anything.

    A step that fails keeps no other from its work; what failed is raised together at the end, and then the
    worker gives no sign of life.
    """
    done, failures = 0, []
    with app.app_context():
        for step in STEPS:
            try:
                done += step(app, now)
            except Exception as failed:
                failures.append(failed)
        if failures:
            raise ExceptionGroup("the round failed", failures)
        beat(now)
    return done > 0


def record_time(app: Flask, now: datetime) -> int:
    """Record what time has brought about, a dispute a transaction; one that breaks stops no other."""
    recorded, broken = 0, set[int]()
    for _ in range(AT_A_TIME):
        with reader() as session:
            due = deadlines.due(session, now, most=deadlines.TOGETHER + len(broken))
        left = [dispute_id for dispute_id in due if dispute_id not in broken]
        if not left:
            break
        for dispute_id in left:
            try:
                with writer() as session, session.begin():
                    recorded += deadlines.catch_up(session, dispute_id, now)
            except DBAPIError:
                raise
            except Exception as failed:
                broken.add(dispute_id)
                log.error("dispute %s: %s", dispute_id, plain(failed))  # noqa: TRY400 - no rows in the log
    return recorded


def tell_newcomers(app: Flask, now: datetime) -> int:
    """Let those who have just taken on a store know of the complaints that wait there."""
    with reader() as session:
        if not newcomers.untold(session, now):
            return 0
    with writer() as session, session.begin():
        return newcomers.tell_newcomers(session, now)


def write_notices(app: Flask, now: datetime) -> int:
    """Turn new events into notices and deliveries."""
    channels = app.extensions["channels"].keys()

    def write(session: Session) -> int:
        return dispatch.dispatch(session, now, channels=channels)

    return repeat(dispatch.waits, write)


def send_messages(app: Flask, now: datetime) -> int:
    """Send what is due."""
    with reader() as session:
        if not outbox.waits(session, now):
            return 0
    return outbox.deliver(
        writer,
        app.extensions["channels"],
        now,
        compose=Writer(say, app.config["PUBLIC_URL"]),
        sms_daily=app.config["SMS_DAILY"],
    )


def count_board(app: Flask, now: datetime) -> int:
    """Count anew what changed disputes touch on the board."""
    changed = sa.select(Dispute.id).where(Dispute.uncounted).limit(1)
    return repeat(
        lambda session: session.execute(changed).first() is not None, lambda session: recount(session, now)
    )


STEPS: tuple[Callable[[Flask, datetime], int], ...] = (
    record_time,
    tell_newcomers,
    write_notices,
    send_messages,
    count_board,
)


def tidy(app: Flask, now: datetime) -> None:
    """Forget what is over: sessions, codes, counts, answers, drafts with their photos, old deliveries."""
    gone = sa.delete(Heartbeat).where(Heartbeat.at < now - FORGET_BEATS)
    forgets: tuple[Callable[[Session, datetime], object], ...] = (
        sessions.drop_old,
        marks.forget_old,
        phone.forget_old,
        limits.forget_old,
        once.forget_old,
        drafts.forget_old,
        outbox.forget_old,
        lambda session, at: session.execute(gone),
    )
    with app.app_context():
        for forget in forgets:
            with writer() as session, session.begin():
                forget(session, now)


def say(locale: str, message: str, /, **values: object) -> str:
    """A sentence in somebody's language; needs the application's context."""
    with force_locale(locale):
        return gettext(message, **values)


def plain(failure: BaseException) -> str:
    """What failed and where, in one line and without values: an error of the database quotes rows."""
    if isinstance(failure, BaseExceptionGroup):
        return ", ".join(plain(part) for part in failure.exceptions)
    name = type(failure).__name__
    if isinstance(failure, DBAPIError) and failure.orig is not None:
        name += f" ({type(failure.orig).__name__})"
    places = [(Path(frame.filename), frame.lineno) for frame in extract_tb(failure.__traceback__)]
    ours = [(file, line) for file, line in places if file.is_relative_to(ROOT / "portal")]
    return f"{name} at {ours[-1][0].relative_to(ROOT)}:{ours[-1][1]}" if ours else name


def repeat(waits: Callable[[Session], bool], work: Callable[[Session], int]) -> int:
    """Do a piece of work, a transaction each, while something waits for it; gives how much was done."""
    done = 0
    for _ in range(AT_A_TIME):
        with reader() as session:
            if not waits(session):
                break
        with writer() as session, session.begin():
            done += work(session)
    return done


def beat(now: datetime) -> None:
    """Give a sign of life, but not more often than anybody looks for one."""
    with reader() as session:
        last = session.scalar(sa.select(Heartbeat.at).where(Heartbeat.worker == WORKER))
    if last is None or not timedelta(0) <= now - last < BEAT:
        with writer() as session, session.begin():
            session.merge(Heartbeat(worker=WORKER, at=now))


def writer() -> Session:
    return Session(db.engine)


def reader() -> Session:
    return Session(db.engine.execution_options(read_only=True, postgresql_readonly=True))
