"""What a pledge gives in a dispute: bound at filing, one tap for the shop, at once for small sums."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.core.errors import MovedOn, NotAllowed
from portal.disputes.actions.offers import decline_offer, make_offer
from portal.disputes.actions.pledged import offer_pledged
from portal.disputes.entitled import entitled_in
from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement
from portal.disputes.verification import Checked, verify_disputes
from portal.disputes.workflow import Fact
from portal.regions.models import City
from portal.return_policies.actions.pledges import end_pledge, notice_until
from portal.return_policies.models import Pledge
from tests.makers import Town, file, make_town, sign_in
from tests.nag import NaggingClient, filled, find_form, tree, words
from tests.people import ALICE, BOB
from tests.return_policies.makers import make_pledge, make_standard
from tests.world import BEGINNING

TODAY = date(2026, 11, 24)
BOUGHT = TODAY - timedelta(days=3)
STEP_TWO = {
    "problem": "quality",
    "bought_on": BOUGHT.isoformat(),
    "paid": "8000",
    "remedy": "refund",
    "goods": "冰箱",
    "story": "冰箱用了三天就不制冷，商家说离柜概不负责。",
    "category": "large_appliances",
}
TERMS = {"no_reason_excluded": [], "refund_within_days": 3}


@pytest.fixture
def town(db_session: Session) -> Town:
    made = make_town(db_session)
    db_session.commit()
    return made


def pledged(session: Session, *, now: Any = BEGINNING - timedelta(days=30), **better: Any) -> Pledge:
    """Bob's shop has pledged a standard for appliances for a month."""
    standard = make_standard(session, category="appliances", terms=TERMS, now=now)
    return make_pledge(session, standard, now=now, **better)


def facts(session: Session, dispute: Dispute) -> list[str]:
    wanted = sa.select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id)
    return list(session.scalars(wanted.order_by(DisputeEvent.seq)))


def complain(session: Session, town: Town, **said: Any) -> Dispute:
    said = {"bought_on": BOUGHT, "category": "large_appliances", "remedy": "refund"} | said
    return file(session, town.store, town.alice, **said)


def next_step(client: NaggingClient, form: TestResponse, **said: str) -> TestResponse:
    """Step two as a browser sends it; the button leads it to /disputes/drafts."""
    fields = dict(filled(find_form(form, "/disputes"))) | said
    return client.post("/disputes/drafts", data=fields, content_type="multipart/form-data")


def test_the_pledge_of_the_day_of_purchase_is_bound_and_nothing_later_touches_it(
    db_session: Session, town: Town
):
    pledge = pledged(db_session)
    dispute = complain(db_session, town)
    before = dispute.entitled
    assert before is not None
    end_pledge(db_session, pledge, BOB, now=BEGINNING)
    make_pledge(db_session, pledge.standard, quality_return_days=15)
    db_session.commit()
    db_session.expire_all()
    entitled = entitled_in(dispute)
    assert entitled is not None
    assert (dispute.entitled, entitled.pledge_id, entitled.version) == (before, pledge.id, 1)
    right = entitled.answer.right_for("refund")
    assert right is not None
    assert (right.amount_fen, right.last_day) == (dispute.paid_fen, BOUGHT + timedelta(days=7))
    first = db_session.get_one(DisputeEvent, (dispute.id, 1))
    assert first.details["entitled"] == before


def test_the_database_refuses_to_change_what_was_bound(db_session: Session, town: Town):
    pledged(db_session)
    dispute = complain(db_session, town)
    db_session.commit()
    with pytest.raises(DatabaseError, match="never changed"):
        db_session.execute(sa.update(Dispute).values(entitled={"answer": "more"}))
    db_session.rollback()
    assert db_session.get_one(Dispute, dispute.id).entitled is not None


def test_verify_tells_an_answer_that_is_not_the_bound_one(db_session: Session, town: Town):
    pledged(db_session)
    complain(db_session, town)
    db_session.commit()
    checked = Checked()
    assert sum(verify_disputes(db_session, checked)) == 1
    assert checked.differences == []


@pytest.mark.parametrize(
    ("bought_on", "by_pledge"),
    [(date(2026, 10, 24), False), (date(2026, 10, 25), True), (TODAY, True)],
    ids=["the day before it began", "its first day", "today"],
)
def test_only_a_pledge_that_was_in_force_when_it_was_bought_counts(
    db_session: Session, town: Town, bought_on: date, by_pledge: bool
):
    pledge = pledged(db_session)
    assert pledge.starts_on == date(2026, 10, 25)
    entitled = entitled_in(complain(db_session, town, bought_on=bought_on))
    assert entitled is not None
    assert (entitled.pledge_id is not None) == by_pledge


def test_a_pledge_that_ended_between_purchase_and_complaint_still_holds(db_session: Session, town: Town):
    pledge = pledged(db_session)
    last = end_pledge(db_session, pledge, BOB, now=BEGINNING - timedelta(days=18))
    assert (
        last
        == notice_until(db_session.get_one(City, town.store.city_code), BEGINNING - timedelta(days=18))
        < TODAY
    )
    covered = entitled_in(complain(db_session, town, bought_on=last))
    later = entitled_in(complain(db_session, town, bought_on=last + timedelta(days=1)))
    assert covered is not None
    assert later is not None
    assert (covered.pledge_id, later.pledge_id) == (pledge.id, None)


