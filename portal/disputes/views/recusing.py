"""Recusal: a side asks for another officer, whoever decides that grants it or not, an officer steps aside."""

from flask_login import current_user
from werkzeug.wrappers import Response

from portal.disputes import bureau_forms as forms
from portal.disputes.actions import recusals
from portal.disputes.forms import NoteForm
from portal.disputes.views.acting import act
from portal.disputes.views.acts import city_of
from portal.disputes.views.blueprint import bp
from portal.disputes.views.officers_side import successors
from portal.disputes.views.show import dispute_or_404
from portal.web.access import only
from portal.web.writes import writes_later


@bp.post("/<ref>/recusal-requests")
@writes_later
def create_recusal_request(ref: str) -> Response:
    form = forms.RecusalRequestForm(city_of(ref), at="recusal_request")
    return act(
        ref,
        "recusal_request",
        form,
        lambda session, dispute, at, photos: recusals.ask_recusal(
            session, dispute, current_user, reason=form.reason.data or "", note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/recusal-denials")
@only("officer")
@writes_later
def create_recusal_denial(ref: str) -> Response:
    form = NoteForm(at="recusal_denial")
    return act(
        ref,
        "recusal_denial",
        form,
        lambda session, dispute, at, photos: recusals.deny_recusal(
            session, dispute, current_user, note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/recusals")
@only("officer")
@writes_later
def create_recusal(ref: str) -> Response:
    """What a side asked for is granted."""
    form = forms.RecusalForm(successors(dispute_or_404(ref)), at="recusal")
    return act(
        ref,
        "recusal",
        form,
        lambda session, dispute, at, photos: recusals.grant_recusal(
            session, dispute, current_user, officer=form.officer.data or "", note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/steps-aside")
@only("officer")
@writes_later
def create_stepping_aside(ref: str) -> Response:
    dispute = dispute_or_404(ref)
    form = forms.SteppingAsideForm(city_of(ref), successors(dispute), at="stepping_aside")
    return act(
        ref,
        "stepping_aside",
        form,
        lambda session, found, at, photos: recusals.step_aside(
            session,
            found,
            current_user,
            reason=form.reason.data or "",
            officer=form.officer.data or "",
            note=form.note.data or "",
            now=at,
        ),
    )
