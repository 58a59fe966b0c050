"""`hejie verify`: does everything still agree with the events it follows from?"""

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from portal.disputes.verification import Checked

MOST_SHOWN = 50


@click.command()
def verify() -> None:
    """Recompute every chain, state, text, settlement, photo and figure of the board, and compare."""
    from portal.app import create_app

    checked = look(create_app())
    report(checked.differences, checked.counts)


@click.command()
def recount() -> None:
    """Forget what the board has counted and count every dispute anew; for when `verify` finds it wrong."""
    from portal.app import create_app
    from portal.board import recount as board
    from portal.core.clock import now
    from portal.extensions import db

    with create_app().app_context(), Session(db.engine) as session:
        disputes = board.begin_anew(session)
        session.commit()
        progress("Counted", _counted(session, now()), disputes)
    click.echo(f"{disputes} disputes were counted anew.")


def _counted(session: Session, at: datetime) -> Iterator[int]:
    from portal.board import recount as board

    while some := board.recount(session, at):
        session.commit()
        yield some


def look(app: Flask) -> "Checked":
    """Check everything of this portal; what was found is in the answer."""
    from portal.disputes.verification import Checked
    from portal.extensions import db

    checked = Checked()
    with app.app_context():
        session = db.session()
        hold_still(session)
        check(session, app.config["INSTANCE"] / "evidence", checked)
        session.rollback()
    return checked


def hold_still(session: Session) -> None:
    """Read all of it as it was at one instant, while the portal goes on."""
    session.info["read_only"] = True
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.connection().exec_driver_sql("set local statement_timeout = 0")


def check(session: Session, folder: Path, checked: "Checked") -> None:
    """Look at everything, with progress; what was found is in `checked`."""
    from portal.board.verification import differences
    from portal.disputes.verification import count_disputes, count_files, verify_disputes, verify_files

    progress("Disputes", verify_disputes(session, checked), count_disputes(session))
    progress("Evidence", verify_files(session, folder, checked), count_files(session))
    for what, difference in differences(session):
        checked.counts[what] += 1
        if difference:
            checked.differences.append(difference)


def progress(label: str, steps: Iterator[int], length: int) -> None:
    """Run through the steps, showing how far it is where somebody watches."""
    with click.progressbar(range(length), label=label, file=sys.stderr) as bar:
        for step in steps:
            bar.update(step)


def report(differences: list[str], counts: Counter[str]) -> None:
    """Say what was checked, then each difference; raises click.ClickException where there is one."""
    click.echo(
        "Checked {disputes} disputes with {events} events, {statements} texts, {offers} offers, "
        "{settlements} settlements and {photos} photos in {files} files; "
        "{board_cells} cells of the board and the figures of {store_counts} stores.".format_map(counts)
    )
    for difference in differences[:MOST_SHOWN]:
        click.echo(difference, err=True)
    if len(differences) > MOST_SHOWN:
        click.echo(f"… and {len(differences) - MOST_SHOWN} more.", err=True)
    if differences:
        raise click.ClickException(f"{len(differences)} things do not agree.")
    click.echo("Everything agrees.")
