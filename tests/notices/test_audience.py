"""The table of who is told of what is complete, and says nothing to whoever acted."""

import pytest

from portal.disputes.workflow import RULES, WITH_BUREAU, Fact, Party
from portal.notices.audience import ALL, INBOX, MAIL, TELLS, Audience, told_of
from portal.notices.wording import SENTENCES

OF_A_FOLLOW_UP = {Fact.FOLLOW_UP_ASKED, Fact.FOLLOW_UP_ANSWERED}


def test_every_fact_says_whom_it_tells():
    assert set(TELLS) == set(Fact)
    assert [fact for fact in Fact if not TELLS[fact]] == [Fact.FOLLOW_UP_ANSWERED]


def test_every_telling_has_its_sentence_and_every_sentence_is_told():
    assert set(SENTENCES) == {(fact, audience) for fact, audiences in TELLS.items() for audience in audiences}


@pytest.mark.parametrize(
    ("fact", "party"), [(fact, party) for fact in Fact for party in sorted(RULES[fact].who)]
)
def test_the_side_that_acted_is_not_told_and_the_other_side_is(fact: Fact, party: Party):
    told = told_of(fact, party)
    match party:
        case Party.CONSUMER:
            assert Audience.CONSUMER not in told
            assert Audience.COLLEAGUES not in told
            assert Audience.STAFF in told or RULES[fact].when <= WITH_BUREAU or fact in OF_A_FOLLOW_UP
        case Party.MERCHANT:
            assert Audience.STAFF not in told
            assert Audience.CONSUMER in told
        case Party.BUREAU:
            assert Audience.COLLEAGUES not in told
            assert Audience.CONSUMER in told or fact is Fact.MERCHANT_WRITTEN_TO
        case Party.CLOCK:
            assert Audience.COLLEAGUES not in told
            assert told


def test_the_bureau_is_told_of_what_has_been_handed_to_it_and_of_nothing_before():
    told = {fact for fact in Fact if Audience.OFFICERS in TELLS[fact]}
    assert Fact.ESCALATED in told
    assert {fact for fact in told if not RULES[fact].when <= WITH_BUREAU} == {Fact.ESCALATED}


def test_that_an_identity_was_given_is_the_bureaus_alone():
    assert told_of(Fact.IDENTITY_GIVEN, Party.CONSUMER) == {Audience.OFFICERS: INBOX}


def test_the_shop_is_told_of_each_step_of_a_mediation_but_not_who_has_it():
    bureaus = [fact for fact in Fact if Party.BUREAU in RULES[fact].who]
    untold = {fact for fact in bureaus if Audience.STAFF not in told_of(fact, Party.BUREAU)}
    assert untold == {Fact.OFFICER_ASSIGNED, Fact.TRANSFER_RECEIVED, Fact.CONSUMER_WRITTEN_TO}


def test_a_follow_up_is_the_consumers_alone():
    assert told_of(Fact.FOLLOW_UP_ASKED, Party.CLOCK) == {Audience.CONSUMER: ALL}
    assert told_of(Fact.FOLLOW_UP_ANSWERED, Party.CONSUMER) == {}


def test_whoever_decides_about_an_officer_is_told_besides_that_officer():
    told = told_of(Fact.RECUSAL_ASKED, Party.CONSUMER)
    assert told == {Audience.STAFF: MAIL, Audience.OFFICERS: INBOX, Audience.DECIDERS: MAIL}


def test_a_turn_that_begins_is_worth_a_text_message_and_a_rating_is_not():
    assert told_of(Fact.OFFER_MADE, Party.MERCHANT) == {Audience.CONSUMER: ALL, Audience.COLLEAGUES: INBOX}
    assert told_of(Fact.OFFER_MADE, Party.CONSUMER) == {Audience.STAFF: ALL}
    assert told_of(Fact.ESCALATED, Party.CLOCK) == {
        Audience.CONSUMER: ALL,
        Audience.STAFF: ALL,
        Audience.OFFICERS: MAIL,
    }
    assert told_of(Fact.DISPUTE_RATED, Party.CONSUMER) == {Audience.STAFF: INBOX}
