"""`hejie import-stores`: take in a city's list of stores."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from portal.merchants.sheet import Line
    from portal.merchants.stock import Counts

SHOWN = 20  # refused lines on the screen, where all of them go to a file
SOME_REFUSED = 3  # exit code
FORMULA = tuple("=+-@＝＋－＠\t\r")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="CSV file for the lines that were not taken, with the reasons: to be mended and sent again.",
)
def import_stores(file: Path, rejects: Path | None) -> None:
    """Take in the stores of a CSV file; a second time changes nothing.

    Ends with 0 where every line was taken, with 3 where some were not, with 1 where the file is of no use.
    """
    from sqlalchemy.exc import DBAPIError

    from portal.app import create_app
    from portal.core.errors import RuleBroken

    started = monotonic()
    try:
        with create_app().app_context(), _let_go():
            counts = _take_in(file, rejects)
    except RuleBroken as useless:
        raise click.ClickException(str(useless)) from None
    except DBAPIError as broken:
        raise click.ClickException(f"The database refused: {broken.orig}. Is it migrated?") from None
    except OSError as broken:
        raise click.ClickException(f"{broken.filename or file}: {broken.strerror}.") from None
    click.echo(summary(counts, monotonic() - started))
    if counts.rejected:
        sys.exit(SOME_REFUSED)


def summary(counts: "Counts", seconds: float) -> str:
    """What became of the lines, in one sentence."""
    columns = {"legal_name": "name", "phone": "phone", "trade": "trade", "district_code": "district"}
    what = [f"{columns[name]} {many:,}" for name, many in counts.what_changed.items() if name in columns]
    changed = f"{counts.changed:,} changed" + (f" ({', '.join(what)})" if what else "")
    return (
        f"{counts.added:,} stores added, {changed}, {counts.unchanged:,} unchanged, "
        f"{counts.rejected:,} lines not taken, in {seconds:.1f} s."
    )


def _take_in(file: Path, rejects: Path | None) -> "Counts":
    from portal.core.clock import now
    from portal.extensions import db
    from portal.merchants.imports import import_stores as take_in

    size = file.stat().st_size
    with (
        _refusals(rejects) as reject,
        click.progressbar(length=size, label=f"Reading {file.name}", file=sys.stderr) as bar,
    ):
        counts = take_in(
            db.session(), file, now=now(), reject=reject, progress=lambda behind: bar.update(behind - bar.pos)
        )
        bar.update(size - bar.pos)
    return counts


@contextmanager
def _let_go() -> Iterator[None]:
    """Close the database's connections, whatever happens."""
    from portal.extensions import db

    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _refusals(place: Path | None) -> Iterator[Callable[["Line"], None]]:
    """Tells of refused lines on the screen: of all, or of the first ones where all go to a file."""
    if place is None:
        yield _say
        return
    from portal.merchants.rows import COLUMNS

    told = 0
    with place.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out, quoting=csv.QUOTE_ALL)
        table.writerow(["行号", "原因", *(names[0] for names in COLUMNS.values())])

        def reject(line: "Line") -> None:
            nonlocal told
            told += 1
            if told <= SHOWN:
                _say(line)
            table.writerow(
                [line.number, _in_chinese(line), *(_harmless(line.cells.get(name, "")) for name in COLUMNS)]
            )

        yield reject
    if told > SHOWN:
        click.echo(f"… and {told - SHOWN:,} more lines: all of them are in {place}.", err=True)


def _say(line: "Line") -> None:
    click.echo(f"\rLine {line.number}: {line.broken}", err=True)


def _in_chinese(line: "Line") -> str:
    """The reason for those who mend the list: they work in the bureau."""
    from flask_babel import force_locale, gettext

    assert line.broken is not None  # noqa: S101 - only refused lines come here
    with force_locale("zh_CN"):
        return gettext(line.broken.message, **line.broken.values)


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; the import takes the sign away again."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
