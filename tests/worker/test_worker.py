"""`hejie worker` as a process of its own: it waits for its database, works, says nothing private, ends."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.cli.migrate import migrate_database
from portal.config import ROOT
from portal.core.channels import DemoMessage
from portal.disputes.models import Dispute
from portal.notices.models import Heartbeat
from tests.conftest import SECRET
from tests.makers import file, make_town

PATIENCE = 30  # seconds


class Running:
    """A worker, and what it has said so far."""

    def __init__(self, database_url: str, instance: Path, log: Path) -> None:
        self._log = log
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HEJIE_")} | {
            "HEJIE_DATABASE_URL": database_url,
            "HEJIE_INSTANCE": str(instance),
            "HEJIE_SECRET_KEY": SECRET,
            "HEJIE_DEMO": "1",
        }
        with log.open("w") as out:
            command = [sys.executable, "-m", "portal.cli", "worker"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)

    def said(self) -> list[str]:
        return self._log.read_text().splitlines()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


Start = Callable[[str], Running]


@pytest.fixture
def start(instance: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts a worker on a database; none outlives the test."""
    started: list[Running] = []

    def begin(database_url: str) -> Running:
        started.append(Running(database_url, instance, tmp_path / "log"))
        return started[-1]

    yield begin
    for worker in started:
        if worker.process.poll() is None:
            worker.process.kill()
            worker.process.wait()


def until(true: Callable[[], object], worker: Running) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert worker.process.poll() is None, worker.said()
        assert time.monotonic() < give_up, worker.said()
        time.sleep(0.05)


def count(session: Session, table: type) -> int:
    session.rollback()
    counted = session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
    session.rollback()  # SQLite: let the worker go on
    return counted


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_does_its_work_says_nothing_private_and_ends_when_asked(
    db_session: Session, database_url: str, start: Start, number: int
):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice)
    db_session.commit()
    worker = start(database_url)
    until(lambda: count(db_session, Heartbeat), worker)
    until(lambda: count(db_session, DemoMessage), worker)
    assert worker.end(number) == 0
    assert [line.split(" ", 2)[2] for line in worker.said()] == [
        "INFO the worker is there",
        "INFO the worker has ended",
    ]
    assert db_session.scalar(sa.select(Dispute.reply_due_at).where(Dispute.id == dispute.id)) is not None


def test_a_worker_survives_a_database_that_is_not_ready_and_says_so_in_one_line_a_try(
    start: Start, tmp_path: Path, unready: Callable[[], None]
):
    place = f"sqlite:///{tmp_path}/late.sqlite"
    worker = start(place)
    until(lambda: any("next in" in line for line in worker.said()), worker)
    unready()
    engine = sa.create_engine(place)
    with Session(engine) as session:
        until(lambda: count(session, Heartbeat), worker)
    engine.dispose()
    assert worker.end() == 0
    first, *troubles, last = worker.said()
    assert (first[-19:], last[-20:]) == ("the worker is there", "the worker has ended")
    assert troubles != []
    said = re.compile(
        r"\S+ \S+ ERROR (OperationalError \(OperationalError\) at portal/[^ ]+:\d+(, |; ))+next in \d+ s"
    )
    assert [line for line in troubles if not said.fullmatch(line)] == []


@pytest.fixture
def unready(tmp_path: Path, instance: Path) -> Callable[[], None]:
    """Makes the database ready at last."""

    def migrate() -> None:
        from portal.app import create_app
        from tests.conftest import settings

        app: Flask = create_app(settings(f"sqlite:///{tmp_path}/late.sqlite", instance))
        migrate_database(app)

    return migrate


def test_a_worker_whose_connections_are_cut_goes_on(
    request: pytest.FixtureRequest, db_session: Session, database_url: str, start: Start
):
    if db_session.get_bind().dialect.name == "sqlite":
        return  # has none to cut
    town = make_town(db_session)
    db_session.commit()
    worker = start(database_url)
    until(lambda: count(db_session, Heartbeat), worker)
    server = sa.create_engine(request.getfixturevalue("postgres_server"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        others = "FROM pg_stat_activity WHERE datname = 'hejie_test' AND pid <> :mine"
        mine = db_session.scalar(sa.text("SELECT pg_backend_pid()"))
        connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) {others}"), {"mine": mine})
    server.dispose()
    file(db_session, town.store, town.alice)
    db_session.commit()
    until(lambda: count(db_session, DemoMessage), worker)
    assert worker.end() == 0


def test_a_line_of_the_log_has_no_phone_code_or_address_in_it():
    import logging

    from portal.cli.worker import OneLine

    record = logging.LogRecord(
        "portal", logging.ERROR, __file__, 1, "13812345678 got 123456\nat carol@example.com", None, None
    )
    assert OneLine("%(levelname)s %(message)s").format(record) == "ERROR 138****5678 got ****** | at ***@***"
