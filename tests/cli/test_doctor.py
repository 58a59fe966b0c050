"""`hejie doctor`: each trouble is seen, and health too."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy.orm import Session

from portal.cli import doctor
from portal.cli.doctor import Unwell
from portal.extensions import db
from tests.world import BEGINNING, Clock, Mailbox


def test_a_database_that_could_lose_complaints_is_seen(app: Flask) -> None:
    with app.app_context():
        assert doctor.database(app).startswith(("SQLite, journal_mode=wal, synchronous=2", "PostgreSQL "))
        if db.engine.dialect.name == "sqlite":

            @sa.event.listens_for(db.engine, "connect", insert=False)
            def _careless(connection: object, _record: object) -> None:
                connection.execute("pragma synchronous=normal")

            db.engine.dispose()
            with pytest.raises(Unwell, match="synchronous is 1 and must be 2"):
                doctor.database(app)


def test_a_database_behind_the_code_is_seen(app: Flask) -> None:
    with app.app_context():
        assert doctor.migrations(app).startswith("at ")
        downgrade(revision="base")
        with pytest.raises(Unwell, match="run `hejie migrate`"):
            doctor.migrations(app)


def test_a_silent_worker_is_seen(app: Flask, db_session: Session, clock: Clock) -> None:
    with app.app_context():
        with pytest.raises(Unwell, match="last heard of never"):
            doctor.worker(app)
        db.session.rollback()
        db_session.execute(
            sa.text("INSERT INTO heartbeats (worker, at) VALUES ('w', :at)"), {"at": str(BEGINNING)}
        )
        db_session.commit()
        assert doctor.worker(app) == "last heard of at 02:00:00 UTC"
        clock.advance(minutes=6)
        with pytest.raises(Unwell, match="last heard of 2026-11-24"):
            doctor.worker(app)


def test_clocks_that_differ_are_seen(app: Flask, clock: Clock) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            assert doctor.clock(app) == "2026-11-24 02:00 UTC"  # the file's clock is the machine's own
            return
        clock.now = datetime.now(UTC)
        assert doctor.clock(app).endswith("as the database says")
        clock.advance(timedelta(minutes=1))
        with pytest.raises(Unwell, match="deadlines will be off"):
            doctor.clock(app)


def test_a_mail_server_that_does_not_answer_is_seen(app: Flask, smtp_server: Mailbox) -> None:
    assert doctor.mail(app).startswith("none set")
    app.config |= {"SMTP_HOST": smtp_server.host, "SMTP_PORT": smtp_server.port, "SMTP_STARTTLS": False}
    assert doctor.mail(app) == f"{smtp_server.host}:{smtp_server.port} answers"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        app.config["SMTP_PORT"] = nobody.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            doctor.mail(app)
