"""What stands in the panel of acts, in which order, and what opens by itself: one table."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.core.words import N_
from portal.disputes.workflow import WITH_BUREAU, Fact, Party, State

C, M, B = Party.CONSUMER, Party.MERCHANT, Party.BUREAU


@dataclass(frozen=True)
class Act:
    """One act of the panel: its template in disputes/acts/, its words, and where it stands open at once."""

    name: str
    fact: Fact
    label: str
    party: Party | None = None
    open_in: frozenset[State] = frozenset()


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


UNSETTLED = _in(State.FILED, State.SILENT, State.TALKING)
PANEL = (
    Act("decline", Fact.OFFER_DECLINED, N_("Decline")),
    Act("confirmation", Fact.PERFORMANCE_CONFIRMED, N_("It is solved"), open_in=_in(State.PERFORMED)),
    Act("missing", Fact.PERFORMANCE_DENIED, N_("Something is missing")),
    Act(
        "performance", Fact.PERFORMANCE_CLAIMED, N_("Mark as done"), open_in=_in(State.AGREED, State.BREACHED)
    ),
    Act("pledged", Fact.OFFER_MADE, N_("Settle as pledged"), M, UNSETTLED),
    Act("agree", Fact.OFFER_MADE, N_("Offer what was asked"), M, _in(State.FILED, State.SILENT)),
    Act("offer", Fact.OFFER_MADE, N_("Make an offer"), M),
    Act("offer", Fact.OFFER_MADE, N_("Propose something else"), C),
    Act("question", Fact.EVIDENCE_REQUESTED, N_("Ask for a proof or a detail")),
    Act("refusal", Fact.REFUSAL_GIVEN, N_("Refuse, with a reason")),
    Act("denial", Fact.STORE_DENIED, N_("Not our shop")),
    Act("withdrawal_undo", Fact.WITHDRAWAL_UNDONE, N_("Undo the withdrawal"), open_in=_in(State.WITHDRAWN)),
    Act(
        "follow_up_answer",
        Fact.FOLLOW_UP_ANSWERED,
        N_("The bureau asks: is it settled?"),
        C,
        frozenset(State),
    ),
    Act("rating", Fact.DISPUTE_RATED, N_("Rate how it was handled"), open_in=_in(State.CONFIRMED)),
    Act("message", Fact.MESSAGE_POSTED, N_("Write a message")),
    Act("escalation", Fact.ESCALATED, N_("Hand it to the bureau"), open_in=_in(State.SILENT, State.BREACHED)),
    Act("group", Fact.GROUP_JOINED, N_("Handle it together with others"), open_in=frozenset(State)),
    Act("identity", Fact.IDENTITY_GIVEN, N_("What an official complaint needs"), C, _in(State.ESCALATED)),
    Act("mediation", Fact.MEDIATION_ACCEPTED, N_("Accept, and begin to mediate"), B),
    Act("non_acceptance", Fact.COMPLAINT_REFUSED, N_("Do not accept")),
    Act("testing_result", Fact.TESTING_ENDED, N_("Keep the result of the test")),
    Act("session", Fact.SESSION_HELD, N_("Keep the minutes of a session")),
    Act("proposal", Fact.PROPOSAL_MADE, N_("Put a proposal to both sides"), B),
    Act("testing", Fact.TESTING_BEGUN, N_("Send the goods to be tested")),
    Act("termination", Fact.MEDIATION_TERMINATED, N_("End the mediation")),
    Act("entrustment", Fact.MEDIATION_ENTRUSTED, N_("Entrust the mediation to another body")),
    Act("entrustment_result", Fact.ENTRUSTMENT_ENDED, N_("Keep what the entrusted body reports")),
    Act("recusal", Fact.OFFICER_RECUSED, N_("Grant the recusal"), open_in=frozenset(WITH_BUREAU)),
    Act("recusal_denial", Fact.RECUSAL_DENIED, N_("Do not grant the recusal")),
    Act("receipt", Fact.TRANSFER_RECEIVED, N_("Confirm that it has arrived"), open_in=frozenset(State)),
    Act("assignment", Fact.OFFICER_ASSIGNED, N_("Take it on, or hand it to a colleague")),
    Act("stepping_aside", Fact.OFFICER_RECUSED, N_("Step aside from this dispute")),
    Act("transfer", Fact.DISPUTE_TRANSFERRED, N_("Pass it on to another city")),
    Act("exclusion", Fact.FIGURES_EXCLUDED, N_("Leave it out of the public figures")),
    Act("inclusion", Fact.FIGURES_INCLUDED, N_("Count it in the public figures again")),
    Act("proposal_refusal", Fact.PROPOSAL_DECLINED, N_("Do not agree to the bureau's proposal")),
    Act("recusal_request", Fact.RECUSAL_ASKED, N_("Ask for another officer")),
    Act("reopening", Fact.DISPUTE_REOPENED, N_("Take up the talks again")),
    Act("representatives", Fact.GROUP_LEFT, N_("Who speaks for us")),
    Act("group_departure", Fact.GROUP_LEFT, N_("Leave the group")),
    Act("consumer_letter", Fact.CONSUMER_WRITTEN_TO, N_("Write to the customer")),
    Act("merchant_letter", Fact.MERCHANT_WRITTEN_TO, N_("Write to the shop")),
    Act("contact", Fact.CONTACT_SHARED, N_("Share my name and number")),
    Act("withdrawal", Fact.CONSUMER_WITHDREW, N_("Withdraw the complaint")),
)
REPORT = Act("report", Fact.COMPLAINT_FILED, N_("Report a violation"), C)


def panel(
    moves: frozenset[Fact],
    party: Party,
    *,
    live: bool,
    pledged: bool = False,
    invited: bool = False,
    barred: Collection[str] = (),
) -> list[Act]:
    """The acts this party may do now, the most likely first.

    live: an offer is on the table; pledged: the pledge has made a settlement ready; invited: to be handled
    together with others; barred: what is not for this very person, or just now, whatever the rules allow.
    """
    out = ({"agree"} if live or pledged else set()) | (set() if pledged else {"pledged"})
    out |= (set() if invited else {"group"}) | {*barred}
    acts = [act for act in PANEL if act.fact in moves and act.party in (None, party) and act.name not in out]
    return [*acts, REPORT] if party is C else acts
