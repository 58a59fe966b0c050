"""People are taken in with what identifies them, and only once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.joining import add_officer, add_staff, consumer_of, employ
from portal.accounts.models import Identity, OfficerRole, Person
from portal.accounts.people import viewer_of
from portal.core.errors import RuleBroken
from tests.makers import PASSWORD, make_city, make_merchant, make_store
from tests.people import DISTRICT
from tests.world import BEGINNING

BOB = {"username": "bob", "password": PASSWORD, "name": "周建国", "now": BEGINNING}


def test_an_owner_works_in_all_stores_and_a_clerk_in_one(db_session: Session) -> None:
    merchant = make_merchant(db_session)
    store = make_store(db_session, merchant)
    bob = add_staff(db_session, **BOB, phone="139 0000 1111", email="bob@shop.example")
    carol = add_staff(db_session, **BOB | {"username": "carol"})
    employ(db_session, bob, merchant.id, now=BEGINNING)
    employ(db_session, carol, merchant.id, store_id=store.id, now=BEGINNING)
    owner, clerk = viewer_of(db_session, bob.id), viewer_of(db_session, carol.id)
    assert (owner.owns, owner.clerks_in, owner.staff_role) == ({merchant.id}, set(), "owner")
    assert (clerk.owns, clerk.clerks_in, clerk.staff_role) == (set(), {store.id}, "clerk")
    assert (bob.identity.phone, bob.identity.consumer_phone) == ("13900001111", None)


def test_an_officer_has_a_region_and_a_rank(db_session: Session) -> None:
    make_city(db_session)
    grace = add_officer(
        db_session, **BOB | {"username": "grace"}, region_code=DISTRICT, role=OfficerRole.SUPERVISOR
    )
    viewer = viewer_of(db_session, grace.id)
    assert (viewer.region, viewer.is_supervisor, viewer.owns) == (DISTRICT, True, frozenset())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "Ｂob "}, "username"),
        ({"username": "bo"}, "username"),
        ({"username": "bob smith"}, "username"),
        ({"username": "x" * 41}, "username"),
        ({"username": "other", "password": "short"}, "password"),
        ({"username": "other", "name": " \u200b "}, "name"),
        ({"username": "other", "name": "王" * 31}, "name"),
        ({"username": "other", "phone": "12315"}, "phone"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    db_session: Session, changed: dict[str, str], field: str
) -> None:
    add_staff(db_session, **BOB)
    with pytest.raises(RuleBroken) as refused:
        add_staff(db_session, **BOB | changed)
    assert refused.value.field == field


def test_two_confirmations_at_once_make_one_consumer(engine: sa.Engine) -> None:
    def confirm(_: int) -> int:
        with Session(engine) as session:
            person = consumer_of(session, "13812345678", now=BEGINNING).person_id
            session.commit()
            return person

    with ThreadPoolExecutor(4) as phones:
        people = set(phones.map(confirm, range(8)))
    with Session(engine) as session:
        rows = session.scalars(sa.select(Person.id)).all()
        assert (people, len(rows)) == (set(rows), 1)


def test_a_shopkeeper_may_shop_elsewhere_with_the_same_phone(db_session: Session) -> None:
    add_staff(db_session, **BOB, phone="13900001111")
    identity = consumer_of(db_session, "13900001111", now=BEGINNING)
    assert identity.person.kind == "consumer"
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Identity)) == 2
