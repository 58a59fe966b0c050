"""The official forms of a dispute, filled from its record: what stands on each, for whoever reads it."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.refs import spoken
from portal.core.words import N_
from portal.disputes.models import Dispute
from portal.disputes.queries import ThreadEvent
from portal.disputes.views import mediator_papers, paper_blocks
from portal.disputes.views.paper_blocks import Blocks, Record
from portal.disputes.views.paper_list import Paper
from portal.regions.models import City
from portal.web.language import reader_locale
from portal.web.shown import plain_day


def paper_data(
    session: Session,
    dispute: Dispute,
    viewer: Viewer,
    paper: Paper,
    events: Sequence[ThreadEvent],
    *,
    identity: bool = False,
) -> dict[str, Any]:
    """What templates/pdf/official.typ sets: head, blocks of lines and text, and the places to sign.

    identity: with name, document and address, for an officer; that it was read is the caller's to keep.
    """
    city = session.get_one(City, dispute.city_code)
    kind = "minutes" if paper.name.startswith("minutes") else paper.name
    record = Record(session, dispute, city, viewer, paper.event, events, identity)
    return {
        "title": paper.title,
        "number": gettext("No. %(ref)s", ref=spoken(dispute.ref)),
        "bureau": city.bureau_name(reader_locale()),
        "signed_on": plain_day(today(paper.event.at, city.zone)),
        "by_bureau": kind not in ("complaint", "minutes", "agreement"),
        "blocks": BLOCKS[kind](record),
        "signatures": [gettext(name) for name in SIGNED.get(kind, ())],
        "made": gettext("Made by the reconciliation portal from the record of the dispute."),
    }


SIGNED = {
    "complaint": (N_("Complainant (signature)"), N_("Date of signature")),
    "minutes": (N_("Complainant (signature)"), N_("Respondent (signature)"), N_("Mediator (signature)")),
    "agreement": (N_("Complainant (signature)"), N_("Respondent (signature)"), N_("Mediator (signature)")),
}
BLOCKS: dict[str, Callable[[Record], Blocks]] = {
    "complaint": paper_blocks.complaint,
    "acceptance": paper_blocks.acceptance,
    "non-acceptance": paper_blocks.non_acceptance,
    "recusal": mediator_papers.recusal,
    "recusal-denied": mediator_papers.recusal_denied,
    "entrustment": mediator_papers.entrustment,
    "minutes": paper_blocks.minutes,
    "agreement": paper_blocks.agreement,
    "termination": paper_blocks.termination,
    "transfer": paper_blocks.transfer,
}
