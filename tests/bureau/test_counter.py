"""The counter: a complaint for somebody without a phone, the slip, and what the person comes back to say."""

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import Identity
from portal.accounts.slips import Slip
from portal.bureau.exchange_rows import read_batch
from portal.bureau.queries.counter import PAGE, taken_at_counter
from portal.disputes.actions.complaints import Complaint
from portal.disputes.actions.counter import file_at_counter
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.transfers import transfer_dispute
from portal.disputes.counter import CounterComplaint, speaking
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.official import OfficialIdentity
from portal.regions.choices import Kind, choices
from tests.bureau.waiting import NewClient, main, signed_in
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, offered
from tests.nag import NaggingClient, filled, find_form, tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING, Clock

STORY = "大娘说：冰箱用了三天就不制冷，店里不肯管。"
TYPED = {
    "problem": "after_sales_refused", "goods": "双门冰箱", "bought_on": "2026-11-21", "paid": "8000",
    "story": STORY, "remedy": "refund",
}  # fmt: skip
CHECKED = {"name": "王桂芳", "reach": "landline", "number": "0571-8800 1234", "read_back": "y"}
SAID = Complaint(
    problem="after_sales_refused", story=STORY, bought_on=BEGINNING.date(), paid_fen=8_000_00,
    remedy="refund", claim_fen=8_000_00, goods="双门冰箱", name="王桂芳",
)  # fmt: skip


def read_back(grace: NaggingClient, town: Town) -> TestResponse:
    """Up to the page on which the officer reads the story back."""
    shown = grace.get(f"/disputes/new?store={town.store.code}")
    fields = dict(filled(find_form(shown, "/disputes"))) | TYPED
    kept = grace.post("/disputes/drafts", data=fields, content_type="multipart/form-data")
    return grace.get(grace.get(kept.location).location)


def taken(session: Session, town: Town) -> tuple[Dispute, str]:
    return file_at_counter(
        session, town.store, GRACE, SAID, reach="landline", number="0571-88001234", key="k", now=BEGINNING
    )


def only(session: Session) -> Dispute:
    session.expire_all()
    session.commit()
    return session.scalars(sa.select(Dispute)).one()


def say(grace: NaggingClient, dispute: Dispute, act: str, **typed: str) -> TestResponse:
    shown = grace.get(f"/bureau/counter/disputes/{dispute.ref}?act={act}")
    return grace.submit(shown, f"/bureau/counter/disputes/{dispute.ref}/words", **typed)


