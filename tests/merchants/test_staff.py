"""An owner says who works where; a clerk who is let go is out at once."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Membership, Person, StaffRole
from portal.accounts.passwords import check_new, matches
from portal.accounts.people import viewer_of
from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.merchants.actions.staff import (
    add_clerk,
    new_password,
    remove_clerk,
    reset_password,
    scope_clerk,
    set_contact,
    sign_up,
)
from portal.merchants.models import Store
from portal.merchants.queries import colleagues, own_stores
from tests.makers import PASSWORD, Town, make_clerk, make_merchant, make_owner, make_store, make_town
from tests.people import BOB, CAROL, CAROL_ID
from tests.world import BEGINNING


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def viewer(session: Session, person: Person) -> Viewer:
    found = viewer_of(session, person.id)
    assert found is not None
    return found


def dave(session: Session, owner: Viewer, *stores: Store, **said: str) -> tuple[Person, str]:
    values = {"username": "dave", "name": "戴夫", **said}
    return add_clerk(session, owner, store_ids=[store.id for store in stores], now=BEGINNING, **values)


def broken_field(session: Session, owner: Viewer, *stores: Store, **said: str) -> str | None:
    with pytest.raises(RuleBroken) as refused:
        dave(session, owner, *stores, **said)
    return refused.value.field


def test_a_clerk_works_in_the_stores_that_the_owner_chose(db_session: Session, town: Town) -> None:
    second = make_store(db_session, town.merchant)
    make_store(db_session, town.merchant)
    clerk, password = dave(db_session, BOB, town.store, second, phone="13900002222", email="dave@example.com")
    seen = viewer(db_session, clerk)
    assert (seen.owns, seen.clerks_in) == (frozenset(), {town.store.id, second.id})
    assert matches(clerk.password_hash, password)
    assert clerk.identity is not None
    assert (clerk.identity.phone, clerk.identity.email) == ("13900002222", "dave@example.com")
    assert {store.id for store in own_stores(db_session, seen)} == {town.store.id, second.id}


def test_what_cannot_be_a_clerk(db_session: Session, town: Town) -> None:
    elsewhere = make_store(db_session)
    assert broken_field(db_session, BOB) == "stores"
    assert broken_field(db_session, BOB, elsewhere) == "stores"
    assert broken_field(db_session, CAROL, town.store) == "stores"
    assert broken_field(db_session, BOB, town.store, username="x") == "username"
    assert broken_field(db_session, BOB, town.store, username="CAROL") == "username"
    assert broken_field(db_session, BOB, town.store, name=" ") == "name"
    assert broken_field(db_session, BOB, town.store, phone="12345") == "phone"
    for email in ("dave", "a@b", "a b@example.com", "a@example.com,b@example.com", "a\r\nBcc: x@example.com",
                  "x" * 100 + "@example.com", "<a@example.com>"):  # fmt: skip
        assert broken_field(db_session, BOB, town.store, email=email) == "email"


def test_a_store_of_somebody_else_is_left_out_silently(db_session: Session, town: Town) -> None:
    elsewhere = make_store(db_session)
    clerk, _ = dave(db_session, BOB, town.store, elsewhere)
    assert viewer(db_session, clerk).clerks_in == {town.store.id}


def test_the_scope_of_a_clerk_is_set_anew_and_what_is_elsewhere_stays(
    db_session: Session, town: Town
) -> None:
    second, elsewhere = make_store(db_session, town.merchant), make_store(db_session)
    db_session.add(
        Membership(person_id=CAROL_ID, merchant_id=elsewhere.merchant_id, store_id=elsewhere.id,
                   role=StaffRole.CLERK, since=BEGINNING)
    )  # fmt: skip
    scope_clerk(db_session, BOB, CAROL_ID, store_ids=[second.id], now=BEGINNING)
    db_session.flush()
    assert viewer(db_session, town.carol).clerks_in == {second.id, elsewhere.id}
    with pytest.raises(RuleBroken) as refused:
        scope_clerk(db_session, BOB, CAROL_ID, store_ids=[elsewhere.id], now=BEGINNING)
    assert refused.value.field == "stores"


def test_a_clerk_who_is_let_go_works_nowhere_of_the_owner(db_session: Session, town: Town) -> None:
    remove_clerk(db_session, BOB, CAROL_ID)
    assert viewer(db_session, town.carol).clerks_in == frozenset()
    with pytest.raises(NotAllowed):
        remove_clerk(db_session, BOB, CAROL_ID)


def test_somebody_elses_clerk_or_an_owner_cannot_be_touched(db_session: Session, town: Town) -> None:
    stranger = make_clerk(db_session, make_store(db_session))
    for owner, person in (
        (BOB, stranger.id),
        (BOB, BOB.id),
        (CAROL, CAROL_ID),
        (BOB, town.alice.id),
        (BOB, 9),
    ):
        with pytest.raises(NotAllowed):
            remove_clerk(db_session, owner, person)
        with pytest.raises(NotAllowed):
            reset_password(db_session, owner, person)
        with pytest.raises(NotAllowed):
            scope_clerk(db_session, owner, person, store_ids=[town.store.id], now=BEGINNING)


def test_a_forgotten_password_is_made_anew(db_session: Session, town: Town) -> None:
    clerk, password = reset_password(db_session, BOB, CAROL_ID)
    assert matches(clerk.password_hash, password)
    assert not matches(clerk.password_hash, PASSWORD)


@pytest.mark.parametrize("role", [StaffRole.OWNER, StaffRole.CLERK])
def test_an_owner_cannot_set_the_password_of_somebody_who_works_elsewhere_too(
    db_session: Session, town: Town, role: StaffRole
) -> None:
    other = make_store(db_session)
    store_id = other.id if role is StaffRole.CLERK else None
    db_session.add(
        Membership(
            person_id=CAROL_ID, merchant_id=other.merchant_id, store_id=store_id, role=role, since=BEGINNING
        )
    )
    with pytest.raises(RuleBroken):
        reset_password(db_session, BOB, CAROL_ID)


def test_first_passwords_may_be_set_and_are_no_two_alike() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(check_new(password, username="carol") for password in made)
    assert not set("0o1il") & set("".join(made))


def test_signing_up_gives_no_shop(db_session: Session) -> None:
    person = sign_up(
        db_session, username="Erin", password=PASSWORD, name="艾琳", phone="139 1111 2222", now=BEGINNING
    )
    seen = viewer(db_session, person)
    assert (seen.is_staff, seen.owns, seen.clerks_in) == (True, frozenset(), frozenset())
    assert list(own_stores(db_session, seen)) == []
    with pytest.raises(RuleBroken) as refused:
        sign_up(db_session, username="frank", password=PASSWORD, name="x", phone="", now=BEGINNING)
    assert refused.value.field == "phone"


def test_contact_is_set_and_emptied(db_session: Session, town: Town) -> None:
    set_contact(db_session, CAROL_ID, phone=" 139-0000-3333 ", email=" carol@example.com ")
    known = sa.select(Identity.phone, Identity.email).where(Identity.person_id == CAROL_ID)
    db_session.flush()
    assert tuple(db_session.execute(known).one()) == ("13900003333", "carol@example.com")
    set_contact(db_session, CAROL_ID, phone="", email="")
    db_session.flush()
    assert tuple(db_session.execute(known).one()) == (None, None)


def test_colleagues_are_those_of_the_owners_merchants(db_session: Session, town: Town) -> None:
    second = make_store(db_session, town.merchant, name="城西店")
    other = make_merchant(db_session)
    make_owner(db_session, other)
    dave(db_session, BOB, town.store, second)
    people = {one.name: (one.is_owner, sorted(one.stores.values())) for one in colleagues(db_session, BOB)}
    assert people == {
        "鲍勃": (True, []),
        "卡萝": (False, ["冰川电器湖滨店"]),
        "戴夫": (False, ["冰川电器湖滨店", "城西店"]),
    }
    assert next(iter(people)) == "鲍勃"
    assert colleagues(db_session, CAROL) == []
