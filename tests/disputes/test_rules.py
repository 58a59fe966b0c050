"""RULES as a readable table: whoever changes who may do what, and when, changes it here in plain sight."""

import pytest

from portal.disputes.workflow import CLOSED, RULES, WITH_BUREAU, Fact, Party, State, Then

# C consumer, M merchant, B bureau, K the clock; · nobody. A star: it stops the clock of the first reply.
LETTERS = {Party.CONSUMER: "C", Party.MERCHANT: "M", Party.BUREAU: "B", Party.CLOCK: "K"}
COLUMNS: dict[State | None, str] = {
    None: "new",
    State.FILED: "fil",
    State.TALKING: "tlk",
    State.OFFERED: "off",
    State.SILENT: "sil",
    State.AGREED: "agr",
    State.PERFORMED: "prf",
    State.BREACHED: "bre",
    State.ESCALATED: "esc",
    State.MEDIATING: "med",
    State.CONFIRMED: "cnf",
    State.UNCONFIRMED: "unc",
    State.WITHDRAWN: "wdr",
    State.TERMINATED: "trm",
    State.REFUSED: "ref",
    State.TRANSFERRED: "trf",
}
TABLE = """
fact                    new fil tlk off sil agr prf bre esc med cnf unc wdr trm ref trf leads to    turn then
complaint_filed         C   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   filed       merchant
merchant_notified       ·   K   K   K   K   ·   ·   ·   ·   ·   ·   ·   K   ·   ·   ·   stay        same
message_posted          ·   CM  CM  CM  CM  CM  CM  CM  ·   ·   ·   ·   ·   ·   ·   ·   stay        answered
contact_shared          ·   C   C   C   C   C   C   C   ·   ·   ·   ·   ·   ·   ·   ·   stay        same
evidence_requested      ·   M   M   ·   M   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   talking     consumer *
refusal_given           ·   M   M   ·   M   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   talking     consumer *
store_denied            ·   M   M   ·   M   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   talking     consumer *
offer_made              ·   CM  CM  CM  CM  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   offered     other *
offer_accepted          ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   agreed      merchant *
offer_declined          ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   resume      other *
offer_withdrawn         ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   resume      actor
offer_lapsed            ·   ·   ·   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   resume      swap
merchant_fell_silent    ·   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   silent      consumer
talks_ran_out           ·   K   K   K   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   stay        same
escalated               ·   CMK CMK CMK CMK ·   ·   CMK ·   ·   ·   ·   ·   ·   ·   ·   escalated   bureau
consumer_withdrew       ·   C   C   C   C   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   withdrawn   nobody
withdrawal_undone       ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   C   ·   ·   ·   resume      actor
withdrawal_became_final ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   K   ·   ·   ·   stay        nobody
performance_reminded    ·   ·   ·   ·   ·   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   stay        same
performance_claimed     ·   ·   ·   ·   ·   M   ·   M   ·   ·   ·   ·   ·   ·   ·   ·   performed   consumer
performance_denied      ·   ·   ·   ·   ·   ·   C   ·   ·   ·   ·   ·   ·   ·   ·   ·   resume      merchant
performance_confirmed   ·   ·   ·   ·   ·   C   C   C   ·   ·   ·   C   ·   ·   ·   ·   confirmed   nobody
settlement_breached     ·   ·   ·   ·   ·   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   breached    consumer
confirmation_lapsed     ·   ·   ·   ·   ·   ·   K   ·   ·   ·   ·   ·   ·   ·   ·   ·   unconfirmed nobody
dispute_reopened        ·   ·   ·   ·   ·   ·   ·   C   ·   ·   C   C   ·   ·   ·   ·   talking     merchant
dispute_rated           ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   C   C   ·   ·   ·   ·   stay        nobody
identity_given          ·   ·   ·   ·   ·   ·   ·   ·   C   ·   ·   ·   ·   ·   ·   ·   stay        same
officer_assigned        ·   ·   ·   ·   ·   ·   ·   ·   B   B   ·   ·   ·   ·   ·   ·   stay        same
mediation_accepted      ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   ·   mediating   bureau
complaint_refused       ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   ·   refused     nobody
acceptance_overdue      ·   ·   ·   ·   ·   ·   ·   ·   K   ·   ·   ·   ·   ·   ·   ·   stay        same
session_held            ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
testing_begun           ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
testing_ended           ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
proposal_made           ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
proposal_accepted       ·   ·   ·   ·   ·   ·   ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   stay        same
proposal_declined       ·   ·   ·   ·   ·   ·   ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   stay        same
dispute_mediated        ·   ·   ·   ·   ·   ·   ·   ·   ·   CM  ·   ·   ·   ·   ·   ·   agreed      merchant
mediation_terminated    ·   ·   ·   ·   ·   ·   ·   ·   ·   BK  ·   ·   ·   ·   ·   ·   terminated  nobody
deadline_recomputed     ·   ·   ·   ·   ·   ·   ·   ·   K   K   ·   ·   ·   ·   ·   ·   stay        same
recusal_asked           ·   ·   ·   ·   ·   ·   ·   ·   CM  CM  ·   ·   ·   ·   ·   ·   stay        same
recusal_denied          ·   ·   ·   ·   ·   ·   ·   ·   B   B   ·   ·   ·   ·   ·   ·   stay        same
officer_recused         ·   ·   ·   ·   ·   ·   ·   ·   B   B   ·   ·   ·   ·   ·   ·   stay        same
mediation_entrusted     ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
entrustment_ended       ·   ·   ·   ·   ·   ·   ·   ·   ·   B   ·   ·   ·   ·   ·   ·   stay        same
follow_up_asked         ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   K   K   K   K   K   ·   stay        nobody
follow_up_answered      ·   ·   ·   ·   ·   ·   ·   ·   ·   ·   C   C   C   C   C   ·   stay        nobody
dispute_transferred     ·   B   B   B   B   ·   ·   ·   B   B   ·   ·   ·   ·   ·   ·   transferred nobody
transfer_received       ·   B   B   B   B   B   B   B   B   B   B   B   B   B   B   ·   stay        same
figures_excluded        ·   B   B   B   B   B   B   B   B   B   B   B   B   B   B   ·   stay        same
figures_included        ·   B   B   B   B   B   B   B   B   B   B   B   B   B   B   ·   stay        same
group_joined            ·   C   C   C   C   ·   ·   ·   C   C   ·   ·   ·   ·   ·   ·   stay        same
group_left              ·   C   C   C   C   ·   ·   ·   C   C   ·   ·   ·   ·   ·   ·   stay        same
consumer_written_to     ·   B   B   B   B   B   B   B   B   B   B   B   B   B   B   ·   stay        same
merchant_written_to     ·   B   B   B   B   B   B   B   B   B   B   B   B   B   B   ·   stay        same
"""


