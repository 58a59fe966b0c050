"""Shops, people and the sample list of stores."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from random import Random

from portal.accounts.passwords import check_new
from portal.cli.demo_city import (
    REFRIGERATOR,
    TRADES,
    demo_people,
    demo_stores,
    goods_named,
    goods_of,
    kinds_of,
    person,
    phone,
    shops,
    staff_name,
    stores_csv,
)
from portal.cli.demo_city.files import rows, split, toml
from portal.cli.demo_city.stores_csv import HEADINGS
from portal.core import uscc
from portal.disputes.workflow import Remedy
from portal.regions.choices import Kind, defaults

ROOT = Path(__file__).parents[2]
REGIONS = ROOT / "portal" / "regions" / "data" / "regions.csv"
MOBILE = re.compile(r"1[3-9]\d{9}")


def regions() -> dict[str, dict[str, str]]:
    with REGIONS.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}


def test_every_licence_is_valid_and_belongs_to_one_legal_name() -> None:
    found = shops(Random(1), 800)
    assert [shop for shop in found if shop.uscc is not None and not uscc.is_valid(shop.uscc)] == []
    names: dict[str, set[str]] = {}
    for shop in found:
        if shop.uscc is not None:
            names.setdefault(shop.uscc, set()).add(shop.legal_name)
    assert [legal for legal in names.values() if len(legal) != 1] == []


def test_some_licences_have_several_stores_and_some_stalls_have_none() -> None:
    found = shops(Random(1), 800)
    codes = [shop.uscc for shop in found]
    assert sum(codes.count(code) > 1 for code in set(codes) - {None}) >= 30
    assert 1 <= codes.count(None) <= 20


def test_stores_are_so_many_and_no_two_are_alike() -> None:
    found = shops(Random(2), 500)
    assert len(found) == len({shop.name for shop in found}) == 500


def test_stores_stand_in_districts_of_the_fictional_city() -> None:
    places = regions()
    for city in ("339900", "339800"):
        for shop in shops(Random(3), 200, city=city):
            place = places[shop.district_code]
            assert (place["parent"], place["fictional"], shop.city_code) == (city, "1", city)
            assert shop.address.startswith(places[city]["name_zh"] + place["name_zh"])
            assert shop.trade in TRADES


def test_the_same_seed_opens_the_same_shops() -> None:
    assert shops(Random(4), 60) == shops(Random(4), 60)
    assert shops(Random(4), 60) != shops(Random(5), 60)


def test_a_sign_says_what_is_sold() -> None:
    assert kinds_of("半夏烘焙（钟楼路店）", "food") == ("bread", "cake", "pastry", "mooncake")
    assert kinds_of("永和电器（钟楼路店）", "appliances") == ()
    assert kinds_of("王记", "food") == ()
    for row in rows("signs.csv"):
        sold = {goods.kind for goods in goods_of(row["trade"])}
        assert set(split(row["kinds"])) <= sold, row["sign"]


def test_phones_are_well_formed_and_not_those_of_the_named_people() -> None:
    rng = Random(6)
    named = {someone.phone for someone in demo_people().values()} | {
        demo.shop.phone for demo in demo_stores()
    }
    for _ in range(2000):
        number = phone(rng)
        assert MOBILE.fullmatch(number)
        assert number not in named
    assert [number for number in named if not MOBILE.fullmatch(number)] == []


def test_people_have_names_of_their_age() -> None:
    rng = Random(7)
    elders = {person(rng, "elder").name[1:] for _ in range(300)}
    assert elders == set(toml("names.toml")["elder"])
    assert {len(staff_name(rng)) for _ in range(300)} == {2, 3}


def test_the_named_people_are_all_there() -> None:
    roles = Counter(someone.role for someone in demo_people().values())
    assert roles == {"consumer": 2, "owner": 2, "clerk": 1, "unverified": 1, "officer": 2, "supervisor": 1}
    zhou = demo_people()["zhou"]
    assert [demo.shop.trade for demo in demo_stores() if demo.merchant == zhou.merchant] == ["appliances"] * 3
    cities = {demo.shop.city_code for demo in demo_stores()}
    assert cities == {"339800", "339900"}
    assert [demo for demo in demo_stores() if not uscc.is_valid(demo.shop.uscc or "")] == []


def test_whoever_signs_in_by_name_has_a_password_that_the_portal_takes() -> None:
    people = demo_people().values()
    usernames = [someone.username for someone in people if someone.username]
    assert len(usernames) == len(set(usernames)) == 7
    for someone in people:
        assert bool(someone.username) == bool(someone.password) == (someone.role != "consumer")
        if someone.password:
            assert check_new(someone.password, username=someone.username) == someone.password


def test_whoever_has_a_merchant_store_or_region_has_one_that_exists() -> None:
    merchants = {demo.merchant for demo in demo_stores()} | {""}
    stores = {demo.key for demo in demo_stores()} | {""}
    places = {*regions(), ""}
    for someone in demo_people().values():
        assert (someone.merchant in merchants, someone.store in stores, someone.region in places) == (
            True,
        ) * 3


def test_the_story_of_the_refrigerator_holds_together() -> None:
    story = REFRIGERATOR
    assert story.consumer in demo_people()
    assert story.owner in demo_people()
    assert story.store in {demo.key for demo in demo_stores()}
    assert goods_named("appliances", story.goods) is not None
    assert story.problem in {choice["code"] for choice in defaults()[Kind.PROBLEM]}
    assert (story.paid_fen, story.claim_fen, Remedy(story.remedy)) == (800_000, 800_000, Remedy.REFUND)


def test_the_sample_list_in_the_docs_is_the_one_that_is_drawn() -> None:
    assert (ROOT / "docs" / "examples" / "stores.csv").read_text(encoding="utf-8") == stores_csv()


def test_every_line_of_the_sample_list_is_valid() -> None:
    lines = list(csv.DictReader(io.StringIO(stores_csv())))
    trades = {choice["zh"] for choice in defaults()[Kind.TRADE]}
    assert (len(lines), tuple(lines[0])) == (60, HEADINGS)
    for line in lines:
        code, name, store, trade, region, address, number = (line[heading] for heading in HEADINGS)
        assert not code or uscc.is_valid(code)
        assert (bool(name), bool(store), bool(address), trade in trades) == (True,) * 4
        assert regions()[region]["level"] == "district"
        assert MOBILE.fullmatch(number)


def test_regions_hang_together() -> None:
    places = regions()
    for code, place in places.items():
        assert re.fullmatch(r"\d{6}", code)
        parent = place["parent"]
        if place["level"] == "province":
            assert parent == ""
        else:
            above = {"city": "province", "district": "city"}[place["level"]]
            assert places[parent]["level"] == above
            assert code[: 2 if above == "province" else 4] == parent[: 2 if above == "province" else 4]
        assert place["fictional"] == ("1" if code[:4] in {"3398", "3399"} else "0")
    assert [code for code, place in places.items() if place["parent"] == "339900"] == [
        "339902", "339903", "339904", "339921", "339922",
    ]  # fmt: skip
