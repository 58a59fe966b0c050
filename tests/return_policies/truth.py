"""Reads the table of worked examples (data/truth.csv), which people of the law write, into values.

Whatever the file says that cannot be so is a WrongTable with the example's name and what would be right:
a wrong column, a wrong word, a day that is none. Nothing in it is guessed, and nothing is left out.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from portal.config import ROOT
from portal.return_policies.answers import Answer, Missed, Outcome, Purchase, Right, Trouble, Why
from portal.return_policies.categories import default_tree
from portal.return_policies.clauses import CONDITIONS, NUMBERS, TERMS, UNSET, Clause, Kind, Terms
from portal.return_policies.floors import law
from portal.return_policies.terms import terms_from

DATA = Path(__file__).parent / "data"
TRUTH, PLEDGES = DATA / "truth.csv", DATA / "truth_pledges.csv"
COLUMNS = [
    "样例", "承诺", "问题", "类别", "购买日", "提出日", "状态", "实付",
    "结果", "退货", "换货", "维修", "退款", "不支持的理由",
]  # fmt: skip
PLEDGE_COLUMNS = ["承诺", "项目", "内容"]
BY_LAW, UNKNOWN = "法定", "不清楚"
TROUBLES = {
    "质量问题": Trouble.QUALITY, "不合适": Trouble.FIT, "预付卡": Trouble.PREPAID, "其他": Trouble.OTHER,
}  # fmt: skip
STATES = dict(zip(("未拆封", "已拆封，没用过", "试穿试用过，完好", "使用过"), CONDITIONS, strict=True))
OF_CARDS = {"没用过": "unused", "用过": "used"}
OUTCOMES = {
    "有权": Outcome.ENTITLED, "无权": Outcome.NOT_ENTITLED, "待补充": Outcome.INCOMPLETE,
    "不适用": Outcome.OUTSIDE, "日期有误": Outcome.IMPOSSIBLE,
}  # fmt: skip
WHYS = {
    "已过期": Why.LATE, "除外": Why.EXCLUDED, "状态不符": Why.CONDITION, "未承诺": Why.NOT_PROMISED,
    "缺商品状态": Why.CONDITION_UNKNOWN, "缺商品类别": Why.CATEGORY_UNKNOWN,
}  # fmt: skip
REMEDIES = {"退货": "return", "换货": "exchange", "维修": "repair", "退款": "refund"}
CHOICES = {
    "no_reason_condition": STATES,
    "no_reason_proof": {"小票": "receipt", "付款记录": "payment", "不需要": "none"},
    "quality_transport": {"消费者": "consumer", "商家": "merchant"},
    "no_reason_transport": {"消费者": "consumer", "商家": "merchant"},
    "testing": {"责任方": "at_fault", "商家垫付": "merchant_first", "商家": "merchant"},
}
GOODS = {one.zh: one.code for one in default_tree().all}
CLAUSES: dict[str, Clause] = {str(number): clause for clause, number in NUMBERS.items()}
MISSED = re.compile(r"第(\d+)条(\D+?)(?:（(.+)）)?")


class WrongTable(Exception):
    """The table says what cannot be so."""


@dataclass(frozen=True)
class Example:
    """One line: a purchase under some terms, and what must come out."""

    name: str
    terms: Terms
    purchase: Purchase
    outcome: Outcome
    rights: dict[str, dict[str, Any]]
    missed: list[dict[str, Any]]


def examples(truth: Path = TRUTH, pledges: Path = PLEDGES) -> list[Example]:
    """All lines of the table; raises WrongTable."""
    known = {BY_LAW: law().terms, **_pledges(pledges)}
    found = [_example(row, known) for row in _rows(truth, COLUMNS)]
    names = [one.name for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise WrongTable(f"样例重名：{'、'.join(twice)}")
    return found


def _rows(file: Path, columns: list[str]) -> Iterator[dict[str, str]]:
    lines = [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line.strip(' ,"')]
    table = csv.reader(line for line in lines if not line.lstrip('"').startswith("#"))
    if (heads := next(table, [])) != columns:
        raise WrongTable(f"{file.name} 的列应为：{'，'.join(columns)}；现为：{'，'.join(heads)}")
    for cells in table:
        if len(cells) != len(columns):
            raise WrongTable(f"“{cells[0]}”有 {len(cells)} 格，应为 {len(columns)} 格")
        yield {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _pledges(file: Path) -> dict[str, Terms]:
    entered: dict[str, dict[str, Any]] = {}
    labels = _labels()
    for row in _rows(file, PLEDGE_COLUMNS):
        name = _one_of(labels, row["项目"], row["承诺"])
        entered.setdefault(row["承诺"], {})[name] = _term_value(name, row["内容"], row["承诺"])
    return {name: terms_from(UNSET | terms, categories=GOODS.values()) for name, terms in entered.items()}


def _labels() -> dict[str, str]:
    """The terms by the names of their fields, as an officer sees them."""
    po = ROOT / "translations" / "zh_CN" / "LC_MESSAGES" / "return_policies.po"
    with po.open("rb") as text:
        catalogue = read_po(text, locale="zh_CN")
    words = {term.name: catalogue.get(term.label) for term in TERMS.values()}
    return {str(message.string): name for name, message in words.items() if message is not None}


def _term_value(name: str, text: str, where: str) -> Any:
    match TERMS[name].kind:
        case Kind.CHOICE:
            return _one_of(CHOICES[name], text, where)
        case Kind.YES:
            return _one_of({"是": True, "否": False}, text, where)
        case Kind.CATEGORIES:
            return [_one_of(GOODS, part, where) for part in text.split("；")]
        case Kind.FEN:
            return _fen(text, where)
        case _:
            return _number(text, where)


def _example(row: Mapping[str, str], known: Mapping[str, Terms]) -> Example:
    name = row["样例"]
    trouble = _one_of(TROUBLES, row["问题"], name)
    states = {UNKNOWN: "", **STATES, **(OF_CARDS if trouble is Trouble.PREPAID else {})}
    goods = {UNKNOWN: "", **GOODS}
    purchase = Purchase(
        trouble=trouble,
        bought_on=_day(row["购买日"], name),
        asked_on=_day(row["提出日"], name),
        paid_fen=_fen(row["实付"], name),
        categories=default_tree().path(_one_of(goods, row["类别"], name)),
        condition=_one_of(states, row["状态"], name),
    )
    return Example(
        name=name,
        terms=_one_of(known, row["承诺"], name),
        purchase=purchase,
        outcome=_one_of(OUTCOMES, row["结果"], name),
        rights={remedy: _right(row[zh], name) for zh, remedy in REMEDIES.items() if row[zh]},
        missed=[_missed(part, name) for part in row["不支持的理由"].split("；") if part],
    )


def _right(text: str, where: str) -> dict[str, Any]:
    """What a cell says of a right; of what it leaves out, there is none; transport alone need not be said."""
    told: dict[str, Any] = {"amount_fen": None, "within_days": None, "fee_percent": 0}
    readers = (
        (r"至(.+)", lambda found: {"last_day": _day(found, where)}),
        ("(长期)", lambda _: {"last_day": None}),
        ("(按余额)", lambda _: {"amount_fen": None}),
        (r"([\d.]+)元", lambda found: {"amount_fen": _fen(found, where)}),
        (r"第(\d+)条", lambda found: {"clause": _one_of(CLAUSES, found, where)}),
        (r"(\d+)天内", lambda found: {"within_days": int(found)}),
        (r"手续费(\d+)%", lambda found: {"fee_percent": int(found)}),
        (r"(.+)付运费", lambda found: {"transport": _one_of(CHOICES["quality_transport"], found, where)}),
    )
    for part in text.split("；"):
        for pattern, read in readers:
            if found := re.fullmatch(pattern, part):
                told |= read(found[1])
                break
        else:
            raise WrongTable(f"“{where}”：看不懂“{part}”")
    if not {"last_day", "clause"} <= told.keys():
        raise WrongTable(f"“{where}”：“{text}”要写最后一天（或长期）和第几条")
    return told


def _missed(text: str, where: str) -> dict[str, Any]:
    found = MISSED.fullmatch(text)
    if found is None:
        raise WrongTable(f"“{where}”：看不懂“{text}”，应如：第2条已过期（2026-03-09）")
    why = _one_of(WHYS, found[2], where)
    told: dict[str, Any] = {"clause": _one_of(CLAUSES, found[1], where), "why": why}
    if found[3]:
        if why is Why.LATE:
            told["last_day"] = _day(found[3], where)
        else:
            told["value"] = _one_of({**GOODS, **STATES, **OF_CARDS}, found[3], where)
    return told


def _one_of(words: Mapping[str, Any], text: str, where: str) -> Any:
    if text not in words:
        raise WrongTable(f"“{where}”：没有“{text}”，可写：{'、'.join(words)}")
    return words[text]


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise WrongTable(f"“{where}”：“{text}”不是日期，应如 2026-03-09") from wrong


def _number(text: str, where: str) -> int:
    if not re.fullmatch("[0-9]+", text):
        raise WrongTable(f"“{where}”：“{text}”不是整数")
    return int(text)


def _fen(text: str, where: str) -> int:
    try:
        fen = Decimal(text) * 100
    except InvalidOperation as wrong:
        raise WrongTable(f"“{where}”：“{text}”不是金额，应如 399 或 269.10") from wrong
    if not fen.is_finite() or fen != int(fen) or fen < 0:
        raise WrongTable(f"“{where}”：“{text}”不是金额，应如 399 或 269.10")
    return int(fen)


def told_of(example: Example, answer: Answer) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """Of an answer, what the example speaks of: its rights by remedy, and the clauses that do not help."""
    rights = {right.remedy: _part(right, example.rights.get(right.remedy)) for right in answer.rights}
    wanted = example.missed + [{}] * len(answer.missed)
    return rights, [_part(one, wanted[place]) for place, one in enumerate(answer.missed)]


def _part(found: Right | Missed, wanted: Mapping[str, Any] | None) -> dict[str, Any]:
    names = wanted or ("clause", "last_day")
    return {name: getattr(found, name) for name in names}
