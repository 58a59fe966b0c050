"""What a notice says: of each fact to each audience one sentence, without anything out of the dispute."""

from portal.core.words import N_
from portal.disputes.workflow import Fact
from portal.notices.audience import Audience

C, S, W, O = Audience.CONSUMER, Audience.STAFF, Audience.COLLEAGUES, Audience.OFFICERS  # noqa: E741
D = Audience.DECIDERS

SENTENCES: dict[tuple[Fact, Audience], str] = {
    (Fact.COMPLAINT_FILED, S): N_("A customer has a complaint about your shop. Please answer in time."),
    (Fact.MERCHANT_NOTIFIED, C): N_("Our notice has reached the shop. Its time to answer has begun."),
    (Fact.MESSAGE_POSTED, C): N_("The shop has written to you."),
    (Fact.MESSAGE_POSTED, S): N_("The customer has written to you."),
    (Fact.CONTACT_SHARED, S): N_("The customer now lets you see name and phone number."),
    (Fact.EVIDENCE_REQUESTED, C): N_("The shop asks you for something it needs to decide."),
    (Fact.REFUSAL_GIVEN, C): N_("The shop has refused and says why."),
    (Fact.STORE_DENIED, C): N_("The shop says that this was not bought there."),
    (Fact.OFFER_MADE, C): N_("The shop has made you an offer."),
    (Fact.OFFER_MADE, S): N_("The customer has made a proposal."),
    (Fact.OFFER_MADE, W): N_("A colleague has made an offer to the customer."),
    (Fact.OFFER_ACCEPTED, C): N_("The shop has accepted your proposal. You have a settlement."),
    (Fact.OFFER_ACCEPTED, S): N_("The customer has accepted your offer. You have a settlement."),
    (Fact.OFFER_ACCEPTED, W): N_("A colleague has accepted the customer's proposal. You have a settlement."),
    (Fact.OFFER_DECLINED, C): N_("The shop has declined your proposal."),
    (Fact.OFFER_DECLINED, S): N_("The customer has declined your offer."),
    (Fact.OFFER_WITHDRAWN, C): N_("The shop has taken its offer back."),
    (Fact.OFFER_WITHDRAWN, S): N_("The customer has taken the proposal back."),
    (Fact.OFFER_LAPSED, C): N_("The offer on the table has lapsed. The talks go on."),
    (Fact.OFFER_LAPSED, S): N_("The offer on the table has lapsed. The talks go on."),
    (Fact.MERCHANT_FELL_SILENT, C): N_(
        "The shop did not answer in time. One tap hands your dispute to the bureau."
    ),
    (Fact.MERCHANT_FELL_SILENT, S): N_("The time for your answer has passed. You can still make an offer."),
    (Fact.TALKS_RAN_OUT, C): N_("The time for talks is over. You can hand your dispute to the bureau."),
    (Fact.TALKS_RAN_OUT, S): N_("The time for talks is over. Either side can hand it to the bureau."),
    (Fact.ESCALATED, C): N_("Your dispute has gone to the bureau with its whole record."),
    (Fact.ESCALATED, S): N_("The dispute has gone to the bureau with its whole record."),
    (Fact.ESCALATED, W): N_("A colleague has handed the dispute to the bureau."),
    (Fact.ESCALATED, O): N_("A dispute of your district has been handed to the bureau."),
    (Fact.CONSUMER_WITHDREW, S): N_("The customer has withdrawn. For a few days that can be undone."),
    (Fact.WITHDRAWAL_UNDONE, S): N_("The customer has taken the withdrawal back. The talks go on."),
    (Fact.WITHDRAWAL_BECAME_FINAL, C): N_("Your withdrawal is final now."),
    (Fact.WITHDRAWAL_BECAME_FINAL, S): N_("The customer's withdrawal is final now."),
    (Fact.PERFORMANCE_REMINDED, S): N_("The agreed day is near. Please do your part and mark it as done."),
    (Fact.PERFORMANCE_CLAIMED, C): N_("The shop says it is done. Please confirm it, or say what is missing."),
    (Fact.PERFORMANCE_CLAIMED, W): N_("A colleague has marked the settlement as done."),
    (Fact.PERFORMANCE_DENIED, S): N_("The customer says that something is missing. Please put it right."),
    (Fact.PERFORMANCE_CONFIRMED, S): N_("The customer has confirmed that it is solved. Thank you."),
    (Fact.SETTLEMENT_BREACHED, C): N_(
        "The shop has not kept the agreement in time. You can hand it to the bureau or reopen the talks."
    ),
    (Fact.SETTLEMENT_BREACHED, S): N_("You have not kept the agreement in time. Please do your part now."),
    (Fact.CONFIRMATION_LAPSED, C): N_(
        "You did not say whether it is solved, so it was closed as unconfirmed. You can still reopen it."
    ),
    (Fact.CONFIRMATION_LAPSED, S): N_("The customer did not answer, so it was closed as unconfirmed."),
    (Fact.DISPUTE_REOPENED, S): N_("The customer has reopened the dispute. Please answer."),
    (Fact.DISPUTE_RATED, S): N_("The customer has rated how you handled it."),
    (Fact.IDENTITY_GIVEN, O): N_("A customer has given what an official complaint needs."),
    (Fact.OFFICER_ASSIGNED, C): N_("An officer of the bureau has taken your dispute on."),
    (Fact.OFFICER_ASSIGNED, O): N_("A colleague has given a dispute to you."),
    (Fact.MEDIATION_ACCEPTED, C): N_("The bureau has accepted your complaint and mediates."),
    (Fact.MEDIATION_ACCEPTED, S): N_("The bureau has accepted a complaint about your shop and mediates."),
    (Fact.COMPLAINT_REFUSED, C): N_("The bureau has not accepted your complaint, and says why."),
    (Fact.COMPLAINT_REFUSED, S): N_("The bureau has not accepted the complaint about your shop."),
    (Fact.ACCEPTANCE_OVERDUE, C): N_("The bureau has not decided in time. Its supervisor sees that."),
    (Fact.ACCEPTANCE_OVERDUE, O): N_("A dispute of your district is overdue: decide whether it is accepted."),
    (Fact.SESSION_HELD, C): N_("The minutes of a mediation session are there."),
    (Fact.SESSION_HELD, S): N_("The minutes of a mediation session are there."),
    (Fact.TESTING_BEGUN, C): N_("The goods are being tested; the time for the mediation stands still."),
    (Fact.TESTING_BEGUN, S): N_("The goods are being tested; the time for the mediation stands still."),
    (Fact.TESTING_ENDED, C): N_("The result of the test is there."),
    (Fact.TESTING_ENDED, S): N_("The result of the test is there."),
    (Fact.PROPOSAL_MADE, C): N_("The bureau has made a proposal. Please say whether you agree."),
    (Fact.PROPOSAL_MADE, S): N_("The bureau has made a proposal. Please say whether you agree."),
    (Fact.PROPOSAL_ACCEPTED, C): N_("The shop agrees to the bureau's proposal."),
    (Fact.PROPOSAL_ACCEPTED, S): N_("The customer agrees to the bureau's proposal."),
    (Fact.PROPOSAL_ACCEPTED, O): N_("A side agrees to your proposal."),
    (Fact.PROPOSAL_DECLINED, C): N_("The shop does not agree to the bureau's proposal."),
    (Fact.PROPOSAL_DECLINED, S): N_("The customer does not agree to the bureau's proposal."),
    (Fact.PROPOSAL_DECLINED, O): N_("A side does not agree to your proposal."),
    (Fact.DISPUTE_MEDIATED, C): N_("Both sides agree to the bureau's proposal. You have a settlement."),
    (Fact.DISPUTE_MEDIATED, S): N_("Both sides agree to the bureau's proposal. You have a settlement."),
    (Fact.DISPUTE_MEDIATED, W): N_("A colleague has agreed to the bureau's proposal. You have a settlement."),
    (Fact.DISPUTE_MEDIATED, O): N_("Both sides agree to your proposal."),
    (Fact.MEDIATION_TERMINATED, C): N_(
        "The mediation has ended without a settlement. The way to court is open."
    ),
    (Fact.MEDIATION_TERMINATED, S): N_("The mediation has ended without a settlement."),
    (Fact.MEDIATION_TERMINATED, O): N_("The mediation has ended without a settlement."),
    (Fact.DEADLINE_RECOMPUTED, C): N_(
        "The day by which the bureau decides has moved: the calendar has changed."
    ),
    (Fact.DISPUTE_TRANSFERRED, C): N_(
        "The bureau has passed your dispute on to another city, where it goes on with the right shop."
    ),
    (Fact.DISPUTE_TRANSFERRED, S): N_(
        "The bureau has passed this dispute on to another city. You need do nothing."
    ),
    (Fact.TRANSFER_RECEIVED, C): N_("The bureau of the other city confirms that your dispute has arrived."),
    (Fact.FIGURES_EXCLUDED, C): N_("The public figures no longer count your dispute. It goes on as before."),
    (Fact.FIGURES_EXCLUDED, S): N_("The public figures no longer count this dispute. It goes on as before."),
    (Fact.FIGURES_INCLUDED, C): N_("The public figures count your dispute again."),
    (Fact.FIGURES_INCLUDED, S): N_("The public figures count this dispute again."),
    (Fact.DEADLINE_RECOMPUTED, O): N_("A statutory day has moved: the calendar of working days has changed."),
    (Fact.RECUSAL_ASKED, C): N_("The shop asks that another officer handles the dispute."),
    (Fact.RECUSAL_ASKED, S): N_("The customer asks that another officer handles the dispute."),
    (Fact.RECUSAL_ASKED, O): N_("A side asks for another officer in your place. Others decide that."),
    (Fact.RECUSAL_ASKED, D): N_("A side asks for another officer. Please decide."),
    (Fact.RECUSAL_DENIED, C): N_("The bureau has decided that the officer keeps the dispute, and says why."),
    (Fact.RECUSAL_DENIED, S): N_("The bureau has decided that the officer keeps the dispute, and says why."),
    (Fact.RECUSAL_DENIED, O): N_("Your recusal has not been granted. You keep the dispute."),
    (Fact.OFFICER_RECUSED, C): N_("The officer no longer handles your dispute; another one does."),
    (Fact.OFFICER_RECUSED, S): N_("The officer no longer handles the dispute; another one does."),
    (Fact.OFFICER_RECUSED, O): N_("A dispute comes to you, since an officer was recused from it."),
    (Fact.MEDIATION_ENTRUSTED, C): N_("The bureau has entrusted the mediation to another body."),
    (Fact.MEDIATION_ENTRUSTED, S): N_("The bureau has entrusted the mediation to another body."),
    (Fact.MEDIATION_ENTRUSTED, O): N_("A colleague has entrusted the mediation of your dispute."),
    (Fact.ENTRUSTMENT_ENDED, C): N_("The body that mediated has reported back to the bureau."),
    (Fact.ENTRUSTMENT_ENDED, S): N_("The body that mediated has reported back to the bureau."),
    (Fact.ENTRUSTMENT_ENDED, O): N_("What came of the entrusted mediation of your dispute is written down."),
    (Fact.FOLLOW_UP_ASKED, C): N_("The bureau asks: is it settled for you now? Two taps are enough."),
    (Fact.GROUP_JOINED, S): N_("A customer now handles the dispute together with others."),
    (Fact.GROUP_LEFT, S): N_("A customer no longer handles the dispute together with others."),
    (Fact.CONSUMER_WRITTEN_TO, C): N_("The bureau has written to you."),
    (Fact.MERCHANT_WRITTEN_TO, S): N_("The bureau has written to you."),
}

# What leaves the portal. A text message lies open on a lock screen and says nothing of what happened
# (trust.md 40, S32); an e-mail has the sentence, and still nothing that anybody wrote or asked for.
SMS = N_("[%(city)s Hejie] News in your dispute ending in %(tail)s. Please sign in to read it: %(url)s")
SMS_OF_A_COMPLAINT = N_(
    "[%(city)s Hejie] A new complaint, ending in %(tail)s, waits for your answer. Please sign in: %(url)s"
)
SUBJECT = N_("News in the dispute ending in %(tail)s")
MAIL = N_(
    "%(sentence)s\n\nTo read it and to answer, please sign in:\n%(url)s\n\n"
    "%(city)s Hejie. This message was sent by itself; nobody reads answers to it."
)
