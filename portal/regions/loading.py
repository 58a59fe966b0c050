"""The list of places that comes with the portal: GB/T 2260 codes, and the fictional ones of the demo."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.regions.models import Region

LEVELS = ("province", "city", "district")


class Place(NamedTuple):
    """One line of the list. parent: the code above, '' for a province."""

    code: str
    level: str
    parent: str
    name_zh: str
    name_en: str
    fictional: bool = False


@cache
def places() -> dict[str, Place]:
    """Every place of the list by its code, provinces before their cities before their districts."""
    with (Path(__file__).parent / "data" / "regions.csv").open(encoding="utf-8", newline="") as lines:
        listed = [
            Place(
                line["code"],
                line["level"],
                line["parent"],
                line["name_zh"],
                line["name_en"],
                line["fictional"] == "1",
            )
            for line in csv.DictReader(lines)
        ]
    return {place.code: place for place in sorted(listed, key=lambda each: LEVELS.index(each.level))}


def load_regions(session: Session) -> int:
    """Take in the whole list; gives how many were new. A second time changes nothing."""
    return add_places(session, places().values())


def add_places(session: Session, wanted: Iterable[Place]) -> int:
    """Take in these places, each after the one above it; those that are there stay as they are."""
    new = [place for place in wanted if session.get(Region, place.code) is None]
    for place in new:
        session.add(
            Region(
                code=place.code,
                parent_code=place.parent or None,
                level=place.level,
                name_zh=place.name_zh,
                name_en=place.name_en,
            )
        )
        session.flush()
    return len(new)


def family(code: str) -> list[Place]:
    """A city of the list with its province and its districts; empty where the list does not know it."""
    known = places()
    if code not in known:
        return []
    above = [known[known[code].parent]] if known[code].parent else []
    return [*above, known[code], *(place for place in known.values() if place.parent == code)]
