"""The people who work for an owner's shops: who may do what, where, and how to let them go."""

from typing import Any

from flask import abort, flash, redirect, url_for
from flask import session as browser
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.sessions import end_all
from portal.accounts.viewer import Viewer
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.extensions import db
from portal.merchants.actions.staff import add_clerk, remove_clerk, reset_password, scope_clerk
from portal.merchants.forms import ClerkForm, StoresForm
from portal.merchants.queries import Clerk, colleagues, own_stores
from portal.merchants.views.blueprint import bp
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page

SHOWN_ONCE = "first_password"  # in the server's session, until it has been shown


@bp.get("/merchant/staff")
@only("staff")
def staff() -> Response:
    """Everybody who works here; only for owners."""
    return page("merchants/staff.html", people=colleagues(db.session(), _owner()))


@bp.get("/merchant/staff/new")
@only("staff")
def new_clerk() -> Response:
    own = _stores(_owner())
    form = ClerkForm(own, data={"stores": [own[0][0]] if len(own) == 1 else []})
    return page("merchants/new_clerk.html", form=form, key=new_key())


@bp.post("/merchant/staff")
@only("staff")
def create_clerk() -> Response:
    """Add a clerk; the first password is shown on the next page, once."""
    owner = _owner()
    if (earlier := answered()) is not None:
        return earlier
    form = ClerkForm(_stores(owner))
    if form.validate():
        try:
            clerk, password = add_clerk(
                db.session(),
                owner,
                username=form.username.data,
                name=form.name.data,
                phone=form.phone.data or "",
                email=form.email.data or "",
                store_ids=form.chosen(),
                now=now(),
                locale=reader_locale(),
            )
        except RuleBroken as broken:
            form.blame(broken)
        else:
            browser[SHOWN_ONCE] = [clerk.id, password]
            return done(url_for(".clerk", clerk_id=clerk.id))
    return page("merchants/new_clerk.html", status=422, form=form, key=sent_key())


@bp.get("/merchant/staff/<int:clerk_id>")
@only("staff")
def clerk(clerk_id: int) -> Response:
    owner = _owner()
    known = _clerk_or_404(owner, clerk_id)
    shown = browser.get(SHOWN_ONCE)
    password = ""
    if shown and shown[0] == clerk_id:
        password = browser.pop(SHOWN_ONCE)[1]
    return _clerk_page(known, StoresForm(_stores(owner), data={"stores": list(known.stores)}), password)


@bp.post("/merchant/staff/<int:clerk_id>/stores")
@only("staff")
def scope(clerk_id: int) -> Response:
    """Say anew which stores a clerk looks after."""
    owner = _owner()
    known = _clerk_or_404(owner, clerk_id)
    form = StoresForm(_stores(owner))
    if form.validate():
        try:
            scope_clerk(db.session(), owner, clerk_id, store_ids=form.chosen(), now=now())
        except RuleBroken as broken:
            form.blame(broken)
        else:
            db.session.commit()
            flash(gettext("Saved."), "good")
            return redirect(url_for(".clerk", clerk_id=clerk_id), 303)
    return _clerk_page(known, form, status=422)


@bp.post("/merchant/staff/<int:clerk_id>/password")
@only("staff")
def new_password(clerk_id: int) -> Response:
    """A new first password for a clerk who has forgotten it; the clerk is signed out everywhere."""
    owner = _owner()
    known = _clerk_or_404(owner, clerk_id)
    form = StoresForm(_stores(owner), formdata=None, data={"stores": list(known.stores)})
    try:
        _, password = reset_password(db.session(), owner, clerk_id)
    except RuleBroken as broken:
        form.blame(broken)
        return _clerk_page(known, form, status=422)
    end_all(db.session(), clerk_id)
    browser[SHOWN_ONCE] = [clerk_id, password]
    db.session.commit()
    return redirect(url_for(".clerk", clerk_id=clerk_id), 303)


@bp.post("/merchant/staff/<int:clerk_id>/removal")
@only("staff")
def removal(clerk_id: int) -> Response:
    """Let a clerk go; the clerk is signed out everywhere at once."""
    gone = remove_clerk(db.session(), _owner(), clerk_id)
    end_all(db.session(), clerk_id)
    flash(
        gettext("%(name)s no longer works here and is signed out everywhere.", name=gone.display_name), "good"
    )
    db.session.commit()
    return redirect(url_for(".staff"), 303)


def _owner() -> Viewer:
    """The reader, who must own something; for a clerk these pages do not exist."""
    if not current_user.owns:
        abort(404)
    owner: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return owner


def _stores(owner: Viewer) -> list[tuple[int, str]]:
    return [
        (store.id, " · ".join(filter(None, (store.name, store.address))))
        for store in own_stores(db.session(), owner)
        if store.merchant_id in owner.owns
    ]


def _clerk_or_404(owner: Viewer, clerk_id: int) -> Clerk:
    known = next((each for each in colleagues(db.session(), owner) if each.id == clerk_id), None)
    if known is None or known.is_owner:
        abort(404)
    return known


def _clerk_page(known: Clerk, form: Any, password: str = "", *, status: int = 200) -> Response:
    return page("merchants/clerk.html", status=status, clerk=known, form=form, password=password)
