"""Signing in by name and password: for who knows both, and locked for nobody else (trust.md S27)."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.limits import Try
from portal.accounts.models import Person, SignedInSession
from portal.accounts.passwords import hashed, is_outdated
from portal.core.clock import now
from tests.makers import PASSWORD, Town, make_town
from tests.nag import NaggingClient, tree, words
from tests.world import Clock

WRONG = "用户名或密码不对。"


@pytest.fixture(autouse=True)
def town(db_session: Session) -> Town:
    return make_town(db_session)


def sign_in(
    client: NaggingClient, username: str, password: str = PASSWORD, *, ip: str = "127.0.0.1", next: str = ""
):
    client.environ_base["REMOTE_ADDR"] = ip
    shown = client.get("/sign-in", query_string={"next": next})
    return client.submit(shown, "/sign-in", username=username, password=password)


@pytest.mark.parametrize(
    ("username", "home"),
    [("bob", "/disputes"), ("carol", "/disputes"), ("grace", "/bureau"), (" ＢＯＢ ", "/disputes")],
)
def test_who_knows_the_password_is_in(client: NaggingClient, username: str, home: str) -> None:
    answer = sign_in(client, username)
    assert (answer.status_code, answer.location) == (303, home)
    assert client.get("/account").status_code == 200


def test_the_way_on_is_a_path_of_this_portal(client: NaggingClient) -> None:
    assert sign_in(client, "bob", next="/stores?q=冰").location == "/stores?q=%E5%86%B0"
    for elsewhere in ("https://mallory.example", "//mallory.example", "/\\mallory.example", "javascript:x"):
        assert sign_in(client, "bob", next=elsewhere).location == "/disputes"


def test_wrong_names_and_wrong_passwords_look_the_same(client: NaggingClient, db_session: Session) -> None:
    def seen(username: str) -> tuple[int, str]:
        answer = sign_in(client, username, "not her password")
        return answer.status_code, words(tree(answer)).replace(username, "…")

    db_session.execute(sa.update(Person).where(Person.username == "carol").values(disabled_at=now()))
    assert seen("bob") == seen("nobody") == seen("carol")
    assert WRONG in seen("bob")[1]


def test_a_disabled_person_stays_out_with_the_right_password(
    client: NaggingClient, db_session: Session
) -> None:
    db_session.execute(sa.update(Person).where(Person.username == "bob").values(disabled_at=now()))
    assert sign_in(client, "bob").status_code == 422


def test_a_consumer_has_no_password(client: NaggingClient, db_session: Session) -> None:
    db_session.execute(
        sa.update(Person)
        .where(Person.username.is_(None))
        .values(password_hash=None, username="alice")
        .where(Person.id == sa.select(sa.func.min(Person.id)).scalar_subquery())
    )
    assert sign_in(client, "alice", "nobody has this password").status_code == 422


def test_the_password_is_never_shown_again(client: NaggingClient) -> None:
    answer = sign_in(client, "bob", "some other password")
    assert tree(answer).find(".//input[@id='username']").get("value") == "bob"
    assert "some other password" not in answer.text


def test_an_old_hash_is_renewed_at_the_next_sign_in(
    client: NaggingClient, db_session: Session, town: Town
) -> None:
    assert is_outdated(town.bob.password_hash)
    sign_in(client, "bob")
    db_session.refresh(town.bob)
    assert not is_outdated(town.bob.password_hash)
    assert sign_in(client, "bob").status_code == 303


def test_the_session_gets_a_new_number(client: NaggingClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("hejie").value
    sign_in(client, "bob")
    assert client.get_cookie("hejie").value != before
    client.delete_cookie("hejie")
    client.set_cookie("hejie", before)
    assert client.get("/account").status_code == 303


def test_ten_wrong_guesses_from_one_place_are_enough(client: NaggingClient, clock: Clock) -> None:
    guesses = [sign_in(client, "bob", f"wrong password {n}").status_code for n in range(11)]
    assert guesses == [422] * 10 + [429]
    assert sign_in(client, "bob").status_code == 429
    clock.advance(minutes=15)
    assert sign_in(client, "bob").status_code == 303


def test_somebody_elses_guesses_lock_nobody_out(client: NaggingClient, db_session: Session) -> None:
    sign_in(client, "bob", ip="192.0.2.10")
    for _ in range(49):  # from here and there; his own first visit was the fiftieth
        limits.count(db_session, Try.SIGN_IN_AS_FROM_STRANGERS, "bob", now=now())
    assert sign_in(client, "bob", ip="198.51.100.99").status_code == 429  # strangers have to wait
    assert sign_in(client, "bob", ip="192.0.2.10").status_code == 303  # Bob at his own shop has not
    assert sign_in(client, "grace", ip="198.51.100.99").status_code == 303


def test_one_place_cannot_try_one_password_on_everybody(client: NaggingClient, db_session: Session) -> None:
    for _ in range(99):
        limits.count(db_session, Try.SIGN_IN_FROM_NETWORK, "198.51.100.1", now=now())
    tried = [sign_in(client, name, "Spring-2026-Spring", ip="198.51.100.1") for name in ("carol", "grace")]
    assert [answer.status_code for answer in tried] == [422, 429]
    assert sign_in(client, "grace", ip="192.0.2.10").status_code == 303


def test_right_passwords_use_up_no_tries(client: NaggingClient) -> None:
    assert {sign_in(client, "bob").status_code for _ in range(15)} == {303}


def test_an_officers_session_is_short(client: NaggingClient, clock: Clock) -> None:
    sign_in(client, "grace")
    clock.advance(minutes=29)
    assert client.get("/account").status_code == 200
    clock.advance(minutes=31)
    assert client.get("/account").status_code == 303


def test_an_officers_session_ends_after_twelve_hours_of_work(client: NaggingClient, clock: Clock) -> None:
    sign_in(client, "grace")
    for _ in range(24):
        clock.advance(minutes=29)
        assert client.get("/account").status_code == 200
    clock.advance(minutes=29)
    assert client.get("/account").status_code == 303


def test_signing_out_ends_the_session_on_the_server(client: NaggingClient, db_session: Session) -> None:
    sign_in(client, "bob")
    stolen = client.get_cookie("hejie").value
    answer = client.submit(client.get("/account"), "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert db_session.scalars(sa.select(SignedInSession.person_id)).all() == [None]
    client.set_cookie("hejie", stolen)
    assert client.get("/account").status_code == 303


def test_signing_out_says_so(client: NaggingClient) -> None:
    sign_in(client, "bob")
    client.submit(client.get("/account"), "/sign-out")
    assert "已退出登录。" in words(tree(client.get("/sign-in")))


def test_a_long_password_takes_no_long_time(client: NaggingClient) -> None:
    assert sign_in(client, "bob", "é" * 100_000).status_code == 422


def test_a_persons_language_comes_with_the_person(client: NaggingClient, town: Town) -> None:
    town.bob.locale = "en"
    answer = sign_in(client, "bob", next="/account")
    assert answer.location == "/preferences?lang=en&next=/account"
    client.get(answer.location)
    assert words(tree(client.get("/account")).find(".//h1")) == "My account"


def test_a_hash_that_is_kept_is_never_the_password(db_session: Session) -> None:
    assert PASSWORD not in hashed(PASSWORD)
