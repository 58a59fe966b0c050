"""Filing through the portal's pages: three steps, or one form with everything; signed in or not."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.models import Dispute, Draft, Evidence, Statement
from tests.disputes.pictures import jpeg, upload
from tests.disputes.visits import Visitors, complaint, enter_code, prove_phone
from tests.makers import Town, make_consumer, make_store
from tests.nag import NaggingClient, filled, find_form, tree, words

STORY = "冰箱用了三天就不制冷，商家说离柜概不负责。"
STEP_TWO = {
    "problem": "after_sales_refused",
    "goods": "双门冰箱",
    "bought_on": "2026-11-21",
    "paid": "￥8,000",
    "story": STORY,
    "remedy": "refund",
    "order_no": "4200002026112100001",
}


def only_dispute(session: Session) -> Dispute:
    session.commit()
    return session.scalars(sa.select(Dispute)).one()


def fill_in(client: NaggingClient, town: Town, **changes: object):
    """Step two as a browser sends it; the button leads it to /disputes/drafts."""
    shown = client.get(f"/disputes/new?store={town.store.code}")
    fields = dict(filled(find_form(shown, "/disputes"))) | STEP_TWO | changes
    return client.post("/disputes/drafts", data=fields, content_type="multipart/form-data")


def test_without_a_shop_the_first_step_asks_for_one(client: NaggingClient, town: Town):
    shown = client.get("/disputes/new")
    assert find_form(shown, "/stores").get("method") == "get"
    unknown = client.get("/disputes/new?store=ABC")
    assert "ABC" in words(tree(unknown))


def test_a_stranger_files_in_three_steps_and_confirms_the_phone_last(
    client: NaggingClient, town: Town, db_session: Session, code: Callable[[str], str]
):
    step_three = client.get(fill_in(client, town, photos=upload(jpeg(), jpeg("blue"))).location)
    shown = words(tree(step_three).find(".//main"))
    for said in (STORY, "双门冰箱", "¥8,000"):
        assert said in shown
    answer = client.submit(step_three, "/disputes", phone="138 1234 5678", name="王爱丽")
    assert db_session.scalars(sa.select(Dispute)).all() == []
    confirmed = enter_code(client, answer, code("13812345678"))
    dispute = only_dispute(db_session)
    assert client.get(confirmed.location).location == f"/disputes/{dispute.ref}"
    assert (dispute.paid_fen, dispute.claim_fen, dispute.goods) == (8_000_00, 8_000_00, "双门冰箱")
    assert (dispute.order_no, dispute.consumer_id) == ("4200002026112100001", town.alice.id)
    photos = db_session.scalars(sa.select(Evidence)).all()
    assert {(photo.dispute_id, photo.seq, photo.draft_key) for photo in photos} == {(dispute.id, 1, None)}
    assert len(photos) == 2
    assert db_session.scalars(sa.select(Draft)).all() == []
    page = client.get(f"/disputes/{dispute.ref}")
    assert (page.status_code, STORY in page.text) == (200, True)


def test_who_is_signed_in_is_asked_for_no_phone(visitors: Visitors, town: Town, db_session: Session):
    alice = visitors["alice"]
    step_three = alice.get(fill_in(alice, town).location)
    assert "phone" not in dict(filled(find_form(step_three, "/disputes")))
    answer = alice.submit(step_three, "/disputes")
    dispute = only_dispute(db_session)
    assert (answer.status_code, answer.location) == (303, f"/disputes/{dispute.ref}")
    assert (dispute.auto_escalate, dispute.publish) == (False, False)


def test_one_form_with_every_field_files_for_who_is_signed_in(
    visitors: Visitors, town: Town, db_session: Session
):
    alice = visitors["alice"]
    answer = alice.post("/disputes", data=complaint(alice, town, photos=upload(jpeg())))
    dispute = only_dispute(db_session)
    assert (answer.status_code, answer.location) == (303, f"/disputes/{dispute.ref}")
    assert (dispute.problem, str(dispute.bought_on)) == ("after_sales_refused", "2026-11-21")
    assert (dispute.paid_fen, dispute.remedy, dispute.claim_fen) == (8_000_00, "refund", 8_000_00)
    assert (dispute.auto_escalate, dispute.publish) == (True, True)
    assert db_session.scalars(sa.select(Statement.text)).all() == [STORY]
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1


def test_one_form_with_every_field_files_for_a_stranger_once_the_phone_is_confirmed(
    client: NaggingClient, town: Town, db_session: Session, code: Callable[[str], str]
):
    answer = client.post("/disputes", data=complaint(client, town, phone="13700000000"))
    assert db_session.scalars(sa.select(Dispute)).all() == []
    confirmed = enter_code(client, answer, code("13700000000"))
    dispute = only_dispute(db_session)
    assert client.get(confirmed.location).location == f"/disputes/{dispute.ref}"
    assert (dispute.auto_escalate, dispute.publish, dispute.phone_masked) == (True, True, "137****0000")


def test_the_same_form_twice_files_once(visitors: Visitors, town: Town, db_session: Session):
    alice = visitors["alice"]
    fields = complaint(alice, town)
    answers = [alice.post("/disputes", data=fields) for _ in range(3)]
    ref = only_dispute(db_session).ref
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"/disputes/{ref}")] * 3


def test_the_same_form_of_a_stranger_twice_files_once(
    client: NaggingClient, town: Town, db_session: Session, code: Callable[[str], str]
):
    fields = complaint(client, town)
    answers = [client.post("/disputes", data=fields) for _ in range(2)]
    enter_code(client, answers[1], code("13812345678"))
    ref = only_dispute(db_session).ref
    again = client.post("/disputes", data=fields | {"csrf_token": complaint(client, town)["csrf_token"]})
    assert (again.status_code, again.location) == (303, f"/disputes/{ref}")
    assert only_dispute(db_session).ref == ref


def test_two_forms_file_two_disputes(visitors: Visitors, town: Town, db_session: Session):
    alice = visitors["alice"]
    for key in ("one", "two"):
        alice.post("/disputes", data=complaint(alice, town, key=key))
    db_session.commit()
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Dispute)) == 2


def test_two_people_whose_programs_number_their_forms_alike_file_two_disputes(
    visitors: Visitors, town: Town, db_session: Session
):
    for name in ("alice", "mallory"):
        answer = visitors[name].post("/disputes", data=complaint(visitors[name], town, key="1"))
        assert visitors[name].get(answer.location).status_code == 200
    db_session.commit()
    owners = db_session.scalars(sa.select(Dispute.consumer_id)).all()
    assert sorted(owners) == sorted([town.alice.id, town.mallory.id])


def test_without_a_key_a_complaint_is_filed_with_its_photos(
    visitors: Visitors, town: Town, db_session: Session
):
    alice = visitors["alice"]
    answer = alice.post("/disputes", data=complaint(alice, town, key=None, photos=upload(jpeg())))
    assert answer.location == f"/disputes/{only_dispute(db_session).ref}"
    assert db_session.scalars(sa.select(Evidence.seq)).all() == [1]


# Drafts


def test_a_draft_survives_signing_in(client: NaggingClient, town: Town, code: Callable[[str], str]):
    address = fill_in(client, town, photos=upload(jpeg())).location
    prove_phone(client, "13812345678", code)
    shown = client.get(address)
    assert STORY in words(tree(shown))
    assert len(tree(shown).findall(".//ul[@class='thumbs']/li")) == 1


def test_a_draft_is_changed_with_everything_in_it(client: NaggingClient, town: Town):
    address = fill_in(client, town, photos=upload(jpeg())).location
    key = address.rpartition("/")[2]
    shown = client.get(f"/disputes/new?draft={key}")
    known = dict(filled(find_form(shown, "/disputes")))
    assert {name: known[name] for name in STEP_TWO} == STEP_TWO
    assert (known["key"], isinstance(known["photos_kept"], str)) == (key, True)


def test_a_draft_opens_to_nobody_else(
    client: NaggingClient, new_client: Callable[[], NaggingClient], visitors: Visitors, town: Town
):
    address = fill_in(client, town, photos=upload(jpeg())).location
    key = address.rpartition("/")[2]
    photo = tree(client.get(address)).find(".//ul[@class='thumbs']//img").get("src")
    assert client.get(photo).status_code == 200
    for other in (new_client(), visitors["mallory"], visitors["bob"]):
        assert other.get(address).status_code == 404
        assert other.get(photo).status_code == 404
        assert STORY not in other.get(f"/disputes/new?draft={key}").text


def test_nobody_writes_into_somebody_elses_draft(
    client: NaggingClient, visitors: Visitors, town: Town, db_session: Session
):
    address = fill_in(client, town, photos=upload(jpeg())).location
    key = address.rpartition("/")[2]
    mallory = visitors["mallory"]
    mallory.post("/disputes", data=complaint(mallory, town, key=key, story="我来改一下你的话。"))
    assert STORY in words(tree(client.get(address)))
    assert len(tree(client.get(address)).findall(".//ul[@class='thumbs']/li")) == 1
    assert only_dispute(db_session).consumer_id == town.mallory.id
    taken = sa.select(sa.func.count()).select_from(Evidence).where(Evidence.dispute_id.is_not(None))
    assert db_session.scalar(taken) == 0


def test_who_signs_in_on_the_same_device_does_not_send_what_another_left(
    client: NaggingClient, town: Town, db_session: Session, code: Callable[[str], str]
):
    """Alice went away without entering her code; Mallory signs in at the same counter."""
    client.post("/disputes", data=complaint(client, town, phone="13812345678"))
    prove_phone(client, "13666666666", code)
    db_session.commit()
    assert db_session.scalars(sa.select(Dispute)).all() == []


def test_a_merchant_who_complains_confirms_a_phone_as_everybody_does(
    visitors: Visitors, town: Town, db_session: Session, code: Callable[[str], str]
):
    bob, other = visitors["bob"], make_store(db_session)
    answer = bob.post("/disputes", data=complaint(bob, town, store=other.code, phone="13700000001"))
    enter_code(bob, answer, code("13700000001"))
    assert only_dispute(db_session).consumer_id not in (town.bob.id, town.alice.id)


def test_an_unfinished_draft_leads_back_to_what_is_missing(client: NaggingClient, town: Town):
    answer = fill_in(client, town, story="", bought_on="", problem=None, remedy=None, paid="")
    assert answer.status_code == 422
    key = dict(filled(find_form(answer, "/disputes")))["key"]
    again = client.get(f"/disputes/drafts/{key}", follow_redirects=True)
    assert again.status_code == 200
    assert find_form(again, "/disputes").find(".//textarea[@name='story']") is not None


def test_a_pasted_bill_fills_the_order(client: NaggingClient, town: Town):
    bill = "商品说明 双门冰箱\n支付金额 8000.00\n支付时间 2026-11-21 15:04:05\n交易单号 4200002026112100001"
    answer = fill_in(client, town, step="paste", paste=bill, goods="", paid="", bought_on="", order_no="")
    assert answer.status_code == 303
    known = dict(filled(find_form(client.get(answer.location), "/disputes")))
    assert (known["paid"], known["bought_on"], known["order_no"]) == (
        "8000",
        "2026-11-21",
        "4200002026112100001",
    )
    assert known["story"] == STORY


def test_a_person_may_have_several_drafts(client: NaggingClient, town: Town, db_session: Session):
    addresses = [fill_in(client, town, goods=f"第{n}件").location for n in range(3)]
    make_consumer(db_session)
    for n, address in enumerate(addresses):
        assert f"第{n}件" in words(tree(client.get(address)))
