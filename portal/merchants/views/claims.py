"""Claiming a store: "this is my shop", with the licence as proof."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.refs import parse_store_code
from portal.extensions import db
from portal.merchants.actions.claims import claim_store
from portal.merchants.forms import ClaimForm
from portal.merchants.licences import keep_licence
from portal.merchants.models import Store
from portal.merchants.queries import store_by_code
from portal.merchants.views.blueprint import bp
from portal.merchants.views.stores import no_such_store
from portal.web.access import only, public
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.writes import begin_write, writes_later


@bp.get("/stores/<code>/claims")
@public
def claim_or_join(code: str) -> Response:
    """Where "is this your shop?" leads: staff claim it, everybody else needs an account first."""
    if current_user.is_authenticated and current_user.is_staff:
        return redirect(url_for(".new_claim", code=code), 303)
    return redirect(url_for(".new_account", store=parse_store_code(code)), 303)


@bp.get("/stores/<code>/claims/new")
@only("staff")
def new_claim(code: str) -> Response:
    store = store_by_code(db.session(), code)
    return _page(store, ClaimForm(), new_key()) if store else no_such_store(code)


@bp.post("/stores/<code>/claims")
@only("staff")
@writes_later
def create_claim(code: str) -> Response:
    """Hand the claim to the bureau; a refused form keeps the photo that came with it."""
    earlier, form = answered(), ClaimForm()
    if earlier is not None:
        return earlier
    good = form.validate()
    try:
        form.kept.data = keep_licence(request.files.getlist("licence"), form.kept.data or "")
    except RuleBroken as broken:
        form.blame(broken)
        good = False
    claimant = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    begin_write()
    store = store_by_code(db.session(), code)
    if store is None:
        return no_such_store(code)
    if good:
        try:
            claim_store(
                db.session(),
                store,
                claimant,
                uscc=form.uscc.data or "",
                licence_file=form.kept.data,
                note=form.note.data or "",
                now=now(),
            )
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("Handed in. The bureau looks at it; here you see how it goes."), "good")
            return done(url_for(".home"))
    return _page(store, form, sent_key(), status=422)


def _page(store: Store, form: ClaimForm, key: str, *, status: int = 200) -> Response:
    return page("merchants/claim.html", status=status, store=store, form=form, key=key)
