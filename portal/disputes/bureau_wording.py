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
REPORT_STATES: dict[str, str] = {
    "received": N_("Received"),
    "handling": N_("Being looked into"),
    "closed": N_("Looked into and closed"),
}
