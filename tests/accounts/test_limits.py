"""What is tried too often is refused, counted exactly, and forgotten in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import limits
from portal.accounts.limits import LIMITS, Try
from portal.accounts.models import TryCount
from portal.core.errors import TooManyTries
from tests.world import BEGINNING

PHONE = "13812345678"


def tries(session: Session) -> list[int]:
    return list(session.scalars(sa.select(TryCount.tries).order_by(TryCount.window)))


@pytest.mark.parametrize("what", [limit for limit in Try if LIMITS[limit].most])
def test_the_limit_is_reached_and_no_more(db_session: Session, what: Try) -> None:
    for _ in range(LIMITS[what].most):
        limits.count(db_session, what, PHONE, now=BEGINNING)
    with pytest.raises(TooManyTries):
        limits.count(db_session, what, PHONE, now=BEGINNING)
    limits.count(db_session, what, "13900000000", now=BEGINNING)  # somebody else is not touched by it


def test_the_next_window_begins_anew_and_the_refusal_says_when(db_session: Session) -> None:
    at = BEGINNING + timedelta(minutes=20)
    for _ in range(5):
        limits.count(db_session, Try.SMS_TO_PHONE, PHONE, now=at)
    with pytest.raises(TooManyTries) as refused:
        limits.count(db_session, Try.SMS_TO_PHONE, PHONE, now=at)
    assert refused.value.retry_after == timedelta(minutes=40)
    limits.count(db_session, Try.SMS_TO_PHONE, PHONE, now=at + refused.value.retry_after)
    assert tries(db_session) == [6, 1]


def test_a_try_given_back_counts_for_nothing(db_session: Session) -> None:
    limits.count(db_session, Try.CODE_OF_PHONE, PHONE, now=BEGINNING)
    limits.give_back(db_session, Try.CODE_OF_PHONE, PHONE, now=BEGINNING)
    limits.give_back(db_session, Try.CODE_OF_PHONE, PHONE, now=BEGINNING)
    assert tries(db_session) == [0]


def test_the_table_holds_no_phone(db_session: Session) -> None:
    limits.count(db_session, Try.CODE_OF_PHONE, PHONE, now=BEGINNING)
    keys = list(db_session.scalars(sa.select(TryCount.key)))
    assert len(keys) == 1
    assert PHONE not in keys[0]


def test_what_no_limit_looks_at_is_forgotten(db_session: Session) -> None:
    for what in (Try.SMS_TO_PHONE, Try.CODE_OF_PHONE):
        limits.note(db_session, what, PHONE, now=BEGINNING)
    limits.forget_old(db_session, BEGINNING + timedelta(hours=3))
    assert [row.split(":")[0] for row in db_session.scalars(sa.select(TryCount.key))] == ["code-phone"]


def test_a_note_is_remembered_for_one_window_more(db_session: Session) -> None:
    limits.note(db_session, Try.KNOWN_NETWORK, "bob 192.0.2.1", now=BEGINNING)
    known = [
        limits.was_noted(db_session, Try.KNOWN_NETWORK, "bob 192.0.2.1", now=BEGINNING + timedelta(days=days))
        for days in (0, 30, 61)
    ]
    assert known == [True, True, False]
    assert not limits.was_noted(db_session, Try.KNOWN_NETWORK, "bob 192.0.2.2", now=BEGINNING)


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::99", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_one_household_is_one_network(ip: str, network: str) -> None:
    assert limits.network_of(ip) == network


def test_parallel_tries_are_all_counted(engine: sa.Engine) -> None:

    def guess(_: int) -> bool:
        with Session(engine) as session:
            try:
                limits.count(session, Try.CODE_OF_PHONE, PHONE, now=BEGINNING)
            except TooManyTries:
                return False
            finally:
                session.commit()
            return True

    with ThreadPoolExecutor(8) as people:
        allowed = list(people.map(guess, range(24)))
    with Session(engine) as session:
        assert (sum(allowed), tries(session)) == (10, [24])
