"""The table of 12315's decisions, read line by line."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.core.csv_text import rows_of
from portal.core.errors import RuleBroken
from portal.core.refs import parse_ref
from portal.core.words import N_, tidy
from portal.regions.calendar import read_day

MOST_LINES = 300
CELL_LIMIT = 60


class Decision(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TERMINATED = "terminated"
    SETTLED = "settled"


SAID = {
    "受理": Decision.ACCEPTED, "予以受理": Decision.ACCEPTED, "已受理": Decision.ACCEPTED,
    "不予受理": Decision.REFUSED, "不受理": Decision.REFUSED,
    "终止": Decision.TERMINATED, "终止调解": Decision.TERMINATED,
    "调解成功": Decision.SETTLED, "达成调解": Decision.SETTLED,
    **{str(one): one for one in Decision},
}  # fmt: skip
WORDS = "受理 / 不予受理 / 终止 / 调解成功"
HEADINGS = {
    "ref": {"编号", "投诉编号", "和解编号", "reference", "ref"},
    "decision": {"决定", "处理决定", "处理结果", "decision"},
    "ground": {"理由", "理由代码", "依据", "ground"},
    "day": {"日期", "决定日期", "处理日期", "date"},
}
IN_ORDER = ("ref", "decision", "ground", "day")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?$")


@dataclass(frozen=True)
class Line:
    """One line; `broken` where it cannot be read. ref: as it was written, where it is no reference."""

    number: int
    ref: str
    decision: Decision = Decision.ACCEPTED
    ground: str = ""
    day: date | None = None
    broken: RuleBroken | None = None


def read_decisions(text: str) -> list[Line]:
    """The lines of the table; raises RuleBroken("table") where it has none, or too many."""
    rows = list(rows_of(text))
    columns: tuple[str | None, ...] = IN_ORDER
    if rows and (named := _heading(rows[0][1])):
        columns, rows = named, rows[1:]
    if not rows:
        raise RuleBroken("table", N_("There is no decision in this table."))
    if len(rows) > MOST_LINES:
        raise RuleBroken("table", N_("At most %(most)s lines at a time, please."), most=MOST_LINES)
    return [
        _line(number, dict(zip((name or "" for name in columns), cells, strict=False)))
        for number, cells in rows
    ]


def _heading(cells: list[str]) -> tuple[str | None, ...]:
    """The columns as the first line names them; () where it is no heading."""
    names = {name: column for column, known in HEADINGS.items() for name in known}
    found = tuple(names.get(cell.lower()) for cell in cells)
    return found if "ref" in found and "decision" in found else ()


def _line(number: int, cells: dict[str, str]) -> Line:
    said = {name: tidy(cell.lstrip("'"))[:CELL_LIMIT] for name, cell in cells.items()}
    ref = parse_ref(said.get("ref", ""))
    decision = SAID.get(said.get("decision", "").lower())
    day = read_day(_TIME.sub("", said.get("day", "")))
    shown = ref or said.get("ref", "")
    if ref is None:
        return Line(number, shown, broken=RuleBroken(None, N_("This is no reference of ours.")))
    if decision is None:
        return Line(
            number,
            shown,
            broken=RuleBroken(None, N_("The decision must be one of: %(words)s."), words=WORDS),
        )
    if day is None:
        return Line(number, shown, decision, broken=RuleBroken(None, N_("Write the day like 2026-11-24.")))
    return Line(number, ref, decision, said.get("ground", ""), day)
