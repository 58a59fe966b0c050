"""The records of a CSV file: numbered, and no broken one takes its neighbours along."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from portal.core.errors import RuleBroken
from portal.core.words import N_

LONGEST_LINE = 10_000  # characters; what is longer is no line of a list
MOST_LINES = 10  # that one cell in quotation marks may span

UNREADABLE = re.compile("[\0\ud800-\udfff]")  # lone surrogates stand for bytes that could not be decoded


def records(file: TextIO, delimiter: str, width: int) -> Iterator[tuple[int, list[str] | RuleBroken]]:
    """Every record below the heading: its line (from 2), and its `width` cells or what is wrong with it.

    Blank lines are passed over. A quotation mark that never closes costs its own line, not the rest.
    """
    lines = _Lines(file)
    while (line := lines.next()) is not None:
        number, text = line
        if text is None:
            yield number, _broken(N_("This line is longer than %(most)s characters."), most=LONGEST_LINE)
        elif UNREADABLE.search(text):
            yield number, _broken(N_("This line has bytes that are no text in the encoding of the file."))
        else:
            cells = _cells(text, delimiter)
            if cells is None:
                cells = _with_the_next_ones(text, delimiter, width, lines)
            if cells is None:
                yield number, _broken(N_("The quotation marks of this line do not match."))
            elif without_empty_end(cells):
                yield number, _of_width(cells, width)


def without_empty_end(cells: list[str]) -> list[str]:
    """The cells up to the last one with something in it: spreadsheets write commas for columns once used."""
    filled = [place for place, cell in enumerate(cells, start=1) if cell.strip()]
    return cells[: filled[-1]] if filled else []


def _of_width(cells: list[str], width: int) -> list[str] | RuleBroken:
    found = len(without_empty_end(cells))
    if found <= width <= len(cells):
        return cells[:width]
    message = N_("This line has %(found)s columns, the heading has %(expected)s.")
    return _broken(message, found=found if found > width else len(cells), expected=width)


def _broken(message: str, **values: object) -> RuleBroken:
    return RuleBroken(None, message, **values)


def _cells(text: str, delimiter: str) -> list[str] | None:
    """None where the quotation marks do not match."""
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _with_the_next_ones(text: str, delimiter: str, width: int, lines: "_Lines") -> list[str] | None:
    """The cells of a record that goes on below; where that makes none of the right width, it is put back."""
    taken: list[tuple[int, str | None]] = []
    while text.count('"') % 2 == 1 and len(taken) < MOST_LINES:
        line = lines.next()
        if line is None:
            break
        taken.append(line)
        if line[1] is None or UNREADABLE.search(line[1]):
            break
        text += line[1]
        cells = _cells(text, delimiter)
        if cells is not None and isinstance(_of_width(cells, width), list):
            return cells
    lines.put_back(taken)
    return None


class _Lines:
    """The lines below the heading with their numbers; None for the text of one that is too long to hold."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._number = file, 1
        self._waiting: deque[tuple[int, str | None]] = deque()

    def next(self) -> tuple[int, str | None] | None:
        if self._waiting:
            return self._waiting.popleft()
        line = self._file.readline(LONGEST_LINE)
        if not line:
            return None
        self._number += 1
        if len(line) < LONGEST_LINE or line.endswith("\n"):
            return self._number, line
        while line and not line.endswith("\n"):
            line = self._file.readline(LONGEST_LINE)
        return self._number, None

    def put_back(self, lines: list[tuple[int, str | None]]) -> None:
        self._waiting.extendleft(reversed(lines))
