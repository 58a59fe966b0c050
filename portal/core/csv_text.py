"""Tables as text, to and from the spreadsheets that offices use."""

import csv
import io
from collections.abc import Iterable, Iterator

from portal.core.errors import RuleBroken
from portal.core.words import N_

BOM = "\ufeff"
MOST_BYTES = 1024 * 1024
FORMULA = tuple("=+-@＝＋－＠\t\r")
LONGEST_NUMBER = 11  # digits that a spreadsheet shows as they are
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def text_of(data: bytes) -> str:
    """A file's text, whether it is UTF-8 (with or without BOM) or GB18030.

    Raises RuleBroken, in one sentence, for what is no such text or larger than MOST_BYTES.
    """
    if len(data) > MOST_BYTES:
        raise RuleBroken(None, N_("This file is larger than 1 MB. Is it the right one?"))
    if data.startswith(_WORKBOOKS[:1]) and b"word/document.xml" in data:
        raise RuleBroken(None, N_("This is a Word document. Copy its lines into the field instead."))
    if data.startswith(_WORKBOOKS):
        raise RuleBroken(None, N_("This is an Excel workbook. In Excel, save it as “CSV UTF-8” first."))
    if data.startswith(_UTF_16):
        raise RuleBroken(None, N_("This is UTF-16 text. In Excel, save it as “CSV UTF-8” instead."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RuleBroken(None, N_("This file is no text. Is it a CSV file?"))


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of a table that are not blank, each with its number in the text (from 1) and its cells.

    Between the cells stands a comma, a Chinese comma or a tab: whichever the first line has.
    """
    lines = text.removeprefix(BOM).splitlines()
    first = next((line for line in lines if line.strip()), "")
    sign = next((sign for sign in "\t,，" if sign in first), ",")
    for number, line in enumerate(lines, 1):
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=sign), [])]
        except csv.Error:
            cells = [line.strip()]
        if any(cells):
            yield number, cells


def line_of(cells: Iterable[str]) -> str:
    """One line of a table that Excel opens right: no cell is a formula, and no long number is rounded."""
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a long number ends in a tab, which keeps it whole."""
    if cell.startswith(FORMULA):
        return f"'{cell}"
    return f"{cell}\t" if len(cell) > LONGEST_NUMBER and cell.isdigit() else cell
