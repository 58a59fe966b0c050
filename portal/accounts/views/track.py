"""Finding a dispute again: its reference and the phone that was used, which a code then proves."""

import sqlalchemy as sa
from flask import redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.forms import SlipForm, TrackForm
from portal.accounts.models import Identity
from portal.accounts.people import viewer_of
from portal.accounts.slips import check_slip
from portal.accounts.views.blueprint import bp
from portal.accounts.views.phone import no_sms, sms, start_phone_sign_in
from portal.accounts.views.welcome import blame_tries, own_ip, retry_after, welcome
from portal.core.clock import now
from portal.core.errors import RuleBroken, TooManyTries
from portal.core.masking import is_mobile
from portal.core.refs import parse_ref
from portal.core.words import N_
from portal.extensions import db
from portal.web.access import public
from portal.web.page import page
from portal.web.writes import begin_write, writes_later

NO_REFERENCE = N_("This cannot be a reference: a digit is wrong or missing. It has 14 digits.")


@bp.get("/track")
@public
def track() -> Response:
    """By phone; with `slip` by the paper slip of the counter, for which no text message is needed."""
    if request.args.get("slip"):
        return page("accounts/track_slip.html", form=SlipForm(data={"ref": request.args.get("ref", "")[:40]}))
    return page("accounts/track.html", form=TrackForm()) if sms() is not None else no_sms()


@bp.post("/track")
@public
@writes_later
def find() -> Response:
    """Send a code, whether there is such a dispute or not; only who has the phone learns which."""
    if "code" in request.form:
        return _by_slip()
    form = TrackForm()
    if not form.validate():
        return page("accounts/track.html", status=422, form=form)
    ref, number = parse_ref(form.ref.data), is_mobile(form.phone.data)
    if ref is None:
        form.blame(RuleBroken("ref", NO_REFERENCE))
    if number is None:
        form.blame(RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits.")))
    if ref is None or number is None:
        return page("accounts/track.html", status=422, form=form)
    if _has_proved(number):
        return redirect(f"/disputes/{ref}", 303)
    return start_phone_sign_in(number, f"/disputes/{ref}")


def _by_slip() -> Response:
    """Sign in with the reference and the code that stand on a paper slip."""
    form = SlipForm()
    if not form.validate():
        return page("accounts/track_slip.html", status=422, form=form)
    ref = parse_ref(form.ref.data)
    if ref is None:
        form.blame(RuleBroken("ref", NO_REFERENCE))
        return page("accounts/track_slip.html", status=422, form=form)
    begin_write()
    try:
        person = check_slip(db.session(), ref, form.code.data, ip=own_ip(), now=now())
    except RuleBroken as broken:
        form.blame(broken)
        return page("accounts/track_slip.html", status=422, form=form)
    except TooManyTries as refused:
        blame_tries(form, refused)
        return retry_after(page("accounts/track_slip.html", status=429, form=form), refused)
    viewer = viewer_of(db.session(), person)
    if viewer is None:
        form.blame(RuleBroken(None, N_("This slip opens nothing any more. Please call the bureau.")))
        return page("accounts/track_slip.html", status=422, form=form)
    return welcome(viewer, f"/disputes/{ref}")


def _has_proved(number: str) -> bool:
    if not current_user.is_authenticated:
        return False
    own = sa.select(Identity.consumer_phone).where(Identity.person_id == current_user.id)
    return db.session().scalar(own) == number
