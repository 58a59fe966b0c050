"""Makes what tests need: a city, shops, people, and disputes driven there by the portal's own actions.

The short way is a whole small town, whose people are those of tests/people.py:

    town = make_town(db_session)                       # city, merchant, store, the five people
    dispute = file(db_session, town.store, town.alice) # a refrigerator for 8,000 yuan; refund asked for
    offered(db_session, dispute, BOB)                  # Bob's offer is on the table
    agreed(db_session, dispute)                        # … and Alice has accepted it
    performed(db_session, dispute)                     # … and Bob says that it is done

Single pieces: make_city, make_merchant, make_store, make_consumer, make_owner, make_clerk, make_officer; what
a test does not say is made up, and each call makes another one. Everybody's password is PASSWORD, and
`sign_in(client, db_session, town.bob)` needs none. `client` commits before each request; elsewhere commit
what another session is to see.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import (
    Identity,
    Membership,
    OfficerPost,
    OfficerRole,
    Person,
    PersonKind,
    SignedInSession,
    StaffRole,
)
from portal.accounts.sessions import PERSON, session_id
from portal.accounts.viewer import Viewer
from portal.core import uscc
from portal.core.clock import today
from portal.core.refs import new_store_code, new_token
from portal.core.words import unigrams
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.offers import accept_offer, make_offer
from portal.disputes.actions.performance import claim_performance
from portal.disputes.models import Dispute, Offer, Settlement
from portal.disputes.workflow import Remedy
from portal.merchants.models import Merchant, Store
from portal.regions.models import City, Region
from tests import people
from tests.world import BEGINNING

PASSWORD = "lotus-river-42-stone"
# Argon2id of PASSWORD, cheap on purpose: its cost is no part of what is tested.
PASSWORD_HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$+OPzsNk/0eu/TVhmCSKZ6Q$naTcecTb55PFjgiiSRDvVVjUaB9J8JGnovBt+0NFnkg"
)

NAMES = {
    "330000": ("浙江省", "Zhejiang", None, "province"),
    "330100": ("杭州市", "Hangzhou", "330000", "city"),
    "330102": ("上城区", "Shangcheng", "330100", "district"),
    "330106": ("西湖区", "Xihu", "330100", "district"),
    "330200": ("宁波市", "Ningbo", "330000", "city"),
    "330203": ("海曙区", "Haishu", "330200", "district"),
}
Row = TypeVar("Row")
_numbers = count(1)


@dataclass(frozen=True)
class Town:
    """A city with one shop and five people, as rows; tests/people.py has the people as viewers."""

    city: City
    merchant: Merchant
    store: Store
    alice: Person
    bob: Person
    carol: Person
    grace: Person
    mallory: Person


def make_town(session: Session) -> Town:
    """The city of the tests with the people of tests/people.py; once for each database."""
    city = make_city(session)
    merchant = make_merchant(session, id=people.MERCHANT_ID, legal_name="杭州冰川电器有限公司")
    store = make_store(session, merchant, id=people.STORE_ID, name="冰川电器湖滨店")
    return Town(
        city=city,
        merchant=merchant,
        store=store,
        alice=make_consumer(session, id=people.ALICE_ID, phone="13812345678", name="王爱丽"),
        bob=make_owner(
            session, merchant, id=people.BOB_ID, username="bob", display_name="鲍勃", phone="13900001111"
        ),
        carol=make_clerk(session, store, id=people.CAROL_ID, username="carol", display_name="卡萝"),
        grace=make_officer(
            session, people.DISTRICT, id=people.GRACE_ID, username="grace", display_name="葛蕾丝"
        ),
        mallory=make_consumer(session, id=people.MALLORY_ID, phone="13666666666", name="马洛里"),
    )


# Places


def make_city(session: Session, code: str = people.CITY, **columns: Any) -> City:
    """A city with its province and the districts that NAMES has of it; the same one where it is there."""
    known = session.get(City, code)
    if known is not None:
        return known
    for region, (zh, en, parent, level) in NAMES.items():
        if region in (code, NAMES[code][2]) or parent == code:
            session.merge(Region(code=region, parent_code=parent, level=level, name_zh=zh, name_en=en))
    zh, en = NAMES[code][:2]
    bureau = {"bureau_zh": f"{zh}市场监管局", "bureau_en": f"{en} Market Supervision", "hotline": "12315"}
    return _added(session, City(code=code, **bureau | columns))


def make_merchant(session: Session, city: City | None = None, **columns: Any) -> Merchant:
    """A verified merchant with a valid code, in the tests' city where no other is said."""
    number = next(_numbers)
    place = city or make_city(session)
    values = {
        "uscc": uscc.make(f"{number:08d}"),
        "legal_name": f"杭州第{number}商贸有限公司",
        "created_at": BEGINNING,
        "verified_at": BEGINNING,
        **columns,
    }
    return _added(session, Merchant(city_code=place.code, **values))


