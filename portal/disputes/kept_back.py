"""What of an event is kept from which of its readers; the thread, the papers and the notices all ask here."""

from collections.abc import Mapping
from typing import Any

from portal.disputes.workflow import Fact, Party

# From whom text and details are kept: why somebody withdrew (domain.md section 3: private reason), where a
# dispute goes on that was passed to another city, what the bureau wrote to the other side, and what it was
# told when it asked what had become of it.
PRIVATE: dict[Fact, Party] = {
    Fact.CONSUMER_WITHDREW: Party.MERCHANT,
    Fact.DISPUTE_TRANSFERRED: Party.MERCHANT,
    Fact.CONSUMER_WRITTEN_TO: Party.MERCHANT,
    Fact.MERCHANT_WRITTEN_TO: Party.CONSUMER,
    Fact.FOLLOW_UP_ANSWERED: Party.MERCHANT,
}
# Whose text officers alone read, while both sides read the ground: what a decision on the figures rests on.
OFFICERS_READ = {Fact.FIGURES_EXCLUDED, Fact.FIGURES_INCLUDED}
# What nobody needs to read of the details on a page: digests and instants that other lines show.
SHOWN = (
    "n", "reason", "stars", "ends", "beforehand", "measure", "clause",
    "ground", "held_on", "way", "payer", "acceptance_due_at", "city_zh", "city_en", "receipt",
    "to", "report_by", "result", "kept", "content",
    "span", "counter", "taken_by",
)  # fmt: skip


def text_for(reader: Party, fact: Fact, text: str | None) -> str:
    """What somebody wrote, as far as this reader may see it."""
    officers_alone = fact in OFFICERS_READ and reader is not Party.BUREAU
    return "" if officers_alone or PRIVATE.get(fact) is reader else text or ""


def details_for(reader: Party, fact: Fact, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details that a page shows, as far as this reader may see them."""
    if PRIVATE.get(fact) is reader:
        return {}
    kept = {"taken_by"} if reader is Party.MERCHANT else set()  # that it was at the counter is enough
    return {name: details[name] for name in SHOWN if name in details and name not in kept}
