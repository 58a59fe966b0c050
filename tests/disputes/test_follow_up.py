"""The follow-up: the bureau asks once after the end, the consumer answers, the shop reads nothing of it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions.endings import withdraw
from portal.disputes.actions.follow_up import answer_follow_up
from portal.disputes.actions.mediation import refuse_complaint, terminate
from portal.disputes.actions.performance import confirm_performance, reopen
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute, DisputeEvent
from portal.notices.dispatch import dispatch
from portal.notices.models import Notice
from tests.disputes.bureau import differences, end_of, facts, handed_over, mediating
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, file, performed
from tests.nag import tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING, Clock

DAY = timedelta(days=1)
SECRET = "店长说再投诉就别想再来买东西。"
MORNING = end_of(date(2026, 12, 9)) + timedelta(hours=9)  # fifteen days later, and not at midnight
Ended = Callable[[Session, Town], Dispute]


def confirmed(session: Session, town: Town) -> Dispute:
    dispute = file(session, town.store, town.alice)
    performed(session, dispute)
    confirm_performance(session, dispute, ALICE, now=BEGINNING)
    return dispute


def refused(session: Session, town: Town) -> Dispute:
    dispute = handed_over(session, town)
    refuse_complaint(session, dispute, GRACE, ground="elsewhere", note="", now=BEGINNING)
    return dispute


def terminated(session: Session, town: Town) -> Dispute:
    dispute = mediating(session, town)
    terminate(session, dispute, GRACE, ground="no_agreement", note="", now=BEGINNING)
    return dispute


def asked(session: Session, dispute: Dispute) -> Dispute:
    assert dispute.follow_up_due_at is not None
    catch_up(session, dispute.id, dispute.follow_up_due_at)
    return dispute


def answer(session: Session, dispute: Dispute, **changes: object) -> DisputeEvent:
    given = {"kept": "no", "content": 2, "note": SECRET, "now": BEGINNING + 16 * DAY, **changes}
    return answer_follow_up(session, dispute, ALICE, **given)


@pytest.mark.parametrize("ended", [confirmed, refused, terminated])
def test_whatever_is_closed_is_asked_after_on_its_day_and_once(db_session: Session, town: Town, ended: Ended):
    dispute = ended(db_session, town)
    assert dispute.next_due_at == dispute.follow_up_due_at == MORNING
    town.city.clocks = {"follow_up": {"amount": 3, "unit": "days"}}  # moves nothing that runs
    assert catch_up(db_session, dispute.id, MORNING - timedelta(seconds=1)) == 0
    assert catch_up(db_session, dispute.id, MORNING + 40 * DAY) == 1
    assert (dispute.follow_up, dispute.next_due_at) == ("asked", None)
    event = db_session.get_one(DisputeEvent, (dispute.id, dispute.last_seq))
    assert (event.fact, event.party, event.at) == ("follow_up_asked", "clock", MORNING)
    assert differences(db_session) == []


def test_a_withdrawal_is_asked_after_from_its_final_moment(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    withdraw(db_session, dispute, ALICE, reason="settled", note="", now=BEGINNING)
    assert dispute.follow_up_due_at is None
    catch_up(db_session, dispute.id, BEGINNING + 3 * DAY)
    assert dispute.next_due_at == dispute.follow_up_due_at == MORNING + 3 * DAY


def test_taking_up_the_talks_again_puts_it_off_and_nobody_is_asked_twice(db_session: Session, town: Town):
    dispute = confirmed(db_session, town)
    reopen(db_session, dispute, ALICE, note="又坏了。", now=BEGINNING + DAY)
    assert dispute.follow_up_due_at is None
    performed(db_session, dispute, now=BEGINNING + 2 * DAY)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 2 * DAY)
    assert asked(db_session, dispute).follow_up == "asked"
    reopen(db_session, dispute, ALICE, note="还是坏的。", now=BEGINNING + 20 * DAY)
    with pytest.raises(MovedOn):
        answer(db_session, dispute, now=BEGINNING + 20 * DAY)
    performed(db_session, dispute, now=BEGINNING + 21 * DAY)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 21 * DAY)
    assert dispute.next_due_at is None
    answer(db_session, dispute, kept="yes", now=BEGINNING + 22 * DAY)
    assert facts(db_session, dispute).count("follow_up_asked") == 1
    assert (dispute.follow_up, differences(db_session)) == ("yes", [])


def test_what_was_closed_before_there_were_follow_ups_is_not_asked_after(db_session: Session, town: Town):
    dispute = confirmed(db_session, town)
    dispute.follow_up_due_at = dispute.next_due_at = None
    db_session.flush()
    assert catch_up(db_session, dispute.id, BEGINNING + 400 * DAY) == 0
    with pytest.raises(MovedOn):
        answer(db_session, dispute)


@pytest.mark.parametrize(
    ("changes", "field"), [({"kept": ""}, "kept"), ({"kept": "asked"}, "kept"), ({"content": 6}, "content"),
    ({"content": 0}, "content"), ({"note": "长" * 2001}, "note")],
)  # fmt: skip
def test_it_is_answered_with_one_of_three(
    db_session: Session, town: Town, changes: dict[str, object], field: str
):
    dispute = asked(db_session, confirmed(db_session, town))
    with pytest.raises(RuleBroken) as broken:
        answer(db_session, dispute, **changes)
    assert (broken.value.field, dispute.follow_up) == (field, "asked")


def test_the_consumer_alone_answers_and_does_so_once(db_session: Session, town: Town):
    dispute = asked(db_session, confirmed(db_session, town))
    for viewer in (BOB, GRACE):
        with pytest.raises(NotAllowed):
            answer_follow_up(
                db_session, dispute, viewer, kept="yes", content=None, note="", now=BEGINNING + 16 * DAY
            )
    answer(db_session, dispute, content=None, note="")
    with pytest.raises(MovedOn):
        answer(db_session, dispute, kept="yes")
    assert dispute.follow_up == "no"


def test_only_the_consumer_is_told_that_the_bureau_asks(db_session: Session, town: Town):
    dispute = asked(db_session, confirmed(db_session, town))
    answer(db_session, dispute)
    while dispatch(db_session, BEGINNING + 16 * DAY):
        pass
    told = sa.select(Notice.person_id, Notice.fact).where(Notice.fact.startswith("follow_up"))
    assert [tuple(row) for row in db_session.execute(told)] == [(town.alice.id, "follow_up_asked")]


def test_two_taps_answer_it_and_the_way_back_to_the_talks_stands_open(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    ref = asked(db_session, confirmed(db_session, town)).ref
    clock.advance(days=16)
    shown = visitors["alice"].get(f"/disputes/{ref}")
    wrong = send(visitors["alice"], shown, "follow-up-answers", kept="", note=SECRET)
    assert wrong.status_code == 422
    assert fields_of(wrong, "follow-up-answers")["note"] == SECRET
    sent = send(visitors["alice"], shown, "follow-up-answers", kept="no")
    assert (sent.status_code, sent.location) == (303, f"/disputes/{ref}?act=reopening")
    again = send(visitors["alice"], shown, "follow-up-answers", kept="no")
    assert (again.status_code, again.location) == (303, sent.location)  # the same form, tapped twice
    page = visitors["alice"].get(sent.location)
    assert fields_of(page, "reopenings")["note"] == ""
    assert tree(page).find(f".//form[@action='/disputes/{ref}/follow-up-answers']") is None
    assert post_act(visitors["alice"], ref, "follow-up-answers", kept="yes").status_code == 409


def test_the_shop_reads_nothing_of_the_answer_and_the_officer_all_of_it(
    visitors: Visitors, db_session: Session, town: Town
):
    read: dict[str, dict[str, str]] = {}
    for kept in ("yes", "no"):
        dispute = asked(db_session, confirmed(db_session, town))
        answer(db_session, dispute, kept=kept, content=5 if kept == "yes" else 1)
        db_session.commit()
        for who in ("alice", "bob", "carol", "grace"):
            part = tree(visitors[who].get(f"/disputes/{dispute.ref}")).find(".//section[@id='thread']")
            read.setdefault(who, {})[kept] = words(part)
    for who in ("bob", "carol"):
        assert read[who]["yes"] == read[who]["no"]
        assert SECRET not in read[who]["no"]
    for who in ("alice", "grace"):
        assert SECRET in read[who]["no"]
        assert read[who]["yes"] != read[who]["no"]


@pytest.mark.parametrize("who", ["bob", "grace", "mallory"])
def test_it_is_no_address_of_anybody_else(visitors: Visitors, db_session: Session, town: Town, who: str):
    ref = asked(db_session, confirmed(db_session, town)).ref
    assert post_act(visitors[who], ref, "follow-up-answers", kept="yes").status_code == 404