def test_an_officer_takes_a_complaint_down_and_hands_over_a_slip(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    assert f'href="/disputes/new?store={town.store.code}"' in grace.get("/bureau/counter/shops?q=湖滨").text
    last = read_back(grace, town)
    assert STORY in main(last)
    refused = grace.submit(last, "/bureau/counter", name="王桂芳", reach="landline", number="没有")
    assert refused.status_code == 422
    assert "请先念给对方听" in main(refused)
    wrong = grace.submit(last, "/bureau/counter", **CHECKED | {"number": "没有"})
    assert (wrong.status_code, "区号" in main(wrong)) == (422, True)
    assert db_session.scalars(sa.select(Dispute)).all() == []
    filed = grace.submit(last, "/bureau/counter", **CHECKED)
    assert grace.submit(last, "/bureau/counter", **CHECKED).location == filed.location  # sent twice
    dispute = only(db_session)
    slip = grace.get(filed.location)
    code = re.search(r"(?:\d{4} ){4}\d{4}", main(slip))
    assert code is not None
    assert grace.get(f"{filed.location}.pdf").data.startswith(b"%PDF")
    known = db_session.get_one(Identity, dispute.consumer_id)
    assert (known.name, known.phone, dispute.consumer_label) == ("王桂芳", None, "王*")
    row = db_session.get_one(CounterComplaint, dispute.id)
    assert (row.officer_id, row.number) == (town.grace.id, "0571-88001234")
    first = db_session.get_one(DisputeEvent, (dispute.id, 1))
    assert (first.party, first.actor_id, first.details["counter"]) == ("consumer", town.grace.id, True)
    assert code[0].replace(" ", "") not in db_session.scalars(sa.select(Slip.code_hash)).one()
    # The person opens it with the slip, and is nobody else than that person.
    visitor = new_client()
    opened = visitor.submit(visitor.get(f"/track?slip=1&ref={dispute.ref}"), "/track", code=code[0])
    assert opened.location == f"/disputes/{dispute.ref}"
    page = visitor.get(opened.location)
    assert "窗口代录，经办人：葛蕾丝" in main(page)
    assert visitor.get("/bureau/counter").status_code == 404


def test_the_shop_reads_that_it_was_at_the_counter_and_neither_who_nor_how_to_call(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute, _ = taken(db_session, town)
    bob = signed_in(new_client, db_session, town.bob)
    page = bob.get(f"/disputes/{dispute.ref}")
    assert "窗口" in main(page)
    for kept in ("葛蕾丝", "0571", "王桂芳"):
        assert kept not in page.text
    grace = signed_in(new_client, db_session, town.grace)
    assert "葛蕾丝" in main(grace.get(f"/disputes/{dispute.ref}"))
    assert "0571" not in grace.get(f"/bureau/counter/disputes/{dispute.ref}").text
    where = f"/bureau/counter/disputes/{dispute.ref}"
    looked = grace.submit(grace.get(where), f"{where}/looks")
    assert "0571-88001234" in grace.get(looked.location).text


def test_what_the_person_says_needs_the_slip_and_is_the_persons_own(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute, code = taken(db_session, town)
    offered(db_session, dispute, BOB)
    assert "双门冰箱" in main(grace.get("/bureau/counter"))
    assert say(grace, dispute, "acceptance", code="0" * 20).status_code == 422
    assert only(db_session).state == "offered"
    assert say(grace, dispute, "acceptance", code=code).status_code == 303
    event = db_session.scalars(sa.select(DisputeEvent).order_by(DisputeEvent.seq.desc())).first()
    assert event is not None
    assert (only(db_session).state, event.party, event.actor_id) == ("agreed", "consumer", town.grace.id)
    assert (event.details["counter"], event.details["taken_by"]) == (True, "葛蕾丝")
    assert "双门冰箱" not in main(grace.get("/bureau/counter"))  # it is the shop's turn
    assert "双门冰箱" in main(grace.get("/bureau/counter?all=1"))


def test_only_what_is_possible_can_be_said_and_nothing_for_a_consumer_with_a_phone(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute, code = taken(db_session, town)
    page = grace.get(f"/bureau/counter/disputes/{dispute.ref}?act=withdrawal")
    where = f"/bureau/counter/disputes/{dispute.ref}/words"
    refused = grace.submit(page, where, code=code)
    assert refused.status_code == 422  # no reason
    sent = dict(filled(find_form(page, where))) | {"code": code, "note": "不投诉了。"}
    assert grace.post(where, data=sent | {"act": "confirmation"}).status_code == 409
    assert grace.post(where, data=sent | {"act": "nonsense"}).status_code == 404
    assert grace.post(where, data=sent | {"reason": "retired"}).status_code == 422
    reason = choices(town.city.choices, Kind.WITHDRAWAL)[0]["code"]
    assert grace.post(where, data=sent | {"reason": reason}).status_code == 303
    assert only(db_session).state == "withdrawn"
    other = file(db_session, town.store, town.alice)
    assert grace.get(f"/bureau/counter/disputes/{other.ref}").status_code == 404


def test_a_lost_slip_is_replaced_after_a_look_at_a_document_and_opens_nothing_any_more(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town, clock: Clock
) -> None:
    dispute, old = taken(db_session, town)
    where = f"/bureau/counter/disputes/{dispute.ref}"
    assert grace.submit(grace.get(f"{where}?act=slip"), f"{where}/slips").status_code == 422
    made = grace.submit(grace.get(f"{where}?act=slip"), f"{where}/slips", checked="id_card")
    assert made.location == f"{where}/slip"
    visitor = new_client()
    form = visitor.get(f"/track?slip=1&ref={dispute.ref}")
    assert visitor.submit(form, "/track", code=old).status_code == 422
    rows = db_session.execute(sa.select(Slip.checked, Slip.made_by, Slip.ended_at).order_by(Slip.id)).all()
    assert [(row.checked, row.made_by) for row in rows] == [("", town.grace.id), ("id_card", town.grace.id)]
    assert [row.ended_at is None for row in rows] == [False, True]
    clock.advance(minutes=16)
    assert grace.get(f"{where}/slip").location == where
    assert grace.get(f"{where}/slip.pdf").status_code == 404


def test_guessing_a_slip_is_counted_for_the_network_and_for_the_reference(
    client: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute, code = taken(db_session, town)
    page = client.get(f"/track?slip=1&ref={dispute.ref}")
    for _ in range(10):
        assert client.submit(page, "/track", code="1" * 20).status_code == 422
    refused = client.submit(page, "/track", code=code)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, True)
    for typed in ("", "1" * 19, "①" * 20, "四" * 20, "9" * 500):
        assert client.submit(page, "/track", code=typed).status_code in (422, 429)


def test_nobody_of_another_city_sees_the_counter_or_takes_down_for_a_shop_here(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute, _ = taken(db_session, town)
    make_city(db_session, "330200")
    there = make_officer(db_session, "330200")
    officer = signed_in(new_client, db_session, there)
    assert "双门冰箱" not in officer.get("/bureau/counter?all=1").text
    assert officer.get(f"/bureau/counter/disputes/{dispute.ref}").status_code == 404
    shown = officer.get(f"/disputes/new?store={town.store.code}")
    fields = dict(filled(find_form(shown, "/disputes"))) | TYPED
    kept = officer.post("/disputes/drafts", data=fields, content_type="multipart/form-data")
    assert officer.get(officer.get(kept.location).location).status_code == 404
    far = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")), name="海曙电器")
    grace = signed_in(new_client, db_session, town.grace)
    assert far.code not in grace.get("/bureau/counter/shops?q=海曙电器").text


def test_the_list_has_pages_and_one_query(db_session: Session, town: Town) -> None:
    for n in range(PAGE + 1):
        dispute, _ = file_at_counter(
            db_session, town.store, GRACE, SAID, reach="none", number="", key=str(n), now=BEGINNING
        )
    rows, last = taken_at_counter(db_session, GRACE, to_tell=False)
    assert (len(rows), rows[0].dispute.id, rows[0].officer) == (PAGE, dispute.id, "葛蕾丝")
    rest, end = taken_at_counter(db_session, GRACE, to_tell=False, before=last)
    assert (len(rest), end) == (1, None)
    assert taken_at_counter(db_session, GRACE, to_tell=True) == ([], None)


def test_the_person_gives_the_identity_and_answers_the_bureau_at_the_counter(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute, code = taken(db_session, town)
    escalate(db_session, dispute, speaking(dispute, GRACE), now=BEGINNING)
    given = {"name": "王桂芳", "id_type": "id_card", "address": "杭州市上城区中山中路 1 号", "code": code}
    assert say(grace, dispute, "identity", **given, id_number="123").status_code == 422
    assert say(grace, dispute, "identity", **given, id_number="11010519491231002X").status_code == 303
    db_session.commit()
    known = db_session.get_one(OfficialIdentity, dispute.id)
    assert (known.name, known.id_number) == ("王桂芳", "11010519491231002X")


def test_it_is_marked_in_the_queue_in_the_table_for_12315_and_in_the_city_it_is_passed_on_to(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute, _ = taken(db_session, town)
    escalate(db_session, dispute, speaking(dispute, GRACE), now=BEGINNING)
    escalate(db_session, file(db_session, town.store, town.alice, goods="空调"), ALICE, now=BEGINNING)
    rows = tree(grace.get("/bureau/disputes")).findall(".//ul[@class='dispute-rows']/li")
    assert ["窗口代录" in words(row) for row in rows] == [True, False]
    batch = read_batch(db_session, db_session.scalars(sa.select(Dispute.id).order_by(Dispute.id)).all())
    assert [one.counter for one in batch] == ["葛蕾丝", None]
    there = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    transfer_dispute(db_session, dispute, GRACE, store_code=there.code, note="店在宁波。", now=BEGINNING)
    new = db_session.scalars(sa.select(Dispute).where(Dispute.city_code == "330200")).one()
    passed = db_session.get_one(CounterComplaint, new.id)
    assert (passed.officer_id, passed.number, passed.city_code) == (None, "0571-88001234", "330200")
    first = db_session.get_one(DisputeEvent, (new.id, 1)).details
    assert (first["counter"], "taken_by" in first) == (True, False)
