"""The device that somebody files or works from: a digest with the person, a number in the browser."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.marks import mark_of
from portal.accounts.models import DeviceMark
from tests.conftest import SECRET
from tests.disputes.visits import Visitors, complaint
from tests.makers import Town
from tests.people import ALICE_ID, BOB_ID


def marks(session: Session) -> dict[int, str]:
    session.commit()
    return {row.person_id: row.mark for row in session.scalars(sa.select(DeviceMark))}


def test_who_files_on_the_shops_own_device_has_its_mark(visitors: Visitors, db_session: Session, town: Town):
    client = visitors["bob"]
    cookie = client.get_cookie("hejie-device")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert marks(db_session) == {BOB_ID: mark_of(SECRET, cookie.value)}
    visitors.come_in(client, town.alice)
    assert set(marks(db_session)) == {BOB_ID}  # only who files is marked, not who just looks
    assert client.post("/disputes", data=complaint(client, town)).status_code == 303
    known = marks(db_session)
    assert set(known) == {ALICE_ID, BOB_ID}
    assert known[ALICE_ID] == known[BOB_ID]
    assert cookie.value not in known[ALICE_ID]


def test_an_officers_device_is_not_marked_and_a_forged_number_is_replaced(
    visitors: Visitors, db_session: Session, town: Town
):
    visitors["grace"].get("/bureau")
    assert marks(db_session) == {}
    client = visitors.new_client()
    client.set_cookie("hejie-device", "x" * 3_000)
    visitors.come_in(client, town.bob)
    number = client.get_cookie("hejie-device")
    assert number is not None
    assert len(number.value) < 80
    assert marks(db_session) == {BOB_ID: mark_of(SECRET, number.value)}
