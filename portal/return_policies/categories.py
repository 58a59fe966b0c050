"""The tree of goods: a city's own, or the one every city starts from."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.return_policies.models import GoodsCategory


@dataclass(frozen=True)
class Category:
    """One kind of goods; `depth` 0 at the top. A retired one is chosen no more, but keeps its name."""

    code: str
    parent: str
    zh: str
    en: str
    depth: int = 0
    retired: bool = False

    def name(self, locale: str) -> str:
        return self.en if locale == "en" else self.zh


class Tree:
    """A city's categories in the order in which they are shown: each above its children."""

    def __init__(self, categories: Sequence[Category]) -> None:
        self._children: dict[str, list[Category]] = {}
        for one in categories:
            self._children.setdefault(one.parent, []).append(one)
        self.all = tuple(self._walk("", 0))
        self._by_code = {one.code: one for one in self.all}

    def _walk(self, parent: str, depth: int) -> Iterator[Category]:
        for one in self._children.get(parent, ()):
            yield Category(one.code, one.parent, one.zh, one.en, depth, one.retired)
            yield from self._walk(one.code, depth + 1)

    def get(self, code: str) -> Category | None:
        return self._by_code.get(code)

    def name(self, code: str, locale: str) -> str:
        """The name of a category; its code where the tree does not know it."""
        known = self._by_code.get(code)
        return known.name(locale) if known else code

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from this category up to the top, the nearest first; () for an unknown one."""
        path: list[str] = []
        while (known := self._by_code.get(code)) is not None:
            path.append(code)
            code = known.parent
        return tuple(path)

    def below(self, code: str) -> list[Category]:
        """The category itself and everything below it that is not retired; with '' the whole tree."""
        return [one for one in self.all if not one.retired and (not code or code in self.path(one.code))]


@cache
def default_tree() -> Tree:
    """The tree of data/categories.toml."""
    text = (Path(__file__).parent / "data" / "categories.toml").read_text(encoding="utf-8")
    return Tree([Category(**row) for row in tomllib.loads(text)["category"]])


def tree_of(session: Session, city_code: str) -> Tree:
    """The goods of a city, in one query."""
    wanted = sa.select(GoodsCategory).where(GoodsCategory.city_code == city_code)
    rows = session.scalars(wanted.order_by(GoodsCategory.position, GoodsCategory.code)).all()
    if not rows:
        return default_tree()
    return Tree(
        [Category(row.code, row.parent_code, row.name_zh, row.name_en, 0, row.retired) for row in rows]
    )
