"""The trades of the demo city, and what is sold in them at what price."""

import math
from dataclasses import dataclass
from functools import cache
from random import Random

from portal.cli.demo_city.files import rows, split, toml


@dataclass(frozen=True)
class Goods:
    """What is bought: `name` as on the receipt, `short` as people say it; prices in yuan.

    months: when people complain of it, all year where empty.
    """

    trade: str
    name: str
    short: str
    measure: str
    kind: str
    low: int
    high: int
    months: tuple[int, ...]

    def price_fen(self, rng: Random) -> int:
        """A typical price in fen: shops like 8s, 9s and round hundreds."""
        raw = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return _typical(rng, raw, self.low, self.high)


@dataclass(frozen=True)
class Trade:
    """A trade by its stable code; `groups` say which replies fit, `speakers` who answers in such a shop."""

    code: str
    groups: tuple[str, ...]
    speakers: tuple[str, ...]
    weight: int
    elders: bool


def _trades() -> dict[str, Trade]:
    return {
        row["code"]: Trade(
            code=row["code"],
            groups=split(row["groups"]),
            speakers=split(row["speakers"]),
            weight=int(row["weight"]),
            elders=row["elders"] == "1",
        )
        for row in rows("trades.csv")
    }


TRADES = _trades()


@cache
def goods_of(trade: str, kinds: tuple[str, ...] = ()) -> tuple[Goods, ...]:
    """The goods of a trade, of these kinds where any are named."""
    return tuple(
        Goods(
            trade=row["trade"],
            name=row["name"],
            short=row["short"],
            measure=row["measure"],
            kind=row["kind"],
            low=int(row["low"]),
            high=int(row["high"]),
            months=tuple(int(month) for month in split(row["months"])),
        )
        for row in rows("goods.csv")
        if row["trade"] == trade and (not kinds or row["kind"] in kinds)
    )


def goods_named(trade: str, name: str) -> Goods | None:
    """The goods of a trade by the name on the receipt."""
    return next((goods for goods in goods_of(trade) if goods.name == name), None)


def audiences(trade: str, goods: Goods | None = None) -> frozenset[str]:
    """Which replies fit: the trade, its groups, and what follows from the goods."""
    groups = set(TRADES[trade].groups) | {trade}
    if goods is None:
        return frozenset(groups)
    kinds = toml("kinds.toml")
    groups.add(goods.kind)
    if "goods" in groups:
        is_bulky = trade in kinds["bulky_trades"] and goods.kind not in kinds["carried"]
        groups.add("bulky" if is_bulky else "handy")
    elif goods.kind in kinds["prepaid"] and trade != "photography":
        groups.add("prepaid")
    if trade == "restaurant" and goods.kind in kinds["booked"]:
        groups.discard("meal")
    return frozenset(groups)


def _typical(rng: Random, raw: float, low: int, high: int) -> int:
    if raw < 30:
        fen = round(raw) * 100 + rng.choice([0, 0, -10, -20, 50, 80])
    elif raw < 200:
        fen = (round(raw / 10) * 10 + rng.choice([-2, -1, 0, 5, 8, 9])) * 100
    elif raw < 2000:
        fen = (round(raw / 100) * 100 + rng.choice([-1, -2, -20, 0, 50, 68, 80, 88])) * 100
    else:
        fen = (round(raw / 100) * 100 + rng.choice([-1, -1, -2, 0, 0, 80])) * 100
    return max(low * 100, min(high * 100, fen))
