"""Whatever the two sides and time do in turn, the dispute always stands somewhere that makes sense."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.disputes.standing import Standing, step
from portal.disputes.wording import turn_line
from portal.disputes.workflow import (
    CLOSED,
    CLOSING,
    OWED,
    SETTLED_OR_NOT,
    TALKS,
    WITH_BUREAU,
    Fact,
    Party,
    State,
    Turn,
)
from tests.disputes.walking import Walk

LENGTH = 25
SETTLED = OWED | {State.CONFIRMED, State.UNCONFIRMED}
NO_CLOCK = {State.BREACHED, State.CONFIRMED, State.UNCONFIRMED, State.TERMINATED, State.REFUSED}
ANSWERS = {"", "asked", "yes", "partly", "no"}


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    return Walk(lambda options: draw(st.sampled_from(options))).go(LENGTH)


@given(walks())
def test_a_dispute_always_stands_somewhere_that_makes_sense(walk: Walk):
    for n, standing in enumerate(walk.standings, start=1):
        assert contradictions(standing) == [], [event.fact.value for event in walk.events[:n]]


@given(walks())
def test_what_is_due_lies_ahead_of_whoever_acts(walk: Walk):
    for event, standing in zip(walk.events, walk.standings, strict=True):
        if event.party is not Party.CLOCK and standing.next_due_at is not None:
            late_reminder = (
                event.fact is Fact.PERFORMANCE_DENIED and standing.next_due_at == standing.reminder_due_at
            )
            assert standing.next_due_at > event.at or late_reminder, event


@given(walks())
def test_replaying_the_events_gives_the_same_standing(walk: Walk):
    again = Standing()
    for event in walk.events:
        again = step(again, event.fact, event.party, event.at, json.loads(json.dumps(event.details)))
    assert again == walk.standing


@given(walks())
def test_there_is_a_line_to_read_for_everybody_wherever_a_dispute_stands(walk: Walk):
    for standing in walk.standings:
        for reader in (Party.CONSUMER, Party.MERCHANT):
            line = turn_line(standing, reader)
            assert line.who
            asked = standing.proposal_n is not None and standing.proposal_taken != reader
            stands_still = standing.testing_since is not None
            assert line.mine == (standing.turn == Turn(reader) or (asked and not stands_still))


@pytest.fixture(scope="module")
def many() -> list[Walk]:
    return [Walk(random.Random(seed).choice).go(2 * LENGTH) for seed in range(600)]


def test_every_state_is_reached_by_some_walk(many: list[Walk]):
    assert {standing.state for walk in many for standing in walk.standings} == set(State)


def test_every_fact_is_recorded_by_some_walk(many: list[Walk]):
    assert {event.fact for walk in many for event in walk.events} == set(Fact)


@pytest.mark.parametrize(
    ("clock", "starts"),
    [
        ("reply_due_at", {Fact.MERCHANT_NOTIFIED, Fact.WITHDRAWAL_UNDONE}),
        ("talks_due_at", {Fact.COMPLAINT_FILED, Fact.DISPUTE_REOPENED, Fact.WITHDRAWAL_UNDONE}),
        ("performance_due_at", {Fact.OFFER_ACCEPTED, Fact.DISPUTE_MEDIATED, Fact.DISPUTE_REOPENED}),
        ("acceptance_due_at", {Fact.ESCALATED, Fact.DEADLINE_RECOMPUTED}),
        ("mediation_due_at", {Fact.MEDIATION_ACCEPTED, Fact.TESTING_ENDED}),
        ("follow_up_due_at", CLOSING | {Fact.DISPUTE_REOPENED}),
        ("undo_due_at", {Fact.CONSUMER_WITHDREW, Fact.WITHDRAWAL_UNDONE, Fact.WITHDRAWAL_BECAME_FINAL}),
    ],
)
def test_a_running_clock_is_moved_by_nothing_but_the_facts_that_start_and_end_it(
    clock: str, starts: set[Fact], many: list[Walk]
):
    for walk in many:
        values = [getattr(standing, clock) for standing in walk.standings]
        for event, before, after in zip(walk.events, [None, *values], values, strict=False):
            assert after == before or event.fact in starts


def contradictions(standing: Standing) -> list[str]:
    """What cannot be true at once."""
    state, turn = standing.state, standing.turn
    offer = (standing.offer_n, standing.offer_by, standing.offer_due_at)
    checks = {
        "a dispute has a state": state is not None,
        "closed is nobody's turn": (turn is Turn.NOBODY) == (state in CLOSED),
        "what is with the bureau is its turn": (turn is Turn.BUREAU) == (state in WITH_BUREAU),
        "filed is the merchant's turn": state is not State.FILED or turn is Turn.MERCHANT,
        "a live offer is whole, and there in one state only": (
            None not in offer if state is State.OFFERED else offer == (None, None, None)
        ),
        "who made an offer waits": state is not State.OFFERED or turn.value != standing.offer_by,
        "what is settled has a settlement": state not in SETTLED or standing.settled_n is not None,
        "what is talked about has none": state not in TALKS or standing.settled_n is None,
        "talks are answered": state is not State.TALKING or standing.replied_at is not None,
        "silence is marked": state is not State.SILENT or standing.silent_at is not None,
        "who is silent has not replied": state is not State.SILENT or standing.replied_at is None,
        "filed is neither answered nor silent": (
            state is not State.FILED or (standing.replied_at, standing.silent_at) == (None, None)
        ),
        "talks have an end": state not in TALKS or standing.talks_over or standing.next_due_at is not None,
        "what is agreed has a day": state is not State.AGREED or standing.next_due_at is not None,
        "the reminder comes before the day": (
            state is not State.AGREED
            or standing.reminder_due_at is None
            or standing.performance_due_at is None
            or standing.reminder_due_at < standing.performance_due_at
        ),
    }
    everywhere = checks | at_the_bureau(standing) | in_the_end(standing)
    return [sentence for sentence, holds in everywhere.items() if not holds]


def at_the_bureau(standing: Standing) -> dict[str, bool]:
    """What must be true once a dispute has been handed over."""
    state = standing.state
    return {
        "a complaint with the bureau has a statutory day": (
            state is not State.ESCALATED or standing.statutory_due_at is not None
        ),
        "a mediation ends some day, but for a test": (
            state is not State.MEDIATING or (standing.next_due_at is None) == bool(standing.testing_since)
        ),
        "a proposal is on the table in a mediation only": (
            standing.proposal_n is None or state is State.MEDIATING
        ),
        "who has agreed has agreed to something": standing.proposal_n is not None
        or not standing.proposal_taken,
        "what was mediated has a settlement": not standing.mediated or standing.settled_n is not None,
    }


def in_the_end(standing: Standing) -> dict[str, bool]:
    """What must be true once a dispute is closed: the follow-up is its last clock, and runs once."""
    state = standing.state
    return {
        "where no clock runs nothing is due but the follow-up": (
            state not in NO_CLOCK or standing.next_due_at in (None, standing.follow_up_due_at)
        ),
        "a withdrawal has its own clock, and once it is final the follow-up": (
            state is not State.WITHDRAWN
            or standing.next_due_at in (None, standing.undo_due_at or standing.follow_up_due_at)
        ),
        "what is closed is followed up, once": (
            state not in SETTLED_OR_NOT
            or standing.undo_due_at is not None
            or (standing.next_due_at is None) == bool(standing.follow_up)
        ),
        "a follow-up waits for the end, and is answered with one of three": (
            standing.follow_up in ANSWERS
            and (state in CLOSED or standing.follow_up_due_at is None or bool(standing.follow_up))
        ),
    }