def test_the_rules_are_the_ones_that_were_agreed():
    assert table() == TABLE.strip()


def table() -> str:
    """RULES, written out as TABLE is."""
    lines = [f"{'fact':24}" + "".join(f"{name:4}" for name in COLUMNS.values()) + "leads to    turn then"]
    for fact, rule in RULES.items():
        who = "".join(LETTERS[party] for party in Party if party in rule.who)
        cells = "".join(f"{who if state in rule.when else '·':4}" for state in COLUMNS)
        lines.append(f"{fact:24}{cells}{rule.leads_to:12}{rule.turn}{' *' if rule.typed_reply else ''}")
    return "\n".join(lines)


def test_every_state_has_a_column():
    assert set(COLUMNS) == {None, *State}


def test_every_fact_has_a_rule():
    assert set(RULES) == set(Fact)


def test_only_the_consumer_confirms_and_only_the_consumer_reopens():
    for fact in (Fact.PERFORMANCE_CONFIRMED, Fact.DISPUTE_REOPENED, Fact.DISPUTE_RATED):
        assert RULES[fact].who == {Party.CONSUMER}


def test_got_it_does_not_stop_the_clock_of_the_first_reply():
    typed = {fact for fact, rule in RULES.items() if rule.typed_reply and Party.MERCHANT in rule.who}
    assert typed == {
        Fact.EVIDENCE_REQUESTED,
        Fact.REFUSAL_GIVEN,
        Fact.STORE_DENIED,
        Fact.OFFER_MADE,
        Fact.OFFER_ACCEPTED,
        Fact.OFFER_DECLINED,
    }


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_the_merchant_has_no_move_in_what_is_closed(state: State):
    assert moves_of(Party.MERCHANT, state) == []


def test_while_the_bureau_examines_the_merchant_can_only_ask_for_another_officer():
    assert moves_of(Party.MERCHANT, State.ESCALATED) == [Fact.RECUSAL_ASKED]


def test_in_a_mediation_the_two_sides_answer_the_proposal_or_ask_for_another_officer():
    answers = [Fact.PROPOSAL_ACCEPTED, Fact.PROPOSAL_DECLINED, Fact.DISPUTE_MEDIATED, Fact.RECUSAL_ASKED]
    assert moves_of(Party.MERCHANT, State.MEDIATING) == answers
    assert moves_of(Party.CONSUMER, State.MEDIATING) == [*answers, Fact.GROUP_JOINED, Fact.GROUP_LEFT]


def test_the_bureau_acts_only_on_what_has_been_handed_to_it_but_for_figures_letters_and_the_right_city():
    anywhere = {
        Fact.FIGURES_EXCLUDED,
        Fact.FIGURES_INCLUDED,
        Fact.DISPUTE_TRANSFERRED,
        Fact.TRANSFER_RECEIVED,
        Fact.CONSUMER_WRITTEN_TO,
        Fact.MERCHANT_WRITTEN_TO,
    }
    moves = {fact: rule.when for fact, rule in RULES.items() if Party.BUREAU in rule.who}
    assert {fact for fact, when in moves.items() if not when <= WITH_BUREAU} == anywhere


def test_the_bureau_never_settles_for_the_two_sides_and_never_says_that_it_is_solved():
    leads_to = {rule.leads_to for rule in RULES.values() if Party.BUREAU in rule.who}
    assert leads_to == {Then.STAY, State.MEDIATING, State.REFUSED, State.TERMINATED, State.TRANSFERRED}


def moves_of(party: Party, state: State) -> list[Fact]:
    return [fact for fact, rule in RULES.items() if party in rule.who and state in rule.when]


def test_every_state_can_be_reached():
    reached, before = {None}, set()
    while reached != before:
        before = set(reached)
        for rule in RULES.values():
            if rule.when & reached and isinstance(rule.leads_to, State):
                reached.add(rule.leads_to)
    assert reached == {None, *State}


def test_time_alone_leads_out_of_no_closed_state():
    for fact, rule in RULES.items():
        if Party.CLOCK in rule.who and rule.when & CLOSED:
            assert rule.leads_to is Then.STAY, fact
