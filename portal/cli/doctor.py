"""`hejie doctor`: what an operator would look at first, each in one line."""

import shutil
import smtplib
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
import sqlalchemy as sa
from flask import Flask

LEAST_FREE = 0.05  # of the disk (trust.md R11)
CLOCKS_APART = timedelta(seconds=5)  # between this machine and its database
OVERDUE = timedelta(hours=1)  # for a message that is due; one that failed is due again later
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


class Unwell(Exception):
    """What is wrong and what to do, in one sentence."""


@click.command()
def doctor() -> None:
    """Look at settings, database, migrations, worker, disk, clock and mail; exit 1 where one is unwell."""
    from portal.app import create_app

    app = create_app()  # an unsafe setting ends it here, in a sentence
    click.echo("settings: safe")
    unwell = 0
    with app.app_context():
        for name, look in EXAMINATIONS.items():
            try:
                click.echo(f"{name}: {look(app)}")
            except (Unwell, OSError, sa.exc.SQLAlchemyError, smtplib.SMTPException) as found:
                unwell += 1
                click.echo(f"{name}: UNWELL: {str(found).splitlines()[0]}")
    if unwell:
        raise click.ClickException(f"{unwell} of {len(EXAMINATIONS)} are unwell.")


def database(app: Flask) -> str:
    from portal.extensions import db

    with db.engine.connect().execution_options(read_only=True) as connection:
        if db.engine.dialect.name != "sqlite":
            return str(connection.scalar(sa.text("SELECT version()"))).split(",")[0]
        for pragma, wanted in PRAGMAS.items():
            found = connection.exec_driver_sql(f"pragma {pragma}").scalar()
            if found != wanted:
                raise Unwell(f"{pragma} is {found} and must be {wanted}, or a power cut loses complaints")
        return "SQLite, " + ", ".join(f"{pragma}={value}" for pragma, value in PRAGMAS.items())


def migrations(app: Flask) -> str:
    from portal.cli.migrate import revisions

    current, head = revisions(app)
    if current != head:
        raise Unwell(f"the database is at {current or 'nothing'}, the code at {head}: run `hejie migrate`")
    return f"at {head}"


def worker(app: Flask) -> str:
    from portal.core.clock import now
    from portal.extensions import db
    from portal.notices.models import Heartbeat

    db.session.info["read_only"] = True  # so that it waits for no writer
    last = db.session.scalar(sa.select(sa.func.max(Heartbeat.at)))
    if last is None or now() - last > timedelta(minutes=5):
        raise Unwell(f"last heard of {last or 'never'}: start `hejie worker`, or deadlines and notices wait")
    return f"last heard of at {last:%H:%M:%S} UTC"


def disk(app: Flask) -> str:
    usage = shutil.disk_usage(app.config["INSTANCE"])
    if usage.free < LEAST_FREE * usage.total:
        raise Unwell(f"only {usage.free / usage.total:.1%} of the disk is free")
    return f"{usage.free / 2**30:.1f} GB free"


def clock(app: Flask) -> str:
    from portal.core.clock import now
    from portal.extensions import db

    if db.engine.dialect.name == "sqlite":
        return f"{now():%Y-%m-%d %H:%M} UTC"
    with db.engine.connect() as connection:
        theirs = connection.scalar(sa.text("SELECT clock_timestamp()"))
    assert isinstance(theirs, datetime)  # noqa: S101 - what the function gives
    apart = abs(theirs.astimezone(UTC) - now())
    if apart > CLOCKS_APART:
        raise Unwell(f"this machine and its database are {apart} apart: deadlines will be off by that")
    return f"{now():%Y-%m-%d %H:%M} UTC, as the database says"


def mail(app: Flask) -> str:
    host, port = app.config["SMTP_HOST"], app.config["SMTP_PORT"]
    if not host:
        return "none set (HEJIE_SMTP_HOST), so no e-mail is sent"
    with smtplib.SMTP(host, port, timeout=10) as server:
        if app.config["SMTP_STARTTLS"]:
            server.starttls(context=ssl.create_default_context())
        if app.config["SMTP_USER"]:
            server.login(app.config["SMTP_USER"], app.config["SMTP_PASSWORD"])
        server.noop()
    return f"{host}:{port} answers"


def messages(app: Flask) -> str:
    from portal.core.clock import now
    from portal.extensions import db
    from portal.notices.queries import backlog

    found = backlog(db.session())
    if found.since is not None and now() - found.since > OVERDUE:
        raise Unwell(f"{found.waiting} wait to be sent, the longest since {found.since:%Y-%m-%d %H:%M} UTC")
    return f"{found.waiting} wait to be sent, {found.dead} given up in the last 90 days"


EXAMINATIONS: dict[str, Callable[[Flask], str]] = {
    "database": database,
    "migrations": migrations,
    "worker": worker,
    "disk": disk,
    "clock": clock,
    "mail": mail,
    "messages": messages,
}
