"""`hejie import-calendar`: take in the State Council's notice of a year's holidays."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
def import_calendar(file: Path) -> None:
    """Take in the State Council's notice (CSV: day, 休 or 班, name) and count open deadlines again.

    Ends with 0 where the calendar has the notice, with 1 where it was refused: then nothing is changed.
    """
    from sqlalchemy.exc import DBAPIError

    from portal.app import create_app
    from portal.core.errors import RuleBroken
    from portal.extensions import db

    with create_app().app_context():
        try:
            click.echo(_take_in(file))
        except RuleBroken as refused:
            raise click.ClickException(str(refused)) from None
        except DBAPIError as broken:
            raise click.ClickException(f"The database refused: {broken.orig}. Is it migrated?") from None
        except OSError as broken:
            raise click.ClickException(f"{broken.filename or file}: {broken.strerror}.") from None
        finally:
            db.session.remove()
            db.engine.dispose()


def _take_in(file: Path) -> str:
    from portal.core.clock import now
    from portal.core.csv_text import MOST_BYTES, text_of
    from portal.disputes.deadlines import recompute_deadlines
    from portal.extensions import db
    from portal.regions.calendar import import_notice, read_notice

    with file.open("rb") as sent:
        marks = read_notice(text_of(sent.read(MOST_BYTES + 1)))
    session, at = db.session(), now()
    year = import_notice(session, marks, by=None, now=at)
    moved = recompute_deadlines(session, at)
    session.commit()
    off = sum(not mark.works for mark in marks.values())
    return (
        f"The notice for {year}: {off} days off, {len(marks) - off} that work. Open deadlines moved: {moved}."
    )
