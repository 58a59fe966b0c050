"""A dispute is found again by reference and phone; who has not the phone learns nothing."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.core.channels import DemoMessage
from portal.core.refs import new_ref
from tests.makers import file, make_town
from tests.nag import NaggingClient, tree, words

ALICE, MALLORY = "13812345678", "13666666666"


def find(client: NaggingClient, ref: str, phone: str):
    return client.submit(client.get("/track"), "/track", ref=ref, phone=phone)


def prove(client: NaggingClient, shown, code: str):
    token = tree(shown).find(".//input[@name='csrf_token']").get("value")
    way_on = tree(shown).find(".//input[@name='next']").get("value")
    return client.post("/sign-in/phone", data={"csrf_token": token, "next": way_on, "code": code})


def test_the_reference_and_the_phone_lead_to_the_dispute(
    client: NaggingClient, db_session: Session, code: Callable[[], str]
) -> None:
    town = make_town(db_session)
    ref = file(db_session, town.store, town.alice).ref
    typed = f"{ref[:4]} {ref[4:8]}-{ref[8:]}"
    shown = client.get(find(client, typed, ALICE).location)
    answer = prove(client, shown, code())
    assert (answer.status_code, answer.location) == (303, f"/disputes/{ref}")
    assert client.get(answer.location).status_code == 200


def test_nothing_tells_whether_there_is_such_a_dispute(
    client: NaggingClient, db_session: Session, sent: Callable[[], list[DemoMessage]]
) -> None:
    town = make_town(db_session)
    ref = file(db_session, town.store, town.alice).ref

    def seen(ref: str, phone: str) -> tuple[int, str, str]:
        answer = find(client, ref, phone)
        shown = client.get(answer.location)
        spaced = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        return answer.status_code, answer.location.replace(ref, "…"), words(tree(shown)).replace(spaced, "…")

    assert seen(ref, ALICE) == seen(new_ref(), ALICE) == seen(ref, MALLORY) == seen(ref, "13700000000")
    assert [message.address for message in sent()] == [ALICE, ALICE, MALLORY, "13700000000"]


def test_somebody_elses_dispute_stays_missing(
    client: NaggingClient, db_session: Session, code: Callable[[], str]
) -> None:
    town = make_town(db_session)
    ref = file(db_session, town.store, town.alice).ref
    shown = client.get(find(client, ref, MALLORY).location)
    answer = prove(client, shown, code())
    assert client.get(answer.location).status_code == 404


def test_a_slip_of_the_finger_is_found_before_a_message_is_sent(
    client: NaggingClient, db_session: Session, sent: Callable[[], list[DemoMessage]]
) -> None:
    make_town(db_session)
    ref = new_ref()
    wrong = f"{(int(ref[0]) + 1) % 10}{ref[1:]}"
    answer = find(client, wrong, "138")
    assert (answer.status_code, sent()) == (422, [])
    wrong_fields = [field.get("id") for field in tree(answer).iter("input") if field.get("aria-invalid")]
    assert wrong_fields == ["ref", "phone"]


def test_who_has_proved_the_phone_already_goes_straight_on(
    client: NaggingClient, db_session: Session, code: Callable[[], str], sent: Callable[[], list[DemoMessage]]
) -> None:
    town = make_town(db_session)
    ref = file(db_session, town.store, town.alice).ref
    prove(client, client.get(find(client, ref, ALICE).location), code())
    assert find(client, ref, ALICE).location == f"/disputes/{ref}"
    assert find(client, ref, MALLORY).location == f"/sign-in/phone?step=code&next=/disputes/{ref}"
    assert len(sent()) == 2
