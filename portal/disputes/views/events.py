"""The events of a thread as HTML: an event never changes, so neither does its look for one reader."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from jinja2.utils import LRUCache
from markupsafe import Markup

from portal.core.clock import now
from portal.disputes.models import Dispute
from portal.disputes.queries import ThreadEvent
from portal.disputes.workflow import Fact, Party
from portal.web.language import reader_locale

# How a fact looks in the thread; one without an entry is a quiet line.
TONES: dict[Fact, str] = dict.fromkeys(Fact, "fact") | {
    Fact.MESSAGE_POSTED: "message",
    Fact.OFFER_MADE: "offer",
    Fact.COMPLAINT_FILED: "message",
    Fact.EVIDENCE_REQUESTED: "message",
    Fact.REFUSAL_GIVEN: "message",
    Fact.STORE_DENIED: "message",
    Fact.OFFER_DECLINED: "message",
    Fact.OFFER_ACCEPTED: "good",
    Fact.PERFORMANCE_CLAIMED: "message",
    Fact.PERFORMANCE_CONFIRMED: "good",
    Fact.PERFORMANCE_DENIED: "message",
    Fact.SETTLEMENT_BREACHED: "bad",
    Fact.MERCHANT_FELL_SILENT: "bad",
    Fact.DISPUTE_REOPENED: "message",
    Fact.DISPUTE_RATED: "message",
    Fact.CONSUMER_WITHDREW: "message",
    Fact.MEDIATION_ACCEPTED: "message",
    Fact.COMPLAINT_REFUSED: "message",
    Fact.SESSION_HELD: "message",
    Fact.TESTING_BEGUN: "message",
    Fact.TESTING_ENDED: "message",
    Fact.PROPOSAL_MADE: "offer",
    Fact.PROPOSAL_DECLINED: "message",
    Fact.DISPUTE_MEDIATED: "good",
    Fact.MEDIATION_TERMINATED: "message",
    Fact.ACCEPTANCE_OVERDUE: "bad",
    Fact.RECUSAL_ASKED: "message",
    Fact.RECUSAL_DENIED: "message",
    Fact.OFFICER_RECUSED: "message",
    Fact.MEDIATION_ENTRUSTED: "message",
    Fact.ENTRUSTMENT_ENDED: "message",
    Fact.FOLLOW_UP_ANSWERED: "message",
    Fact.CONSUMER_WRITTEN_TO: "message",
    Fact.MERCHANT_WRITTEN_TO: "message",
}

# What was rendered lately, for each kind of reader: half of a thread's time. A city's new wording of a reason
# reaches old events with the next start.
_kept: LRUCache = LRUCache(5_000)


def event_html(dispute: Dispute, event: ThreadEvent, party: Party, words: Mapping[str, Any]) -> Markup:
    """One event as a reader of this party sees it, in the reader's language; a past year is named."""
    key = (dispute.ref, event.seq, party, reader_locale(), event.erased, now().year)
    html: Markup | None = _kept.get(key)
    if html is None:
        template = current_app.jinja_env.get_template("disputes/_event.html")
        html = Markup(template.render(e=event, dispute=dispute, tone=TONES[event.fact], **words))  # noqa: S704
        _kept[key] = html
    return html
