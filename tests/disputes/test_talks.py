"""The replies that are not offers: what each needs, whom it leaves the turn to, and who may say it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions import endings, performance, talks
from portal.disputes.models import Dispute, DisputeEvent, Statement
from tests.disputes.photos import loose_photos
from tests.makers import agreed, file, make_town, offered, performed
from tests.people import ALICE, ALICE_ID, BOB, CAROL, GRACE
from tests.world import BEGINNING

HOUR = timedelta(hours=1)
Say = Callable[[Session, Dispute, Any, str], object]


def message(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return talks.post_message(session, dispute, actor, text=text, now=BEGINNING)


def question(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return talks.request_evidence(session, dispute, actor, note=text, now=BEGINNING)


def refusal(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return talks.refuse_claim(session, dispute, actor, reason="no_fault", note=text, now=BEGINNING)


def denial(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return talks.deny_store(session, dispute, actor, note=text, now=BEGINNING)


def missing(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    performed(session, dispute)
    return performance.deny_performance(session, dispute, actor, note=text, now=BEGINNING)


def reopening(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    performed(session, dispute)
    performance.confirm_performance(session, dispute, ALICE, now=BEGINNING)
    return performance.reopen(session, dispute, actor, note=text, now=BEGINNING)


def report(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return endings.split_off_report(session, dispute, actor, text=text, now=BEGINNING)


def withdrawal(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return endings.withdraw(session, dispute, actor, reason="other", note=text, now=BEGINNING)


def escalation(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    return endings.escalate(session, dispute, actor, note=text, now=BEGINNING)


def claim(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    agreed(session, dispute)
    return performance.claim_performance(session, dispute, actor, note=text, now=BEGINNING)


def rating(session: Session, dispute: Dispute, actor: Any, text: str) -> object:
    performed(session, dispute)
    performance.confirm_performance(session, dispute, ALICE, now=BEGINNING)
    return performance.rate(session, dispute, actor, stars=5, comment=text, now=BEGINNING)


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


NEEDED = [
    (message, ALICE, "text", "Please write something or add a photo."),
    (question, BOB, "note", "Please say what you need, for example a photo of the label."),
    (refusal, BOB, "note", "Please explain in a sentence or two; the customer will read it."),
    (denial, BOB, "note", "Please say why you think it was another shop."),
    (missing, ALICE, "note", "Please say what is missing."),
    (reopening, ALICE, "note", "Please say why you reopen it."),
    (report, ALICE, "text", "Please write a little more."),
]


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x07\u202e\u200b\ufeff"])
@pytest.mark.parametrize("needed", NEEDED)
def test_nothing_said_is_refused_beside_its_field(
    db_session: Session, dispute: Dispute, needed: tuple[Say, Any, str, str], text: str
):
    say, actor, *expected = needed
    with pytest.raises(RuleBroken) as broken:
        say(db_session, dispute, actor, text)
    assert [broken.value.field, str(broken.value)] == expected


ALL = [
    *((say, actor, field, 5_000 if say is report else 2_000) for say, actor, field, _ in NEEDED),
    (withdrawal, ALICE, "note", 2_000),
    (escalation, ALICE, "note", 2_000),
    (claim, BOB, "note", 2_000),
    (rating, ALICE, "comment", 2_000),
]


@pytest.mark.parametrize(("say", "actor", "field", "limit"), ALL)
def test_a_text_of_100_000_characters_is_refused_with_both_numbers(
    db_session: Session, dispute: Dispute, say: Say, actor: Any, field: str, limit: int
):
    with pytest.raises(RuleBroken) as broken:
        say(db_session, dispute, actor, "字" * 100_000)
    assert broken.value.field == field
    assert str(broken.value) == f"Please keep this to {limit} characters. You wrote 100000."


@pytest.mark.parametrize(("say", "actor", "field", "limit"), ALL)
def test_what_nobody_can_see_is_not_kept(
    db_session: Session, dispute: Dispute, say: Say, actor: Any, field: str, limit: int
):
    said = say(db_session, dispute, actor, "  \x00请\u202e看\u200b这\x1b里\r\n第二行 ")
    if say is report:
        assert said.text == "请看这里\n第二行"
        return
    assert db_session.get_one(Statement, (dispute.id, dispute.last_seq)).text == "请看这里\n第二行"


@pytest.mark.parametrize("say", [question, refusal, denial])
@pytest.mark.parametrize("by", [BOB, CAROL])
def test_a_typed_reply_opens_the_talks_and_passes_the_turn(
    db_session: Session, dispute: Dispute, say: Say, by: Any
):
    say(db_session, dispute, by, "请说明。")
    assert (dispute.state, dispute.turn, dispute.replied_at) == ("talking", "consumer", BEGINNING)


@pytest.mark.parametrize("say", [question, refusal, denial])
def test_only_the_shop_replies_for_the_shop(db_session: Session, dispute: Dispute, say: Say):
    for other in (ALICE, GRACE):
        with pytest.raises(NotAllowed):
            say(db_session, dispute, other, "请说明。")


@pytest.mark.parametrize("say", [question, refusal, denial])
def test_a_live_offer_of_the_consumer_is_answered_by_yes_or_no(
    db_session: Session, dispute: Dispute, say: Say
):
    offered(db_session, dispute, ALICE)
    with pytest.raises(MovedOn):
        say(db_session, dispute, BOB, "请说明。")


@pytest.mark.parametrize("reason", ["", "rude", "x" * 1000])
def test_a_refusal_names_a_reason_of_the_citys_list(db_session: Session, dispute: Dispute, reason: str):
    with pytest.raises(RuleBroken) as broken:
        talks.refuse_claim(db_session, dispute, BOB, reason=reason, note="没有问题。", now=BEGINNING)
    assert (broken.value.field, str(broken.value)) == ("reason", "Please choose a reason.")


def test_an_answer_passes_the_turn_and_a_second_message_does_not_pass_it_back(
    db_session: Session, dispute: Dispute
):
    question(db_session, dispute, BOB, "请拍一张照片。")
    turns = []
    for actor in (BOB, ALICE, ALICE, BOB):
        message(db_session, dispute, actor, "好的。")
        turns.append(dispute.turn)
    assert turns == ["consumer", "merchant", "merchant", "consumer"]


def test_a_message_over_an_offer_leaves_the_turn_with_whom_the_offer_waits_for(
    db_session: Session, dispute: Dispute
):
    offered(db_session, dispute, BOB)
    message(db_session, dispute, ALICE, "我想想。")
    assert (dispute.state, dispute.turn) == ("offered", "consumer")


def test_a_message_may_be_photos_alone(db_session: Session, dispute: Dispute):
    photos = loose_photos(db_session, 9, owner_id=ALICE_ID)
    talks.post_message(db_session, dispute, ALICE, text="", now=BEGINNING, photos=photos)
    event = db_session.get_one(DisputeEvent, (dispute.id, 2))
    assert "statement" not in event.details
    assert event.details["photos"] == [photo.file for photo in photos]


def test_a_message_takes_nine_photos_and_no_more(db_session: Session, dispute: Dispute):
    photos = loose_photos(db_session, 10, owner_id=ALICE_ID)
    with pytest.raises(RuleBroken) as broken:
        talks.post_message(db_session, dispute, ALICE, text="", now=BEGINNING, photos=photos)
    assert (broken.value.field, str(broken.value)) == ("photos", "At most 9 photos, please.")


def test_a_contact_is_shared_once_and_by_the_consumer_alone(db_session: Session, dispute: Dispute):
    for other in (BOB, GRACE):
        with pytest.raises(NotAllowed):
            talks.share_contact(db_session, dispute, other, now=BEGINNING)
    talks.share_contact(db_session, dispute, ALICE, now=BEGINNING)
    assert (dispute.contact_shared, dispute.turn) == (True, "merchant")
    with pytest.raises(MovedOn):
        talks.share_contact(db_session, dispute, ALICE, now=BEGINNING)


def test_a_record_that_was_refused_leaves_nothing_behind(db_session: Session, dispute: Dispute):
    db_session.commit()
    with pytest.raises(NotAllowed):
        question(db_session, dispute, ALICE, "请说明。")
    db_session.commit()
    assert db_session.scalars(sa.select(DisputeEvent.fact)).all() == ["complaint_filed"]
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Statement)) == 1
