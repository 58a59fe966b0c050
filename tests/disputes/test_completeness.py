"""Made from the enums: a new fact, state or remedy fails here until all that belongs to it is there."""

from pathlib import Path

import pytest

from portal.disputes.standing import Standing
from portal.disputes.views.panel import PANEL
from portal.disputes.wording import FOR_ALL, OFFICER_LINES, PARTIES, REMEDIES, STATES, turn_line
from portal.disputes.workflow import RULES, TALKS, Fact, Party, Remedy, State, Turn
from portal.notices.audience import TELLS
from portal.regions.clocks import DEFAULTS, Clock
from tests.disputes.acting import ACTS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "disputes"
PEOPLE = {Party.CONSUMER, Party.MERCHANT, Party.BUREAU}
OTHERWISE = {
    Fact.COMPLAINT_FILED,
    Fact.OFFER_ACCEPTED,
    Fact.OFFER_WITHDRAWN,
    Fact.PROPOSAL_ACCEPTED,
    Fact.DISPUTE_MEDIATED,  # comes with the second side's acceptance
}


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_is_shown_by_a_template_of_its_name(fact: Fact):
    assert (TEMPLATES / "facts" / f"{fact}.html").is_file()


def test_no_template_shows_a_fact_that_is_none():
    assert {file.stem for file in (TEMPLATES / "facts").glob("*.html")} == set(Fact)


@pytest.mark.parametrize("fact", [fact for fact, rule in RULES.items() if rule.who & PEOPLE])
def test_every_fact_that_people_record_has_an_action(fact: Fact):
    assert fact in ACTS or fact is Fact.COMPLAINT_FILED


@pytest.mark.parametrize("fact", [fact for fact, rule in RULES.items() if rule.who & PEOPLE])
def test_every_fact_that_people_record_has_its_place_in_the_panel(fact: Fact):
    """Or stands where it belongs: the offer's own buttons with the offer, the complaint on its own page."""
    assert (fact in {act.fact for act in PANEL}) != (fact in OTHERWISE)


@pytest.mark.parametrize("act", PANEL)
def test_every_act_of_the_panel_has_its_template(act):
    assert (TEMPLATES / "acts" / f"{act.name}.html").is_file()


def test_the_clock_records_every_fact_that_waits_for_it():
    by_themselves = set(Standing().running()) | {
        Fact.MERCHANT_NOTIFIED,
        Fact.ESCALATED,
        Fact.DEADLINE_RECOMPUTED,
    }
    assert {fact for fact, rule in RULES.items() if Party.CLOCK in rule.who} == by_themselves


def test_every_fact_decides_whom_it_tells():
    assert set(TELLS) == set(Fact)


def test_everything_that_is_shown_has_its_words():
    assert (set(STATES), set(REMEDIES), set(PARTIES)) == (set(State), set(Remedy), set(Party))
    assert set(FOR_ALL) | set(OFFICER_LINES) == set(State)
    assert set(DEFAULTS) == set(Clock)


@pytest.mark.parametrize("state", sorted(TALKS | {State.AGREED, State.PERFORMED, State.BREACHED}))
@pytest.mark.parametrize("reader", [Party.CONSUMER, Party.MERCHANT, Party.BUREAU])
def test_every_reader_is_told_whose_turn_it_is(state: State, reader: Party):
    turns = {
        State.FILED: [Turn.MERCHANT],
        State.SILENT: [Turn.CONSUMER],
        State.AGREED: [Turn.MERCHANT],
        State.PERFORMED: [Turn.CONSUMER],
    }
    for turn in turns.get(state, [Turn.CONSUMER, Turn.MERCHANT]):
        line = turn_line(Standing(state=state, turn=turn), reader)
        assert (bool(line.who), line.mine) == (True, reader == turn.value)
