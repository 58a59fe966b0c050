"""A CSV file as people's programs really write it: its encoding, its heading, its lines."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.merchants.records import LONGEST_LINE, UNREADABLE, records, without_empty_end

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;，"

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ASIDE = re.compile(r"\([^)]*\)|[\W_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line below the heading: its number in the file (from 1), its cells by column, or what is wrong."""

    number: int
    cells: Mapping[str, str] = field(default_factory=dict)
    broken: RuleBroken | None = None


@dataclass(frozen=True)
class Sheet:
    """An open CSV file whose heading is understood. `headings`: what each column is called in the file."""

    file: TextIO
    delimiter: str
    columns: tuple[str | None, ...]
    headings: Mapping[str, str]

    def lines(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Line]:
        """Every line that is not blank; progress is told how many bytes of the file are behind us."""
        for number, cells in records(self.file, self.delimiter, len(self.columns)):
            progress(self.file.buffer.tell())
            if isinstance(cells, RuleBroken):
                yield Line(number, broken=cells)
            else:
                named = zip(self.columns, cells, strict=True)
                yield Line(number, {column: cell for column, cell in named if column})


def open_sheet(path: Path, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> Sheet:
    """Open a file, find out its encoding and delimiter, and match its heading with the columns.

    columns: the names under which each column may stand in the heading. Other columns are passed over.
    Raises RuleBroken, in one sentence, for a file that cannot be used at all; OSError for one not readable.
    """
    file = path.open(encoding=encoding_of(path), errors="surrogateescape")
    try:
        heading = file.readline(LONGEST_LINE)
        if not heading.strip():
            raise RuleBroken(None, N_("The file is empty."))
        if UNREADABLE.search(heading):
            raise RuleBroken(None, N_("The file begins with bytes that are no text. Is it a CSV file?"))
        delimiter, cells = _cells(heading, columns)
        found = _columns(cells, columns, needed)
    except BaseException:
        file.close()
        raise
    headings = {column: cell.strip() for column, cell in zip(found, cells, strict=True) if column}
    return Sheet(file, delimiter, found, headings)


def encoding_of(path: Path) -> str:
    """UTF-8 (with or without BOM) or GB18030, whichever leaves fewer lines damaged."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_WORKBOOKS):
        raise RuleBroken(None, N_("This is an Excel workbook. In Excel, save it as “CSV UTF-8” first."))
    if head.startswith(_UTF_16):
        raise RuleBroken(None, N_("This is UTF-16 text. In Excel, save it as “CSV UTF-8” instead."))
    return min(ENCODINGS, key=lambda encoding: _damaged_lines(path, encoding))


def fold_heading(text: str) -> str:
    """A heading without spaces, signs, capitals and what stands in brackets: 联系电话（手机） is 联系电话."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text).lower())


def _damaged_lines(path: Path, encoding: str) -> int:
    with path.open(encoding=encoding, errors="surrogateescape") as file:
        pieces = iter(lambda: file.readline(LONGEST_LINE), "")
        return sum(1 for piece in pieces if UNREADABLE.search(piece))


def _cells(heading: str, columns: Mapping[str, tuple[str, ...]]) -> tuple[str, list[str]]:
    """The delimiter that makes the most columns of the heading known, and the cells between."""
    known = {fold_heading(name) for column, names in columns.items() for name in (column, *names)}
    split = {sign: next(csv.reader([heading.rstrip("\n")], delimiter=sign), []) for sign in DELIMITERS}
    best = max(DELIMITERS, key=lambda sign: sum(fold_heading(cell) in known for cell in split[sign]))
    return best, without_empty_end(split[best])


def _columns(
    cells: list[str], columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]
) -> tuple[str | None, ...]:
    names = {fold_heading(name): column for column, known in columns.items() for name in (column, *known)}
    found = tuple(names.get(fold_heading(cell)) for cell in cells)
    for column in columns:
        if found.count(column) > 1:
            message = N_("The first line names the column “%(column)s” twice.")
            raise RuleBroken(None, message, column=columns[column][0])
    for column in needed:
        if column not in found:
            message = N_("The first line names no column “%(column)s” (or “%(name)s”).")
            raise RuleBroken(None, message, column=columns[column][0], name=column)
    return found
