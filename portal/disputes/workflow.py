"""Who may record which fact, when, and to what end: the state machine as one table (domain.md section 3).

Buttons, guards, 403/409, the printed matrix, the tests and the diagram all read RULES. The values of the
enums are stored for ever: facts are added, never renamed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    CONSUMER = "consumer"
    MERCHANT = "merchant"
    BUREAU = "bureau"
    CLOCK = "clock"


class State(StrEnum):
    FILED = "filed"
    TALKING = "talking"
    OFFERED = "offered"
    SILENT = "silent"
    AGREED = "agreed"
    PERFORMED = "performed"
    BREACHED = "breached"
    ESCALATED = "escalated"
    MEDIATING = "mediating"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REFUSED = "refused"
    TRANSFERRED = "transferred"


class Fact(StrEnum):
    COMPLAINT_FILED = "complaint_filed"
    MERCHANT_NOTIFIED = "merchant_notified"
    MESSAGE_POSTED = "message_posted"
    CONTACT_SHARED = "contact_shared"
    EVIDENCE_REQUESTED = "evidence_requested"
    REFUSAL_GIVEN = "refusal_given"
    STORE_DENIED = "store_denied"
    OFFER_MADE = "offer_made"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFER_LAPSED = "offer_lapsed"
    MERCHANT_FELL_SILENT = "merchant_fell_silent"
    TALKS_RAN_OUT = "talks_ran_out"
    ESCALATED = "escalated"
    CONSUMER_WITHDREW = "consumer_withdrew"
    WITHDRAWAL_UNDONE = "withdrawal_undone"
    WITHDRAWAL_BECAME_FINAL = "withdrawal_became_final"
    PERFORMANCE_REMINDED = "performance_reminded"
    PERFORMANCE_CLAIMED = "performance_claimed"
    PERFORMANCE_DENIED = "performance_denied"
    PERFORMANCE_CONFIRMED = "performance_confirmed"
    SETTLEMENT_BREACHED = "settlement_breached"
    CONFIRMATION_LAPSED = "confirmation_lapsed"
    DISPUTE_REOPENED = "dispute_reopened"
    DISPUTE_RATED = "dispute_rated"
    IDENTITY_GIVEN = "identity_given"
    OFFICER_ASSIGNED = "officer_assigned"
    MEDIATION_ACCEPTED = "mediation_accepted"
    COMPLAINT_REFUSED = "complaint_refused"
    ACCEPTANCE_OVERDUE = "acceptance_overdue"
    SESSION_HELD = "session_held"
    TESTING_BEGUN = "testing_begun"
    TESTING_ENDED = "testing_ended"
    PROPOSAL_MADE = "proposal_made"
    PROPOSAL_ACCEPTED = "proposal_accepted"
    PROPOSAL_DECLINED = "proposal_declined"
    DISPUTE_MEDIATED = "dispute_mediated"
    MEDIATION_TERMINATED = "mediation_terminated"
    DEADLINE_RECOMPUTED = "deadline_recomputed"
    RECUSAL_ASKED = "recusal_asked"
    RECUSAL_DENIED = "recusal_denied"
    OFFICER_RECUSED = "officer_recused"
    MEDIATION_ENTRUSTED = "mediation_entrusted"
    ENTRUSTMENT_ENDED = "entrustment_ended"
    FOLLOW_UP_ASKED = "follow_up_asked"
    FOLLOW_UP_ANSWERED = "follow_up_answered"
    DISPUTE_TRANSFERRED = "dispute_transferred"
    TRANSFER_RECEIVED = "transfer_received"
    FIGURES_EXCLUDED = "figures_excluded"
    FIGURES_INCLUDED = "figures_included"
    GROUP_JOINED = "group_joined"
    GROUP_LEFT = "group_left"
    CONSUMER_WRITTEN_TO = "consumer_written_to"
    MERCHANT_WRITTEN_TO = "merchant_written_to"


class Then(StrEnum):
    """Outcomes that depend on what went before (portal.disputes.standing works them out)."""

    STAY = "stay"
    RESUME = "resume"  # the state without what just ended: an offer, a withdrawal, a claimed performance


class Turn(StrEnum):
    """Whose move it is after a fact."""

    MERCHANT = "merchant"
    CONSUMER = "consumer"
    BUREAU = "bureau"
    NOBODY = "nobody"
    SAME = "same"  # as before
    OTHER = "other"  # the side that did not act
    ACTOR = "actor"  # the side that acted
    SWAP = "swap"  # the clock acted: the side whose turn it was not
    ANSWERED = "answered"  # the other side, if it was the actor's turn; else as before


@dataclass(frozen=True)
class Rule:
    """One row: `who` may record the fact, in which states (`None`: before there is a dispute), to what end.

    `typed_reply` stops the clock of the merchant's first reply: "got it" does not.
    """

    who: frozenset[Party]
    when: frozenset[State | None]
    leads_to: State | Then
    turn: Turn
    typed_reply: bool = False


C, M, B, CLOCK = Party.CONSUMER, Party.MERCHANT, Party.BUREAU, Party.CLOCK
UNANSWERED = {State.FILED, State.SILENT}
TALKS = {*UNANSWERED, State.TALKING, State.OFFERED}
OWED = {State.AGREED, State.PERFORMED, State.BREACHED}
SETTLED_OR_NOT = {State.CONFIRMED, State.UNCONFIRMED, State.WITHDRAWN, State.TERMINATED, State.REFUSED}
CLOSED = SETTLED_OR_NOT | {State.TRANSFERRED}
WITH_BUREAU = {State.ESCALATED, State.MEDIATING}
# The facts that close a dispute, a withdrawal once it is final: each fixes when its consumer is asked what
# became of it.
CLOSING = {
    Fact.PERFORMANCE_CONFIRMED,
    Fact.CONFIRMATION_LAPSED,
    Fact.WITHDRAWAL_BECAME_FINAL,
    Fact.COMPLAINT_REFUSED,
    Fact.MEDIATION_TERMINATED,
}


def rule(
    who: Iterable[Party],
    when: Iterable[State | None],
    leads_to: State | Then,
    turn: Turn,
    *,
    typed_reply: bool = False,
) -> Rule:
    return Rule(frozenset(who), frozenset(when), leads_to, turn, typed_reply)


# fact                            who      when                          leads to           whose turn then
RULES: dict[Fact, Rule] = {
    Fact.COMPLAINT_FILED: rule({C}, {None}, State.FILED, Turn.MERCHANT),
    Fact.MERCHANT_NOTIFIED: rule({CLOCK}, TALKS | {State.WITHDRAWN}, Then.STAY, Turn.SAME),
    Fact.MESSAGE_POSTED: rule({C, M}, TALKS | OWED, Then.STAY, Turn.ANSWERED),
    Fact.CONTACT_SHARED: rule({C}, TALKS | OWED, Then.STAY, Turn.SAME),
    Fact.EVIDENCE_REQUESTED: rule(
        {M}, UNANSWERED | {State.TALKING}, State.TALKING, Turn.CONSUMER, typed_reply=True
    ),
    Fact.REFUSAL_GIVEN: rule(
        {M}, UNANSWERED | {State.TALKING}, State.TALKING, Turn.CONSUMER, typed_reply=True
    ),
    Fact.STORE_DENIED: rule(
        {M}, UNANSWERED | {State.TALKING}, State.TALKING, Turn.CONSUMER, typed_reply=True
    ),
    Fact.OFFER_MADE: rule({C, M}, TALKS, State.OFFERED, Turn.OTHER, typed_reply=True),
    Fact.OFFER_ACCEPTED: rule({C, M}, {State.OFFERED}, State.AGREED, Turn.MERCHANT, typed_reply=True),
    Fact.OFFER_DECLINED: rule({C, M}, {State.OFFERED}, Then.RESUME, Turn.OTHER, typed_reply=True),
    Fact.OFFER_WITHDRAWN: rule({C, M}, {State.OFFERED}, Then.RESUME, Turn.ACTOR),
    Fact.OFFER_LAPSED: rule({CLOCK}, {State.OFFERED}, Then.RESUME, Turn.SWAP),
    Fact.MERCHANT_FELL_SILENT: rule({CLOCK}, {State.FILED}, State.SILENT, Turn.CONSUMER),
    Fact.TALKS_RAN_OUT: rule({CLOCK}, TALKS, Then.STAY, Turn.SAME),
    Fact.ESCALATED: rule({C, M, CLOCK}, TALKS | {State.BREACHED}, State.ESCALATED, Turn.BUREAU),
    Fact.CONSUMER_WITHDREW: rule({C}, TALKS, State.WITHDRAWN, Turn.NOBODY),
    Fact.WITHDRAWAL_UNDONE: rule({C}, {State.WITHDRAWN}, Then.RESUME, Turn.ACTOR),
    Fact.WITHDRAWAL_BECAME_FINAL: rule({CLOCK}, {State.WITHDRAWN}, Then.STAY, Turn.NOBODY),
    Fact.PERFORMANCE_REMINDED: rule({CLOCK}, {State.AGREED}, Then.STAY, Turn.SAME),
    Fact.PERFORMANCE_CLAIMED: rule({M}, {State.AGREED, State.BREACHED}, State.PERFORMED, Turn.CONSUMER),
    Fact.PERFORMANCE_DENIED: rule({C}, {State.PERFORMED}, Then.RESUME, Turn.MERCHANT),
    Fact.PERFORMANCE_CONFIRMED: rule({C}, OWED | {State.UNCONFIRMED}, State.CONFIRMED, Turn.NOBODY),
    Fact.SETTLEMENT_BREACHED: rule({CLOCK}, {State.AGREED}, State.BREACHED, Turn.CONSUMER),
    Fact.CONFIRMATION_LAPSED: rule({CLOCK}, {State.PERFORMED}, State.UNCONFIRMED, Turn.NOBODY),
    Fact.DISPUTE_REOPENED: rule(
        {C}, {State.CONFIRMED, State.UNCONFIRMED, State.BREACHED}, State.TALKING, Turn.MERCHANT
    ),
    Fact.DISPUTE_RATED: rule({C}, {State.CONFIRMED, State.UNCONFIRMED}, Then.STAY, Turn.NOBODY),
    Fact.IDENTITY_GIVEN: rule({C}, {State.ESCALATED}, Then.STAY, Turn.SAME),
    Fact.OFFICER_ASSIGNED: rule({B}, WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.MEDIATION_ACCEPTED: rule({B}, {State.ESCALATED}, State.MEDIATING, Turn.BUREAU),
    Fact.COMPLAINT_REFUSED: rule({B}, {State.ESCALATED}, State.REFUSED, Turn.NOBODY),
    Fact.ACCEPTANCE_OVERDUE: rule({CLOCK}, {State.ESCALATED}, Then.STAY, Turn.SAME),
    Fact.SESSION_HELD: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.TESTING_BEGUN: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.TESTING_ENDED: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.PROPOSAL_MADE: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.PROPOSAL_ACCEPTED: rule({C, M}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.PROPOSAL_DECLINED: rule({C, M}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.DISPUTE_MEDIATED: rule({C, M}, {State.MEDIATING}, State.AGREED, Turn.MERCHANT),
    Fact.MEDIATION_TERMINATED: rule({B, CLOCK}, {State.MEDIATING}, State.TERMINATED, Turn.NOBODY),
    Fact.DEADLINE_RECOMPUTED: rule({CLOCK}, WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.RECUSAL_ASKED: rule({C, M}, WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.RECUSAL_DENIED: rule({B}, WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.OFFICER_RECUSED: rule({B}, WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.MEDIATION_ENTRUSTED: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.ENTRUSTMENT_ENDED: rule({B}, {State.MEDIATING}, Then.STAY, Turn.SAME),
    Fact.FOLLOW_UP_ASKED: rule({CLOCK}, SETTLED_OR_NOT, Then.STAY, Turn.NOBODY),
    Fact.FOLLOW_UP_ANSWERED: rule({C}, SETTLED_OR_NOT, Then.STAY, Turn.NOBODY),
    Fact.DISPUTE_TRANSFERRED: rule({B}, TALKS | WITH_BUREAU, State.TRANSFERRED, Turn.NOBODY),
    Fact.TRANSFER_RECEIVED: rule({B}, set(State) - {State.TRANSFERRED}, Then.STAY, Turn.SAME),
    Fact.FIGURES_EXCLUDED: rule({B}, set(State) - {State.TRANSFERRED}, Then.STAY, Turn.SAME),
    Fact.FIGURES_INCLUDED: rule({B}, set(State) - {State.TRANSFERRED}, Then.STAY, Turn.SAME),
    Fact.GROUP_JOINED: rule({C}, TALKS | WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.GROUP_LEFT: rule({C}, TALKS | WITH_BUREAU, Then.STAY, Turn.SAME),
    Fact.CONSUMER_WRITTEN_TO: rule({B}, set(State) - {State.TRANSFERRED}, Then.STAY, Turn.SAME),
    Fact.MERCHANT_WRITTEN_TO: rule({B}, set(State) - {State.TRANSFERRED}, Then.STAY, Turn.SAME),
}


class Remedy(StrEnum):
    """The statutory remedies (domain.md section 2) and an apology."""

    REPAIR = "repair"
    REDO = "redo"
    EXCHANGE = "exchange"
    RETURN = "return"
    MAKE_UP = "make_up"
    REFUND = "refund"
    COMPENSATION = "compensation"
    APOLOGY = "apology"


WITH_MONEY = {Remedy.RETURN, Remedy.REFUND, Remedy.COMPENSATION}
