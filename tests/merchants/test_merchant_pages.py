"""The owner's pages: the shops, the staff, and where notices go."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Membership, Person
from portal.accounts.passwords import matches
from tests.makers import Town, make_owner, make_store, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import BOB_ID, CAROL_ID

FIRST_PASSWORD = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def bob(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.bob)
    return client


@pytest.fixture
def carol(new_client: type[NaggingClient], db_session: Session, town: Town) -> NaggingClient:
    made = new_client()
    sign_in(made, db_session, town.carol)
    return made


def text(client: NaggingClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    main = tree(page).find(".//main")
    assert main is not None
    return words(main)


def test_each_sees_the_shops_to_look_after(
    bob: NaggingClient, carol: NaggingClient, db_session: Session, town: Town
) -> None:
    make_store(db_session, town.merchant, name="冰川城西店")
    make_store(db_session, name="别人的店")
    for address in ("/merchant", "/merchant/stores"):
        for client, seen in ((bob, (True, True, False)), (carol, (True, False, False))):
            shown = text(client, address)
            assert tuple(name in shown for name in ("冰川电器湖滨店", "冰川城西店", "别人的店")) == seen
    assert "员工" in text(bob, "/merchant")
    assert "员工" not in text(carol, "/merchant")


def test_who_has_no_shop_sees_the_first_steps(client: NaggingClient, db_session: Session, town: Town) -> None:
    erin = make_owner(db_session, town.merchant)
    db_session.execute(sa.delete(Membership).where(Membership.person_id == erin.id))
    sign_in(client, db_session, erin)
    assert "三步开始" in text(client, "/merchant")
    assert "还没有门店" in text(client, "/merchant/stores")


def test_an_owner_without_phone_is_warned_and_can_mend_it(
    bob: NaggingClient, carol: NaggingClient, db_session: Session
) -> None:
    assert "我们联系不上您" in text(carol, "/merchant")
    assert "我们联系不上您" not in text(bob, "/merchant")
    page = carol.get("/merchant/contact")
    refused = carol.submit(page, "/merchant/contact", phone="123", email="x")
    assert refused.status_code == 422
    assert 'value="123"' in refused.text
    assert (
        carol.submit(page, "/merchant/contact", phone="13900003333", email="c@example.com").status_code == 303
    )
    known = db_session.execute(
        sa.select(Identity.phone, Identity.email).where(Identity.person_id == CAROL_ID)
    )
    assert tuple(known.one()) == ("13900003333", "c@example.com")
    assert "我们联系不上您" not in text(carol, "/merchant")


def test_a_first_password_is_shown_once_and_opens(
    bob: NaggingClient, db_session: Session, town: Town
) -> None:
    page = bob.get("/merchant/staff/new")
    sent = bob.submit(page, "/merchant/staff", name="戴夫", username="dave", stores=[str(town.store.id)])
    assert sent.status_code == 303
    shown = text(bob, sent.headers["Location"])
    password = FIRST_PASSWORD.search(shown)
    assert password is not None
    dave = db_session.scalars(sa.select(Person).where(Person.username == "dave")).one()
    assert matches(dave.password_hash, password.group())
    assert FIRST_PASSWORD.search(text(bob, sent.headers["Location"])) is None
    again = bob.submit(page, "/merchant/staff", name="戴夫", username="dave", stores=[str(town.store.id)])
    assert again.headers["Location"] == sent.headers["Location"]
    assert "戴夫" in text(bob, "/merchant/staff")


def test_a_refused_clerk_keeps_what_was_typed(bob: NaggingClient, db_session: Session, town: Town) -> None:
    make_store(db_session, town.merchant)
    page = bob.get("/merchant/staff/new")
    own = str(town.store.id)
    for username, stores in (("carol", own), ("dave", None), ("dave", "9" * 30), ("dave", "x")):
        refused = bob.post(
            "/merchant/staff",
            data={"csrf_token": token(page), "name": "戴夫", "username": username, "stores": stores},
        )
        assert refused.status_code == 422
        assert 'value="戴夫"' in refused.text


def token(page: object) -> str:
    found = next(field for field in tree(page).iter("input") if field.get("name") == "csrf_token")  # type: ignore[arg-type]
    return found.get("value") or ""


def test_a_clerk_who_is_let_go_is_out_with_the_next_click(
    bob: NaggingClient, carol: NaggingClient, db_session: Session, town: Town
) -> None:
    assert carol.get("/merchant").status_code == 200
    page = bob.get(f"/merchant/staff/{CAROL_ID}")
    assert bob.submit(page, "/removal").headers["Location"] == "/merchant/staff"
    assert carol.get("/merchant").headers["Location"].startswith("/sign-in")
    assert "卡萝 " not in text(bob, "/merchant/staff").replace("已移除 卡萝", "")
    assert bob.submit(page, "/removal").status_code == 404


def test_a_new_password_signs_the_clerk_out(bob: NaggingClient, carol: NaggingClient, town: Town) -> None:
    assert carol.get("/merchant").status_code == 200
    sent = bob.submit(bob.get(f"/merchant/staff/{CAROL_ID}"), "/password")
    assert FIRST_PASSWORD.search(text(bob, sent.headers["Location"]))
    assert carol.get("/merchant").headers["Location"].startswith("/sign-in")


def test_the_stores_of_a_clerk_are_set(
    bob: NaggingClient, carol: NaggingClient, db_session: Session, town: Town
) -> None:
    second = make_store(db_session, town.merchant, name="冰川城西店")
    page = bob.get(f"/merchant/staff/{CAROL_ID}")
    none = bob.submit(page, "/stores", stores=None)
    assert (none.status_code, "请至少选择一家门店" in none.text) == (422, True)
    assert bob.submit(page, "/stores", stores=str(second.id)).status_code == 303
    assert "冰川城西店" in text(carol, "/merchant")
    assert "冰川电器湖滨店" not in text(carol, "/merchant")


def test_clerks_and_strangers_find_no_staff_pages(
    bob: NaggingClient, carol: NaggingClient, new_client: type[NaggingClient], db_session: Session, town: Town
) -> None:
    other = make_store(db_session)
    stranger = new_client()
    sign_in(stranger, db_session, make_owner(db_session, other.merchant))
    for address in ("/merchant/staff", "/merchant/staff/new", f"/merchant/staff/{CAROL_ID}"):
        assert carol.get(address).status_code == 404
    for id_ in (CAROL_ID, BOB_ID, 12, 10**30):
        assert stranger.get(f"/merchant/staff/{id_}").status_code == 404
    page = stranger.get("/merchant/staff/new")
    for act in ("stores", "password", "removal"):
        address = f"/merchant/staff/{CAROL_ID}/{act}"
        assert stranger.post(address, data={"csrf_token": token(page)}).status_code == 404
    assert bob.get(f"/merchant/staff/{CAROL_ID}").status_code == 200
