"""The mediator's proposal: what both sides accept is a settlement like any other, and counted as mediated."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, RuleBroken
from portal.disputes.actions.performance import claim_performance, confirm_performance
from portal.disputes.actions.proposals import accept_proposal, decline_proposal
from portal.disputes.models import Offer, Settlement
from portal.notices.dispatch import dispatch
from portal.notices.models import Notice
from tests.disputes.bureau import counted, differences, end_of, facts, mediating, proposed
from tests.disputes.racing import acting, at_once
from tests.disputes.visits import Visitors, send
from tests.makers import Town, days_from, sign_in
from tests.nag import tree, words
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING, Clock

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("order", [(ALICE, BOB), (BOB, ALICE)])
def test_what_both_sides_accept_is_a_settlement_that_is_performed_and_counted_as_mediated(
    db_session: Session, town: Town, order: tuple[Viewer, Viewer]
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    first, second = order
    assert accept_proposal(db_session, dispute, first, n, now=BEGINNING + HOUR) is None
    assert (dispute.state, dispute.proposal_taken) == (
        "mediating",
        "consumer" if first is ALICE else "merchant",
    )
    settlement = accept_proposal(db_session, dispute, second, n, now=BEGINNING + 2 * HOUR)
    assert settlement is not None
    assert (settlement.offer_n, settlement.terms["offered_by"]) == (n, "bureau")
    assert (dispute.state, dispute.turn, dispute.settled_n, dispute.mediated) == (
        "agreed",
        "merchant",
        n,
        True,
    )
    assert dispute.performance_due_at == end_of(days_from(BEGINNING, 10))
    assert dispute.proposal_n is None
    assert db_session.get_one(Offer, (dispute.id, n)).ended == "accepted"
    claim_performance(db_session, dispute, BOB, now=BEGINNING + DAY)
    confirm_performance(db_session, dispute, ALICE, now=BEGINNING + 2 * DAY)
    assert facts(db_session, dispute)[-6:] == [
        "proposal_made",
        "proposal_accepted",
        "proposal_accepted",
        "dispute_mediated",
        "performance_claimed",
        "performance_confirmed",
    ]
    assert dispute.state == "confirmed"
    assert counted(db_session) == {"e1": 1}
    assert differences(db_session) == []


@pytest.mark.parametrize("accepted_before", [False, True])
def test_one_side_declines_and_the_proposal_is_off_the_table(
    db_session: Session, town: Town, accepted_before: bool
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    if accepted_before:
        accept_proposal(db_session, dispute, ALICE, n, now=BEGINNING)
    decline_proposal(db_session, dispute, BOB, n, note="做不到。", now=BEGINNING)
    assert (dispute.state, dispute.proposal_n, dispute.proposal_taken) == ("mediating", None, "")
    assert db_session.get_one(Offer, (dispute.id, n)).ended == "declined"
    with pytest.raises(MovedOn):
        accept_proposal(db_session, dispute, ALICE, n, now=BEGINNING)
    assert differences(db_session) == []


def test_a_second_proposal_replaces_the_first_which_nobody_can_accept_any_more(
    db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    first = proposed(db_session, dispute).n
    accept_proposal(db_session, dispute, ALICE, first, now=BEGINNING)
    second = proposed(db_session, dispute, amount_fen=6_000_00).n
    assert (first, second, dispute.proposal_taken) == (1, 2, "")
    assert db_session.get_one(Offer, (dispute.id, first)).ended == "replaced"
    with pytest.raises(MovedOn):
        accept_proposal(db_session, dispute, BOB, first, now=BEGINNING)
    accept_proposal(db_session, dispute, BOB, second, now=BEGINNING)
    assert dispute.state == "mediating", "what Alice accepted was the first one"
    assert differences(db_session) == []


def test_a_proposal_whose_day_has_passed_is_no_agreement_that_is_broken_at_once(
    db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    accept_proposal(db_session, dispute, ALICE, n, now=BEGINNING)
    with pytest.raises(MovedOn):
        accept_proposal(db_session, dispute, BOB, n, now=end_of(days_from(BEGINNING, 10)))
    accept_proposal(db_session, dispute, BOB, n, now=end_of(days_from(BEGINNING, 10)) - SECOND)
    assert dispute.state == "agreed"


def test_a_proposal_whose_day_has_passed_has_lapsed_for_all_three_and_a_new_one_can_be_made_at_once(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    dispute = mediating(db_session, town)
    n, ref = proposed(db_session, dispute).n, dispute.ref
    accept_proposal(db_session, dispute, ALICE, n, now=BEGINNING)
    db_session.commit()
    clock.now = end_of(days_from(BEGINNING, 10))
    for person in (town.alice, town.bob, town.grace):
        client = visitors.new_client()
        sign_in(client, db_session, person, now=clock.now)
        shown = client.get(f"/disputes/{ref}")
        assert "市场监管局的调解方案已失效" in words(tree(shown))
        for noun in ("acceptance", "refusal"):
            answers = [one for one in tree(shown).iter("form") if f"/{n}/{noun}" in (one.get("action") or "")]
            assert answers == []
    typed = {"remedy": "refund", "amount": "5000", "perform_by": days_from(clock.now, 9).isoformat()}
    assert send(client, shown, "proposals", **typed).status_code == 303  # its form stands open
    db_session.refresh(dispute)
    assert (dispute.proposal_n, dispute.proposal_taken) == (n + 1, "")
    assert db_session.get_one(Offer, (dispute.id, n)).ended == "replaced"


@pytest.mark.parametrize("order", [(ALICE, BOB), (BOB, ALICE)])
def test_with_the_second_yes_each_side_and_the_officer_get_one_notice_of_it(
    db_session: Session, town: Town, order: tuple[Viewer, Viewer]
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    first, second = order
    accept_proposal(db_session, dispute, first, n, now=BEGINNING)
    dispatch(db_session, BEGINNING)
    before = set(db_session.scalars(sa.select(Notice.id)))
    accept_proposal(db_session, dispute, second, n, now=BEGINNING)
    dispatch(db_session, BEGINNING)
    told = sa.select(Notice.person_id, Notice.fact).where(Notice.id.not_in(before))
    new = sorted(tuple(row) for row in db_session.execute(told))
    people = {ALICE.id, BOB.id, CAROL.id, GRACE.id} - {second.id}
    assert new == sorted((person, "dispute_mediated") for person in people)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"remedy": "money"}, "remedy"),
        ({"amount_fen": None}, "amount"),
        ({"amount_fen": 8_000_01}, "amount"),
        ({"perform_by": None}, "perform_by"),
        ({"perform_by": days_from(BEGINNING, -1)}, "perform_by"),
        ({"note": "字" * 2001}, "note"),
    ],
)
def test_a_proposal_that_cannot_be_leaves_the_one_before_on_the_table(
    db_session: Session, town: Town, changed: dict[str, object], field: str
):
    dispute = mediating(db_session, town)
    n = proposed(db_session, dispute).n
    with pytest.raises(RuleBroken) as broken:
        proposed(db_session, dispute, **changed)
    assert broken.value.field == field
    assert (dispute.proposal_n, db_session.get_one(Offer, (dispute.id, n)).ended) == (n, None)


def test_both_sides_accept_at_the_same_instant_and_there_is_one_settlement(
    database_url: str, db_session: Session, town: Town
):
    dispute = mediating(db_session, town)
    n, ref = proposed(db_session, dispute).n, dispute.ref
    db_session.commit()
    accepts = lambda session, found, who: accept_proposal(session, found, who, n, now=BEGINNING)  # noqa: E731
    outcomes = at_once(database_url, [acting(ref, who, accepts) for who in (ALICE, BOB)])
    assert outcomes == ["done", "done"]
    db_session.expire_all()
    assert (dispute.state, dispute.mediated) == ("agreed", True)
    assert len(db_session.scalars(sa.select(Settlement)).all()) == 1
    assert differences(db_session) == []
