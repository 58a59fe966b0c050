"""The base of every table, the column types that both databases agree on, and how a transaction begins."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase

WRITER_PATIENCE = 8.0  # seconds a writer queues before the page says "busy, try again" (trust.md R1: within 12 s)

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite numbers only an INTEGER primary key by itself; PostgreSQL wants room for more than 2^31 events.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware instant; kept as UTC, given back as UTC. Raises ValueError for a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime does not say when")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WriterQueue:
    """Lets the writers of one machine in one after another, before SQLite's own unfair busy handler.

    SQLite takes one writer at a time and lets the others sleep up to 100 ms between tries, so under load
    some wait for seconds. Here they queue on a lock of the process and on a locked file between processes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._file: IO[str] | None = None

    def enter(self) -> None:
        """Wait for this writer's turn; raises OperationalError after WRITER_PATIENCE seconds."""
        give_up = time.monotonic() + WRITER_PATIENCE
        if not self._turn.acquire(timeout=WRITER_PATIENCE):
            raise busy()
        if self._file is None:
            self._file = self._path.open("a")
        while True:
            try:
                return fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    self._turn.release()
                    raise busy() from None
                time.sleep(0.001)

    def leave(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._turn.release()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def busy() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("the database is locked by another writer"))


def prepare_sqlite(engine: sa.Engine) -> None:
    """Make SQLite durable, and readers and writers keep out of each other's way.

    A transaction of a session that said `read_only` begins without the write lock and cannot write at all;
    every other one takes its place in the queue and the lock at once, so that it never has to be repeated.
    """
    place = engine.url.database
    queue = WriterQueue(Path(f"{place}.writers")) if place and place != ":memory:" else None

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=wal", "synchronous=full", "busy_timeout=5000", "foreign_keys=on"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "engine_disposed")
    def _disposed(_engine: sa.Engine) -> None:
        if queue:
            queue.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("pragma query_only=1")
            connection.exec_driver_sql("begin")
            return
        if queue:
            queue.enter()
            connection.info["in_queue"] = True
        try:
            connection.exec_driver_sql("pragma query_only=0")
            connection.exec_driver_sql("begin immediate")
        except BaseException:
            _leave(connection)
            raise

    def _leave(connection: sa.Connection) -> None:
        if queue and connection.info.pop("in_queue", False):
            queue.leave()

    # The dialect's own commit and rollback come after these events, so they are done here, and the queue
    # moves on only when the write lock is really free.
    @event.listens_for(engine, "commit")
    def _commit(connection: sa.Connection) -> None:
        try:
            connection.exec_driver_sql("commit")
        finally:
            if not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                _leave(connection)

    @event.listens_for(engine, "rollback")
    def _rollback(connection: sa.Connection) -> None:
        try:
            if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                connection.exec_driver_sql("rollback")
        finally:
            _leave(connection)


@contextmanager
def writing(session: Any) -> Iterator[None]:
    """One act = one transaction: committed as a whole at the end, or not at all."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
