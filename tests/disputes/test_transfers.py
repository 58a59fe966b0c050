"""A dispute of the wrong city: closed there, begun anew in the right one; each bureau sees its own side."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import PersonKind
from portal.accounts.viewer import Viewer
from portal.core.refs import new_id96, new_token
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.transfers import confirm_arrival, transfer_dispute
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Statement
from portal.disputes.queries import thread
from portal.disputes.transfers import Transfer, arrivals
from portal.merchants.models import Store
from tests.disputes.bureau import differences, facts, handed_over, mediating, proposed
from tests.disputes.visits import Visitors, post_act
from tests.makers import (
    Town,
    file,
    make_city,
    make_merchant,
    make_officer,
    make_owner,
    make_store,
    offered,
    sign_in,
)
from tests.nag import tree, words
from tests.people import BOB, GRACE
from tests.world import BEGINNING

LATER = BEGINNING + timedelta(days=2)


@pytest.fixture
def store(db_session: Session) -> Store:
    """A shop in Ningbo."""
    return make_store(
        db_session, make_merchant(db_session, make_city(db_session, "330200")), name="海曙电器城"
    )


def passed_on(session: Session, dispute: Dispute, store: Store) -> Dispute:
    made = transfer_dispute(
        session, dispute, GRACE, store_code=store.code, note="冰箱是在宁波的店里买的。", now=LATER
    )
    return session.get_one(Dispute, made.to_id)


def test_it_is_closed_here_and_begins_there_with_all_that_was_told(
    db_session: Session, town: Town, store: Store
):
    assert town.alice.identity is not None
    photo = Evidence(
        id=new_id96(), owner_id=town.alice.id, file="a.jpg", thumb="b.jpg", original_sha256="c",
        width=1, height=1, added_at=BEGINNING,
    )  # fmt: skip
    db_session.add(photo)
    said = Complaint(
        "quality", "冰箱不制冷，店家不理。", BEGINNING.date(), 8_000_00, "refund", 7_000_00, "冰箱"
    )
    old = file_complaint(
        db_session, town.store, town.alice.identity, said, key=new_token(), now=BEGINNING, photos=[photo]
    )
    offered(db_session, old, BOB)
    new = passed_on(db_session, old, store)
    assert (old.state, old.turn, old.next_due_at, old.excluded) == (
        "transferred",
        "nobody",
        None,
        "transferred",
    )
    assert (new.state, new.turn, new.filed_at, new.transfer) == ("filed", "merchant", LATER, "waiting")
    same = ("consumer_id", "goods", "problem", "paid_fen", "remedy", "claim_fen", "bought_on", "phone_masked")
    assert [getattr(new, name) for name in same] == [getattr(old, name) for name in same]
    assert (new.merchant_id, new.city_code, new.district_code) == (store.merchant_id, "330200", "330203")
    stories = sa.select(Statement.text).where(Statement.dispute_id == new.id)
    assert list(db_session.scalars(stories)) == ["冰箱不制冷，店家不理。"]
    rows = db_session.scalars(sa.select(Evidence).order_by(Evidence.dispute_id)).all()
    assert [(row.dispute_id, row.seq, row.file) for row in rows] == [
        (old.id, 1, "a.jpg"),
        (new.id, 1, "a.jpg"),
    ]
    assert differences(db_session) == []


@pytest.mark.parametrize("stage", ["escalated", "mediating"])
def test_what_the_bureau_has_already_begins_there_with_the_shop(
    db_session: Session, town: Town, store: Store, stage: str
):
    old = handed_over(db_session, town) if stage == "escalated" else mediating(db_session, town)
    if stage == "mediating":
        proposed(db_session, old)
    new = passed_on(db_session, old, store)
    assert (old.proposal_n, old.statutory_due_at, new.state) == (None, None, "filed")
    assert differences(db_session) == []


def test_the_receipt_is_confirmed_once_and_the_desk_forgets_it(db_session: Session, town: Town, store: Store):
    new = passed_on(db_session, file(db_session, town.store, town.alice), store)
    henry = make_officer(db_session, "330203")
    viewer = Viewer(id=henry.id, kind=PersonKind.OFFICER, region="330203")
    assert [one.ref for one in arrivals(db_session, viewer)] == [new.ref]
    assert arrivals(db_session, GRACE) == []
    confirm_arrival(db_session, new, viewer, now=LATER)
    assert (arrivals(db_session, viewer), new.transfer) == ([], "received")
    assert db_session.scalar(sa.select(Transfer.received_at)) == LATER
    assert facts(db_session, new)[-1] == "transfer_received"


def test_the_old_shop_reads_neither_where_it_went_nor_why(db_session: Session, town: Town, store: Store):
    old = file(db_session, town.store, town.alice)
    passed_on(db_session, old, store)
    seen = {viewer.kind: thread(db_session, old, viewer)[-1] for viewer in (BOB, GRACE)}
    assert (seen[PersonKind.STAFF].text, seen[PersonKind.STAFF].details) == ("", {})
    assert seen[PersonKind.OFFICER].text == "冰箱是在宁波的店里买的。"
    assert seen[PersonKind.OFFICER].details["city_zh"] == "宁波市"


def test_no_list_of_the_right_city_has_the_problem_under_a_name_it_does_not_know(
    db_session: Session, town: Town, store: Store
):
    there = make_city(db_session, "330200")
    there.choices = {
        "problem": [
            {"code": "broken", "zh": "坏了", "en": "Broken"},
            {"code": "other", "zh": "其他", "en": "Other"},
        ]
    }
    new = passed_on(db_session, file(db_session, town.store, town.alice), store)
    assert new.problem == "other"


def test_each_side_finds_its_own_record_and_the_customer_finds_both(
    visitors: Visitors, db_session: Session, town: Town, store: Store
):
    owner = make_owner(db_session, store.merchant)
    henry = make_officer(db_session, "330203")
    old = file(db_session, town.store, town.alice)
    answer = post_act(
        visitors["grace"], old.ref, "transfers", store=store.code, shop="海曙", note="店在宁波。"
    )
    assert answer.status_code == 303
    db_session.expire_all()
    new = db_session.scalars(sa.select(Dispute).where(Dispute.id != old.id)).one()
    there, desk = visitors.new_client(), visitors.new_client()
    sign_in(there, db_session, owner)
    sign_in(desk, db_session, henry)
    found = {
        "alice": visitors["alice"], "bob": visitors["bob"], "grace": visitors["grace"], "owner": there,
        "henry": desk,
    }  # fmt: skip
    statuses = {
        who: [client.get(f"/disputes/{ref}").status_code for ref in (old.ref, new.ref)]
        for who, client in found.items()
    }
    assert statuses == {
        "alice": [200, 200], "bob": [200, 404], "grace": [200, 404], "owner": [404, 200], "henry": [404, 200],
    }  # fmt: skip
    own = (("bob", old.ref), ("grace", old.ref), ("owner", new.ref), ("henry", new.ref))
    pages = {(who, ref): found[who].get(f"/disputes/{ref}").get_data(as_text=True) for who, ref in own}
    for (_, ref), page in pages.items():
        other = new.ref if ref == old.ref else old.ref
        assert other not in page.replace(" ", "")
    assert "宁波" not in pages["bob", old.ref]
    assert f"/disputes/{new.ref}" in visitors["alice"].get(f"/disputes/{old.ref}").get_data(as_text=True)


def test_the_receipt_is_a_paper_of_the_customer_and_the_officer_alone(
    visitors: Visitors, db_session: Session, town: Town, store: Store
):
    old = file(db_session, town.store, town.alice)
    passed_on(db_session, old, store)
    papers = {
        who: visitors[who].get(f"/disputes/{old.ref}/papers/transfer.pdf")
        for who in ("alice", "grace", "bob")
    }
    assert {who: paper.status_code for who, paper in papers.items()} == {
        "alice": 200,
        "grace": 200,
        "bob": 404,
    }


def test_one_tap_at_the_receiving_desk_confirms_it(
    visitors: Visitors, db_session: Session, town: Town, store: Store
):
    new = passed_on(db_session, file(db_session, town.store, town.alice), store)
    desk = visitors.new_client()
    sign_in(desk, db_session, make_officer(db_session, "330203"))
    assert "海曙" in words(tree(desk.get("/bureau")))
    assert post_act(desk, new.ref, "receipts").status_code == 303
    db_session.expire_all()
    assert new.transfer == "received"


@pytest.mark.parametrize("wrong", ["own", "closed", "none", "huge"])
def test_a_shop_that_it_cannot_go_to_is_named_and_nothing_is_lost(
    visitors: Visitors, db_session: Session, town: Town, store: Store, wrong: str
):
    store.closed_at = BEGINNING if wrong == "closed" else None
    code = {"own": town.store.code, "closed": store.code, "none": "", "huge": "2" * 9_000}[wrong]
    old = file(db_session, town.store, town.alice)
    answer = post_act(visitors["grace"], old.ref, "transfers", store=code, shop="海曙", note="店在宁波。")
    assert (answer.status_code, "店在宁波。" in answer.get_data(as_text=True)) == (422, True)
    events = sa.select(sa.func.count()).select_from(DisputeEvent)
    assert db_session.scalar(events) == 1


def test_a_second_transfer_of_the_same_dispute_comes_too_late(
    visitors: Visitors, db_session: Session, town: Town, store: Store
):
    old = file(db_session, town.store, town.alice)
    passed_on(db_session, old, store)
    late = post_act(visitors["grace"], old.ref, "transfers", store=store.code, note="店在宁波。")
    assert late.status_code == 409
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Dispute)) == 2
