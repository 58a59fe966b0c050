"""Two records of one shop: what would be moved is shown before it is."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions.merging import merge_stores, merger_of
from portal.bureau.queries.stores import store_of
from portal.bureau.store_forms import MergerForm
from portal.bureau.views.blueprint import bp, reader
from portal.bureau.views.stores import STALE, file_or_404, store_page
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.core.refs import parse_store_code
from portal.core.words import N_
from portal.extensions import db
from portal.merchants.models import Store
from portal.web.access import only
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.writes import open_to_every_region

NO_SUCH = N_("No shop of your region has this code.")


@bp.get("/stores/<code>/merger")
@only("officer")
def merger(code: str) -> AnyResponse:
    """What a merger with the record `other` would move to this one."""
    kept = file_or_404(code).store
    if request.args.get("other", "").strip() == "":
        return redirect(url_for(".store", code=kept.code, act="merge"), 303)
    other = _other(request.args.get("other", ""))
    form = MergerForm(
        file_or_404(code).city,
        formdata=None,
        data={
            "seen": str(kept.changes),
            "other": other.code if other else "",
            "seen_other": str(other.changes) if other else "",
        },
    )
    return _page(code, other, form, new_key())


@bp.post("/stores/<code>/mergers")
@only("officer")
def create_merger(code: str) -> AnyResponse:
    """Merge; a record that was changed meanwhile is answered 409."""
    if (earlier := answered()) is not None:
        return earlier
    known = file_or_404(code)
    form, other = MergerForm(known.city), _other(request.form.get("other", ""))
    if other is None:
        return _page(code, None, form, sent_key(), status=422)
    if form.validate():
        open_to_every_region()  # what hangs on a record may lie in another district
        seen = form.saw(), form.saw("seen_other")
        try:
            kept = merge_stores(
                db.session(),
                known.store.id,
                other.id,
                reader(),
                seen=seen,
                reason=form.reason.data or "",
                now=now(),
            )
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            db.session.rollback()
            return store_page(file_or_404(code), "", None, status=409, trouble=gettext(STALE))
        else:
            flash(gettext("Merged. The other code leads here from now on."), "good")
            return done(url_for(".store", code=kept.code))
    db.session.rollback()
    return _page(code, _other(request.form.get("other", "")), form, sent_key(), status=422)


def _other(typed: str) -> Store | None:
    code = parse_store_code(typed)
    return store_of(db.session(), reader(), code) if code else None


def _page(code: str, other: Store | None, form: MergerForm, key: str, *, status: int = 200) -> Response:
    kept, moved, trouble = file_or_404(code).store, None, ""
    if other is None:
        trouble = gettext(NO_SUCH)
    elif other.id == kept.id:
        trouble = gettext("This is the same record. Please type the code of the other one.")
    else:
        try:
            moved = merger_of(db.session(), kept, other)
        except RuleBroken as broken:
            trouble = gettext(broken.message)
    return page(
        "bureau/store_merger.html",
        status=status,
        store=kept,
        other=other,
        moved=moved,
        trouble=trouble,
        form=form,
        key=key,
    )
