"""Entrusted mediation: another body mediates where the consumer agreed to it; the bureau's clock runs on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions.entrusted import end_entrustment, entrust, latest_day
from portal.disputes.actions.mediation import accept_for_mediation, begin_testing, terminate
from portal.disputes.actions.proposals import accept_proposal
from portal.disputes.models import Dispute, DisputeEvent
from portal.regions.choices import Kind, defaults
from tests.disputes.bureau import differences, facts, handed_over, identified, mediating, proposed
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, days_from, make_officer, sign_in
from tests.nag import tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING, Clock

BACK = days_from(BEGINNING, 20)
COUNCIL = "消费者权益保护委员会"


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    """Alice has agreed to it, and Grace mediates."""
    return agreed_to(db_session, town, entrusted=True)


def agreed_to(session: Session, town: Town, *, entrusted: bool) -> Dispute:
    found = handed_over(session, town)
    identified(session, found, entrusted=entrusted)
    accept_for_mediation(session, found, GRACE, now=BEGINNING)
    return found


def given(session: Session, dispute: Dispute, **changes: Any) -> DisputeEvent:
    terms = {"to": "council", "report_by": BACK, "note": "", "now": BEGINNING, **changes}
    return entrust(session, dispute, GRACE, **terms)


@pytest.mark.parametrize("result", ["agreed", "not_agreed", "returned"])
def test_a_body_mediates_and_reports_and_no_day_of_the_bureau_moves(
    db_session: Session, dispute: Dispute, result: str
):
    before = (dispute.state, dispute.turn, dispute.mediation_due_at, dispute.next_due_at)
    given(db_session, dispute)
    assert dispute.entrusted_to == "council"
    with pytest.raises(MovedOn):
        given(db_session, dispute, to="committee")
    end_entrustment(db_session, dispute, GRACE, result=result, note="来函已收。", now=BEGINNING)
    assert dispute.entrusted_to == ""
    assert (dispute.state, dispute.turn, dispute.mediation_due_at, dispute.next_due_at) == before
    with pytest.raises(MovedOn):
        end_entrustment(db_session, dispute, GRACE, result=result, note="又来一函。", now=BEGINNING)
    assert differences(db_session) == []


def test_without_the_consumers_word_nothing_is_entrusted(db_session: Session, town: Town):
    for unwilling in (mediating(db_session, town), agreed_to(db_session, town, entrusted=False)):
        with pytest.raises(RuleBroken):
            given(db_session, unwilling)
        assert unwilling.entrusted_to == ""


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": ""}, "to"),
        ({"to": "my_friend"}, "to"),
        ({"report_by": None}, "report_by"),
        ({"report_by": days_from(BEGINNING, -1)}, "report_by"),
        ({"report_by": days_from(BEGINNING, 10_000)}, "report_by"),
        ({"note": "字" * 2001}, "note"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    db_session: Session, dispute: Dispute, changed: dict[str, Any], field: str
):
    with pytest.raises(RuleBroken) as broken:
        given(db_session, dispute, **changed)
    assert (broken.value.field, dispute.entrusted_to) == (field, "")


def test_it_reports_back_on_the_last_day_of_the_mediation_at_the_latest(
    db_session: Session, town: Town, dispute: Dispute
):
    last = latest_day(dispute, town.city, BEGINNING)
    assert last is not None
    with pytest.raises(RuleBroken):
        given(db_session, dispute, report_by=last + timedelta(days=1))
    assert given(db_session, dispute, report_by=last).details["report_by"] == last.isoformat()


@pytest.mark.parametrize("viewer", [ALICE, BOB])
def test_neither_side_entrusts_it_or_ends_that(db_session: Session, dispute: Dispute, viewer):
    with pytest.raises(NotAllowed):
        entrust(db_session, dispute, viewer, to="council", report_by=BACK, note="", now=BEGINNING)
    given(db_session, dispute)
    with pytest.raises(NotAllowed):
        end_entrustment(db_session, dispute, viewer, result="agreed", note="谈好了。", now=BEGINNING)


@pytest.mark.parametrize("ended_by", ["termination", "settlement"])
def test_with_the_end_of_the_mediation_nobody_mediates_any_more(
    db_session: Session, dispute: Dispute, ended_by: str
):
    given(db_session, dispute)
    if ended_by == "termination":
        terminate(db_session, dispute, GRACE, ground="no_agreement", note="", now=BEGINNING)
    else:
        n = proposed(db_session, dispute).n
        for side in (ALICE, BOB):
            accept_proposal(db_session, dispute, side, n, now=BEGINNING)
    assert dispute.entrusted_to == ""
    assert differences(db_session) == []


# The addresses


def test_from_the_letter_to_the_proposal_in_pages(
    visitors: Visitors, db_session: Session, town: Town, dispute: Dispute, clock: Clock
):
    ref, grace = dispute.ref, visitors["grace"]
    shown = grace.get(f"/disputes/{ref}?act=entrustment")
    sent = send(grace, shown, "entrustments", to="council", report_by=BACK.isoformat(), note="请配合。")
    assert sent.status_code == 303
    for who in ("alice", "bob", "grace"):
        page = visitors[who].get(f"/disputes/{ref}")
        said = words(tree(page))
        assert f"{COUNCIL}" in said
        assert "委托调解函" in said
        assert visitors[who].get(f"/disputes/{ref}/papers/entrustment.pdf").mimetype == "application/pdf"
    assert "委托调解中" in words(tree(grace.get("/bureau/disputes?mediator=entrusted")))
    clock.now = BEGINNING + timedelta(days=22)
    grace = visitors.new_client()
    sign_in(grace, db_session, town.grace, now=clock.now)
    assert "已过" in words(tree(grace.get(f"/disputes/{ref}")))
    shown = grace.get(f"/disputes/{ref}?act=entrustment_result")
    answer = send(grace, shown, "entrustment-results", result="", note="来函附后。")
    assert answer.status_code == 422
    assert fields_of(answer, "entrustment-results", ["result"])["note"] == "来函附后。"
    answer = send(grace, answer, "entrustment-results", result="agreed")
    assert answer.status_code == 303
    assert fields_of(grace.get(answer.location), "proposals", ["remedy"])
    assert facts(db_session, dispute)[-2:] == ["mediation_entrusted", "entrustment_ended"]


def test_a_body_that_was_retired_is_refused_and_its_name_stays_readable(
    visitors: Visitors, db_session: Session, town: Town, dispute: Dispute
):
    ref, grace = dispute.ref, visitors["grace"]
    shown = grace.get(f"/disputes/{ref}?act=entrustment")
    listed = [{**one, "retired": one["code"] == "council"} for one in defaults()[Kind.MEDIATOR]]
    town.city.choices = {Kind.MEDIATOR.value: listed}
    db_session.commit()
    answer = send(grace, shown, "entrustments", to="council", report_by=BACK.isoformat(), note="请配合。")
    assert answer.status_code == 422
    assert fields_of(answer, "entrustments", ["to"])["note"] == "请配合。"
    shown = grace.get(f"/disputes/{ref}?act=entrustment")
    town.city.choices = {}
    given(db_session, dispute)
    town.city.choices = {Kind.MEDIATOR.value: listed}
    db_session.commit()
    assert COUNCIL in words(tree(visitors["alice"].get(f"/disputes/{ref}")))


def test_an_officer_finds_no_form_where_the_consumer_has_not_agreed(
    visitors: Visitors, db_session: Session, town: Town
):
    unwilling = agreed_to(db_session, town, entrusted=False)
    ref = unwilling.ref
    page = visitors["grace"].get(f"/disputes/{ref}?act=entrustment")
    assert [
        one for one in tree(page).iter("form") if (one.get("action") or "").endswith("/entrustments")
    ] == []
    sent = post_act(visitors["grace"], ref, "entrustments", to="council", report_by=BACK.isoformat())
    assert sent.status_code == 422


@pytest.mark.parametrize("noun", ["entrustments", "entrustment-results"])
def test_it_is_no_address_of_anybody_else(
    visitors: Visitors, db_session: Session, dispute: Dispute, noun: str
):
    ref, fields = (
        dispute.ref,
        {"to": "council", "report_by": BACK.isoformat(), "result": "agreed", "note": "x"},
    )
    for who in ("alice", "bob", "carol", "mallory"):
        assert (who, post_act(visitors[who], ref, noun, **fields).status_code) == (who, 404)
    stranger, client = make_officer(db_session, "330106"), visitors.new_client()
    sign_in(client, db_session, stranger)
    assert post_act(client, ref, noun, **fields).status_code == 404


def test_while_the_goods_are_tested_the_last_day_to_report_back_moves_on(db_session: Session, town: Town):
    dispute = mediating(db_session, town)
    before = latest_day(dispute, town.city, BEGINNING)
    begin_testing(db_session, dispute, GRACE, payer="merchant", note="送检。", now=BEGINNING)
    later = latest_day(dispute, town.city, BEGINNING + timedelta(days=70))
    assert before is not None
    assert later == before + timedelta(days=70)
