"""Each act through its page: 303 when done, 422 with all that was typed, 409 when somebody was faster."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.actions.endings import escalate, withdraw
from portal.disputes.actions.mediation import accept_for_mediation, begin_testing
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.models import Dispute, DisputeEvent, Evidence
from portal.disputes.workflow import RULES, WITH_BUREAU, Fact, Party
from tests.disputes import desk_acts
from tests.disputes.bureau import proposed
from tests.disputes.pictures import jpeg, upload
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, agreed, days_from, file, offered, performed
from tests.nag import tree, words
from tests.people import ALICE, GRACE, GRACE_ID
from tests.world import BEGINNING, Clock

MOVED_ON = "就在刚才有了新进展。"
Prepare = Callable[[Session, Dispute], object]


def silent(session: Session, dispute: Dispute) -> None:
    start_reply_clock(session, dispute, BEGINNING - timedelta(hours=96))
    catch_up(session, dispute.id, BEGINNING)


def withdrawn(session: Session, dispute: Dispute) -> None:
    withdraw(session, dispute, ALICE, reason="settled", note="", now=BEGINNING)


def confirmed(session: Session, dispute: Dispute) -> None:
    performed(session, dispute)
    confirm_performance(session, dispute, ALICE, now=BEGINNING)


def filed(session: Session, dispute: Dispute) -> None:
    """As it was made."""


def offer_of_alice(session: Session, dispute: Dispute) -> None:
    offered(session, dispute, ALICE)


def to_the_bureau(session: Session, dispute: Dispute) -> None:
    escalate(session, dispute, ALICE, now=BEGINNING)


def mediated_on(session: Session, dispute: Dispute) -> None:
    to_the_bureau(session, dispute)
    accept_for_mediation(session, dispute, GRACE, now=BEGINNING)


def being_tested(session: Session, dispute: Dispute) -> None:
    mediated_on(session, dispute)
    begin_testing(session, dispute, GRACE, payer="merchant", note="送检。", now=BEGINNING)


def with_a_proposal(session: Session, dispute: Dispute) -> None:
    mediated_on(session, dispute)
    proposed(session, dispute)


PERFORM_BY = days_from(BEGINNING, 3).isoformat()
# What is recorded, by whom, how it stands before, the act of the panel, its address, what is typed.
ACTS: list[tuple[Fact, str, Prepare, str, str, dict[str, Any]]] = [
    (Fact.MESSAGE_POSTED, "alice", filed, "message", "messages", {"text": "你好，在吗？"}),
    (Fact.MESSAGE_POSTED, "carol", filed, "message", "messages", {"text": "您好。"}),
    (Fact.CONTACT_SHARED, "alice", filed, "contact", "contact-shares", {}),
    (Fact.EVIDENCE_REQUESTED, "bob", filed, "question", "evidence-requests", {"note": "请拍一张铭牌。"}),
    (Fact.REFUSAL_GIVEN, "bob", silent, "refusal", "refusals", {"reason": "misuse", "note": "人为损坏。"}),
    (Fact.STORE_DENIED, "carol", filed, "denial", "store-denials", {"note": "不是我们家。"}),
    (
        Fact.OFFER_MADE,
        "bob",
        filed,
        "offer",
        "offers",
        {"remedy": "refund", "amount": "8000", "perform_by": PERFORM_BY, "valid_until": "", "note": "行。"},
    ),
    (
        Fact.OFFER_MADE,
        "alice",
        offered,
        "offer",
        "offers",
        {"remedy": "exchange", "amount": "", "perform_by": PERFORM_BY},
    ),
    (Fact.OFFER_ACCEPTED, "alice", offered, "", "offers/1/acceptance", {}),
    (Fact.OFFER_ACCEPTED, "bob", offer_of_alice, "", "offers/1/acceptance", {}),
    (Fact.OFFER_DECLINED, "alice", offered, "decline", "offers/1/refusal", {"note": "太少。"}),
    (Fact.OFFER_WITHDRAWN, "bob", offered, "", "offers/1/withdrawal", {}),
    (Fact.ESCALATED, "alice", silent, "escalation", "escalations", {"note": "请处理。"}),
    (Fact.CONSUMER_WITHDREW, "alice", filed, "withdrawal", "withdrawals", {"reason": "settled"}),
    (Fact.WITHDRAWAL_UNDONE, "alice", withdrawn, "withdrawal_undo", "withdrawal-undos", {}),
    (Fact.PERFORMANCE_CLAIMED, "bob", agreed, "performance", "performances", {"note": "已退款。"}),
    (Fact.PERFORMANCE_DENIED, "alice", performed, "missing", "performance-denials", {"note": "没有到账。"}),
    (Fact.PERFORMANCE_CONFIRMED, "alice", performed, "confirmation", "confirmations", {}),
    (Fact.DISPUTE_REOPENED, "alice", confirmed, "reopening", "reopenings", {"note": "又坏了。"}),
    (Fact.DISPUTE_RATED, "alice", confirmed, "rating", "ratings", {"stars": "4", "comment": "还行。"}),
    (
        Fact.IDENTITY_GIVEN,
        "alice",
        to_the_bureau,
        "identity",
        "identities",
        {"name": "王爱丽", "id_type": "id_card", "id_number": "11010519491231002x", "address": "钟楼路1号"},
    ),
    (
        Fact.OFFICER_ASSIGNED,
        "grace",
        to_the_bureau,
        "assignment",
        "assignments",
        {"officer": str(GRACE_ID)},
    ),
    (Fact.MEDIATION_ACCEPTED, "grace", to_the_bureau, "mediation", "mediations", {"note": "决定受理。"}),
    (
        Fact.COMPLAINT_REFUSED,
        "grace",
        to_the_bureau,
        "non_acceptance",
        "non-acceptances",
        {"ground": "outside", "note": "请向行业主管部门提出。"},
    ),
    (
        Fact.SESSION_HELD,
        "grace",
        mediated_on,
        "session",
        "sessions",
        {"held_on": "2026-11-24", "way": "on_site", "minutes": "双方都到场。"},
    ),
    (
        Fact.TESTING_BEGUN,
        "grace",
        mediated_on,
        "testing",
        "tests",
        {"payer": "at_fault", "note": "压缩机送检。"},
    ),
    (Fact.TESTING_ENDED, "grace", being_tested, "testing_result", "test-results", {"note": "有缺陷。"}),
    (
        Fact.PROPOSAL_MADE,
        "grace",
        mediated_on,
        "proposal",
        "proposals",
        {"remedy": "refund", "amount": "5000", "perform_by": PERFORM_BY, "note": "各让一步。"},
    ),
    (Fact.PROPOSAL_ACCEPTED, "alice", with_a_proposal, "", "proposals/1/acceptance", {}),
    (Fact.PROPOSAL_ACCEPTED, "bob", with_a_proposal, "", "proposals/1/acceptance", {}),
    (
        Fact.PROPOSAL_DECLINED,
        "carol",
        with_a_proposal,
        "proposal_refusal",
        "proposals/1/refusal",
        {"note": "做不到。"},
    ),
    (
        Fact.MEDIATION_TERMINATED,
        "grace",
        with_a_proposal,
        "termination",
        "terminations",
        {"ground": "no_agreement", "note": "谈不拢。"},
    ),
    *desk_acts.ROWS,
]
by_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act[0]} by {act[1]}")


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


def facts(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(sa.select(DisputeEvent.fact).order_by(DisputeEvent.seq)))


def test_every_act_that_people_do_is_tried_here():
    people = {Party.CONSUMER, Party.MERCHANT, Party.BUREAU}
    acted = {fact for fact, rule in RULES.items() if rule.who & people}
    acted -= {Fact.COMPLAINT_FILED, Fact.DISPUTE_MEDIATED}  # which comes with the second side's acceptance
    assert {act[0] for act in ACTS} | set(desk_acts.TRIED_IN) == acted
    for fact, (place, noun) in desk_acts.TRIED_IN.items():
        assert noun in (Path(__file__).parent / place).read_text(encoding="utf-8"), fact


@by_act
def test_an_act_is_done_by_the_form_of_the_page(
    visitors: Visitors, db_session: Session, dispute: Dispute, act: Any
):
    fact, who, prepare, name, noun, typed = act
    prepare(db_session, dispute)
    ref, before = dispute.ref, len(facts(db_session))
    shown = visitors[who].get(f"/disputes/{ref}?act={name}")
    answer = send(visitors[who], shown, noun, **typed)
    assert (answer.status_code, answer.location) == (303, f"/disputes/{ref}")
    assert facts(db_session)[before:] == [fact]
    assert visitors[who].get(answer.location).status_code == 200


@by_act
def test_the_same_form_twice_does_it_once_and_answers_the_same(
    visitors: Visitors, db_session: Session, dispute: Dispute, act: Any
):
    _, who, prepare, name, noun, typed = act
    prepare(db_session, dispute)
    ref, before = dispute.ref, len(facts(db_session))
    shown = visitors[who].get(f"/disputes/{ref}?act={name}")
    answers = [send(visitors[who], shown, noun, **typed) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/disputes/{ref}")] * 2
    assert len(facts(db_session)) == before + 1


@by_act
def test_a_program_needs_a_token_and_the_fields_and_nothing_else(
    visitors: Visitors, db_session: Session, dispute: Dispute, act: Any
):
    fact, who, prepare, _, noun, typed = act
    prepare(db_session, dispute)
    ref = dispute.ref
    db_session.commit()
    assert post_act(visitors[who], ref, noun, **typed).status_code == 303
    assert facts(db_session)[-1] == fact


@by_act
def test_who_saw_an_older_page_is_shown_the_fresh_one_and_keeps_what_was_typed(
    visitors: Visitors, db_session: Session, dispute: Dispute, act: Any
):
    fact, who, prepare, name, noun, typed = act
    prepare(db_session, dispute)
    ref = dispute.ref
    shown = visitors[who].get(f"/disputes/{ref}?act={name}")
    other = "bob" if who == "alice" else "alice"
    silent_now = {
        Fact.WITHDRAWAL_UNDONE,
        Fact.DISPUTE_REOPENED,
        Fact.DISPUTE_RATED,
        Fact.FOLLOW_UP_ANSWERED,
    }
    if fact in silent_now or RULES[fact].when <= WITH_BUREAU:  # nobody writes messages there
        older = {"last_seq": "1"}
    else:
        older = {}
        assert post_act(visitors[other], ref, "messages", text="刚刚发生的事").status_code == 303
    before = len(facts(db_session))
    answer = send(visitors[who], shown, noun, **typed, **older)
    if fact in (Fact.MESSAGE_POSTED, Fact.OFFICER_ASSIGNED, Fact.FOLLOW_UP_ANSWERED):  # they decide nothing
        assert answer.status_code == 303
        return
    assert answer.status_code == 409
    assert len(facts(db_session)) == before
    assert MOVED_ON in words(tree(answer))
    if not older:
        assert "刚刚发生的事" in words(tree(answer))
    again = fields_of(answer, noun, typed)
    assert {key: again.get(key, "") for key in typed} == typed
    assert send(visitors[who], answer, noun, **again).status_code == 303
    assert facts(db_session)[-1] == fact


def test_a_notice_that_arrives_meanwhile_is_no_reason_to_decide_again(
    visitors: Visitors, dispute: Dispute, db_session: Session
):
    bob, ref = visitors["bob"], dispute.ref
    shown = bob.get(f"/disputes/{ref}?act=denial")
    start_reply_clock(db_session, dispute, BEGINNING)
    db_session.commit()
    assert send(bob, shown, "store-denials", note="这不是在我们店买的。").status_code == 303


def test_what_was_typed_into_an_act_that_is_no_longer_possible_is_shown(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    shown = visitors["bob"].get(f"/disputes/{dispute.ref}?act=refusal")
    post_act(visitors["alice"], dispute.ref, "escalations")
    answer = visitors["bob"].submit(shown, "/refusals", reason="misuse", note="我写了很久的一段话。")
    assert answer.status_code == 409
    assert "我写了很久的一段话。" in words(tree(answer))
    assert facts(db_session)[-1] == "escalated"


def test_an_act_after_its_time_finds_what_time_has_brought_about(
    visitors: Visitors, db_session: Session, dispute: Dispute, clock: Clock
):
    """No worker has come yet; the click itself lets time catch up first."""
    offered(db_session, dispute)
    shown = visitors["alice"].get(f"/disputes/{dispute.ref}")
    clock.advance(days=5)
    visitors["alice"].get(f"/disputes/{dispute.ref}")
    answer = visitors["alice"].submit(shown, "/offers/1/acceptance")
    assert answer.status_code == 409
    assert MOVED_ON in words(tree(answer))
    assert facts(db_session) == ["complaint_filed", "offer_made", "offer_lapsed"]


def test_a_reply_after_the_silence_is_a_reply_to_a_dispute_that_has_gone_on(
    visitors: Visitors, db_session: Session, dispute: Dispute, clock: Clock
):
    start_reply_clock(db_session, dispute, BEGINNING)
    ref = dispute.ref
    shown = visitors["bob"].get(f"/disputes/{ref}?act=question")
    clock.advance(hours=97)
    answer = visitors["bob"].submit(shown, "/evidence-requests", note="请拍照。")
    assert answer.status_code == 409
    assert facts(db_session)[-1] == "merchant_fell_silent"
    assert visitors["bob"].submit(answer, "/evidence-requests").status_code == 303
    assert facts(db_session)[-1] == "evidence_requested"


def test_another_text_under_the_same_key_is_no_repetition(visitors: Visitors, dispute: Dispute):
    bob, ref = visitors["bob"], dispute.ref
    assert post_act(bob, ref, "messages", text="第一句。", key="k").status_code == 303
    assert post_act(bob, ref, "messages", text="第二句。", key="k").status_code == 409


def test_the_same_key_of_two_people_is_two_messages(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    for who in ("alice", "bob"):
        assert post_act(visitors[who], dispute.ref, "messages", text="好的。", key="k").status_code == 303
    assert facts(db_session) == ["complaint_filed", "message_posted", "message_posted"]


def test_photos_go_with_a_message_with_and_without_a_key(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    alice, ref = visitors["alice"], dispute.ref
    for fields in ({"key": "k"}, {}):
        post_act(alice, ref, "messages", text="看图。", photos=upload(jpeg(), jpeg("blue")), **fields)
    db_session.commit()
    seqs = db_session.scalars(sa.select(Evidence.seq).order_by(Evidence.seq)).all()
    assert seqs == [2, 2, 3, 3]


def test_nobody_takes_the_photos_that_another_has_ready(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    """Alice's message was refused and her photo waits under its key; Bob sends a message with that key."""
    alice, bob, ref = visitors["alice"], visitors["bob"], dispute.ref
    refused = post_act(alice, ref, "messages", text="字" * 2001, photos=upload(jpeg()), key="k")
    assert refused.status_code == 422
    assert post_act(bob, ref, "messages", text="好的。", key="k").status_code == 303
    db_session.commit()
    assert db_session.scalars(sa.select(Evidence.dispute_id)).all() == [None]
    assert post_act(alice, ref, "messages", text="短一点。", key="k").status_code == 303
    db_session.commit()
    assert db_session.scalars(sa.select(Evidence.dispute_id)).all() == []