def test_without_a_pledge_the_law_alone_speaks_and_makes_nothing_ready(db_session: Session, town: Town):
    dispute = complain(db_session, town)
    entitled = entitled_in(dispute)
    assert entitled is not None
    assert (entitled.pledge_id, [one.remedy for one in entitled.answer.rights]) == (
        None,
        ["return", "exchange"],
    )
    with pytest.raises(MovedOn):
        offer_pledged(db_session, dispute, BOB, now=BEGINNING)
    make_offer(db_session, dispute, BOB, remedy="repair", amount_fen=None, perform_by=TODAY, now=BEGINNING)
    event = db_session.get_one(DisputeEvent, (dispute.id, 2))
    assert "measure" not in event.details


def test_one_tap_offers_what_is_pledged(db_session: Session, town: Town):
    pledged(db_session)
    dispute = complain(db_session, town)
    offer_pledged(db_session, dispute, BOB, now=BEGINNING)
    offer = db_session.get_one(Offer, (dispute.id, 1))
    assert (offer.remedy, offer.amount_fen, offer.perform_by) == (
        "refund",
        dispute.paid_fen,
        TODAY + timedelta(3),
    )
    assert (dispute.state, dispute.turn) == ("offered", "consumer")


def test_only_the_shop_has_the_tap(db_session: Session, town: Town):
    pledged(db_session)
    dispute = complain(db_session, town)
    with pytest.raises(NotAllowed):
        offer_pledged(db_session, dispute, ALICE, now=BEGINNING)


def test_one_tap_settles_where_the_consumer_accepted_the_pledge_at_filing(db_session: Session, town: Town):
    pledged(db_session)
    dispute = complain(db_session, town, accepts_pledge=True)
    offer_pledged(db_session, dispute, BOB, now=BEGINNING)
    assert facts(db_session, dispute) == ["complaint_filed", "offer_made", "offer_accepted"]
    assert dispute.state == "agreed"
    accepted = db_session.get_one(DisputeEvent, (dispute.id, 3))
    assert (accepted.party, accepted.actor_id, accepted.details["beforehand"]) == ("consumer", ALICE.id, True)
    assert db_session.get_one(Settlement, (dispute.id, 1)).terms["amount_fen"] == dispute.paid_fen


def test_a_small_sum_is_settled_at_filing_with_nobody_waiting(db_session: Session, town: Town):
    pledged(db_session, automatic_fen=200_00, automatic_month_fen=500_00)
    small = complain(db_session, town, paid_fen=150_00, claim_fen=150_00, accepts_pledge=True)
    large = complain(db_session, town, paid_fen=201_00, claim_fen=201_00, accepts_pledge=True)
    undecided = complain(db_session, town, paid_fen=100_00, claim_fen=100_00)
    assert [one.state for one in (small, large, undecided)] == ["agreed", "filed", "offered"]
    made = db_session.get_one(DisputeEvent, (small.id, 2))
    assert (made.party, made.actor_id, made.details["beforehand"]) == ("merchant", BOB.id, True)


def test_what_is_settled_at_once_never_exceeds_the_month(db_session: Session, town: Town):
    pledged(db_session, automatic_fen=200_00, automatic_month_fen=500_00)
    states = [
        complain(db_session, town, paid_fen=200_00, claim_fen=200_00, accepts_pledge=True).state
        for _ in range(3)
    ]
    assert states == ["agreed", "agreed", "filed"]
    fits = complain(db_session, town, paid_fen=100_00, claim_fen=100_00, accepts_pledge=True)
    assert (fits.state, db_session.scalars(sa.select(Pledge.used_fen)).all()) == ("agreed", [500_00])


@pytest.mark.parametrize(
    ("remedy", "amount_fen", "days", "label"),
    [
        ("refund", 8000_00, 3, "meets"),
        ("return", 8000_00, 3, "meets"),
        ("refund", 7999_99, 3, "below"),
        ("refund", 8000_00, 4, "below"),
        ("repair", None, 1, "below"),
        ("exchange", None, 1, "below"),
        ("apology", None, 1, "below"),
    ],
)
def test_every_offer_says_how_it_stands_beside_the_pledge(
    db_session: Session, town: Town, remedy: str, amount_fen: int | None, days: int, label: str
):
    pledged(db_session)
    dispute = complain(db_session, town, paid_fen=8000_00, claim_fen=8000_00)
    done_by = TODAY + timedelta(days=days)
    make_offer(
        db_session, dispute, BOB, remedy=remedy, amount_fen=amount_fen, perform_by=done_by, now=BEGINNING
    )
    details = db_session.get_one(DisputeEvent, (dispute.id, 2)).details
    assert (details["measure"], details["clause"]) == (label, "quality_return")


