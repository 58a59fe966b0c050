"""What is shown for the parts of a mediation."""

from portal.core.words import N_

SESSION_WAYS: dict[str, str] = {
    "on_site": N_("In person"),
    "phone": N_("By telephone"),
    "video": N_("By video"),
}
PAYERS: dict[str, str] = {
    "consumer": N_("The customer pays"),
    "merchant": N_("The shop pays"),
    "at_fault": N_("Whoever turns out to be at fault"),
}
# What an entrusted mediation came to.
RESULTS: dict[str, str] = {
    "agreed": N_("Both sides agree"),
    "not_agreed": N_("They do not agree"),
    "returned": N_("Given back to the bureau"),
}
# What a consumer answers to the follow-up.
KEPT: dict[str, str] = {
    "yes": N_("Yes, it is settled"),
    "partly": N_("Only partly"),
    "no": N_("No, it is not"),
}
CONTENT: dict[str, str] = {
    "5": N_("Very content"),
    "4": N_("Content"),
    "3": N_("So-so"),
    "2": N_("Not content"),
    "1": N_("Not at all content"),
}
REPORT_STATES: dict[str, str] = {
    "received": N_("Received"),
    "handling": N_("Being looked into"),
    "closed": N_("Looked into and closed"),
}
