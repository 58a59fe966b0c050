"""The bureau's acts on a dispute, the answers to its proposal, and the identity for an official complaint."""

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.disputes import bureau_forms as forms
from portal.disputes.actions import figures, mediation, proposals
from portal.disputes.colleagues import colleagues_of
from portal.disputes.forms import NoteForm
from portal.disputes.official import ID_TYPES, give_identity, just_looked, look_at_identity
from portal.disputes.views.acting import act
from portal.disputes.views.acts import city_of
from portal.disputes.views.blueprint import bp
from portal.disputes.views.show import dispute_or_404
from portal.extensions import db
from portal.regions.choices import Kind
from portal.web.access import next_path, only
from portal.web.forms import Form
from portal.web.page import page
from portal.web.writes import begin_write, writes_later


@bp.post("/<ref>/sessions")
@writes_later
def create_session(ref: str) -> Response:
    form = forms.SessionForm(at="session")
    return act(
        ref,
        "session",
        form,
        lambda session, dispute, at, photos: mediation.hold_session(
            session,
            dispute,
            current_user,
            held_on=form.held_on.data,
            way=form.way.data or "",
            minutes=form.minutes.data or "",
            now=at,
        ),
    )


@bp.post("/<ref>/tests")
@writes_later
def create_testing(ref: str) -> Response:
    form = forms.TestingForm(at="testing")
    return act(
        ref,
        "testing",
        form,
        lambda session, dispute, at, photos: mediation.begin_testing(
            session, dispute, current_user, payer=form.payer.data or "", note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/proposals")
@writes_later
def create_proposal(ref: str) -> Response:
    form = forms.ProposalForm(at="proposal")
    return act(
        ref,
        "proposal",
        form,
        lambda session, dispute, at, photos: proposals.propose(
            session, dispute, current_user, **form.terms(), now=at
        ),
    )


@bp.post("/<ref>/proposals/<int:n>/acceptance")
@writes_later
def create_proposal_acceptance(ref: str, n: int) -> Response:
    return act(
        ref,
        "proposal_acceptance",
        Form(),
        lambda session, dispute, at, photos: proposals.accept_proposal(
            session, dispute, current_user, n, now=at
        ),
    )


@bp.post("/<ref>/proposals/<int:n>/refusal")
@writes_later
def create_proposal_refusal(ref: str, n: int) -> Response:
    form = NoteForm(at="proposal_refusal")
    return act(
        ref,
        "proposal_refusal",
        form,
        lambda session, dispute, at, photos: proposals.decline_proposal(
            session, dispute, current_user, n, note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/assignments")
@only("officer")
@writes_later
def create_assignment(ref: str) -> Response:
    """To oneself or to a colleague whose post covers the dispute's district."""
    dispute = dispute_or_404(ref)
    colleagues = colleagues_of(db.session(), dispute)
    form = forms.AssignmentForm([(str(one.id), one.name) for one in colleagues], at="assignment")
    chosen = next((one.id for one in colleagues if str(one.id) == form.officer.data), None)
    if chosen is None:
        abort(404)
    return act(
        ref,
        "assignment",
        form,
        lambda session, found, at, photos: mediation.assign(
            session, found, current_user, officer_id=chosen, now=at
        ),
        any_time=True,
        then=next_path(request.form.get("back")),
    )


@bp.post("/<ref>/identities")
@writes_later
def create_identity(ref: str) -> Response:
    form = forms.IdentityForm(at="identity")
    return act(
        ref,
        "identity",
        form,
        lambda session, dispute, at, photos: give_identity(
            session,
            dispute,
            current_user,
            name=form.name.data or "",
            id_type=form.id_type.data or "",
            id_number=form.id_number.data or "",
            address=form.address.data or "",
            elsewhere=form.elsewhere.data,
            entrusted=form.entrusted.data,
            now=at,
        ),
    )


@bp.post("/<ref>/identity-views")
@only("officer")
@writes_later
def create_identity_view(ref: str) -> Response:
    """Keep that this officer looks at the identity, and then show it."""
    dispute_or_404(ref)
    begin_write()
    dispute = dispute_or_404(ref)
    if look_at_identity(db.session(), dispute, current_user, now=now()) is None:
        abort(404)
    db.session.commit()
    return redirect(url_for(".identity", ref=dispute.ref), 303)


@bp.get("/<ref>/identity")
@only("officer")
def identity(ref: str) -> Response:
    """The identity, for as long as the look that was kept lasts; after that the dispute again."""
    dispute = dispute_or_404(ref)
    known = just_looked(db.session(), dispute, current_user, now=now())
    if known is None:
        return redirect(url_for(".show", ref=dispute.ref), 303)
    id_type = gettext(ID_TYPES[known.id_type])
    return page("disputes/identity.html", dispute=dispute, identity=known, id_type=id_type)


# Decisions with a ground of the city's list: the noun of the address, the form's name, the list, the action.
GROUNDED: dict[str, tuple[str, Kind, Callable[..., object]]] = {
    "non-acceptances": ("non_acceptance", Kind.NOT_ACCEPTED, mediation.refuse_complaint),
    "terminations": ("termination", Kind.TERMINATION, mediation.terminate),
    "exclusions": ("exclusion", Kind.EXCLUSION, figures.exclude),
}


def _grounded(name: str, kind: Kind, action: Callable[..., object]) -> Callable[[str], Response]:
    def view(ref: str) -> Response:
        kind_of_form = forms.ExclusionForm if kind is Kind.EXCLUSION else forms.GroundForm
        form = kind_of_form(city_of(ref), kind, at=name)
        return act(
            ref,
            name,
            form,
            lambda session, dispute, at, photos: action(
                session,
                dispute,
                current_user,
                ground=form.ground.data or "",
                note=form.note.data or "",
                now=at,
            ),
        )

    return writes_later(view)


for _noun, (_name, _kind, _action) in GROUNDED.items():
    bp.add_url_rule(f"/<ref>/{_noun}", f"create_{_name}", _grounded(_name, _kind, _action), methods=["POST"])
