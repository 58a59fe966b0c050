"""The bureau's acts as addresses: whose they are, what a refused form keeps, and what a late one is told."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.actions.mediation import refuse_complaint, terminate
from portal.disputes.actions.proposals import accept_proposal
from portal.disputes.models import Dispute, Settlement
from portal.regions.choices import Kind, defaults
from tests.disputes.bureau import differences, facts, handed_over, mediating, proposed
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, days_from, make_city, make_officer, sign_in
from tests.nag import tree, words
from tests.people import ALICE, GRACE
from tests.world import BEGINNING, Clock

MOVED_ON = "就在刚才有了新进展。"
# Every address of the bureau with what would be done there, by whether a mediation is under way.
BEFORE: dict[str, dict[str, Any]] = {
    "assignments": {"officer": "1004"},
    "mediations": {},
    "non-acceptances": {"ground": "outside"},
}
UNDER_WAY: dict[str, dict[str, Any]] = {
    "assignments": {"officer": "1004"},
    "sessions": {"held_on": "2026-11-24", "way": "phone", "minutes": "谈过了。"},
    "tests": {"payer": "merchant", "note": "送检。"},
    "proposals": {"remedy": "refund", "amount": "5000", "perform_by": "2026-12-01"},
    "terminations": {"ground": "absent"},
}


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "mallory"])
def test_what_is_the_bureaus_is_no_address_of_anybody_else(
    visitors: Visitors, db_session: Session, town: Town, who: str
):
    waiting, under_way = handed_over(db_session, town), mediating(db_session, town)
    refs = {waiting.ref: BEFORE, under_way.ref: UNDER_WAY}
    counts = [len(facts(db_session, one)) for one in (waiting, under_way)]
    for ref, acts in refs.items():
        for noun, fields in acts.items():
            assert post_act(visitors[who], ref, noun, **fields).status_code == 404, noun
    assert [len(facts(db_session, one)) for one in (waiting, under_way)] == counts


@pytest.mark.parametrize("region", ["330106", "330200", "330203"])
def test_an_officer_of_another_district_or_city_finds_nothing(
    visitors: Visitors, db_session: Session, town: Town, region: str
):
    make_city(db_session, "330200")
    stranger = make_officer(db_session, region)
    waiting, under_way = handed_over(db_session, town), mediating(db_session, town)
    refs = {waiting.ref: BEFORE, under_way.ref: UNDER_WAY}
    client = visitors.new_client()
    sign_in(client, db_session, stranger)
    for ref, acts in refs.items():
        assert client.get(f"/disputes/{ref}").status_code == 404
        assert post_act(client, ref, "identity-views").status_code == 404
        for noun, fields in acts.items():
            assert post_act(client, ref, noun, **fields).status_code == 404, noun


def test_an_officer_of_the_city_acts_in_each_of_its_districts(
    visitors: Visitors, db_session: Session, town: Town
):
    chief = make_officer(db_session, "330100")
    dispute = handed_over(db_session, town)
    ref, client = dispute.ref, visitors.new_client()
    sign_in(client, db_session, chief)
    assert post_act(client, ref, "mediations").status_code == 303
    assert facts(db_session, dispute)[-1] == "mediation_accepted"


@pytest.mark.parametrize("noun", [*BEFORE, *UNDER_WAY])
@pytest.mark.parametrize("closed_by", ["refusal", "termination"])
def test_a_decision_on_what_is_closed_shows_the_page_as_it_is_now(
    visitors: Visitors, db_session: Session, town: Town, noun: str, closed_by: str
):
    if closed_by == "refusal":
        dispute = handed_over(db_session, town)
        refuse_complaint(db_session, dispute, GRACE, ground="outside", note="", now=BEGINNING)
    else:
        dispute = mediating(db_session, town)
        terminate(db_session, dispute, GRACE, ground="absent", note="", now=BEGINNING)
    before = facts(db_session, dispute)
    ref = dispute.ref
    answer = post_act(visitors["grace"], ref, noun, **(BEFORE | UNDER_WAY)[noun])
    assert answer.status_code == 409
    said = words(tree(answer))
    assert MOVED_ON in said
    assert ("不予受理" if closed_by == "refusal" else "调解终止") in said or "终止" in said
    assert facts(db_session, dispute) == before


@pytest.mark.parametrize("ground", ["", "because", "outside"])
def test_a_ground_that_was_retired_is_refused_beside_its_field_and_the_explanation_is_kept(
    visitors: Visitors, db_session: Session, town: Town, ground: str
):
    dispute = handed_over(db_session, town)
    ref = dispute.ref
    shown = visitors["grace"].get(f"/disputes/{ref}?act=non_acceptance")
    kept = [one for one in defaults()[Kind.NOT_ACCEPTED] if one["code"] != "outside"]
    town.city.choices = {Kind.NOT_ACCEPTED.value: kept}
    db_session.commit()
    answer = send(visitors["grace"], shown, "non-acceptances", ground=ground, note="理由写了很久。")
    assert answer.status_code == 422
    beside = [one for one in tree(answer).iter() if one.get("id") == "non_acceptance-ground-error"]
    assert [words(one).removeprefix("错误： ") for one in beside] == ["请从列表中选择理由。"]
    assert fields_of(answer, "non-acceptances", ["ground"])["note"] == "理由写了很久。"
    assert facts(db_session, dispute)[-1] == "escalated"


def test_whoever_accepts_a_proposal_that_was_replaced_is_shown_the_new_one(
    visitors: Visitors, db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    proposed(db_session, dispute)
    ref = dispute.ref
    shown = visitors["bob"].get(f"/disputes/{ref}")
    proposed(db_session, dispute, amount_fen=6_000_00)
    answer = visitors["bob"].submit(shown, "/proposals/1/acceptance")
    assert answer.status_code == 409
    assert (MOVED_ON in words(tree(answer)), "6,000" in words(tree(answer))) == (True, True)
    assert post_act(visitors["bob"], ref, "proposals/1/acceptance").status_code == 409
    assert post_act(visitors["bob"], ref, "proposals/7/refusal").status_code == 409
    assert visitors["bob"].submit(answer, "/proposals/2/acceptance").status_code == 303
    assert visitors["alice"].submit(
        visitors["alice"].get(f"/disputes/{ref}"), "/proposals/2/acceptance"
    ).status_code == 303  # fmt: skip
    db_session.expire_all()
    assert db_session.get_one(Settlement, (dispute.id, 2)).terms["amount_fen"] == 6_000_00
    assert differences(db_session) == []


def test_a_proposal_whose_day_has_passed_has_no_button_and_says_why(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute, perform_by=days_from(BEGINNING, 2)).n
    accept_proposal(db_session, dispute, ALICE, n, now=BEGINNING)
    ref = dispute.ref
    shown = visitors["bob"].get(f"/disputes/{ref}")
    clock.advance(days=3)
    for who in ("alice", "bob", "grace"):
        page = visitors[who].get(f"/disputes/{ref}")
        assert "这一天已经过了" in words(tree(page)), who
        assert f"proposals/{n}/acceptance" not in page.text
    assert visitors["bob"].submit(shown, f"/proposals/{n}/acceptance").status_code == 409
    db_session.expire_all()
    assert dispute.state == "mediating"


def test_the_pages_of_every_stage_are_whole_for_everybody(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    """The client nags about each of them."""
    late, refused = (handed_over(db_session, town) for _ in range(2))
    under_way, ended, on_the_table = (mediating(db_session, town) for _ in range(3))
    refuse_complaint(db_session, refused, GRACE, ground="too_late", note="", now=BEGINNING)
    terminate(db_session, ended, GRACE, ground="no_agreement", note="谈不拢。", now=BEGINNING)
    proposed(db_session, on_the_table)
    refs = [one.ref for one in (late, under_way, refused, ended, on_the_table)]
    for who in ("alice", "bob", "grace"):
        for ref in refs:
            assert visitors[who].get(f"/disputes/{ref}").status_code == 200
    clock.advance(days=20)
    again = visitors.new_client()  # nobody stays signed in for so long
    sign_in(again, db_session, town.grace, now=clock.now)
    assert post_act(again, refs[0], "mediations").status_code == 303
    assert facts(db_session, late)[-2:] == ["acceptance_overdue", "mediation_accepted"]


def test_a_colleague_without_a_post_there_is_given_nothing(
    visitors: Visitors, db_session: Session, town: Town
):
    make_city(db_session, "330200")
    stranger = make_officer(db_session, "330200")
    dispute = handed_over(db_session, town)
    ref = dispute.ref
    for officer in (stranger.id, town.bob.id, town.alice.id, 999_999, "", "x"):
        assert post_act(visitors["grace"], ref, "assignments", officer=str(officer)).status_code == 404
    db_session.expire_all()
    assert db_session.scalar(sa.select(Dispute.officer_id).where(Dispute.ref == ref)) is None
