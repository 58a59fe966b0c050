"""Who sees which dispute, and what a state alone does not decide."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, PersonKind
from portal.accounts.viewer import Viewer
from portal.core.refs import new_ref
from portal.disputes.models import Dispute
from portal.disputes.permissions import may, moves_for, party_of, visible
from portal.disputes.queries import visible_dispute
from portal.disputes.standing import Standing
from portal.disputes.workflow import CLOSED, RULES, TALKS, WITH_BUREAU, Fact, Party, State, Turn
from tests.makers import file, make_city, make_consumer, make_merchant, make_store, make_town
from tests.people import ALICE, BOB, CAROL, GRACE, MALLORY, MERCHANT_ID, STORE_ID
from tests.world import BEGINNING

C, M, B, CLOCK = Party.CONSUMER, Party.MERCHANT, Party.BUREAU, Party.CLOCK
SECOND = timedelta(seconds=1)
SOON = BEGINNING + timedelta(hours=1)
UNCONFIRMED = Standing(state=State.UNCONFIRMED, reopen_due_at=SOON)


MEDIATING = Standing(state=State.MEDIATING, mediation_due_at=SOON)
PROPOSED = replace(MEDIATING, proposal_n=2)
ANYWHERE = {Fact.FIGURES_EXCLUDED, Fact.CONSUMER_WRITTEN_TO, Fact.MERCHANT_WRITTEN_TO}
TESTED = replace(MEDIATING, testing_since=BEGINNING)


def offer_of(party: Party) -> Standing:
    return Standing(state=State.OFFERED, offer_n=1, offer_by=party, offer_due_at=SOON)


@pytest.mark.parametrize(
    ("fact", "party", "standing", "now", "allowed"),
    [
        (Fact.MERCHANT_NOTIFIED, CLOCK, Standing(state=State.FILED), BEGINNING, True),
        (Fact.MERCHANT_NOTIFIED, CLOCK, Standing(state=State.FILED, reply_due_at=SOON), BEGINNING, False),
        (Fact.OFFER_ACCEPTED, C, offer_of(M), SOON - SECOND, True),
        (Fact.OFFER_ACCEPTED, C, offer_of(M), SOON, False),
        (Fact.OFFER_ACCEPTED, C, offer_of(C), BEGINNING, False),
        (Fact.OFFER_ACCEPTED, M, offer_of(C), BEGINNING, True),
        (Fact.OFFER_ACCEPTED, M, offer_of(M), BEGINNING, False),
        (Fact.OFFER_DECLINED, C, offer_of(M), BEGINNING, True),
        (Fact.OFFER_DECLINED, C, offer_of(M), SOON, False),
        (Fact.OFFER_DECLINED, M, offer_of(M), BEGINNING, False),
        (Fact.OFFER_WITHDRAWN, M, offer_of(M), BEGINNING, True),
        (Fact.OFFER_WITHDRAWN, C, offer_of(M), BEGINNING, False),
        (Fact.ESCALATED, C, Standing(state=State.FILED), BEGINNING, True),
        (Fact.ESCALATED, M, Standing(state=State.TALKING), BEGINNING, False),
        (Fact.ESCALATED, M, Standing(state=State.TALKING, talks_over=True), BEGINNING, True),
        (Fact.ESCALATED, M, Standing(state=State.BREACHED, talks_over=True), BEGINNING, False),
        (Fact.ESCALATED, C, Standing(state=State.BREACHED), BEGINNING, True),
        (Fact.CONTACT_SHARED, C, Standing(state=State.FILED), BEGINNING, True),
        (Fact.CONTACT_SHARED, C, Standing(state=State.FILED, contact_shared=True), BEGINNING, False),
        (Fact.WITHDRAWAL_UNDONE, C, Standing(state=State.WITHDRAWN, undo_due_at=SOON), SOON - SECOND, True),
        (Fact.WITHDRAWAL_UNDONE, C, Standing(state=State.WITHDRAWN, undo_due_at=SOON), SOON, False),
        (Fact.WITHDRAWAL_UNDONE, C, Standing(state=State.WITHDRAWN), BEGINNING, False),
        (Fact.PERFORMANCE_CONFIRMED, C, Standing(state=State.AGREED), BEGINNING, True),
        (Fact.PERFORMANCE_CONFIRMED, C, UNCONFIRMED, SOON - SECOND, True),
        (Fact.PERFORMANCE_CONFIRMED, C, UNCONFIRMED, SOON, False),
        (Fact.DISPUTE_REOPENED, C, Standing(state=State.CONFIRMED, reopen_due_at=SOON), SOON - SECOND, True),
        (Fact.DISPUTE_REOPENED, C, Standing(state=State.CONFIRMED, reopen_due_at=SOON), SOON, False),
        (Fact.DISPUTE_REOPENED, C, Standing(state=State.BREACHED), BEGINNING, True),
        (Fact.DISPUTE_RATED, C, Standing(state=State.CONFIRMED), BEGINNING, True),
        (Fact.DISPUTE_RATED, C, Standing(state=State.CONFIRMED, rated=True), BEGINNING, False),
        (Fact.ACCEPTANCE_OVERDUE, CLOCK, Standing(state=State.ESCALATED), SOON, True),
        (Fact.ACCEPTANCE_OVERDUE, CLOCK, Standing(state=State.ESCALATED, acceptance_late=True), SOON, False),
        (Fact.TESTING_BEGUN, B, MEDIATING, BEGINNING, True),
        (Fact.TESTING_BEGUN, B, TESTED, BEGINNING, False),
        (Fact.TESTING_ENDED, B, MEDIATING, BEGINNING, False),
        (Fact.TESTING_ENDED, B, TESTED, BEGINNING, True),
        (Fact.PROPOSAL_ACCEPTED, C, MEDIATING, BEGINNING, False),
        (Fact.PROPOSAL_ACCEPTED, C, PROPOSED, BEGINNING, True),
        (Fact.PROPOSAL_ACCEPTED, C, replace(PROPOSED, proposal_taken="consumer"), BEGINNING, False),
        (Fact.PROPOSAL_ACCEPTED, M, replace(PROPOSED, proposal_taken="consumer"), BEGINNING, True),
        (Fact.PROPOSAL_DECLINED, C, replace(PROPOSED, proposal_taken="consumer"), BEGINNING, False),
        (Fact.PROPOSAL_DECLINED, M, replace(PROPOSED, proposal_taken="consumer"), BEGINNING, True),
        (Fact.PROPOSAL_DECLINED, M, MEDIATING, BEGINNING, False),
        (Fact.DISPUTE_MEDIATED, M, replace(PROPOSED, proposal_taken="consumer"), BEGINNING, False),
        (Fact.DISPUTE_MEDIATED, M, replace(PROPOSED, proposal_taken="both"), BEGINNING, True),
    ],
)
def test_what_a_state_alone_does_not_decide(
    fact: Fact, party: Party, standing: Standing, now: datetime, allowed: bool
):
    assert may(standing, fact, party, now) is allowed


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("party", list(Party))
def test_nothing_is_allowed_that_the_rules_do_not_name(state: State, party: Party):
    """A standing that passes every guard leaves exactly what RULES says."""
    other = M if party is C else C
    standing = Standing(
        state=state, turn=Turn.NOBODY, talks_over=True, offer_n=1, offer_by=other, offer_due_at=SOON,
        undo_due_at=SOON, reopen_due_at=SOON, proposal_n=2, proposal_taken=other, officer_id=7,
    )  # fmt: skip
    further = replace(
        standing, testing_since=BEGINNING, proposal_taken="both", recusal_asked=True, entrusted_to="council",
        follow_up="asked", transfer="waiting", excluded="test", in_group=True,
    )  # fmt: skip
    allowed = {fact for fact in RULES for one in (standing, further) if may(one, fact, party, BEGINNING)}
    named = {fact for fact, rule in RULES.items() if party in rule.who and state in rule.when}
    not_theirs = {Fact.OFFER_WITHDRAWN}
    if (party, state) == (M, State.BREACHED):
        not_theirs.add(Fact.ESCALATED)
    assert allowed == named - not_theirs


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_what_is_closed_and_over_leaves_nobody_a_move_but_a_rating(state: State):
    standing = Standing(state=state)
    assert moves_for(BOB, standing, BEGINNING) == frozenset()
    rating = {Fact.DISPUTE_RATED} if state in (State.CONFIRMED, State.UNCONFIRMED) else set()
    assert moves_for(ALICE, standing, BEGINNING) == rating


@pytest.mark.parametrize("state", [state for state in State if state not in WITH_BUREAU])
def test_an_officer_decides_nothing_while_the_two_sides_negotiate_and_once_it_is_closed(state: State):
    passed_on = {Fact.DISPUTE_TRANSFERRED} if state in TALKS else set()
    own = set() if state is State.TRANSFERRED else ANYWHERE | passed_on
    assert moves_for(GRACE, Standing(state=state), BEGINNING) == own


def test_an_officer_decides_what_has_been_handed_over_and_then_mediates():
    assert moves_for(GRACE, Standing(state=State.ESCALATED), BEGINNING) == {
        Fact.OFFICER_ASSIGNED,
        Fact.MEDIATION_ACCEPTED,
        Fact.COMPLAINT_REFUSED,
        Fact.DISPUTE_TRANSFERRED,
        *ANYWHERE,
    }
    assert moves_for(GRACE, MEDIATING, BEGINNING) == {
        Fact.OFFICER_ASSIGNED,
        Fact.SESSION_HELD,
        Fact.TESTING_BEGUN,
        Fact.PROPOSAL_MADE,
        Fact.MEDIATION_TERMINATED,
        Fact.MEDIATION_ENTRUSTED,
        Fact.DISPUTE_TRANSFERRED,
        *ANYWHERE,
    }


def test_the_two_sides_wait_for_the_bureau_and_then_answer_its_proposal():
    together = {Fact.GROUP_JOINED}  # where the bureau has invited to a group
    assert moves_for(ALICE, Standing(state=State.ESCALATED), BEGINNING) == {Fact.IDENTITY_GIVEN, *together}
    assert moves_for(BOB, Standing(state=State.ESCALATED), BEGINNING) == frozenset()
    answers = {Fact.PROPOSAL_ACCEPTED, Fact.PROPOSAL_DECLINED}
    for viewer, more in ((ALICE, together), (BOB, set())):
        assert moves_for(viewer, MEDIATING, BEGINNING) == more
        assert moves_for(viewer, PROPOSED, BEGINNING) == answers | more


def test_the_two_sides_can_ask_for_another_officer_once_there_is_one_and_not_while_it_is_undecided():
    taken_on = replace(MEDIATING, officer_id=GRACE.id)
    for viewer in (ALICE, BOB):
        assert Fact.RECUSAL_ASKED in moves_for(viewer, taken_on, BEGINNING)
        assert Fact.RECUSAL_ASKED not in moves_for(viewer, MEDIATING, BEGINNING)
        assert Fact.RECUSAL_ASKED not in moves_for(viewer, replace(taken_on, recusal_asked=True), BEGINNING)


def test_each_person_stands_on_one_side():
    assert [party_of(viewer) for viewer in (ALICE, BOB, CAROL, GRACE)] == [C, M, M, Party.BUREAU]


SUPERVISOR = replace(GRACE, id=1104, region="330100", rank=OfficerRole.SUPERVISOR)
PROVINCE = replace(GRACE, id=1204, region="330000", rank=OfficerRole.SUPERVISOR)
NEXT_DISTRICT = replace(GRACE, id=1304, region="330106")
NEXT_CITY = replace(GRACE, id=1404, region="330200")
NOWHERE = replace(GRACE, id=1504, region=None)
ODD = ("", "33", "3301020", "33010%", "______", "000000")
STRANGER = Viewer(id=1601, kind=PersonKind.STAFF)


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (ALICE, "first second"),
        (MALLORY, ""),
        (BOB, "first second"),
        (CAROL, "first"),
        (replace(CAROL, clerks_in=frozenset({STORE_ID, 3002})), "first second"),
        (replace(BOB, owns=frozenset({9999})), ""),
        (replace(CAROL, clerks_in=frozenset({9999})), ""),
        (replace(CAROL, owns=frozenset({STORE_ID}), clerks_in=frozenset({MERCHANT_ID})), ""),
        (STRANGER, ""),
        (GRACE, "first"),
        (NEXT_DISTRICT, "second other"),
        (SUPERVISOR, "first second other"),
        (PROVINCE, "first second other"),
        (NEXT_CITY, ""),
        (NOWHERE, ""),
        *((replace(GRACE, region=odd), "") for odd in ODD),
    ],
)
def test_a_person_sees_these_disputes_and_no_others(db_session: Session, viewer: Viewer, seen: str):
    town = make_town(db_session)
    make_city(db_session, "330200")
    elsewhere = make_store(db_session, town.merchant, id=3002, district_code="330106")
    neighbours = make_store(db_session, make_merchant(db_session), district_code="330106")
    names = {
        file(db_session, town.store, town.alice).id: "first",
        file(db_session, elsewhere, town.alice).id: "second",
        file(db_session, neighbours, make_consumer(db_session)).id: "other",
    }
    found = db_session.scalars(sa.select(Dispute.id).where(visible(viewer)).order_by(Dispute.id))
    assert " ".join(names[id_] for id_ in found) == seen


def test_a_reference_is_found_as_people_write_it_and_opens_nothing_to_others(db_session: Session):
    town = make_town(db_session)
    dispute = file(db_session, town.store, town.alice)
    spaced = f" {dispute.ref[:4]} {dispute.ref[4:8]}-{dispute.ref[8:]} "
    assert visible_dispute(db_session, ALICE, spaced) is dispute
    assert visible_dispute(db_session, ALICE, dispute.ref, to_act=True) is dispute
    for viewer in (MALLORY, NEXT_CITY, STRANGER):
        assert visible_dispute(db_session, viewer, dispute.ref) is None
    for wrong in (new_ref(), "", "1" * 14, dispute.ref + "0", "x" * 1000):
        assert visible_dispute(db_session, ALICE, wrong) is None
