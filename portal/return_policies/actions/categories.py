"""The tree of goods, as a city's bureau edits it. Codes are for ever; what is not wanted is retired."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.words import N_, clean_text
from portal.regions.models import City
from portal.return_policies.categories import default_tree
from portal.return_policies.models import GoodsCategory
from portal.return_policies.permissions import edits_goods

CODE_LIMIT, DEEPEST, MOST = 40, 4, 500
NAME_LIMITS = {"name_zh": 40, "name_en": 60}
Goods = dict[str, GoodsCategory]


def add_category(
    session: Session, officer: Viewer, city_code: str, *, parent: str, name_zh: str, name_en: str
) -> GoodsCategory:
    """A new kind of goods below another, '' for the top; its code is made of its English name.

    Raises RuleBroken(name_zh | name_en | parent), and NotAllowed for somebody who may not edit these goods.
    """
    goods = _goods(session, officer, city_code)
    if parent and (parent not in goods or goods[parent].retired):
        raise RuleBroken("parent", N_("Please choose a kind of goods."))
    if _depth(goods, parent) >= DEEPEST:
        raise RuleBroken("parent", N_("This is deep enough: please add it one step higher."))
    if len(goods) >= MOST:
        raise RuleBroken("parent", N_("There are too many kinds of goods already."))
    names = _names(goods, parent, name_zh=name_zh, name_en=name_en)
    row = GoodsCategory(
        city_code=city_code,
        code=_unused_code(goods, names["name_en"]),
        parent_code=parent,
        position=1 + max((one.position for one in _children(goods, parent)), default=-1),
        **names,
    )
    session.add(row)
    session.flush()
    return row


def rename_category(
    session: Session, officer: Viewer, city_code: str, code: str, *, name_zh: str, name_en: str
) -> None:
    """Call a kind of goods otherwise; raises RuleBroken(name_zh | name_en) and NotAllowed."""
    goods = _goods(session, officer, city_code)
    row = _row(goods, code)
    names = _names(goods, row.parent_code, name_zh=name_zh, name_en=name_en, but=code)
    row.name_zh, row.name_en = names["name_zh"], names["name_en"]


def retire_category(session: Session, officer: Viewer, city_code: str, code: str) -> None:
    """Nobody chooses it any more, nor what is below it; what speaks of it already keeps its name."""
    goods = _goods(session, officer, city_code)
    for row in _with_all_below(goods, _row(goods, code)):
        row.retired = True


def restore_category(session: Session, officer: Viewer, city_code: str, code: str) -> None:
    """It can be chosen again; so can what it lies below. What is below it is restored one by one."""
    goods = _goods(session, officer, city_code)
    row: GoodsCategory | None = _row(goods, code)
    while row is not None:
        row.retired = False
        row = goods.get(row.parent_code)


def move_category(session: Session, officer: Viewer, city_code: str, code: str, *, up: bool) -> None:
    """Change places with the kind of goods before or after it, of those beside it; at an end it stays."""
    goods = _goods(session, officer, city_code)
    row = _row(goods, code)
    beside = _children(goods, row.parent_code)
    here = beside.index(row)
    there = here - 1 if up else here + 1
    if 0 <= there < len(beside):
        beside[here], beside[there] = beside[there], beside[here]
    for position, one in enumerate(beside):
        one.position = position


def _goods(session: Session, officer: Viewer, city_code: str) -> Goods:
    """The city's own goods to be edited, by their codes; at the first edit the default tree becomes them.

    One bureau, one edit at a time: the city's row is locked, so that the tree is copied once only.
    """
    if not edits_goods(officer, city_code):
        raise NotAllowed
    locked = sa.select(City.code).where(City.code == city_code).with_for_update(key_share=True)
    if session.scalar(locked) is None:
        raise NotAllowed
    rows = list(session.scalars(sa.select(GoodsCategory).where(GoodsCategory.city_code == city_code)))
    if not rows:
        rows = [
            GoodsCategory(
                city_code=city_code,
                code=one.code,
                parent_code=one.parent,
                name_zh=one.zh,
                name_en=one.en,
                position=position,
                retired=one.retired,
            )
            for position, one in enumerate(default_tree().all)
        ]
        session.add_all(rows)
        session.flush()
    return {row.code: row for row in rows}


def _row(goods: Goods, code: str) -> GoodsCategory:
    if code not in goods:
        raise NotAllowed
    return goods[code]


def _children(goods: Goods, parent: str) -> list[GoodsCategory]:
    """In the order in which they are shown (portal.return_policies.categories.tree_of)."""
    own = (row for row in goods.values() if row.parent_code == parent)
    return sorted(own, key=lambda row: (row.position, row.code))


def _with_all_below(goods: Goods, row: GoodsCategory) -> list[GoodsCategory]:
    below = [row]
    for one in below:
        below.extend(_children(goods, one.code))
    return below


def _depth(goods: Goods, parent: str) -> int:
    depth = 0
    while parent:
        depth, parent = depth + 1, goods[parent].parent_code
    return depth


def _names(goods: Goods, parent: str, *, name_zh: str, name_en: str, but: str = "") -> dict[str, str]:
    """Both names, tidied; the same name twice side by side would be chosen by chance."""
    names = {
        field: clean_text(name, limit=NAME_LIMITS[field], field=field).replace("\n", " ")
        for field, name in (("name_zh", name_zh), ("name_en", name_en))
    }
    for field, name in names.items():
        if not name:
            raise RuleBroken(field, N_("This may not be empty."))
        beside = [getattr(row, field).casefold() for row in _children(goods, parent) if row.code != but]
        if name.casefold() in beside:
            raise RuleBroken(field, N_("There is one of this name here already."))
    return names


def _unused_code(goods: Goods, name_en: str) -> str:
    """A code of a-z, 0-9 and _ that no kind of goods has had; it is never changed."""
    base = re.sub("[^a-z0-9]+", "_", name_en.lower()).strip("_")[: CODE_LIMIT - 4].strip("_") or "goods"
    tries = (base if number == 1 else f"{base}_{number}" for number in range(1, MOST + 2))
    return next(code for code in tries if code not in goods)
