"""The dispute itself: one page for both sides and the bureau; what differs is what each may do now."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response as FlaskResponse
from flask import abort, make_response, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from portal.accounts.viewer import Viewer
from portal.core.clock import now
from portal.disputes.bureau_wording import REPORT_STATES
from portal.disputes.entitled import ready
from portal.disputes.models import Dispute
from portal.disputes.official import Look, looks_of
from portal.disputes.permissions import moves_for, party_of, standing_of
from portal.disputes.photos import photos_of
from portal.disputes.queries import ThreadEvent, contact_of, reports_of, thread, visible_dispute
from portal.disputes.stages import stages
from portal.disputes.transfers import passing_of
from portal.disputes.views.answering import answered_in
from portal.disputes.views.blanks import blank_forms
from portal.disputes.views.blueprint import bp
from portal.disputes.views.counting import counted_of
from portal.disputes.views.escalating import escalating, was_given
from portal.disputes.views.events import event_html
from portal.disputes.views.naming import wordings
from portal.disputes.views.officers_side import barred, entrusted_side, officers_side
from portal.disputes.views.panel import Act, panel
from portal.disputes.views.paper_list import papers_of
from portal.disputes.views.together import together
from portal.disputes.wording import turn_line
from portal.disputes.workflow import Fact, Party, State
from portal.extensions import db
from portal.regions.models import City
from portal.web.forms import Form
from portal.web.once import sent_key
from portal.web.page import asked_part, page
from portal.web.place import speaks_of
from portal.web.writes import begin_read


@bp.get("/<ref>")
def show(ref: str) -> Response:
    """The thread and what I may do now; a poll for an unchanged thread answers 304."""
    dispute = dispute_or_404(ref)
    if asked_part() == "thread" and request.headers.get("If-None-Match") == f'"{dispute.last_seq}"':
        return make_response("", 304)
    response: FlaskResponse = dispute_page(dispute)
    response.headers["ETag"] = f'"{dispute.last_seq}"'
    return response


def dispute_or_404(ref: str, *, to_act: bool = False) -> Dispute:
    """The dispute, or the same 404 for "no such" and "not yours"."""
    dispute = visible_dispute(db.session(), current_user, ref, to_act=to_act)
    if dispute is None:
        abort(404)
    speaks_of(dispute.city_code)
    return dispute


def dispute_page(
    dispute: Dispute, *, status: int = 200, filled: Mapping[str, Form] | None = None, trouble: str = ""
) -> FlaskResponse:
    """The page as it stands; `filled` holds a refused form by its name, `trouble` a sentence at the top."""
    if status != HTTPStatus.OK:
        begin_read()  # what a refused act had begun to change is no part of the page
    viewer = current_user._get_current_object()  # noqa: SLF001 - one look-up instead of fifteen
    session, at = db.session(), now()
    city = session.get_one(City, dispute.city_code)
    standing, party = standing_of(dispute), party_of(viewer)
    moves = moves_for(viewer, standing, at)
    events = thread(session, dispute, viewer)
    opened = next(iter(filled), "") if filled else request.args.get("act", "")
    terms = ready(dispute, city, at)
    others = together(session, dispute, party, at)
    table = _on_the_table(dispute, events, at)
    known = {"pledged": terms is not None, "invited": others["invited"], "too_late": table["too_late"]}
    possible = _possible(dispute, viewer, moves, events, **known)
    acts = _acts(possible, dispute, opened, events, too_late=table["too_late"])
    words, shown = wordings(city), {act["name"] for act in acts if act["open"]} | {opened}
    blank = {**blank_forms(shown, city, dispute, at), **(filled or {})}
    return page(
        "disputes/show.html",
        parts=("dispute", "thread"),
        status=status,
        dispute=dispute,
        moves=moves,
        **_where_it_stands(dispute, party, lapsed=table["too_late"]),
        **entrusted_side(dispute, events, at),
        acts=acts,
        events=events,
        event_html=lambda event: event_html(dispute, event, party, words),
        **table,
        **others,
        ready=terms,
        forms=blank,
        **_known(session, dispute, viewer, city, events),
        **escalating(session, city, party, dispute.state, events, at),
        **officers_side(session, dispute, party, shown, blank),
        **_sent_back(dispute, filled or {}, acts, trouble),
        opened=opened,
        **words,
    )


def _possible(
    dispute: Dispute,
    viewer: Viewer,
    moves: frozenset[Fact],
    events: Sequence[ThreadEvent],
    *,
    pledged: bool,
    invited: bool,
    too_late: bool,
) -> list[Act]:
    """The acts of the panel for this very person; too_late: nobody can answer the proposal any more."""
    out = barred(db.session(), dispute, viewer, moves, {event.fact for event in events})
    out |= {"proposal_refusal"} if too_late else set()
    live = dispute.offer_n is not None
    return panel(moves, party_of(viewer), live=live, pledged=pledged, invited=invited, barred=out)


def _sent_back(
    dispute: Dispute, filled: Mapping[str, Form], acts: Sequence[Mapping[str, Any]], trouble: str
) -> dict[str, Any]:
    """What came with a refused form and is not lost: why, texts without a form, the key, the photos."""
    return {
        "trouble": trouble,
        "unsent": _unsent(filled, [act["name"] for act in acts]),
        "key": sent_key(),
        "kept": kept_photos(dispute),
    }


def _known(
    session: Session, dispute: Dispute, viewer: Viewer, city: City, events: Sequence[ThreadEvent]
) -> dict[str, Any]:
    """What stands beside the thread: how the day is counted, contact, papers, own reports, who looked."""
    return {
        "store": dispute.store,
        "count": counted_of(session, dispute, city, events),
        "contact": contact_of(session, dispute, viewer),
        "papers": papers_of(events, party_of(viewer)),
        "reports": reports_of(session, dispute, viewer),
        "passing": passing_of(session, dispute, viewer),
        "report_states": {state: gettext(said) for state, said in REPORT_STATES.items()},
        "counter": "counter" in events[0].details,
        "looks": _looks(dispute, party_of(viewer), events),
    }


def _where_it_stands(dispute: Dispute, party: Party, *, lapsed: bool) -> dict[str, Any]:
    return {
        "party": party,
        "news": request.args.get("seen", dispute.last_seq, type=int) < dispute.last_seq,
        "turn": spoken_turn(dispute, party, lapsed=lapsed),
        "stages": [(gettext(name), how) for name, how in stages(State(dispute.state or State.FILED))],
        "answer": answered_in(dispute),
    }


def _acts(
    possible: Sequence[Act],
    dispute: Dispute,
    opened: str,
    events: Sequence[ThreadEvent],
    *,
    too_late: bool,
) -> list[dict[str, Any]]:
    """The acts of the panel, each with its words and whether its form stands open.

    too_late: nobody can agree to the proposal on the table any more, so that of a new one stands open.
    """
    wanted = {opened, "proposal"} if too_late else {opened}
    given = {"identity"} if was_given(events) else set()  # an identity once given is there to be corrected
    return [
        {
            "name": act.name,
            "label": gettext(act.label),
            "open": act.name in wanted or (dispute.state in act.open_in and act.name not in given),
        }
        for act in possible
    ]


def _on_the_table(dispute: Dispute, events: Collection[ThreadEvent], at: datetime) -> dict[str, Any]:
    """The live offer and its measure; the mediator's proposal, and whether it is too late to agree to it."""
    offers = {event.offer.n: event.offer for event in events if event.offer}
    proposal = offers.get(dispute.proposal_n or 0)
    return {
        "live": offers.get(dispute.offer_n or 0),
        "live_measure": _measure(dispute, events),
        "proposal": proposal,
        "too_late": proposal is not None and proposal.valid_until <= at,
    }


