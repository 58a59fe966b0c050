"""The code on the phone: six digits, five minutes, one session, one use, few guesses (trust.md S26)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import phone
from portal.accounts.models import Identity, Person, PhoneCode, TryCount
from portal.core.channels import ChannelFailed
from portal.core.errors import RuleBroken, TooManyTries
from tests.accounts.gateway import Gateway, other_than
from tests.makers import make_consumer
from tests.world import BEGINNING

ALICE = "13812345678"
NO_LONGER = "This code is no longer valid. Please ask for a new one."
WRONG = "This is not the code we sent. Please look again."


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


def send(session: Session, gateway: Gateway, number: str = ALICE, **changes: Any) -> str:
    asked = {"session_id": "alice's", "ip": "192.0.2.1", "now": BEGINNING, "daily_budget": 1000} | changes
    asked |= {"channel": gateway, "city_name": "杭州市", "gettext": lambda text, **values: text % values}
    return phone.send_code(session, number, **asked)


def check(session: Session, code: str, number: str = ALICE, **changes: Any) -> Identity:
    return phone.check_code(session, number, code, **{"session_id": "alice's", "now": BEGINNING} | changes)


def refusal(session: Session, code: str, **changes: Any) -> str:
    with pytest.raises(RuleBroken) as refused:
        check(session, code, **changes)
    assert refused.value.field == "code"
    return refused.value.message


def test_the_right_code_takes_a_new_consumer_in(db_session: Session, gateway: Gateway) -> None:
    assert send(db_session, gateway, "+86 138-1234-5678") == ALICE
    identity = check(db_session, gateway.code)
    assert (identity.consumer_phone, identity.person.kind) == (ALICE, "consumer")
    assert identity.person.display_name == "138****5678"


def test_the_same_phone_is_the_same_consumer(db_session: Session, gateway: Gateway) -> None:
    known = make_consumer(db_session, phone=ALICE)
    send(db_session, gateway)
    assert check(db_session, gateway.code).person_id == known.id
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1


def test_the_message_names_the_city_and_nothing_of_a_dispute(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    (message,) = gateway.sent
    assert (message.address, message.subject) == (ALICE, "")
    assert message.text == (
        f"[杭州市 Hejie] Your code is {gateway.code}, good for 5 minutes. Tell it to nobody, not even to us."
    )


def test_only_a_slow_hash_is_kept(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    assert db_session.scalars(sa.select(PhoneCode.code_hash)).one().startswith("$argon2id$")


def test_spaces_and_full_width_digits_are_forgiven(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    typed = " " + "".join(chr(ord(digit) + 0xFEE0) for digit in gateway.code[:3]) + " " + gateway.code[3:]
    assert check(db_session, typed).consumer_phone == ALICE


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５", "9" * 100_000])
def test_what_cannot_be_a_code_is_no_guess(db_session: Session, gateway: Gateway, typed: str) -> None:
    send(db_session, gateway)
    assert refusal(db_session, typed) == "The code has 6 digits. It is in the text message."
    assert db_session.scalars(sa.select(PhoneCode.guesses)).one() == 0


def test_a_code_is_good_once(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    check(db_session, gateway.code)
    assert refusal(db_session, gateway.code) == NO_LONGER


def test_a_code_is_good_for_five_minutes(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    assert refusal(db_session, gateway.code, now=BEGINNING + timedelta(minutes=5)) == NO_LONGER
    late = BEGINNING + timedelta(minutes=4, seconds=59)
    assert check(db_session, gateway.code, now=late).consumer_phone == ALICE


def test_a_code_is_good_in_its_session_alone(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    assert refusal(db_session, gateway.code, session_id="mallory's") == NO_LONGER
    assert check(db_session, gateway.code).consumer_phone == ALICE


def test_a_code_is_good_for_its_phone_alone(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    assert refusal(db_session, gateway.code, number="13900000000") == NO_LONGER


def test_a_new_code_replaces_the_one_before(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    first = gateway.code
    send(db_session, gateway, now=BEGINNING + timedelta(seconds=30))
    while gateway.code == first:  # one in a million
        send(db_session, gateway, now=BEGINNING + timedelta(seconds=40))
    assert refusal(db_session, first, now=BEGINNING + timedelta(minutes=1)) == WRONG


def test_five_wrong_guesses_end_a_code(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    wrong = [refusal(db_session, other_than(gateway.code)) for _ in range(5)]
    assert wrong[:4] == [WRONG] * 4
    assert wrong[4] == "That was wrong too often for this code. Please ask for a new one."
    assert refusal(db_session, gateway.code) == NO_LONGER


def test_new_codes_buy_no_new_guesses(db_session: Session, gateway: Gateway) -> None:
    for _ in range(2):
        send(db_session, gateway)
        for _ in range(5):
            refusal(db_session, other_than(gateway.code))
    send(db_session, gateway)
    with pytest.raises(TooManyTries):
        check(db_session, gateway.code)
    db_session.rollback()
    with pytest.raises(TooManyTries):  # the count has survived its own refusal
        check(db_session, gateway.code)
    tomorrow = BEGINNING + timedelta(days=1)
    send(db_session, gateway, now=tomorrow)
    assert check(db_session, gateway.code, now=tomorrow).consumer_phone == ALICE


def test_right_codes_use_up_no_guesses(db_session: Session, gateway: Gateway) -> None:
    for hour in range(12):
        at = BEGINNING + timedelta(hours=hour)
        send(db_session, gateway, now=at)
        check(db_session, gateway.code, now=at)
    assert len(gateway.sent) == 12


@pytest.mark.parametrize(
    "number",
    ["", "12345678901", "1381234567", "138123456789", "+12125550100", "+85261234567", "02188886666", "12315"],
)
def test_no_message_goes_abroad_or_to_a_landline(db_session: Session, gateway: Gateway, number: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        send(db_session, gateway, number)
    assert (refused.value.field, gateway.sent) == ("phone", [])


def test_a_phone_gets_five_messages_an_hour(db_session: Session, gateway: Gateway) -> None:
    for turn in range(5):
        send(db_session, gateway, ip=f"192.0.2.{turn}")
    with pytest.raises(TooManyTries):
        send(db_session, gateway, ip="192.0.2.99")
    assert len(gateway.sent) == 5
    send(db_session, gateway, now=BEGINNING + timedelta(hours=1))


def test_a_network_sends_twenty_messages_an_hour(db_session: Session, gateway: Gateway) -> None:
    for turn in range(20):
        send(db_session, gateway, f"1380000{turn:04d}")
    with pytest.raises(TooManyTries):
        send(db_session, gateway, "13800009999")
    send(db_session, gateway, "13800009999", ip="198.51.100.1")
    assert len(gateway.sent) == 21


def test_the_whole_portal_stays_within_its_budget(
    db_session: Session, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    for turn in range(3):
        send(db_session, gateway, f"1380000000{turn}", daily_budget=3)
    with pytest.raises(TooManyTries):
        send(db_session, gateway, "13800000009", daily_budget=3)
    assert len(gateway.sent) == 3
    assert caplog.messages == ["ALARM: the day's 3 text messages (HEJIE_SMS_DAILY) are used up"]


def test_a_refused_sending_is_counted_too(db_session: Session, gateway: Gateway) -> None:
    for _ in range(7):
        try:
            send(db_session, gateway)
        except TooManyTries:
            db_session.rollback()
    kept = db_session.scalars(sa.select(TryCount.tries).where(TryCount.key.startswith("sms-phone"))).one()
    assert (kept, len(gateway.sent)) == (7, 5)


def test_a_gateway_that_is_down_is_no_success(db_session: Session, gateway: Gateway) -> None:
    gateway.down = True
    with pytest.raises(ChannelFailed):
        send(db_session, gateway)


def test_old_codes_are_forgotten(db_session: Session, gateway: Gateway) -> None:
    send(db_session, gateway)
    phone.forget_old(db_session, BEGINNING + timedelta(days=1))
    assert db_session.scalars(sa.select(PhoneCode.phone)).all() == [ALICE]
    phone.forget_old(db_session, BEGINNING + timedelta(days=3))
    assert db_session.scalars(sa.select(PhoneCode.phone)).all() == []


def test_a_code_used_twice_at_once_is_used_once(engine: sa.Engine, gateway: Gateway) -> None:
    with Session(engine) as session:
        send(session, gateway)

    def prove(_: int) -> int | None:
        with Session(engine) as session:
            try:
                person = check(session, gateway.code).person_id
                session.commit()
            except (RuleBroken, TooManyTries):
                session.rollback()
                return None
            return person

    with ThreadPoolExecutor(4) as browsers:
        proved = list(browsers.map(prove, range(4)))
    assert len([person for person in proved if person is not None]) == 1