def make_store(session: Session, merchant: Merchant | None = None, **columns: Any) -> Store:
    """An open store, found by the search; `district_code` says where in its merchant's city."""
    owner = merchant or make_merchant(session)
    districts = [code for code, (_, _, parent, _) in NAMES.items() if parent == owner.city_code]
    values = {
        "code": new_store_code(),
        "district_code": districts[0],
        "name": f"第{next(_numbers)}家店",
        "trade": "appliances",
        "address": "湖滨路1号",
        "created_at": BEGINNING,
        **columns,
    }
    values.setdefault("search_text", unigrams(f"{values['name']} {owner.legal_name} {values['address']}"))
    return _added(session, Store(merchant=owner, city_code=owner.city_code, **values))


# People


def make_consumer(session: Session, *, phone: str | None = None, name: str = "", **columns: Any) -> Person:
    """A consumer, known by a phone."""
    number = phone or f"137{next(_numbers):08d}"
    identity = Identity(name=name, phone=number, consumer_phone=number)
    return _person(session, PersonKind.CONSUMER, identity, username=None, password_hash=None, **columns)


def make_owner(
    session: Session,
    merchant: Merchant,
    *,
    phone: str | None = None,
    email: str | None = None,
    **columns: Any,
) -> Person:
    """An owner of all the merchant's stores; without phone and e-mail, reached in the portal only."""
    owner = _person(session, PersonKind.STAFF, Identity(phone=phone, email=email), **columns)
    _works(session, owner, merchant.id, None, StaffRole.OWNER)
    return owner


def make_clerk(
    session: Session, *stores: Store, phone: str | None = None, email: str | None = None, **columns: Any
) -> Person:
    """A clerk of these stores."""
    clerk = _person(session, PersonKind.STAFF, Identity(phone=phone, email=email), **columns)
    for store in stores:
        _works(session, clerk, store.merchant_id, store.id, StaffRole.CLERK)
    return clerk


def make_officer(
    session: Session,
    region: str = people.DISTRICT,
    *,
    role: OfficerRole = OfficerRole.OFFICER,
    phone: str | None = None,
    email: str | None = None,
    **columns: Any,
) -> Person:
    """An officer of a region, which must be there (make_city)."""
    officer = _person(session, PersonKind.OFFICER, Identity(phone=phone, email=email), **columns)
    _added(session, OfficerPost(person_id=officer.id, region_code=region, role=role))
    return officer


def sign_in(client: FlaskClient, session: Session, person: Person, *, now: datetime = BEGINNING) -> None:
    """Give a browser the session of somebody who has just signed in, without the pages that lead there."""
    token = new_token(256)
    data = {PERSON: str(person.id), "_fresh": True}
    row = SignedInSession(id=session_id(token), person_id=person.id, data=data, created_at=now, seen_at=now)
    _added(session, row)
    client.set_cookie("hejie", token)


def _person(session: Session, kind: PersonKind, identity: Identity, **columns: Any) -> Person:
    values = {
        "username": f"person-{next(_numbers)}",
        "password_hash": PASSWORD_HASH,
        "created_at": BEGINNING,
        **columns,
    }
    return _added(session, Person(kind=kind, identity=identity, **values))


def _works(session: Session, person: Person, merchant: int, store: int | None, role: StaffRole) -> None:
    row = Membership(person_id=person.id, merchant_id=merchant, store_id=store, role=role, since=BEGINNING)
    _added(session, row)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


# Disputes


def file(
    session: Session, store: Store, consumer: Person, *, now: datetime = BEGINNING, **changes: Any
) -> Dispute:
    """The story of the refrigerator; `changes` are fields of Complaint (paid_fen, auto_escalate, …)."""
    assert consumer.identity is not None
    complaint = Complaint(
        problem="after_sales_refused",
        story="冰箱用了三天就不制冷，商家说离柜概不负责。",
        bought_on=today(now, "Asia/Shanghai") - timedelta(days=3),
        paid_fen=8_000_00,
        remedy=Remedy.REFUND,
        claim_fen=8_000_00,
        goods="双门冰箱",
    )
    return file_complaint(
        session, store, consumer.identity, replace(complaint, **changes), key=new_token(), now=now
    )


def offered(
    session: Session, dispute: Dispute, by: Viewer = people.BOB, *, now: datetime = BEGINNING, **terms: Any
) -> Offer:
    """An offer on the table: 8,000 yuan back in three days, unless `terms` of make_offer say otherwise."""
    values = {"remedy": Remedy.REFUND, "amount_fen": 8_000_00, "perform_by": days_from(now, 3), **terms}
    return make_offer(session, dispute, by, now=now, **values)


def agreed(
    session: Session, dispute: Dispute, by: Viewer = people.ALICE, *, now: datetime = BEGINNING, **terms: Any
) -> Settlement:
    """A settlement: the live offer, or one made now by the other side, is accepted `by` this person."""
    if dispute.offer_n is None:
        offered(session, dispute, people.BOB if by.is_consumer else people.ALICE, now=now, **terms)
    assert dispute.offer_n is not None
    return accept_offer(session, dispute, by, dispute.offer_n, now=now)


def performed(
    session: Session, dispute: Dispute, by: Viewer = people.BOB, *, now: datetime = BEGINNING
) -> None:
    """What was agreed (now, where it was not yet) is claimed to be done."""
    if dispute.settled_n is None:
        agreed(session, dispute, now=now)
    claim_performance(session, dispute, by, now=now)


def days_from(now: datetime, days: int) -> date:
    """A day of the city's calendar."""
    return today(now, "Asia/Shanghai") + timedelta(days=days)
