"""The data files of the demo city, read once."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def toml(name: str) -> dict[str, Any]:
    """A TOML file of the data folder; not to be changed by its readers."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file of the data folder, by column name."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def split(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, `a|b|c`."""
    return tuple(value for value in cell.split("|") if value)
