"""The shops of the demo city: signs, legal names, licences and addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from portal.cli.demo_city.files import rows, split, toml
from portal.cli.demo_city.goods import TRADES
from portal.cli.demo_city.names import phone, staff_name
from portal.core import uscc

YUNXI = "339900"
# Trades of which some stand in a market without a licence of their own.
STALLS = frozenset({"food", "supermarket", "repair", "clothing"})


@dataclass(frozen=True)
class Shop:
    """A store with the licence behind it; `uscc` is None for a stall without one."""

    uscc: str | None
    legal_name: str
    name: str
    trade: str
    city_code: str
    district_code: str
    address: str
    phone: str
    owner: str


@dataclass(frozen=True)
class _Sign:
    trade: str
    sign: str
    individual: str
    company: str
    chain: int


@dataclass(frozen=True)
class _Place:
    code: str
    name: str
    street: str
    address: str
    market: bool


def shops(rng: Random, count: int, *, city: str = YUNXI) -> list[Shop]:
    """So many stores of a fictional city, no two alike; chains have several under one licence."""
    where = next(entry for entry in toml("places.toml")["cities"] if entry["code"] == city)
    found: list[Shop] = []
    taken: set[str] = set()
    while len(found) < count:
        for shop in _merchant(rng, where):
            if shop.name not in taken and len(found) < count:
                taken.add(shop.name)
                found.append(shop)
    return found


def kinds_of(name: str, trade: str) -> tuple[str, ...]:
    """The kinds of goods that a store sells by what its sign says; everything of the trade where empty."""
    fitting = [row for row in rows("signs.csv") if row["trade"] == trade and row["sign"] in name]
    return split(max(fitting, key=lambda row: len(row["sign"]))["kinds"]) if fitting else ()


def make_uscc(rng: Random, *, company: bool, region: str) -> str:
    """A valid code of a region that no real licence has."""
    organisation = "MA" + "".join(rng.choices(uscc.ALPHABET, k=6))
    return uscc.make(organisation, region=region, kind="91" if company else "92")


def _merchant(rng: Random, where: dict[str, Any]) -> Iterator[Shop]:
    """One licence and its stores."""
    sign = _sign(rng)
    word = rng.choice(toml("names.toml")["words"])
    place = _place(rng, where)
    stores = rng.randint(2, 5) if rng.random() < sign.chain * 0.04 else 1
    company = stores > 1 or not sign.individual or rng.random() < 0.25
    owner = staff_name(rng)
    legal_name = (
        f"{where['name']}市{word}{sign.company}有限公司"
        if company
        else _individual(rng, sign, f"{where['name']}市{place.name}", word, owner)
    )
    stall = not company and place.market and sign.trade in STALLS and rng.random() < 0.3
    code = None if stall else make_uscc(rng, company=company, region=place.code)
    for store in range(stores):
        at = place if store == 0 else _place(rng, where)
        yield Shop(
            uscc=code,
            legal_name=legal_name,
            name=f"{word}{sign.sign}" + (f"（{at.street}店）" if stores > 1 else ""),
            trade=sign.trade,
            city_code=where["code"],
            district_code=at.code,
            address=f"{where['name']}市{at.name}{at.address}",
            phone=phone(rng),
            owner=owner,
        )


def _individual(rng: Random, sign: _Sign, region: str, word: str, owner: str) -> str:
    """A sole trader's legal name: often the owner's name, not the one on the sign."""
    called = owner if rng.random() < 0.25 else word
    return f"{region}{called}{sign.individual}" + ("（个体工商户）" if rng.random() < 0.7 else "")


def _sign(rng: Random) -> _Sign:
    trade = rng.choices(list(TRADES), [trade.weight for trade in TRADES.values()])[0]
    row = rng.choice([row for row in rows("signs.csv") if row["trade"] == trade])
    return _Sign(trade, row["sign"], row["individual"], row["company"], int(row["chain"]))


def _place(rng: Random, where: dict[str, Any]) -> _Place:
    districts = where["districts"]
    district = rng.choices(districts, [entry["share"] for entry in districts])[0]
    if rng.random() < 0.3:
        place: str = rng.choice(district["places"])
        floor = f"{rng.choice('一二三')}楼{rng.randint(101, 138)}号"
        room = rng.choice([floor, f"{rng.choice('ABCD')}区{rng.randint(1, 68)}号"])
        return _Place(district["code"], district["name"], place, f"{place}{room}", "市场" in place)
    street: str = rng.choice(district["streets"])
    number = str(rng.randint(2, 388)) + (f"-{rng.randint(1, 6)}" if rng.random() < 0.3 else "")
    return _Place(district["code"], district["name"], street, f"{street}{number}号", market=False)
