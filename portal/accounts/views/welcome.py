"""What every way of signing in shares: this browser's session, the way on, how a used-up limit looks."""

from datetime import timedelta

from flask import redirect, request, session, url_for
from flask_babel import format_timedelta
from flask_login import login_user
from werkzeug.wrappers import Response

from portal.accounts.models import PersonKind
from portal.accounts.sessions import ServerSession
from portal.accounts.viewer import Viewer
from portal.accounts.views.marking import mark_device
from portal.core.errors import RuleBroken, TooManyTries
from portal.core.words import N_
from portal.extensions import db
from portal.web.access import next_path
from portal.web.forms import Form
from portal.web.language import LOCALES, reader_locale

HOMES = {PersonKind.CONSUMER: "/disputes", PersonKind.STAFF: "/disputes", PersonKind.OFFICER: "/bureau"}


def welcome(viewer: Viewer, asked_next: str | None) -> Response:
    """Sign a proven person in: the session gets a new number and keeps what it holds. Commits; leads on."""
    own_session().renew()
    login_user(viewer)
    if viewer.is_staff:
        mark_device(viewer.id)
    db.session.commit()
    way_on = next_path(asked_next) or HOMES[viewer.kind]
    if "lang" not in request.cookies and viewer.locale in LOCALES and viewer.locale != reader_locale():
        way_on = url_for("preferences.choose", lang=viewer.locale, next=way_on)
    return redirect(way_on, 303)


def own_session() -> ServerSession:
    """This browser's session, with a number of its own."""
    own: ServerSession = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    if own.token is None:
        own.renew()
    return own


def own_session_id() -> str:
    return own_session().id or ""


def own_ip() -> str:
    return request.remote_addr or ""


def asked_next() -> str | None:
    """Where the person wanted to go, from the address or the form; only a path of this portal counts."""
    return next_path(request.form.get("next") or request.args.get("next"))


def blame_tries(form: Form, refused: TooManyTries) -> None:
    """Say above the form how long a limit lasts."""
    wait = max(refused.retry_after, timedelta(minutes=1))
    sentence = N_("That was too often. To protect your phone and account, please try again in %(time)s.")
    form.blame(RuleBroken(None, sentence, time=format_timedelta(wait, threshold=1.5)))


def retry_after(answer: Response, refused: TooManyTries) -> Response:
    answer.headers["Retry-After"] = str(int(refused.retry_after.total_seconds()) + 1)
    return answer
