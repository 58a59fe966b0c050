"""The officers' side of a claim: the licence beside what is on record, then yes or no."""

from flask import abort, flash, make_response, redirect, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.viewer import Viewer
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.files import open_stored
from portal.extensions import db
from portal.merchants.actions.claims import decide_claim
from portal.merchants.forms import RefusalForm
from portal.merchants.licences import licence_folder
from portal.merchants.queries import ClaimPage, claim_page, waiting_claims
from portal.merchants.views.blueprint import bp
from portal.web.access import only
from portal.web.page import page

CLAIM = "<int(max=9223372036854775807):claim_id>"  # what both databases can look for


@bp.get("/bureau/claims")
@only("officer")
def claims() -> Response:
    """The claims of the officer's region that wait, the oldest first."""
    return page("merchants/claims.html", claims=waiting_claims(db.session(), _officer()))


@bp.get(f"/bureau/claims/{CLAIM}")
@only("officer")
def claim(claim_id: int) -> Response:
    return _page(_claim_or_404(claim_id), RefusalForm())


@bp.get(f"/bureau/claims/{CLAIM}/licence.jpg")
@only("officer")
def licence(claim_id: int) -> Response:
    """The photo of the licence, for the officers of the region alone."""
    try:
        with open_stored(licence_folder(), _claim_or_404(claim_id).licence_file) as stored:
            response = make_response(stored.read())
    except FileNotFoundError:
        abort(404)
    response.mimetype = "image/jpeg"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post(f"/bureau/claims/{CLAIM}/approval")
@only("officer")
def approve(claim_id: int) -> Response:
    """The claimant becomes an owner."""
    decide_claim(db.session(), claim_id, _officer(), approve=True, now=now())
    db.session.commit()
    flash(gettext("Approved. The claimant now answers for this merchant's shops."), "good")
    return redirect(url_for(".claims"), 303)


@bp.post(f"/bureau/claims/{CLAIM}/refusal")
@only("officer")
def refuse(claim_id: int) -> Response:
    """The claimant reads the reason, and may try again."""
    known, form = _claim_or_404(claim_id), RefusalForm()
    if form.validate():
        try:
            decide_claim(
                db.session(), claim_id, _officer(), approve=False, reason=form.reason.data, now=now()
            )
        except RuleBroken as broken:
            form.blame(broken)
        else:
            db.session.commit()
            flash(gettext("Refused. The claimant sees the reason."), "good")
            return redirect(url_for(".claims"), 303)
    return _page(known, form, status=422)


def _officer() -> Viewer:
    officer: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return officer


def _claim_or_404(claim_id: int) -> ClaimPage:
    known = claim_page(db.session(), _officer(), claim_id)
    if known is None:
        abort(404)
    return known


def _page(known: ClaimPage, form: RefusalForm, *, status: int = 200) -> Response:
    return page("merchants/claim_decision.html", status=status, claim=known, form=form)
