"""How people put things in Chinese: templates filled in, sums, days and spans of time as they are said."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

_INNERMOST = re.compile(r"\{([^{}]*)\}")
_DIGITS = "零一二三四五六七八九"
WEEKDAYS = "一二三四五六日"


def fill(rng: Random, template: str, slots: Mapping[str, str]) -> str:
    """A template with one of each `{a|b}` and each `{slot}` filled; raises KeyError for an unknown slot."""

    def choose(found: re.Match[str]) -> str:
        inner = found[1]
        return rng.choice(inner.split("|")) if "|" in inner else slots[inner]

    while _INNERMOST.search(template):
        template = _INNERMOST.sub(choose, template)
    return template


def slots_of(template: str) -> frozenset[str]:
    """The names of all slots of a template, in whatever alternative they stand."""
    return frozenset(re.findall(r"\{([a-z]+)\}", template))


def numeral(number: int) -> str:
    """A number from 1 to 99 as it is said before a measure word: 两, 十二, 二十五."""
    if number == 2:
        return "两"
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def span(rng: Random, days: int) -> str:
    """How long something lasted: 半天, 三天, 一个星期, 半个月, 三个月."""
    if days < 8:
        week = rng.choice(["一个星期", "七天"])
        return ["半天", "一天", "两天", "三天", "四天", "五天", "六天", week][days]
    for limit, said in [
        (10, "八九天"),
        (13, "十来天"),
        (18, "半个月"),
        (25, "二十来天"),
        (36, "一个月"),
        (53, "一个多月"),
        (170, ""),
        (200, "半年"),
        (320, ""),
        (400, "快一年"),
    ]:
        if days < limit:
            return said or f"{numeral(round(days / 30))}个月"
    return "一年多"


def ago(rng: Random, days: int, on: date | None, *, exact: bool = False) -> str:
    """The day of a purchase as it is told `days` later: 前天, 上周六, 3月2号, 国庆的时候.

    on: the day of telling, which allows dates. exact: a single day, no season.
    """
    if days < 4:
        return ["今天", "昨天", "前天", "大前天"][days]
    if on is None:
        return _roughly_ago(rng, days, exact=exact)
    day = on - timedelta(days=days)
    return rng.choice(_told(day, on, exact=exact))


def until(rng: Random, by: date, on: date) -> str:
    """A day ahead as it is promised: 今晚, 周五, 下周三, 6月12号."""
    if by <= on:
        return "今晚"
    weeks = _weeks_between(on, by)
    named = f"{by.month}月{by.day}{rng.choice('号日')}"
    weekday = WEEKDAYS[by.weekday()]
    if weeks == 0:
        return rng.choice([f"周{weekday}", f"这周{weekday}", named])
    if weeks == 1:
        return rng.choice([f"下周{weekday}", named])
    return named


def money(rng: Random, fen: int, *, vague: bool = False) -> str:
    """A sum as it is written down: 3299元, 八千块, 12块6; `vague` also allows 三千多."""
    yuan, rest = divmod(fen, 100)
    if rest:
        tail = f"{rest:02d}".rstrip("0")
        return rng.choice([f"{yuan}.{tail}元", f"{yuan}块{tail}" if len(tail) == 1 else f"{yuan}.{tail}块"])
    said = [f"{yuan}元", f"{yuan}元", f"{yuan}块", f"{yuan}块", f"{yuan}块钱"]
    if yuan >= 1000 and yuan % 1000 == 0 and yuan < 10000:
        said += [f"{numeral(yuan // 1000)}千块", f"{numeral(yuan // 1000)}千块钱"]
    elif vague and 1000 < yuan < 10000 and yuan % 1000 <= 900:
        said += [f"{numeral(yuan // 1000)}千多"]
    elif vague and 10000 < yuan < 100000 and yuan % 10000 <= 9000:
        said += [f"{numeral(yuan // 10000)}万多"]
    return rng.choice(said)


def _told(day: date, on: date, *, exact: bool) -> list[str]:
    named = [f"{day.month}月{day.day}号", f"{day.month}月{day.day}日"]
    if season := _season(day):
        return named if exact else [season, *named]
    weekday = WEEKDAYS[day.weekday()]
    weeks = _weeks_between(day, on)
    if weeks == 1:
        return [f"上周{weekday}", f"上个礼拜{'天' if weekday == '日' else weekday}", *named]
    if (on - day).days > 60 and not exact:
        month = f"{day.month}月份"
        return [f"去年{month}" if day.year < on.year else f"今年{month}", named[0]]
    return named


def _roughly_ago(rng: Random, days: int, *, exact: bool) -> str:
    if exact:
        return f"{numeral(days)}天前" if days < 8 else f"上周{rng.choice(WEEKDAYS)}"
    for limit, said in [(8, f"{numeral(days)}天前" if days < 8 else ""), (14, "上个星期"), (20, "半个月前")]:
        if days < limit:
            return said
    if days < 36:
        return rng.choice(["上个月", "二十多天前"]) if days < 29 else "一个月前"
    if days < 330:
        return "一个多月前" if days < 53 else f"{numeral(round(days / 30))}个月前"
    return "去年" if days < 700 else "前年"


def _season(day: date) -> str:
    if day.month == 10 and day.day <= 7:
        return "国庆的时候"
    if day.month == 5 and day.day <= 5:
        return "五一的时候"
    return {(11, 11): "双十一那天", (6, 18): "618那天", (1, 1): "元旦那天"}.get((day.month, day.day), "")


def _weeks_between(day: date, later: date) -> int:
    monday = day - timedelta(days=day.weekday())
    return (later - timedelta(days=later.weekday()) - monday).days // 7
