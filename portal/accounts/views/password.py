"""Signing in by name and password, for shops and officers; signing out, for everybody."""

from flask import flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.forms import PasswordForm
from portal.accounts.people import viewer_of
from portal.accounts.sign_in import check_password
from portal.accounts.views.blueprint import bp
from portal.accounts.views.welcome import asked_next, blame_tries, own_ip, own_session, retry_after, welcome
from portal.core.clock import now
from portal.core.errors import RuleBroken, TooManyTries
from portal.core.words import N_
from portal.extensions import db
from portal.web.access import public
from portal.web.page import page
from portal.web.writes import begin_write, writes_later

# Not the cookies: they hold the language and the view of this device, which belong to its next person too.
FORGET = '"cache", "storage"'


@bp.get("/sign-in")
@public
def password() -> Response:
    return _page(PasswordForm())


@bp.post("/sign-in")
@public
@writes_later
def prove_password() -> Response:
    """Sign in; one sentence and one code path for a wrong name, a wrong password and a disabled person."""
    form = PasswordForm()
    if not form.validate():
        return _page(form, status=422)
    begin_write()
    try:
        person_id = check_password(
            db.session(), form.username.data, form.password.data, ip=own_ip(), now=now()
        )
    except TooManyTries as refused:
        blame_tries(form, refused)
        return retry_after(_page(form, status=429), refused)
    viewer = viewer_of(db.session(), person_id) if person_id is not None else None
    if viewer is None:
        form.blame(RuleBroken(None, N_("User name and password do not belong together.")))
        return _page(form, status=422)
    return welcome(viewer, asked_next())


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session; what the browser has kept of it goes too."""
    return leave(gettext("You are signed out."))


def leave(words: str) -> Response:
    own_session().end()
    flash(words, "good")
    answer = redirect("/", 303)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


def _page(form: PasswordForm, *, status: int = 200) -> Response:
    return page("accounts/password.html", status=status, form=form, next=asked_next() or "")
