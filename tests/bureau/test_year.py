"""A year at a careless bureau: every statutory date is met, or red from the moment on which it passed."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.bureau.queries.figures import loads
from portal.bureau.urgency import present
from portal.core.errors import MovedOn, NotAllowed
from portal.disputes.actions import mediation
from portal.disputes.actions.proposals import accept_proposal, propose
from portal.disputes.deadlines import catch_up, due, start_reply_clock
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.standing import Standing, step
from portal.disputes.statutory import missed_dates
from portal.disputes.verification import Checked, verify_disputes
from portal.disputes.workflow import WITH_BUREAU, Fact, Party, State
from portal.regions.calendar import due_by
from portal.regions.clocks import Clock
from portal.regions.models import City
from tests.makers import Town, days_from, file
from tests.people import ALICE, BOB, GRACE

NEW_YEAR = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)  # nine o'clock in the morning; a holiday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY = 26
Act = Callable[[Session, Dispute, datetime], object]


def accepted(session: Session, dispute: Dispute, at: datetime) -> None:
    mediation.accept_for_mediation(session, dispute, GRACE, now=at)


def refused(session: Session, dispute: Dispute, at: datetime) -> None:
    mediation.refuse_complaint(session, dispute, GRACE, ground="material", note="", now=at)


def sent_to_test(session: Session, dispute: Dispute, at: datetime) -> None:
    mediation.begin_testing(session, dispute, GRACE, payer="merchant", note="送检", now=at)


def result(session: Session, dispute: Dispute, at: datetime) -> None:
    mediation.end_testing(session, dispute, GRACE, note="压缩机有缺陷", now=at)


def terminated(session: Session, dispute: Dispute, at: datetime) -> None:
    mediation.terminate(session, dispute, GRACE, ground="absent", note="", now=at)


def settled(session: Session, dispute: Dispute, at: datetime) -> None:
    offer = propose(
        session,
        dispute,
        GRACE,
        remedy="refund",
        amount_fen=5_000_00,
        perform_by=days_from(at, 5),
        note="",
        now=at,
    )
    accept_proposal(session, dispute, ALICE, offer.n, now=at)
    accept_proposal(session, dispute, BOB, offer.n, now=at)


def a_careless_hand(rng: Random, filed_at: datetime) -> list[tuple[datetime, Act]]:
    """When the officer turns to a dispute, and to do what: in time, too late, or never again."""
    at = filed_at + timedelta(hours=97) + rng.randint(0, 24 * 16) * HOUR
    first = rng.choice([accepted, accepted, accepted, refused, None])
    acts: list[tuple[datetime, Act]] = [] if first is None else [(at, first)]
    if first is accepted:
        if rng.random() < 0.4:
            acts += [(at + 5 * DAY, sent_to_test), (at + rng.randint(6, 28) * DAY, result)]
        acts.append((at + rng.randint(30, 90) * DAY, rng.choice([settled, settled, terminated])))
    return acts


@pytest.fixture
def year(db_session: Session, town: Town) -> list[tuple[datetime, int, Act]]:
    """The complaints of a year, and what will be done to each; the shop answers none of them."""
    rng = Random(7)
    acts = []
    for _ in range(MANY):
        at = NEW_YEAR + rng.randint(0, 300 * 24) * HOUR
        dispute = file(db_session, town.store, town.alice, now=at, auto_escalate=True)
        start_reply_clock(db_session, dispute, at)
        acts += [(when, dispute.id, act) for when, act in a_careless_hand(rng, at)]
    return sorted(acts, key=lambda one: one[:2])


def test_every_statutory_date_of_a_year_is_met_or_marked_when_it_passed(
    db_session: Session, town: Town, year: list[tuple[datetime, int, Act]]
) -> None:
    now, rng, late, compared = NEW_YEAR, Random(8), 0, 0
    while now < NEW_YEAR + 400 * DAY:
        while year and year[0][0] <= now:
            at, id_, act = year.pop(0)
            catch_up(db_session, id_, at)  # as every act of the portal does first
            try:
                act(db_session, db_session.get_one(Dispute, id_), at)
            except (MovedOn, NotAllowed):
                late += 1
        if rng.random() < 0.7:  # the worker is down now and then, for a day or two
            while overdue := due(db_session, now):
                for id_ in overdue:
                    catch_up(db_session, id_, now)
        if rng.random() < 0.08:
            compared += the_supervisor_counts_what_the_events_say(db_session, now)
        now += DAY + rng.randint(-3, 3) * HOUR
    assert late > 3  # the careless officer really came too late
    assert compared > 40
    checked = Checked()
    assert sum(verify_disputes(db_session, checked)) == MANY
    assert checked.differences == []
    facts = Counter(db_session.scalars(sa.select(DisputeEvent.fact)))
    for fact in (
        Fact.ACCEPTANCE_OVERDUE, Fact.MEDIATION_ACCEPTED, Fact.COMPLAINT_REFUSED, Fact.TESTING_ENDED,
        Fact.DISPUTE_MEDIATED, Fact.MEDIATION_TERMINATED,
    ):  # fmt: skip
        assert facts[fact] > 1, fact
    the_dates_are_those_of_the_law(db_session, town.city)


def the_supervisor_counts_what_the_events_say(session: Session, now: datetime) -> int:
    """Overdue, soon and the oldest date of the figures, beside what a fold of the events gives; how many."""
    moment = present(session, now, "Asia/Shanghai")
    dates = [date for date in statutory_dates(session).values() if date is not None]
    found = loads(session, GRACE, moment)
    assert sum(load.overdue for load in found) == sum(date <= now for date in dates)
    assert sum(load.soon for load in found) == sum(now < date <= moment.soon_until for date in dates)
    assert min((load.oldest for load in found if load.oldest), default=None) == min(dates, default=None)
    return sum(load.disputes for load in found)


def statutory_dates(session: Session) -> dict[int, datetime | None]:
    standings: dict[int, Standing] = defaultdict(Standing)
    for event in session.scalars(sa.select(DisputeEvent).order_by(DisputeEvent.dispute_id, DisputeEvent.seq)):
        before = standings[event.dispute_id]
        standings[event.dispute_id] = step(
            before, Fact(event.fact), Party(event.party), event.at, event.details
        )
    return {id_: one.statutory_due_at for id_, one in standings.items() if one.state in WITH_BUREAU}


def the_dates_are_those_of_the_law(session: Session, city: City) -> None:
    """Seven working days from the hand-over, sixty days from the acceptance, and what a test took besides."""
    events: dict[int, list[DisputeEvent]] = defaultdict(list)
    for event in session.scalars(sa.select(DisputeEvent).order_by(DisputeEvent.dispute_id, DisputeEvent.seq)):
        events[event.dispute_id].append(event)
    for told in events.values():
        at = {event.fact: event.at for event in told}
        if (late := at.get(Fact.ACCEPTANCE_OVERDUE)) is not None:
            assert late == due_by(session, city, Clock.ACCEPTANCE, at[Fact.ESCALATED])
        decided = at.get(Fact.MEDIATION_ACCEPTED, at.get(Fact.COMPLAINT_REFUSED))
        if decided is not None and late is None:
            assert decided <= due_by(session, city, Clock.ACCEPTANCE, at[Fact.ESCALATED])
        ended = next((event for event in told if event.fact == Fact.MEDIATION_TERMINATED), None)
        if ended is not None and ended.party == Party.CLOCK:
            paused = at.get(Fact.TESTING_ENDED, ended.at) - at.get(Fact.TESTING_BEGUN, ended.at)
            assert ended.at == due_by(session, city, Clock.MEDIATION, at[Fact.MEDIATION_ACCEPTED]) + paused


def test_a_date_that_nobody_marked_is_found() -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    waiting = Standing(state=State.ESCALATED, acceptance_due_at=day)
    before = day - DAY
    for fact, party, at, missed in (
        (Fact.MEDIATION_ACCEPTED, Party.BUREAU, day, 0),
        (Fact.MEDIATION_ACCEPTED, Party.BUREAU, day + HOUR, 1),
        (Fact.ACCEPTANCE_OVERDUE, Party.CLOCK, day, 0),
        (Fact.ACCEPTANCE_OVERDUE, Party.CLOCK, day + HOUR, 1),
        (Fact.DEADLINE_RECOMPUTED, Party.CLOCK, day + HOUR, 0),
    ):
        assert len(list(missed_dates(waiting, fact, party, at, before))) == missed, fact
    mediated = Standing(state=State.MEDIATING, mediation_due_at=day)
    assert list(missed_dates(mediated, Fact.DISPUTE_MEDIATED, Party.CONSUMER, day + HOUR, before))
    assert not list(missed_dates(mediated, Fact.MEDIATION_TERMINATED, Party.CLOCK, day, before))