def test_an_offer_where_the_pledge_gives_nothing_is_more_than_pledged(db_session: Session, town: Town):
    pledged(db_session, repair_days=90)
    dispute = complain(
        db_session, town, bought_on=TODAY - timedelta(days=20), problem="unfit", condition="used"
    )
    make_offer(db_session, dispute, BOB, remedy="exchange", amount_fen=None, perform_by=TODAY, now=BEGINNING)
    details = db_session.get_one(DisputeEvent, (dispute.id, 2)).details
    assert (details["measure"], "clause" in details) == ("exceeds", False)


def test_the_shop_sees_one_button_in_its_list_and_the_answer_in_the_thread(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session)
    dispute = complain(db_session, town, accepts_pledge=True)
    db_session.commit()
    bob, alice = new_client(), new_client()
    sign_in(bob, db_session, town.bob)
    sign_in(alice, db_session, town.alice)
    pages = [tree(one.get(f"/disputes/{dispute.ref}")) for one in (bob, alice)]
    shop, shopper = (words(page.find(".//*[@id='answer']")) for page in pages)
    assert (shop, "第 1 条" in shop) == (shopper, True)
    inbox = bob.get("/disputes")
    assert "按承诺" in inbox.text
    answer = bob.submit(inbox, f"/disputes/{dispute.ref}/pledged-offers")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/disputes/{dispute.ref}")
    db_session.expire_all()
    assert dispute.state == "agreed"
    assert "按承诺" not in bob.get("/disputes").text


def test_after_the_consumer_declined_the_pledged_offer_stays_one_tap_away(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session)
    dispute = complain(db_session, town)
    offer_pledged(db_session, dispute, BOB, now=BEGINNING)
    decline_offer(db_session, dispute, ALICE, 1, now=BEGINNING)
    db_session.commit()
    bob = new_client()
    sign_in(bob, db_session, town.bob)
    page = bob.get(f"/disputes/{dispute.ref}")
    assert bob.submit(page, f"/disputes/{dispute.ref}/pledged-offers").status_code == 303
    assert facts(db_session, dispute)[-1] == Fact.OFFER_MADE


def test_the_check_page_says_what_the_shopper_is_entitled_to_and_takes_the_acceptance(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session)
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    assert "买的是哪类商品" in form.text
    said = STEP_TWO | {"condition": "used"}
    check = alice.get(next_step(alice, form, **said).headers["Location"])
    assert ("消费者有权要求" in check.text, "第 3 天" in check.text, "第 1 条" in check.text) == (True,) * 3
    sent = alice.submit(check, "/disputes", accepts_pledge="y")
    assert sent.status_code == 303
    dispute = db_session.scalars(sa.select(Dispute)).one()
    assert (dispute.accepts_pledge, dispute.category, dispute.condition) == (True, "large_appliances", "used")


def test_goods_that_do_not_exist_are_refused_beside_their_field_and_nothing_is_lost(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session)
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    said = STEP_TWO | {"category": "submarines"}
    refused = next_step(alice, form, **said)
    assert (refused.status_code, "请选择商品类别" in refused.text, "离柜概不负责" in refused.text) == (
        422,
        True,
        True,
    )


def test_the_check_page_promises_nothing_at_once_where_the_month_s_sum_is_used_up(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledge = pledged(db_session, automatic_fen=200_00, automatic_month_fen=300_00)
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    address = next_step(alice, form, **STEP_TWO | {"paid": "150"}).headers["Location"]
    assert "也就是退还货款 ¥150。这样的金额本店即时和解" in alice.get(address).text
    pledge.used_month, pledge.used_fen = "2026-11", 200_00
    db_session.commit()
    assert "也就是退还货款 ¥150。商家点一下就达成" in alice.get(address).text


def test_a_used_card_is_told_what_it_misses_and_what_it_still_gives(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session, prepaid_cancel_days=7, prepaid_balance=True)
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    said = STEP_TWO | {"problem": "prepaid_card", "condition": "used"}
    check = tree(alice.get(next_step(alice, form, **said).headers["Location"]))
    answer = words(check.find(".//*[@id='answer']"))
    assert "没用过的卡全额退： 只限没有用过的卡。" in answer
    assert "卡内余额，随时可退。" in answer


def test_who_left_out_what_decides_is_led_back_to_say_it(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session, no_reason_days=7)
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    check = alice.get(next_step(alice, form, **STEP_TWO | {"problem": "unfit"}).headers["Location"])
    assert "回去补填商品类别和现在的状态" in check.text


def test_where_a_shop_pledges_for_several_kinds_of_goods_the_kind_is_asked_for(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town
):
    pledged(db_session)
    shoes = make_standard(db_session, category="shoes", terms=TERMS, now=BEGINNING - timedelta(days=30))
    make_pledge(db_session, shoes, now=BEGINNING - timedelta(days=30))
    db_session.commit()
    alice = new_client()
    sign_in(alice, db_session, town.alice)
    form = alice.get(f"/disputes/new?store={town.store.code}")
    for category, led_back in (("", True), ("shoes", False), ("food", False)):
        said = STEP_TWO | {"category": category}
        check = alice.get(next_step(alice, form, **said).headers["Location"])
        assert ("回去补填商品类别" in check.text) is led_back
