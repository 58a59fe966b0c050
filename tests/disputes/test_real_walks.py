"""Disputes driven at random by the real actions, the worker and the notices, on both databases."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.actions.endings import escalate
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement
from portal.disputes.permissions import may, moves_for, standing_of
from portal.disputes.verification import Checked, verify_disputes
from portal.disputes.workflow import Fact, Party, State
from tests.disputes.acting import ACTS
from tests.disputes.walking import PAUSES
from tests.makers import Town, file, make_town
from tests.people import ALICE, BOB, CAROL, GRACE
from tests.world import BEGINNING

BUREAUS_WORK = {
    Fact.MEDIATION_ACCEPTED,
    Fact.SESSION_HELD,
    Fact.TESTING_BEGUN,
    Fact.TESTING_ENDED,
    Fact.PROPOSAL_MADE,
    Fact.PROPOSAL_ACCEPTED,
    Fact.DISPUTE_MEDIATED,
}
WALKS, LENGTH = 25, 24
LEAVING = {
    Fact.CONSUMER_WITHDREW,
    Fact.COMPLAINT_REFUSED,
    Fact.MEDIATION_TERMINATED,
    Fact.DISPUTE_TRANSFERRED,
}
ASIDE = {
    Fact.CONSUMER_WRITTEN_TO,
    Fact.MERCHANT_WRITTEN_TO,
    Fact.FIGURES_EXCLUDED,
    Fact.FIGURES_INCLUDED,
    Fact.RECUSAL_ASKED,
    Fact.OFFICER_ASSIGNED,
    Fact.OFFICER_RECUSED,
    Fact.GROUP_JOINED,
    Fact.GROUP_LEFT,
}


def test_whatever_people_and_time_do_the_ledger_agrees_with_the_rows(db_session: Session):
    town = make_town(db_session)
    reached: set[str | None] = set()
    for seed in range(WALKS):
        reached.add(walk(db_session, town, random.Random(seed)).state)
    db_session.commit()
    happened = set(db_session.scalars(sa.select(DisputeEvent.fact).distinct()))
    assert happened >= BUREAUS_WORK, "the walks did not go through the bureau: the test shows little"
    checked = Checked()
    for _ in verify_disputes(db_session, checked):
        pass
    assert checked.differences == []
    passed_on = sa.select(sa.func.count()).where(DisputeEvent.fact == Fact.DISPUTE_TRANSFERRED)
    assert checked.counts["disputes"] == WALKS + (db_session.scalar(passed_on) or 0)
    assert len(reached) >= 5, "the walks went nowhere: the test shows little"


def walk(session: Session, town: Town, chance: random.Random) -> Dispute:
    now = BEGINNING
    dispute = file(session, town.store, town.alice, now=now, auto_escalate=chance.random() < 0.3)
    if chance.random() < 0.3:
        escalate(session, dispute, ALICE, now=now)
    for _ in range(LENGTH):
        now += chance.choice(PAUSES)
        catch_up(session, dispute.id, now)
        if may(standing_of(dispute), Fact.MERCHANT_NOTIFIED, Party.CLOCK, now) and chance.random() < 0.5:
            start_reply_clock(session, dispute, now)
        viewer = chance.choice([ALICE, BOB, CAROL, GRACE])
        moves = sorted(moves_for(viewer, standing_of(dispute), now))
        if chance.random() < 0.8:  # what leads nowhere
            moves = [fact for fact in moves if fact not in ASIDE]
        if chance.random() < 0.9:  # who leaves the table at the first chance shows little
            moves = [fact for fact in moves if fact not in LEAVING]
        proposal = session.get(Offer, (dispute.id, dispute.proposal_n or 0))
        if proposal is not None and proposal.valid_until <= now:
            moves = [fact for fact in moves if fact is not Fact.PROPOSAL_ACCEPTED]
        if moves:
            ACTS[chance.choice(moves)](session, dispute, viewer, now)
        assert dispute.proposal_taken != "both", "whoever is second to agree settles it"
        live = session.scalars(
            sa.select(Offer.n).where(Offer.dispute_id == dispute.id, Offer.ended.is_(None))
        ).all()
        assert live == [n for n in (dispute.offer_n, dispute.proposal_n) if n is not None]
        assert (dispute.offer_n is not None) == (dispute.state == State.OFFERED)
        assert dispute.next_due_at is None or dispute.next_due_at > now or dispute.reminder_due_at is not None
    if dispute.settled_n is not None:
        assert session.get(Settlement, (dispute.id, dispute.settled_n)) is not None
    return dispute


@pytest.mark.parametrize("pause", [timedelta(), timedelta(days=200)])
def test_a_worker_that_slept_through_it_all_ends_where_a_punctual_one_does(
    db_session: Session, pause: timedelta
):
    """`catch_up` once at the end, or every hour: the same events at the same instants."""
    town = make_town(db_session)
    punctual, asleep = (file(db_session, town.store, town.alice) for _ in range(2))
    for dispute in (punctual, asleep):
        start_reply_clock(db_session, dispute, BEGINNING)
        ACTS[Fact.OFFER_MADE](db_session, dispute, BOB, BEGINNING)
        ACTS[Fact.OFFER_ACCEPTED](db_session, dispute, ALICE, BEGINNING)
    for day in range(60):
        catch_up(db_session, punctual.id, BEGINNING + timedelta(days=day))
    catch_up(db_session, asleep.id, BEGINNING + timedelta(days=60) + pause)
    assert standing_of(punctual) == standing_of(asleep)
    assert punctual.last_at == asleep.last_at
