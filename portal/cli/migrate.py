"""`hejie migrate`: bring the database to the newest migration, with a copy of a SQLite file made first."""

import logging
from pathlib import Path

import click
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask


@click.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from portal.app import create_app

    before, after = migrate_database(create_app())
    if before == after:
        click.echo(f"The database is at {after}; nothing to do.")
    else:
        click.echo(f"The database went from {before or 'empty'} to {after}.")


def migrate_database(app: Flask) -> tuple[str | None, str | None]:
    """Migrate the application's database; gives the revision it had and the one it has now.

    Raises click.ClickException where a migration left rows that point nowhere.
    """
    from flask_migrate import upgrade

    from portal.extensions import db

    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
    with app.app_context():
        before, head = revisions(app)
        if before == head:
            return before, head
        place = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
        if place and before:
            copy_sqlite(db.engine, Path(f"{place}.before-{head}"))
        upgrade()
        if place:
            check_references(db.engine)
        db.engine.dispose()
        return before, head


def revisions(app: Flask) -> tuple[str | None, str | None]:
    """The revision of the database (None: it is empty) and the newest one there is."""
    from portal.extensions import db

    with db.engine.connect().execution_options(read_only=True) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory(app.extensions["migrate"].directory).get_current_head()


def copy_sqlite(engine: sa.Engine, target: Path) -> None:
    """Keep the whole database as one file beside it; the copy of an earlier try gives way."""
    target.unlink(missing_ok=True)
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("vacuum into ?", (str(target),))  # refused inside a transaction, so on its own
    finally:
        raw.close()
    target.chmod(0o600)


def check_references(engine: sa.Engine) -> None:
    """SQLite looked away while the tables were rebuilt; now it looks."""
    with engine.connect() as connection:
        lost = connection.exec_driver_sql("pragma foreign_key_check").all()
    if lost:
        table, row, parent, _ = lost[0]
        raise click.ClickException(
            f"After the migration {len(lost)} rows point nowhere, the first is row {row} of {table} "
            f"(to {parent}); the copy beside the database is whole."
        )
