"""Which fact tells whom, and by which ways: one table (issue of notices; trust.md 40)."""

from enum import StrEnum

from portal.disputes.workflow import Fact, Party


class Audience(StrEnum):
    """As whom somebody is told. Staff: the merchant's owners, and the clerks of the store."""

    CONSUMER = "consumer"
    STAFF = "staff"
    COLLEAGUES = "colleagues"  # staff, of what one of them did
    OFFICERS = "officers"  # who has the dispute; where nobody has, those of the district and of its city
    DECIDERS = "deciders"  # of those, whoever decides about the one who has it: the supervisors, if there are


class Way(StrEnum):
    """A way out of the portal; the inbox in it is always used."""

    SMS = "sms"
    EMAIL = "email"


Ways = frozenset[Way]
INBOX: Ways = frozenset()
MAIL: Ways = frozenset({Way.EMAIL})
ALL: Ways = frozenset({Way.SMS, Way.EMAIL})

C, S, W, O = Audience.CONSUMER, Audience.STAFF, Audience.COLLEAGUES, Audience.OFFICERS  # noqa: E741
D = Audience.DECIDERS

# A text message costs money and interrupts: it goes where somebody's turn begins, a deadline nears or has
# passed, or it is over. Whoever acted is never told; the other side of an act is (`told_of`).
TELLS: dict[Fact, dict[Audience, Ways]] = {
    Fact.COMPLAINT_FILED: {S: ALL},
    Fact.MERCHANT_NOTIFIED: {C: INBOX},
    Fact.MESSAGE_POSTED: {C: ALL, S: ALL},
    Fact.CONTACT_SHARED: {S: MAIL},
    Fact.EVIDENCE_REQUESTED: {C: ALL},
    Fact.REFUSAL_GIVEN: {C: ALL},
    Fact.STORE_DENIED: {C: ALL},
    Fact.OFFER_MADE: {C: ALL, S: ALL, W: INBOX},
    Fact.OFFER_ACCEPTED: {C: ALL, S: ALL, W: INBOX},
    Fact.OFFER_DECLINED: {C: ALL, S: ALL},
    Fact.OFFER_WITHDRAWN: {C: MAIL, S: MAIL},
    Fact.OFFER_LAPSED: {C: MAIL, S: MAIL},
    Fact.MERCHANT_FELL_SILENT: {C: ALL, S: ALL},
    Fact.TALKS_RAN_OUT: {C: ALL, S: MAIL},
    Fact.ESCALATED: {C: ALL, S: ALL, W: INBOX, O: MAIL},
    Fact.CONSUMER_WITHDREW: {S: MAIL},
    Fact.WITHDRAWAL_UNDONE: {S: ALL},
    Fact.WITHDRAWAL_BECAME_FINAL: {C: INBOX, S: INBOX},
    Fact.PERFORMANCE_REMINDED: {S: ALL},
    Fact.PERFORMANCE_CLAIMED: {C: ALL, W: INBOX},
    Fact.PERFORMANCE_DENIED: {S: ALL},
    Fact.PERFORMANCE_CONFIRMED: {S: MAIL},
    Fact.SETTLEMENT_BREACHED: {C: ALL, S: ALL},
    Fact.CONFIRMATION_LAPSED: {C: ALL, S: MAIL},
    Fact.DISPUTE_REOPENED: {S: ALL},
    Fact.DISPUTE_RATED: {S: INBOX},
    Fact.IDENTITY_GIVEN: {O: INBOX},
    Fact.OFFICER_ASSIGNED: {C: INBOX, O: MAIL},
    Fact.MEDIATION_ACCEPTED: {C: ALL, S: ALL},
    Fact.COMPLAINT_REFUSED: {C: ALL, S: MAIL},
    Fact.ACCEPTANCE_OVERDUE: {C: INBOX, O: MAIL},
    Fact.SESSION_HELD: {C: MAIL, S: MAIL},
    Fact.TESTING_BEGUN: {C: MAIL, S: MAIL},
    Fact.TESTING_ENDED: {C: MAIL, S: MAIL},
    Fact.PROPOSAL_MADE: {C: ALL, S: ALL},
    Fact.PROPOSAL_ACCEPTED: {C: INBOX, S: INBOX, O: INBOX},
    Fact.PROPOSAL_DECLINED: {C: MAIL, S: MAIL, O: INBOX},
    Fact.DISPUTE_MEDIATED: {C: ALL, S: ALL, W: INBOX, O: INBOX},
    Fact.MEDIATION_TERMINATED: {C: ALL, S: ALL, O: INBOX},
    Fact.DEADLINE_RECOMPUTED: {C: INBOX, O: INBOX},
    Fact.RECUSAL_ASKED: {C: MAIL, S: MAIL, O: INBOX, D: MAIL},
    Fact.RECUSAL_DENIED: {C: ALL, S: MAIL, O: INBOX},
    Fact.OFFICER_RECUSED: {C: ALL, S: MAIL, O: MAIL},
    Fact.MEDIATION_ENTRUSTED: {C: ALL, S: ALL, O: INBOX},
    Fact.ENTRUSTMENT_ENDED: {C: ALL, S: ALL, O: INBOX},
    Fact.FOLLOW_UP_ASKED: {C: ALL},
    Fact.FOLLOW_UP_ANSWERED: {},  # the desk has its list, and the shop is not to know
    Fact.GROUP_JOINED: {S: MAIL},
    Fact.GROUP_LEFT: {S: INBOX},
    Fact.CONSUMER_WRITTEN_TO: {C: ALL},
    Fact.MERCHANT_WRITTEN_TO: {S: ALL},
    Fact.DISPUTE_TRANSFERRED: {C: ALL, S: MAIL},
    Fact.TRANSFER_RECEIVED: {C: MAIL},
    Fact.FIGURES_EXCLUDED: {C: MAIL, S: MAIL},
    Fact.FIGURES_INCLUDED: {C: MAIL, S: MAIL},
}

# Facts that may come in dozens: once one has been sent out, the next only after its reader has looked.
CHATTER = frozenset({Fact.MESSAGE_POSTED})

ACTED: dict[Party, Audience] = {Party.CONSUMER: C, Party.MERCHANT: S}


def told_of(fact: Fact, party: Party) -> dict[Audience, Ways]:
    """Who is told of a fact that this party recorded, and by which ways besides the inbox."""
    told = {audience: ways for audience, ways in TELLS[fact].items() if audience is not ACTED.get(party)}
    if party is not Party.MERCHANT:
        told.pop(Audience.COLLEAGUES, None)
    return told
