"""Offers: what may be offered, which one is live, and how it becomes the settlement."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions.offers import accept_offer, decline_offer, make_offer, withdraw_offer
from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement, Statement
from portal.disputes.workflow import Remedy
from tests.makers import agreed, days_from, file, make_town, offered
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING

HOUR = timedelta(hours=1)
TOO_MUCH = "That is more than was paid (8,000 yuan). Please enter at most that."


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


def offers(session: Session) -> list[tuple[int, str, str | None]]:
    rows = session.execute(sa.select(Offer.n, Offer.party, Offer.ended).order_by(Offer.n))
    return [(n, party, ended) for n, party, ended in rows]


def last(session: Session) -> DisputeEvent:
    return session.scalars(sa.select(DisputeEvent).order_by(DisputeEvent.seq.desc())).first()


# What may be offered


@pytest.mark.parametrize(
    ("terms", "field", "sentence"),
    [
        ({"remedy": ""}, "remedy", "Please choose what you offer."),
        ({"remedy": "a smile"}, "remedy", "Please choose what you offer."),
        ({"amount_fen": None}, "amount", "Please enter the sum in yuan."),
        ({"amount_fen": 0}, "amount", "Please enter the sum in yuan."),
        ({"amount_fen": -1}, "amount", "Please enter the sum in yuan."),
        ({"amount_fen": 8_000_01}, "amount", TOO_MUCH),
        ({"remedy": Remedy.RETURN, "amount_fen": 8_000_01}, "amount", TOO_MUCH),
        (
            {"remedy": Remedy.COMPENSATION, "amount_fen": 80_000_01},
            "amount",
            "The law allows at most 80,000 yuan here.",
        ),
        ({"perform_by": None}, "perform_by", "Please choose a date."),
        (
            {"perform_by": days_from(BEGINNING, -1)},
            "perform_by",
            "This date has passed. Please choose today or a later day.",
        ),
        ({"perform_by": days_from(BEGINNING, 367)}, "perform_by", "Please choose a day within one year."),
        ({"note": "好" * 100_000}, "note", "Please keep this to 2000 characters. You wrote 100000."),
        ({"note": "好" * 2_001}, "note", "Please keep this to 2000 characters. You wrote 2001."),
    ],
)
def test_what_cannot_be_offered_is_refused_beside_its_field(
    db_session: Session, dispute: Dispute, terms: dict[str, Any], field: str, sentence: str
):
    with pytest.raises(RuleBroken) as broken:
        offered(db_session, dispute, **terms)
    assert (broken.value.field, str(broken.value)) == (field, sentence)
    assert (dispute.state, dispute.last_seq, offers(db_session)) == ("filed", 1, [])


@pytest.mark.parametrize(
    ("terms", "amount_fen"),
    [
        ({"amount_fen": 8_000_00}, 8_000_00),
        ({"amount_fen": 1}, 1),
        ({"remedy": Remedy.REPAIR, "amount_fen": 50_00}, 0),
        ({"remedy": Remedy.COMPENSATION, "amount_fen": 80_000_00}, 80_000_00),
        ({"perform_by": days_from(BEGINNING, 0)}, 8_000_00),
        ({"perform_by": days_from(BEGINNING, 366)}, 8_000_00),
        ({"note": "好" * 2_000}, 8_000_00),
    ],
)
def test_what_is_just_within_the_limits_can_be_offered(
    db_session: Session, dispute: Dispute, terms: dict[str, Any], amount_fen: int
):
    assert offered(db_session, dispute, **terms).amount_fen == amount_fen


def test_a_past_date_is_past_in_the_city_not_in_greenwich(db_session: Session, dispute: Dispute):
    """At 17:00 UTC it is already tomorrow in Shanghai."""
    late = BEGINNING + 15 * HOUR
    with pytest.raises(RuleBroken):
        offered(db_session, dispute, now=late, perform_by=BEGINNING.date())
    assert offered(db_session, dispute, now=late, perform_by=days_from(late, 0)).n == 1


# Which one is live


@pytest.mark.parametrize(
    ("first", "second", "how"),
    [
        (BOB, ALICE, "countered"),
        (ALICE, BOB, "countered"),
        (BOB, CAROL, "replaced"),
        (ALICE, ALICE, "replaced"),
    ],
)
def test_a_new_offer_ends_the_one_before(
    db_session: Session, dispute: Dispute, first: Any, second: Any, how: str
):
    offered(db_session, dispute, first)
    offered(db_session, dispute, second, remedy=Remedy.EXCHANGE)
    assert [ended for _, _, ended in offers(db_session)] == [how, None]
    assert (dispute.offer_n, dispute.offer_by) == (2, offers(db_session)[1][1])
    assert last(db_session).details["ends"] == 1
    with pytest.raises(MovedOn):
        accept_offer(db_session, dispute, second, 1, now=BEGINNING)


def test_the_numbers_of_offers_go_on_after_one_has_ended(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    decline_offer(db_session, dispute, ALICE, 1, now=BEGINNING)
    assert offered(db_session, dispute).n == 2


def test_nobody_accepts_or_declines_an_own_offer(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, BOB)
    for act in (accept_offer, decline_offer):
        for own in (BOB, CAROL):
            with pytest.raises(MovedOn):
                act(db_session, dispute, own, 1, now=BEGINNING)
    with pytest.raises(MovedOn):
        withdraw_offer(db_session, dispute, ALICE, 1, now=BEGINNING)


@pytest.mark.parametrize("n", [0, -1, 2, 10**30])
def test_an_offer_that_is_not_there_has_moved_on(db_session: Session, dispute: Dispute, n: int):
    offered(db_session, dispute)
    for act in (accept_offer, decline_offer, withdraw_offer):
        with pytest.raises(MovedOn):
            act(db_session, dispute, ALICE, n, now=BEGINNING)


def test_an_officer_makes_no_offer_and_takes_none(db_session: Session, dispute: Dispute):
    with pytest.raises(NotAllowed):
        offered(db_session, dispute, GRACE)


def test_an_officer_accepts_no_offer(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    with pytest.raises(NotAllowed):
        accept_offer(db_session, dispute, GRACE, 1, now=BEGINNING)


@pytest.mark.parametrize(
    ("by", "decliner", "turn"),
    [(BOB, ALICE, "merchant"), (ALICE, BOB, "consumer"), (ALICE, CAROL, "consumer")],
)
def test_after_a_no_it_is_the_other_sides_turn(
    db_session: Session, dispute: Dispute, by: Any, decliner: Any, turn: str
):
    offered(db_session, dispute, by)
    decline_offer(db_session, dispute, decliner, 1, now=BEGINNING, reason="amount", note="太少了。")
    assert (dispute.state, dispute.turn, dispute.offer_n) == ("talking", turn, None)
    assert offers(db_session)[0][2] == "declined"
    assert last(db_session).details["reason"] == "amount"


@pytest.mark.parametrize("reason", ["nonsense", "x" * 100_000, "\x00"])
def test_an_offer_is_declined_with_a_reason_of_the_list_or_with_none(
    db_session: Session, dispute: Dispute, reason: str
):
    offered(db_session, dispute)
    with pytest.raises(RuleBroken) as broken:
        decline_offer(db_session, dispute, ALICE, 1, now=BEGINNING, reason=reason)
    assert (broken.value.field, str(broken.value)) == ("reason", "Please choose a reason.")


def test_a_withdrawn_offer_leaves_the_turn_with_who_made_it(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    withdraw_offer(db_session, dispute, BOB, 1, now=BEGINNING)
    assert (dispute.state, dispute.turn, offers(db_session)) == (
        "talking",
        "merchant",
        [(1, "merchant", "withdrawn")],
    )


def test_an_offer_of_the_consumer_alone_is_no_reply_of_the_shop(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, ALICE)
    assert dispute.replied_at is None
    withdraw_offer(db_session, dispute, ALICE, 1, now=BEGINNING)
    assert (dispute.state, dispute.turn) == ("filed", "merchant")


# How it becomes the settlement


def test_an_accepted_offer_is_the_settlement_with_its_exact_terms(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, note="请带上发票。", amount_fen=7_999_50)
    settlement = accept_offer(db_session, dispute, ALICE, 1, now=BEGINNING + HOUR)
    assert (dispute.state, dispute.turn, dispute.settled_n) == ("agreed", "merchant", 1)
    assert (settlement.offer_n, settlement.agreed_at) == (1, BEGINNING + HOUR)
    assert settlement.terms == {
        "ref": dispute.ref,
        "offer": 1,
        "offered_by": "merchant",
        "remedy": "refund",
        "amount_fen": 7_999_50,
        "perform_by": "2026-11-27",
        "note": "请带上发票。",
        "merchant": "杭州冰川电器有限公司",
        "uscc": dispute.store.merchant.uscc,
        "store": "冰川电器湖滨店",
        "address": "湖滨路1号",
        "consumer": "王*",
        "phone": "138****5678",
        "goods": "双门冰箱",
        "order_no": "",
        "bought_on": "2026-11-21",
        "paid_fen": 8_000_00,
        "agreed_at": "2026-11-24T03:00:00+00:00",
    }
    assert offers(db_session) == [(1, "merchant", "accepted")]


def test_the_event_of_acceptance_carries_the_digest_of_the_terms(db_session: Session, dispute: Dispute):
    ref = dispute.ref
    agreed(db_session, dispute)
    db_session.commit()
    db_session.expire_all()
    settlement = db_session.scalars(sa.select(Settlement)).one()
    text = json.dumps(settlement.terms, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert settlement.terms["ref"] == ref
    assert settlement.terms_sha256 == expected
    assert last(db_session).details["terms_sha256"] == expected


def test_a_settlement_is_not_touched_by_what_changes_later(db_session: Session, dispute: Dispute):
    settlement = agreed(db_session, dispute)
    before = dict(settlement.terms)
    dispute.store.name, dispute.store.merchant.legal_name = "改名了", "另一家公司"
    db_session.commit()
    assert db_session.scalars(sa.select(Settlement)).one().terms == before


def test_the_shop_accepts_what_the_consumer_proposed(db_session: Session, dispute: Dispute):
    offered(db_session, dispute, ALICE, remedy=Remedy.EXCHANGE, amount_fen=None)
    settlement = accept_offer(db_session, dispute, CAROL, 1, now=BEGINNING + HOUR)
    assert (settlement.terms["offered_by"], settlement.terms["amount_fen"]) == ("consumer", 0)
    assert (dispute.state, dispute.turn, dispute.replied_at) == ("agreed", "merchant", BEGINNING + HOUR)


def test_nothing_is_offered_once_it_is_agreed(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute)
    for viewer in (ALICE, BOB):
        with pytest.raises(MovedOn):
            make_offer(
                db_session,
                dispute,
                viewer,
                remedy="repair",
                amount_fen=None,
                perform_by=days_from(BEGINNING, 3),
                now=BEGINNING,
            )
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Statement)) == 1
