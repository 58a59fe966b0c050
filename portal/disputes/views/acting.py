"""How every act runs: one form, one action, one transaction; it ends in 303, 422 or 409."""

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute, Evidence
from portal.disputes.photos import photos_of, take_photos
from portal.disputes.views.show import dispute_or_404, dispute_page
from portal.extensions import db
from portal.web.forms import Form
from portal.web.once import answered, done, sent_key
from portal.web.writes import begin_write

Do = Callable[[Session, Dispute, datetime, Sequence[Evidence]], object]


def act(ref: str, name: str, form: Form, do: Do, *, any_time: bool = False) -> Response:
    """Run one act on a dispute; the refused form comes back as `name` with all that was typed and uploaded.

    any_time: it does not matter what else has happened meanwhile (a message is no decision).
    """
    dispute_or_404(ref)
    earlier = answered()
    if earlier is not None:
        return earlier
    good = form.validate()
    if "photos" in form:
        take_photos(form.photos, sent_key(), current_user.id)
    dispute, at = _caught_up(ref), now()
    earlier = answered()  # by a twin of this very form that held the dispute's lock until now
    if earlier is not None:
        return earlier
    if not any_time and _moved_on(dispute):
        return _stale(dispute, name, form)
    if good and not form.errors:
        session = db.session()
        photos = photos_of(session, sent_key(), current_user.id) if "photos" in form else ()
        try:
            do(session, dispute, at, photos)
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _stale(dispute, name, form)
        else:
            return done(url_for("disputes.show", ref=dispute.ref))
    return dispute_page(dispute, status=422, filled={name: form})


def _caught_up(ref: str) -> Dispute:
    """The dispute under its lock, after what time has brought about; that stays, whatever the act becomes."""
    begin_write()
    dispute = dispute_or_404(ref, to_act=True)
    if catch_up(db.session(), dispute.id, now()):
        db.session.commit()
        begin_write()
        dispute = dispute_or_404(ref, to_act=True)
    return dispute


def _moved_on(dispute: Dispute) -> bool:
    seen = request.form.get("last_seq", type=int)
    return seen is not None and seen != dispute.last_seq


def _stale(dispute: Dispute, name: str, form: Form) -> Response:
    sentence = gettext("Something has happened meanwhile. Please look at it, and then decide again.")
    return dispute_page(dispute, status=409, filled={name: form}, trouble=sentence)
