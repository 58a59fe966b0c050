"""Taking in a list of stores, however long and however often; no bad line stops a good one."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.merchants.rows import COLUMNS, NEEDED, Places, Row, places_of
from portal.merchants.sheet import Line, open_sheet
from portal.merchants.stock import Counts, write_rows

TOGETHER = 1000  # lines in one transaction
TRIES = 5  # of one chunk, where it collides with another import or draws a store code that is taken


def import_stores(
    session: Session,
    path: Path,
    *,
    now: datetime,
    reject: Callable[[Line], None],
    progress: Callable[[int], None] = lambda _: None,
) -> Counts:
    """Take in the stores of a CSV file; a line that was taken before changes nothing.

    Commits every TOGETHER lines, so that others can write in between, and holds no more of them in memory.
    reject: told of each line that is not taken, in order; progress: told how many bytes are behind us.
    Raises RuleBroken for a file that cannot be used at all, OSError for one that cannot be read.
    """
    counts = Counts()

    def refuse(line: Line) -> None:
        counts.rejected += 1
        reject(line)

    sheet = open_sheet(path, COLUMNS, NEEDED)
    with sheet.file, closing(_Memory()) as memory:
        places = places_of(session)
        session.commit()
        if not places.districts:
            raise RuleBroken(None, N_("No city is set up yet. Run `hejie init` first."))
        rows = _rows(sheet.lines(progress), sheet.headings, places, memory, refuse)
        while chunk := list(islice(rows, TOGETHER)):
            counts += _take_in(session, chunk, now)
    return counts


def _rows(
    lines: Iterator[Line],
    headings: Mapping[str, str],
    places: Places,
    memory: "_Memory",
    refuse: Callable[[Line], None],
) -> Iterator[Row]:
    """The lines that can be taken; the others are refused."""
    for line in lines:
        try:
            if line.broken:
                raise line.broken
            row = places.row(line.number, line.cells, headings)
            memory.check(row)
        except RuleBroken as broken:
            refuse(replace(line, broken=broken))
        else:
            yield row


class _Memory:
    """What earlier lines said, kept on disk: two that differ about one thing would change it to and fro."""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("")  # a temporary file that ends with the connection
        self._seen.execute("pragma journal_mode=off")
        self._seen.execute("create table seen (key text primary key, line integer, name text) without rowid")

    def check(self, row: Row) -> None:
        """Note a row; raises RuleBroken where an earlier line has its store, or another name for its code."""
        if row.uscc:
            number, name = self._first(row.uscc, row)
            if name != row.legal_name:
                message = N_("Line %(line)s gives the same code another legal name: %(name)s.")
                raise RuleBroken(None, message, line=number, name=name)
        number, _ = self._first(row.key, row)
        if number != row.number:
            raise RuleBroken(None, N_("Line %(line)s is about the same store."), line=number)

    def close(self) -> None:
        self._seen.close()

    def _first(self, key: str, row: Row) -> tuple[int, str]:
        note = (key, row.number, row.legal_name)
        if self._seen.execute("insert into seen values (?, ?, ?) on conflict do nothing", note).rowcount:
            return row.number, row.legal_name
        line, name = self._seen.execute("select line, name from seen where key = ?", (key,)).fetchone()
        return line, name


def _take_in(session: Session, rows: list[Row], now: datetime) -> Counts:
    """Write one chunk in one transaction; again where it met what another try may not meet."""
    for tries_left in reversed(range(TRIES)):
        try:
            counts = write_rows(session, rows, now)
            session.commit()
            return counts
        except IntegrityError:
            session.rollback()
            if not tries_left:
                raise
    raise AssertionError("the last try returns or raises")
