"""Which official papers a dispute has, and who may have them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from portal.core.words import N_
from portal.disputes.queries import ThreadEvent
from portal.disputes.workflow import Fact, Party

# name in the address: its title, the fact that it is of, who may have it.
BOTH = frozenset({Party.CONSUMER, Party.MERCHANT, Party.BUREAU})
PAPERS: dict[str, tuple[str, Fact, frozenset[Party]]] = {
    "complaint": (N_("Complaint form"), Fact.ESCALATED, BOTH - {Party.MERCHANT}),
    "acceptance": (N_("Notice of acceptance"), Fact.MEDIATION_ACCEPTED, BOTH),
    "non-acceptance": (N_("Notice of non-acceptance"), Fact.COMPLAINT_REFUSED, BOTH),
    "recusal": (N_("Decision on the recusal"), Fact.OFFICER_RECUSED, BOTH),
    "recusal-denied": (N_("Decision not to recuse"), Fact.RECUSAL_DENIED, BOTH),
    "entrustment": (N_("Letter of entrustment"), Fact.MEDIATION_ENTRUSTED, BOTH),
    "minutes": (N_("Minutes of the mediation"), Fact.SESSION_HELD, BOTH),
    "agreement": (N_("Mediation agreement"), Fact.DISPUTE_MEDIATED, BOTH),
    "transfer": (N_("Notice of transfer"), Fact.DISPUTE_TRANSFERRED, BOTH - {Party.MERCHANT}),
    "termination": (N_("Notice that the mediation has ended"), Fact.MEDIATION_TERMINATED, BOTH),
}


@dataclass(frozen=True)
class Paper:
    """One paper that the dispute has: its name in the address (the minutes have their number), its title."""

    name: str
    title: str
    event: ThreadEvent


def papers_of(events: Sequence[ThreadEvent], party: Party) -> list[Paper]:
    """The papers that this party may have, in their order: the latest of each kind, and all minutes."""
    found = []
    for name, (title, fact, readers) in PAPERS.items():
        of_it = [event for event in events if event.fact is fact] if party in readers else []
        if name == "minutes":
            many = len(of_it) > 1
            found += [
                Paper(f"minutes-{n}", gettext(title) + (f" ({n})" if many else ""), event)
                for n, event in enumerate(of_it, 1)
            ]
        elif of_it:
            found.append(Paper(name, gettext(title), of_it[-1]))
    return found