def _looks(dispute: Dispute, party: Party, events: Sequence[ThreadEvent]) -> list[Look] | None:
    """Who has looked at the consumer's identity, for the consumer alone; None where none was given."""
    return looks_of(db.session(), dispute) if was_given(events) and party is Party.CONSUMER else None


def _measure(dispute: Dispute, events: Collection[ThreadEvent]) -> dict[str, Any] | None:
    """How the offer on the table stands beside the pledge, where its event says so."""
    for event in events:
        if event.fact is Fact.OFFER_MADE and event.details["n"] == dispute.offer_n:
            return event.details if "measure" in event.details else None
    return None


def _unsent(filled: Mapping[str, Form], there: Collection[str]) -> str:
    """What was typed into a form that the page no longer has, because its act is possible no longer."""
    gone = [form for name, form in filled.items() if name not in there]
    texts = [field.data for form in gone for field in form if isinstance(field, TextAreaField) and field.data]
    return "\n".join(texts)


def spoken_turn(dispute: Dispute, party: Party, *, lapsed: bool = False) -> dict[str, Any]:
    """The one plain line in the reader's language, as the banner shows it."""
    line = turn_line(standing_of(dispute), party, auto_escalate=dispute.auto_escalate, lapsed=lapsed)
    otherwise = gettext(line.otherwise) if line.otherwise else ""
    return {"mine": line.mine, "who": gettext(line.who), "until_at": line.until, "otherwise": otherwise}


def kept_photos(dispute: Dispute) -> list[dict[str, str]]:
    """The photos that came with a refused form, so that it shows them again."""
    if request.method != "POST":
        return []
    rows = photos_of(db.session(), sent_key(), current_user.id)
    return [
        {"id": row.id, "url": url_for("disputes.evidence", ref=dispute.ref, photo_id=row.id, size="thumb")}
        for row in rows
    ]
