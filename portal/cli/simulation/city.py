"""Founding the demo's two cities: their bureaus, shops and people. Disputes come later, by themselves."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.joining import add_officer, add_staff, consumer_of, employ
from portal.accounts.models import OfficerRole, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.cli.demo_city import DemoPerson
from portal.cli.simulation.licence import keep_licence
from portal.merchants.actions.claims import claim_store
from portal.merchants.models import Store
from portal.merchants.rows import Row, import_key
from portal.merchants.stock import write_rows
from portal.regions.setup import set_up_city

CITIES = {  # code: (bureau in Chinese, in English, hotline, how many stores)
    "339800": ("临岚市市场监督管理局", "Linlan Market Supervision Bureau", "0588-12315", 30),
    "339900": ("云溪市市场监督管理局", "Yunxi Market Supervision Bureau", "0589-12315", 140),
}
LOOKS = {  # what each city has said of itself
    "339800": {
        "accent": "plum",
        "welcome_zh": "临岚山城，买得放心。",
        "welcome_en": "Linlan, the town in the hills: buy with an easy mind.",
    },
    "339900": {
        "counter_zh": "溪东区钟楼路 66 号政务服务中心一楼 12 号窗口",
        "counter_en": "Counter 12, ground floor, Government Service Centre, 66 Zhonglou Road, Xidong",
        "hours_zh": "周一至周五 9:00–12:00，13:30–17:00",
        "hours_en": "Monday to Friday, 9:00–12:00 and 13:30–17:00",
        "footer_zh": "老人、没有手机的朋友，可以到窗口由工作人员代为填写。",
        "footer_en": "No phone? An officer at the counter fills the form in with you.",
    },
}
SEED = 339900
CLAIM_NOTE = "店是我自己的，刚换了新手机号。执照原件在店里，随时可以来看。"
ROLES = {  # role: in Chinese, in English
    "consumer": ("消费者", "Shopper"),
    "owner": ("商家", "Shop owner"),
    "clerk": ("店员", "Shop clerk"),
    "unverified": ("待核验的商家", "Shop owner, not verified yet"),
    "officer": ("市场监管局工作人员", "Officer"),
    "supervisor": ("市场监管局主管", "Supervisor"),
}


def found_cities(session: Session, since: datetime) -> dict[str, Store]:
    """Set both cities up as of `since`, with shops and the named people; gives the named stores by key."""
    for code, (bureau_zh, bureau_en, hotline, _) in CITIES.items():
        lists = demo_city.city_choices()
        city = set_up_city(
            session, code, bureau_zh=bureau_zh, bureau_en=bureau_en, hotline=hotline, choices=lists
        )
        for name, text in LOOKS[code].items():
            setattr(city, name, text)
    named = demo_city.demo_stores()
    rng = Random(SEED)  # noqa: S311 - no secret
    drawn = [shop for code, city in CITIES.items() for shop in demo_city.shops(rng, city[3], city=code)]
    rows = {row.key: row for row in map(_row, [*(demo.shop for demo in named), *drawn])}
    write_rows(session, list(rows.values()), since)
    keys = {demo.key: _row(demo.shop).key for demo in named}
    stores = {store.import_key: store for store in session.scalars(sa.select(Store))}
    by_key = {key: stores[import_key] for key, import_key in keys.items()}
    for demo in named:
        if demo.verified:
            by_key[demo.key].merchant.verified_at = since
    _settle(session, by_key, since)
    return by_key


def write_people(file: Path, stores: Mapping[str, Store]) -> None:
    """Keep who is who, with the passwords, for /demo and for `hejie people`."""
    people = [_shown(person, stores) for person in demo_city.demo_people().values()]
    file.write_text(json.dumps(people, ensure_ascii=False, indent=1), encoding="utf-8")


def claim_stores(session: Session, stores: Mapping[str, Store], licences: Path, now: datetime) -> None:
    """The owner who is not verified yet asks for her store; it waits for an officer of her district."""
    for demo in demo_city.demo_stores():
        for person in demo_city.demo_people().values():
            if person.role == "unverified" and person.merchant == demo.merchant:
                claimant = session.scalars(sa.select(Person).where(Person.username == person.username)).one()
                viewer = Viewer(id=claimant.id, kind=PersonKind.STAFF)
                licence = keep_licence(licences, demo.shop)
                store, code = stores[demo.key], demo.shop.uscc or ""
                claim_store(session, store, viewer, uscc=code, licence_file=licence, note=CLAIM_NOTE, now=now)


def stores_of(person: DemoPerson, stores: Mapping[str, Store]) -> list[Store]:
    """The named stores a person has to do with."""
    mine = {demo.key for demo in demo_city.demo_stores() if demo.merchant == person.merchant}
    return [
        store for key, store in stores.items() if key == person.store or (key in mine and not person.store)
    ]


def _settle(session: Session, stores: Mapping[str, Store], since: datetime) -> None:
    for person in demo_city.demo_people().values():
        sign_in: dict[str, Any] = {
            "username": person.username,
            "password": person.password,
            "name": person.name,
        }
        match person.role:
            case "consumer":
                identity = consumer_of(session, person.phone, now=since)
                identity.name = person.name
            case "officer" | "supervisor":
                add_officer(
                    session, **sign_in, region_code=person.region, role=OfficerRole(person.role), now=since
                )
            case _:
                staff = add_staff(session, **sign_in, phone=person.phone, now=since)
                works = stores_of(person, stores) if person.role != "unverified" else []
                if person.role == "owner":
                    employ(session, staff, works[0].merchant_id, now=since)
                elif works:
                    employ(session, staff, works[0].merchant_id, store_id=works[0].id, now=since)


def _row(shop: demo_city.Shop) -> Row:
    return Row(
        number=0,
        key=import_key(shop.uscc or shop.legal_name, shop.name, shop.address),
        uscc=shop.uscc,
        legal_name=shop.legal_name,
        name=shop.name,
        trade=shop.trade,
        city_code=shop.city_code,
        district_code=shop.district_code,
        address=shop.address,
        phone=shop.phone,
    )


def _shown(person: DemoPerson, stores: Mapping[str, Store]) -> dict[str, Any]:
    role_zh, role_en = ROLES[person.role]
    return {
        "role_zh": role_zh,
        "role_en": role_en,
        "name": person.name,
        "username": person.username,
        "password": person.password,
        "phone": person.phone,
        "note_zh": person.about_zh,
        "note_en": person.about_en,
        "store_codes": [store.code for store in stores_of(person, stores)],
    }
