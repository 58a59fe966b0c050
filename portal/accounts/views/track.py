"""Finding a dispute again: its reference and the phone that was used, which a code then proves."""

import sqlalchemy as sa
from flask import redirect
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.forms import TrackForm
from portal.accounts.models import Identity
from portal.accounts.views.blueprint import bp
from portal.accounts.views.phone import no_sms, sms, start_phone_sign_in
from portal.core.errors import RuleBroken
from portal.core.masking import is_mobile
from portal.core.refs import parse_ref
from portal.core.words import N_
from portal.extensions import db
from portal.web.access import public
from portal.web.page import page
from portal.web.writes import writes_later


@bp.get("/track")
@public
def track() -> Response:
    return page("accounts/track.html", form=TrackForm()) if sms() is not None else no_sms()


@bp.post("/track")
@public
@writes_later
def find() -> Response:
    """Send a code, whether there is such a dispute or not; only who has the phone learns which."""
    form = TrackForm()
    if not form.validate():
        return page("accounts/track.html", status=422, form=form)
    ref, number = parse_ref(form.ref.data), is_mobile(form.phone.data)
    if ref is None:
        sentence = N_("This cannot be a reference: a digit is wrong or missing. It has 14 digits.")
        form.blame(RuleBroken("ref", sentence))
    if number is None:
        form.blame(RuleBroken("phone", N_("Please enter a mainland mobile number, 11 digits.")))
    if ref is None or number is None:
        return page("accounts/track.html", status=422, form=form)
    if _has_proved(number):
        return redirect(f"/disputes/{ref}", 303)
    return start_phone_sign_in(number, f"/disputes/{ref}")


def _has_proved(number: str) -> bool:
    if not current_user.is_authenticated:
        return False
    own = sa.select(Identity.consumer_phone).where(Identity.person_id == current_user.id)
    return db.session().scalar(own) == number
