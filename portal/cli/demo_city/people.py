"""The named people of the demo and their stores: printed by `run`, shown on /demo, used by the journeys."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from portal.cli.demo_city.files import toml
from portal.cli.demo_city.shops import Shop
from portal.core import uscc

Role = Literal["consumer", "owner", "clerk", "unverified", "officer", "supervisor"]


@dataclass(frozen=True)
class DemoPerson:
    """Somebody one can sign in as. Consumers have a phone and no password; the others sign in by name.

    key: what code calls the person. region: of an officer. merchant, store: keys of DemoStore; an owner
    has all stores of the merchant, a clerk the one. No second factor is set up for any of them.
    """

    key: str
    role: Role
    name: str
    phone: str
    about_zh: str
    about_en: str
    username: str = ""
    password: str = ""
    region: str = ""
    merchant: str = ""
    store: str = ""


@dataclass(frozen=True)
class DemoStore:
    """A named store. merchant: the key that stores of one licence share."""

    key: str
    merchant: str
    verified: bool
    shop: Shop


@cache
def demo_people() -> dict[str, DemoPerson]:
    """Everybody by key, in the order in which they are shown."""
    return {entry["key"]: DemoPerson(**entry) for entry in toml("people.toml")["people"]}


@cache
def demo_stores() -> tuple[DemoStore, ...]:
    """The named stores, the owner's three first."""
    merchants = toml("people.toml")["merchants"]
    return tuple(_store(merchant, store) for merchant in merchants for store in merchant["stores"])


def _store(merchant: dict[str, Any], store: dict[str, str]) -> DemoStore:
    shop = Shop(
        uscc=uscc.make(merchant["organisation"], region=merchant["region"], kind=merchant["kind"]),
        legal_name=merchant["legal_name"],
        name=store["name"],
        trade=merchant["trade"],
        city_code=merchant["city"],
        district_code=store["district"],
        address=store["address"],
        phone=store["phone"],
        owner=merchant["owner"],
    )
    return DemoStore(key=store["key"], merchant=merchant["key"], verified=merchant["verified"], shop=shop)
