"""What the bureau decides, what each clock of it runs to, and what becomes of its proposals."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.working_days import Mark
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import (
    accept_for_mediation,
    assign,
    begin_testing,
    end_testing,
    hold_session,
    refuse_complaint,
    terminate,
)
from portal.disputes.actions.proposals import propose
from portal.disputes.deadlines import catch_up, due, recompute_deadlines
from portal.disputes.models import Offer, Statement
from portal.disputes.permissions import standing_of
from portal.disputes.workflow import Fact, Remedy
from portal.notices.dispatch import dispatch
from portal.notices.models import Notice
from portal.regions.calendar import import_notice, library_year
from portal.regions.choices import Kind, defaults
from tests.disputes.bureau import (
    counted,
    differences,
    end_of,
    facts,
    handed_over,
    last,
    mediated,
    mediating,
    proposed,
)
from tests.makers import Town, days_from, make_officer, make_town
from tests.people import ALICE, BOB, CITY, GRACE
from tests.world import BEGINNING

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
REFUSALS = [ground["code"] for ground in defaults()[Kind.NOT_ACCEPTED]]
ENDS = [ground["code"] for ground in defaults()[Kind.TERMINATION]]


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def ten_in_the_morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


# Acceptance or refusal


@pytest.mark.parametrize(
    ("start", "last_day"),
    [
        (date(2026, 2, 12), date(2026, 2, 28)),  # a Saturday that works
        (date(2026, 4, 28), date(2026, 5, 11)),
        (date(2026, 9, 28), date(2026, 10, 13)),
    ],
)
def test_the_bureau_has_seven_working_days_by_the_calendar(
    db_session: Session, town: Town, start: date, last_day: date
):
    dispute = handed_over(db_session, town, now=ten_in_the_morning(start))
    assert dispute.acceptance_due_at == dispute.statutory_due_at == dispute.next_due_at == end_of(last_day)


def test_acceptance_starts_sixty_days(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    accept_for_mediation(db_session, dispute, GRACE, note="决定受理。", now=BEGINNING + DAY)
    assert (dispute.state, dispute.turn) == ("mediating", "bureau")
    assert dispute.mediation_due_at == dispute.statutory_due_at == end_of(date(2027, 1, 24))
    assert dispute.next_due_at == dispute.mediation_due_at


def test_what_is_not_decided_in_time_is_overdue_once_and_can_still_be_accepted(
    db_session: Session, town: Town
):
    dispute = handed_over(db_session, town)
    passed = dispute.acceptance_due_at
    assert passed is not None
    assert catch_up(db_session, dispute.id, passed - SECOND) == 0
    assert due(db_session, passed) == [dispute.id]
    assert [catch_up(db_session, dispute.id, passed + n * DAY) for n in range(3)] == [1, 0, 0]
    assert last(db_session, dispute, Fact.ACCEPTANCE_OVERDUE).at == passed
    assert (dispute.acceptance_late, dispute.next_due_at, dispute.statutory_due_at) == (True, None, passed)
    accept_for_mediation(db_session, dispute, GRACE, now=passed + 3 * DAY)
    assert dispute.state == "mediating"
    assert differences(db_session) == []


def test_the_consumer_and_the_officers_are_told_that_a_decision_is_overdue(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    assert dispute.acceptance_due_at is not None
    catch_up(db_session, dispute.id, dispute.acceptance_due_at)
    dispatch(db_session, dispute.acceptance_due_at)
    late = sa.select(Notice.person_id).where(Notice.fact == Fact.ACCEPTANCE_OVERDUE)
    assert sorted(db_session.scalars(late)) == sorted([town.alice.id, town.grace.id])


@pytest.mark.parametrize("ground", REFUSALS)
def test_a_complaint_is_refused_on_a_ground_of_the_list(db_session: Session, town: Town, ground: str):
    dispute = handed_over(db_session, town)
    refuse_complaint(db_session, dispute, GRACE, ground=ground, note="理由如下。", now=BEGINNING + DAY)
    assert (dispute.state, dispute.turn, dispute.statutory_due_at) == ("refused", "nobody", None)
    assert dispute.statutory_due_at is None
    assert last(db_session, dispute, Fact.COMPLAINT_REFUSED).details["ground"] == ground
    assert counted(db_session) == {"e3": 1}


@pytest.mark.parametrize("ground", ["", "because", "outside", *ENDS])
def test_a_ground_that_the_city_has_retired_or_never_had_is_refused(
    db_session: Session, town: Town, ground: str
):
    kept = [one for one in defaults()[Kind.NOT_ACCEPTED] if one["code"] == "too_late"]
    town.city.choices = {Kind.NOT_ACCEPTED.value: kept}
    dispute = handed_over(db_session, town)
    with pytest.raises(RuleBroken) as broken:
        refuse_complaint(db_session, dispute, GRACE, ground=ground, note="", now=BEGINNING)
    assert (broken.value.field, dispute.state) == ("ground", "escalated")
    refuse_complaint(db_session, dispute, GRACE, ground="too_late", note="", now=BEGINNING)
    assert dispute.state == "refused"


def test_an_officer_takes_it_on_once_and_hands_it_to_a_colleague(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    colleague = make_officer(db_session, CITY)
    for officer in (town.grace.id, town.grace.id, colleague.id):
        assign(db_session, dispute, GRACE, officer_id=officer, now=BEGINNING)
    assert facts(db_session, dispute)[2:] == ["officer_assigned", "officer_assigned"]
    assert dispute.officer_id == colleague.id


# Sessions and tests


def test_the_minutes_of_a_session_are_kept_and_change_nothing_else(db_session: Session, town: Town):
    dispute = mediating(db_session, town)
    before = standing_of(dispute)
    held = {"held_on": days_from(BEGINNING, 0), "way": "phone", "minutes": "双方通话二十分钟。"}
    event = hold_session(db_session, dispute, GRACE, **held, now=BEGINNING + timedelta(days=1))
    assert (event.details["held_on"], event.details["way"]) == ("2026-11-24", "phone")
    assert db_session.get_one(Statement, (dispute.id, event.seq)).text == "双方通话二十分钟。"
    assert standing_of(dispute) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"held_on": None}, "held_on"),
        ({"held_on": date(2026, 11, 23)}, "held_on"),
        ({"held_on": date(2026, 11, 25)}, "held_on"),
        ({"way": "telepathy"}, "way"),
        ({"minutes": " \n"}, "minutes"),
        ({"minutes": "字" * 2001}, "minutes"),
    ],
)
def test_a_session_needs_its_day_its_way_and_its_minutes(
    db_session: Session, town: Town, changed: dict[str, object], field: str
):
    dispute = mediating(db_session, town)
    held = {"held_on": date(2026, 11, 24), "way": "on_site", "minutes": "谈过了。", **changed}
    with pytest.raises(RuleBroken) as broken:
        hold_session(db_session, dispute, GRACE, **held, now=BEGINNING)
    assert broken.value.field == field


def test_while_the_goods_are_tested_the_time_stands_still_and_goes_on_where_it_stood(
    db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    before = dispute.mediation_due_at
    assert before is not None
    sent, back = BEGINNING + 10 * DAY, before + 30 * DAY
    begin_testing(db_session, dispute, GRACE, payer="at_fault", note="压缩机送检。", now=sent)
    assert (dispute.next_due_at, dispute.statutory_due_at) == (None, None)
    assert catch_up(db_session, dispute.id, back) == 0
    with pytest.raises(MovedOn):
        begin_testing(db_session, dispute, GRACE, payer="merchant", note="再检一次。", now=back)
    end_testing(db_session, dispute, GRACE, note="压缩机有缺陷。", now=back)
    assert dispute.mediation_due_at == dispute.next_due_at == before + (back - sent)
    assert dispute.mediation_due_at - back == before - sent
    with pytest.raises(MovedOn):
        end_testing(db_session, dispute, GRACE, note="又一份报告。", now=back)
    assert differences(db_session) == []


@pytest.mark.parametrize(
    ("payer", "note", "field"), [("nobody", "送检。", "payer"), ("merchant", "", "note")]
)
def test_a_test_needs_who_pays_and_what_is_tested(
    db_session: Session, town: Town, payer: str, note: str, field: str
):
    dispute = mediating(db_session, town)
    with pytest.raises(RuleBroken) as broken:
        begin_testing(db_session, dispute, GRACE, payer=payer, note=note, now=BEGINNING)
    assert broken.value.field == field


# The end of a mediation


def test_after_sixty_days_the_mediation_ends_by_itself_with_its_ground(db_session: Session, town: Town):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    over = dispute.mediation_due_at
    assert over is not None
    assert catch_up(db_session, dispute.id, over - SECOND) == 0
    assert catch_up(db_session, dispute.id, over + 5 * DAY) == 1
    ended = last(db_session, dispute, Fact.MEDIATION_TERMINATED)
    assert (ended.party, ended.at, ended.details["ground"]) == ("clock", over, "time")
    assert (dispute.state, dispute.turn, dispute.statutory_due_at) == ("terminated", "nobody", None)
    assert db_session.get_one(Offer, (dispute.id, n)).ended == "lapsed"
    assert counted(db_session) == {"e2": 1}
    assert differences(db_session) == []


@pytest.mark.parametrize("ground", ENDS)
def test_the_officer_ends_it_on_a_ground_of_the_list(db_session: Session, town: Town, ground: str):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    terminate(db_session, dispute, GRACE, ground=ground, note="终止调解。", now=BEGINNING + DAY)
    assert (dispute.state, dispute.proposal_n) == ("terminated", None)
    assert db_session.get_one(Offer, (dispute.id, n)).ended == "closed"
    assert differences(db_session) == []


def test_a_ground_of_the_other_list_ends_nothing_and_leaves_the_proposal(db_session: Session, town: Town):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    db_session.commit()
    with pytest.raises(RuleBroken) as broken:
        terminate(db_session, dispute, GRACE, ground="impersonation", note="", now=BEGINNING)
    db_session.rollback()  # as the view does with what a refused act had begun
    assert (broken.value.field, dispute.state) == ("ground", "mediating")
    assert db_session.get_one(Offer, (dispute.id, n)).ended is None


@pytest.mark.parametrize("viewer", [ALICE, BOB])
def test_neither_side_records_what_is_the_bureaus(db_session: Session, town: Town, viewer: Viewer):
    dispute = handed_over(db_session, town)
    with pytest.raises(NotAllowed):
        accept_for_mediation(db_session, dispute, viewer, now=BEGINNING)
    accept_for_mediation(db_session, dispute, GRACE, now=BEGINNING)
    with pytest.raises(NotAllowed):
        propose(
            db_session, dispute, viewer, remedy=Remedy.REFUND, amount_fen=1, note="",
            perform_by=days_from(BEGINNING, 1), now=BEGINNING,
        )  # fmt: skip


def test_what_was_mediated_and_not_kept_can_be_handed_over_again_and_is_no_longer_counted_as_mediated(
    db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    mediated(db_session, dispute)
    catch_up(db_session, dispute.id, BEGINNING + 20 * DAY)
    assert (dispute.state, counted(db_session)) == ("breached", {"e1": 1})
    escalate(db_session, dispute, ALICE, now=BEGINNING + 21 * DAY)
    assert (dispute.state, dispute.mediated, counted(db_session)) == ("escalated", False, {"e4": 1})
    assert differences(db_session) == []


# A calendar that changes


def test_a_new_calendar_moves_the_open_deadlines_once_with_an_event(db_session: Session, town: Town):
    waiting, decided = (handed_over(db_session, town) for _ in range(2))
    accept_for_mediation(db_session, decided, GRACE, now=BEGINNING)
    before = waiting.acceptance_due_at
    assert before == end_of(date(2026, 12, 3))
    marks = {**library_year(2026), date(2026, 12, 1): Mark(False, "校庆"), date(2026, 12, 6): Mark(True)}
    import_notice(db_session, marks, by=None, now=BEGINNING + DAY)
    assert recompute_deadlines(db_session, BEGINNING + DAY) == 1
    assert waiting.acceptance_due_at == waiting.statutory_due_at == end_of(date(2026, 12, 4))
    event = last(db_session, waiting, Fact.DEADLINE_RECOMPUTED)
    assert (event.party, event.details["before"]) == ("clock", before.isoformat())
    assert recompute_deadlines(db_session, BEGINNING + 2 * DAY) == 0
    assert facts(db_session, waiting).count("deadline_recomputed") == 1
    assert "deadline_recomputed" not in facts(db_session, decided)
    assert differences(db_session) == []


def test_a_new_calendar_counts_by_the_span_that_held_when_it_began(db_session: Session, town: Town):
    waiting = handed_over(db_session, town)
    before = waiting.acceptance_due_at
    town.city.clocks = {"acceptance": {"amount": 3, "unit": "working_days"}}
    assert recompute_deadlines(db_session, BEGINNING + DAY) == 0
    assert waiting.acceptance_due_at == before
