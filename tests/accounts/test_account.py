"""One's own account: name, language, password, and every place where one is signed in."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Person, SignedInSession
from portal.accounts.passwords import matches
from tests.makers import PASSWORD, Town, make_town
from tests.nag import NaggingClient, tree, words
from tests.world import Clock

NEW = "granite heron under snow"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0 Safari/605"


@pytest.fixture(autouse=True)
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def bob(client: NaggingClient) -> NaggingClient:
    return signed_in(client, "bob")


def signed_in(client: NaggingClient, username: str) -> NaggingClient:
    client.submit(client.get("/sign-in"), "/sign-in", username=username, password=PASSWORD)
    return client


def as_alice(client: NaggingClient, code: Callable[[], str]) -> NaggingClient:
    client.submit(client.get("/sign-in/phone"), "/sign-in/phone", phone="13812345678")
    token = tree(client.get("/sign-in/phone")).find(".//input[@name='csrf_token']").get("value")
    client.post("/sign-in/phone", data={"csrf_token": token, "code": code()})
    return client


def places(client: NaggingClient) -> list[str]:
    section = tree(client.get("/account")).find(".//section[@id='sessions']")
    return [words(item.find(".//strong")) for item in section.iter("li")]


def end(client: NaggingClient, session: str):
    token = tree(client.get("/account")).find(".//input[@name='csrf_token']").get("value")
    return client.post("/account/sign-outs", data={"csrf_token": token, "session": session})


def test_the_places_are_listed_the_last_used_first(
    bob: NaggingClient, new_client: Callable[[], NaggingClient], clock: Clock
) -> None:
    clock.advance(minutes=1)
    phone = new_client()
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    signed_in(phone, "bob")
    assert places(phone) == ["iPhone · 微信", "未知设备"]
    assert "当前设备" in words(tree(phone.get("/account")).find(".//section[@id='sessions']").find(".//li"))


def test_one_place_is_signed_out_from_another(
    bob: NaggingClient, new_client: Callable[[], NaggingClient], db_session: Session
) -> None:
    lost = signed_in(new_client(), "bob")
    kept = set(db_session.scalars(sa.select(SignedInSession.id)))
    ours = {form.find(".//input[@name='session']").get("value") for form in forms(bob)} - {"all"}
    assert len(ours) == 1
    assert ours < kept
    assert end(bob, ours.pop()).status_code == 303
    assert (lost.get("/account").status_code, bob.get("/account").status_code) == (303, 200)


def forms(client: NaggingClient):
    found = tree(client.get("/account")).iter("form")
    return [form for form in found if (form.get("action") or "").endswith("/sign-outs")]


def test_nobody_ends_somebody_elses_session(
    bob: NaggingClient, new_client: Callable[[], NaggingClient], db_session: Session, town: Town
) -> None:
    carol = signed_in(new_client(), "carol")
    hers = db_session.scalars(
        sa.select(SignedInSession.id).where(SignedInSession.person_id == town.carol.id)
    ).one()
    assert end(bob, hers).status_code == 303
    assert carol.get("/account").status_code == 200


def test_everywhere_is_everywhere(
    bob: NaggingClient, new_client: Callable[[], NaggingClient], db_session: Session, town: Town
) -> None:
    other = signed_in(new_client(), "bob")
    answer = end(bob, "all")
    assert (answer.location, answer.headers["Clear-Site-Data"]) == ("/", '"cache", "storage"')
    assert (bob.get("/account").status_code, other.get("/account").status_code) == (303, 303)
    assert town.bob.id not in db_session.scalars(sa.select(SignedInSession.person_id)).all()


def change(client: NaggingClient, old: str = PASSWORD, new: str = NEW, repeat: str | None = None):
    shown = client.get("/account")
    return client.submit(
        shown, "/account/password", old=old, password=new, repeat=new if repeat is None else repeat
    )


def test_a_new_password_ends_the_other_sessions(
    bob: NaggingClient, new_client: Callable[[], NaggingClient], db_session: Session, town: Town
) -> None:
    thief = signed_in(new_client(), "bob")
    before = bob.get_cookie("hejie").value
    assert change(bob).status_code == 303
    db_session.refresh(town.bob)
    assert matches(town.bob.password_hash, NEW)
    assert (bob.get("/account").status_code, thief.get("/account").status_code) == (200, 303)
    assert bob.get_cookie("hejie").value != before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"old": "not the old one"}, "old"),
        ({"new": "short"}, "password"),
        ({"new": "123456789012"}, "password"),
        ({"new": PASSWORD}, "password"),
        ({"new": ""}, "password"),
        ({"repeat": "granite heron under sand"}, "repeat"),
    ],
)
def test_a_password_that_cannot_be_is_refused_at_its_field(
    bob: NaggingClient, db_session: Session, town: Town, changed: dict[str, str], field: str
) -> None:
    answer = change(bob, **changed)
    wrong = [found.get("id") for found in tree(answer).iter("input") if found.get("aria-invalid")]
    db_session.refresh(town.bob)
    assert (answer.status_code, wrong) == (422, [field])
    assert matches(town.bob.password_hash, PASSWORD)


def test_an_open_screen_is_no_licence_to_guess(bob: NaggingClient) -> None:
    assert [change(bob, old=f"guess {n}").status_code for n in range(11)] == [422] * 10 + [429]


def test_a_shopper_has_no_password_to_change(client: NaggingClient, code: Callable[[], str]) -> None:
    shown = as_alice(client, code).get("/account")
    assert tree(shown).find(".//section[@id='new-password']") is None
    token = tree(shown).find(".//input[@name='csrf_token']").get("value")
    assert client.post("/account/password", data={"csrf_token": token}).status_code == 404


def test_a_shoppers_name_is_part_of_the_identity_alone(
    client: NaggingClient, code: Callable[[], str], db_session: Session, town: Town
) -> None:
    alice = as_alice(client, code)
    assert alice.submit(alice.get("/account"), "/account", name=" 王 秀英 ").status_code == 303
    db_session.expire_all()
    assert (town.alice.identity.name, town.alice.display_name) == ("王 秀英", "")


def test_a_clerks_name_is_what_colleagues_see(bob: NaggingClient, db_session: Session, town: Town) -> None:
    bob.submit(bob.get("/account"), "/account", name="周建国")
    db_session.refresh(town.bob)
    assert town.bob.display_name == "周建国"
    answer = bob.submit(bob.get("/account"), "/account", name=" ")
    assert answer.status_code == 422


def test_an_officers_name_is_the_bureaus_to_set(
    client: NaggingClient, db_session: Session, town: Town
) -> None:
    grace = signed_in(client, "grace")
    shown = grace.get("/account")
    assert tree(shown).find(".//input[@name='name']") is None
    token = tree(shown).find(".//input[@name='csrf_token']").get("value")
    grace.post("/account", data={"csrf_token": token, "name": "Mallory", "locale": "en"})
    db_session.refresh(town.grace)
    assert (town.grace.display_name, town.grace.locale) == ("葛蕾丝", "en")


def test_the_language_is_for_the_pages_and_for_the_messages(bob: NaggingClient, db_session: Session) -> None:
    answer = bob.submit(bob.get("/account"), "/account", locale="en")
    bob.get(answer.location)
    assert words(tree(bob.get("/account")).find(".//h1")) == "My account"
    assert db_session.scalars(sa.select(Person.locale).where(Person.username == "bob")).one() == "en"
    assert bob.post("/account", data={"name": "x", "locale": "tlh"}).status_code == 400  # no token, no change


def test_identities_of_others_are_left_alone(bob: NaggingClient, db_session: Session, town: Town) -> None:
    bob.submit(bob.get("/account"), "/account", name="周建国")
    others = sa.select(Identity.name).where(Identity.person_id == town.alice.id)
    assert db_session.scalars(others).one() == "王爱丽"
