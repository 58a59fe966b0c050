"""The official forms as PDFs: notices and minutes for both sides, the complaint form never for the shop."""

from flask import Response, abort, make_response
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import now
from portal.core.pdf import typeset
from portal.disputes.models import Dispute
from portal.disputes.official import log_look
from portal.disputes.permissions import party_of
from portal.disputes.queries import thread
from portal.disputes.views.blueprint import bp
from portal.disputes.views.official_papers import paper_data
from portal.disputes.views.paper_list import papers_of
from portal.disputes.views.show import dispute_or_404
from portal.extensions import db
from portal.web.access import only
from portal.web.writes import begin_write, writes_later


@bp.get("/<ref>/papers/<name>.pdf")
def paper(ref: str, name: str) -> AnyResponse:
    """A form as this reader may have it, without the identity that the bureau keeps."""
    dispute = dispute_or_404(ref)
    return _download(dispute, name, _pdf(dispute, name), how="inline")


@bp.post("/<ref>/papers/complaint.pdf")
@only("officer")
@writes_later
def create_full_complaint(ref: str) -> AnyResponse:
    """The complaint form with the complainant's identity; that it was read is kept first."""
    dispute_or_404(ref)
    begin_write()
    dispute = dispute_or_404(ref)
    pdf = _pdf(dispute, "complaint", identity=True)
    log_look(db.session(), dispute.id, current_user, now=now())
    db.session.commit()
    return _download(dispute, "complaint", pdf, how="attachment")


def _pdf(dispute: Dispute, name: str, *, identity: bool = False) -> bytes:
    session, viewer = db.session(), current_user._get_current_object()  # noqa: SLF001 - one look-up
    events = thread(session, dispute, viewer)
    found = next((one for one in papers_of(events, party_of(viewer)) if one.name == name), None)
    if found is None:
        abort(404)
    return typeset("official.typ", paper_data(session, dispute, viewer, found, events, identity=identity))


def _download(dispute: Dispute, name: str, pdf: bytes, *, how: str) -> Response:
    response = make_response(pdf)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'{how}; filename="{dispute.ref}-{name}.pdf"'
    return response
