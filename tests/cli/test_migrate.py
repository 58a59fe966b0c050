"""`hejie migrate`: to the newest migration, with a copy before and a look at the references after."""

import sqlite3
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade

from portal.cli.migrate import check_references, copy_sqlite, migrate_database, revisions
from portal.extensions import db


def test_a_migrated_database_is_at_head_and_stays_as_it_is(app: Flask) -> None:
    with app.app_context():
        current, head = revisions(app)
    assert current == head
    assert migrate_database(app) == (head, head)


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    with app.app_context():
        _, head = revisions(app)
        downgrade(revision="base")
        left = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
        assert left == set()
    assert migrate_database(app) == (None, head)


def test_the_copy_is_whole_and_only_its_owner_reads_it(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            return  # PostgreSQL rolls a failed migration back by itself
        with db.engine.begin() as connection:
            connection.execute(sa.text("INSERT INTO heartbeats (worker, at) VALUES ('w', '2026-11-24')"))
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(b"of an earlier try")
        copy_sqlite(db.engine, copy)
    assert sqlite3.connect(copy).execute("SELECT worker FROM heartbeats").fetchall() == [("w",)]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_rows_that_point_nowhere_are_found() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE children (parent INTEGER REFERENCES parents)")
        check_references(engine)
        connection.exec_driver_sql("INSERT INTO children VALUES (7)")
    with pytest.raises(click.ClickException, match="1 rows point nowhere, the first is row 1 of children"):
        check_references(engine)
    engine.dispose()
