"""SQLite as a durable database of a server: fair turns for writers, readers that cannot write."""

import fcntl
import time
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from portal.core.turns import Room

WRITER_PATIENCE = 8.0  # seconds a writer queues before the page says "busy" (trust.md R1: within 12 s)
PRAGMAS = ("journal_mode=wal", "synchronous=full", "busy_timeout=5000", "foreign_keys=on")


def prepare_sqlite(engine: sa.Engine) -> None:
    """Make SQLite durable, and readers and writers keep out of each other's way.

    A transaction of a session that said `read_only` begins without the write lock and cannot write at all;
    every other one takes its place in the queue and the lock at once, so that it never has to be repeated.
    """
    place = engine.url.database
    turns = Turns(WriterQueue(Path(place)) if place and place != ":memory:" else None)
    event.listen(engine, "connect", _connected)
    event.listen(engine, "engine_disposed", turns.disposed)
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "commit", turns.commit)
    event.listen(engine, "rollback", turns.rollback)


def _connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"pragma {pragma}")


class Turns:
    """Begins and ends the transactions of one engine.

    The dialect's own commit and rollback come after these events, so they are done here, and the queue moves
    on only when the write lock is really free.
    """

    def __init__(self, queue: "WriterQueue | None") -> None:
        self._queue = queue

    def begin(self, connection: sa.Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("pragma query_only=1")
            connection.exec_driver_sql("begin")
            return
        if self._queue:
            self._queue.enter()
            connection.info["in_queue"] = True
        try:
            connection.exec_driver_sql("pragma query_only=0")
            connection.exec_driver_sql("begin immediate")
        except BaseException:
            self._leave(connection)
            raise

    def commit(self, connection: sa.Connection) -> None:
        try:
            connection.exec_driver_sql("commit")
        finally:
            if not _in_transaction(connection):
                self._leave(connection)

    def rollback(self, connection: sa.Connection) -> None:
        try:
            if _in_transaction(connection):
                connection.exec_driver_sql("rollback")
        finally:
            self._leave(connection)

    def disposed(self, _engine: sa.Engine) -> None:
        if self._queue:
            self._queue.close()

    def _leave(self, connection: sa.Connection) -> None:
        if self._queue and connection.info.pop("in_queue", False):
            self._queue.leave()


def _in_transaction(connection: sa.Connection) -> bool:
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)


class WriterQueue:
    """Lets the writers of one machine in one after another, before SQLite's own unfair busy handler.

    SQLite takes one writer at a time and lets the others sleep up to 100 ms between tries, so under load
    some wait for seconds. Here they queue in the process and on locked files between processes: whoever is
    next holds one file until the other one is free, so that no process goes twice while another one waits.
    """

    def __init__(self, path: Path) -> None:
        self._paths = (path.with_name(f"{path.name}.next"), path.with_name(f"{path.name}.turn"))
        self._room = Room(1)
        self._files: tuple[IO[str], ...] = ()

    def enter(self) -> None:
        """Wait for this writer's turn; raises OperationalError after WRITER_PATIENCE seconds."""
        give_up = time.monotonic() + WRITER_PATIENCE
        if not self._room.enter(WRITER_PATIENCE):
            raise busy()
        try:
            if not self._files:
                self._files = tuple(path.open("a") for path in self._paths)
            for file in self._files:
                while not _locked(file):
                    if time.monotonic() > give_up:
                        raise busy()
                    time.sleep(0.0005)
            fcntl.flock(self._files[0], fcntl.LOCK_UN)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        for file in self._files:
            fcntl.flock(file, fcntl.LOCK_UN)
        self._room.leave()

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._files = ()


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def busy() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("the database is locked by another writer"))
