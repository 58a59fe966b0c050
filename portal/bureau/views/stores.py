"""The bureau's record of a store: finding one, what is known of it, and what an officer does to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions import stores as actions
from portal.bureau.queries.stores import StoreFile, alike, store_file
from portal.bureau.store_forms import MoveForm, ReasonForm, SuspensionForm, VerificationForm
from portal.bureau.views.blueprint import bp, reader
from portal.core import uscc
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.core.files import open_stored
from portal.core.refs import parse_store_code
from portal.core.words import N_, tidy
from portal.extensions import db
from portal.merchants.history import Change, changes_of
from portal.merchants.licences import keep_licence, licence_folder
from portal.merchants.permissions import in_charge_of
from portal.merchants.search import LONGEST_QUERY, search_stores
from portal.regions.choices import Kind, label
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.writes import begin_write, writes_later

Do = Callable[[Session, int, datetime, Any], None]
# Each act by the name it opens with: its form, and what is said once it is done.
ACTS: dict[str, tuple[type[ReasonForm], str]] = {
    "move": (MoveForm, N_("Moved. From tomorrow on the shop is on the other licence.")),
    "verification": (VerificationForm, N_("Verified. The public page says so.")),
    "suspension": (SuspensionForm, N_("Suspended. The public page says since when and why.")),
    "lifting": (ReasonForm, N_("Lifted. The shop is as before.")),
    "closure": (ReasonForm, N_("Closed. Complaints about earlier purchases go on.")),
    "reopening": (ReasonForm, N_("The shop is open again.")),
}
STALE = N_("Something was done to this shop meanwhile. Please look at it, and then decide again.")


@bp.get("/stores")
@only("officer")
def stores() -> Response:
    """The stores of the region that a query finds, closed ones too."""
    q = tidy(request.args.get("q", "")[:LONGEST_QUERY])
    found = search_stores(
        db.session(), q, only=in_charge_of(reader()), closed=True, after=request.args.get("after")
    )
    return page(
        "bureau/stores.html",
        q=q,
        rows=found.stores,
        next_url=url_for(".stores", q=q or None, after=found.after) if found.after else None,
    )


@bp.get("/stores/<code>")
@only("officer")
def store(code: str) -> AnyResponse:
    """What is known of a store; `act` opens one of the forms."""
    known = file_or_404(code)
    if known.store.code != code:
        return redirect(url_for(".store", code=known.store.code), 303)
    act = request.args.get("act", "")
    form = _fresh(act, known) if act in ACTS and act in possible(known) else None
    return store_page(known, act if form or act == "merge" else "", form)


@bp.get("/stores/<code>/changes/<int(max=9223372036854775807):change_id>.jpg")
@only("officer")
def change_photo(code: str, change_id: int) -> Response:
    """The photo that an officer took to verify a stall, for the officers of the region alone."""
    known = file_or_404(code)
    one = next((one for one in changes_of(db.session(), known.store.id) if one.id == change_id), None)
    try:
        with open_stored(licence_folder(), one.details.get("photo", "") if one else "") as stored:
            response = make_response(stored.read())
    except FileNotFoundError:
        abort(404)
    response.mimetype = "image/jpeg"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.post("/stores/<code>/moves")
@only("officer")
def create_move(code: str) -> AnyResponse:
    def do(session: Session, store_id: int, at: datetime, form: Any) -> None:
        said: dict[str, Any] = {"uscc": form.uscc.data or "", "legal_name": form.legal_name.data or ""}
        actions.move_store(session, store_id, reader(), **said, **_why(form), now=at)

    return _do(code, "move", do)


@bp.post("/stores/<code>/verifications")
@only("officer")
@writes_later
def create_verification(code: str) -> AnyResponse:
    def do(session: Session, store_id: int, at: datetime, form: Any) -> None:
        said: dict[str, Any] = {"how": form.how.data or "", "photo": form.kept.data or ""}
        actions.verify_by_hand(session, store_id, reader(), **said, **_why(form), now=at)

    return _do(code, "verification", do)


@bp.post("/stores/<code>/suspensions")
@only("officer")
def create_suspension(code: str) -> AnyResponse:
    def do(session: Session, store_id: int, at: datetime, form: Any) -> None:
        said: dict[str, Any] = {"ground": form.ground.data or "", "said": form.said.data or ""}
        actions.suspend_store(session, store_id, reader(), **said, **_why(form), now=at)

    return _do(code, "suspension", do)


def _plain(name: str, action: Callable[..., object]) -> Callable[[str], AnyResponse]:
    """The view of an act that needs nothing but a reason."""

    def do(session: Session, store_id: int, at: datetime, form: Any) -> None:
        action(session, store_id, reader(), **_why(form), now=at)

    @only("officer")
    def view(code: str) -> AnyResponse:
        return _do(code, name, do)

    return view


for _noun, _endpoint, _name, _action in (
    ("liftings", "create_lifting", "lifting", actions.lift_suspension),
    ("closures", "create_closure_of_store", "closure", actions.close_store),
    ("reopenings", "create_reopening_of_store", "reopening", actions.reopen_store),
):
    bp.add_url_rule(f"/stores/<code>/{_noun}", _endpoint, _plain(_name, _action), methods=["POST"])


def file_or_404(code: str) -> StoreFile:
    parsed = parse_store_code(code)
    known = store_file(db.session(), reader(), parsed) if parsed else None
    if known is None:
        abort(404)
    return known


def possible(known: StoreFile) -> list[str]:
    """The acts that make sense for a store as it is."""
    store = known.store
    stall = store.merchant.uscc is None and store.merchant.verified_at is None
    return [
        *(["verification"] if stall else []),
        "move",
        "merge",
        "lifting" if store.suspended_at else "suspension",
        "reopening" if store.closed_at else "closure",
    ]


def store_page(
    known: StoreFile,
    act: str,
    form: ReasonForm | None,
    *,
    key: str = "",
    status: int = 200,
    trouble: str = "",
) -> Response:
    session, store = db.session(), known.store
    return page(
        "bureau/store.html",
        status=status,
        file=known,
        store=store,
        trade=label(known.city.choices, Kind.TRADE, store.trade, reader_locale()),
        ground=label(known.city.choices, Kind.SUSPENSION, store.suspension, reader_locale()),
        district=known.district.name(reader_locale()),
        sums=uscc.check_sums(store.merchant.uscc or ""),
        alike=alike(session, reader(), store),
        changes=[_shown(one, known) for one in changes_of(session, store.id)],
        possible=possible(known),
        act=act,
        form=form,
        key=key or new_key(),
        trouble=trouble,
    )


def _do(code: str, name: str, do: Do) -> AnyResponse:
    """Do one act, or show what is wrong with it; a form whose store has changed meanwhile is answered 409."""
    if (earlier := answered()) is not None:
        return earlier
    known = file_or_404(code)
    form = ACTS[name][0](known.city)
    good = form.validate()
    if isinstance(form, VerificationForm):
        try:
            form.kept.data = keep_licence(request.files.getlist("licence"), form.kept.data or "")
        except RuleBroken as broken:
            form.blame(broken)
            good = False
        begin_write()
    if good:
        try:
            do(db.session(), known.store.id, now(), form)
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            db.session.rollback()
            return store_page(file_or_404(code), "", None, status=409, trouble=gettext(STALE))
        else:
            flash(gettext(ACTS[name][1]), "good")
            return done(url_for(".store", code=known.store.code))
    db.session.rollback()
    return store_page(file_or_404(code), name, form, key=sent_key(), status=422)


def _why(form: ReasonForm) -> dict[str, Any]:
    return {"seen": form.saw(), "reason": form.reason.data or ""}


def _fresh(act: str, known: StoreFile) -> ReasonForm:
    return ACTS[act][0](known.city, formdata=None, data={"seen": str(known.store.changes)})


def _shown(one: Change, known: StoreFile) -> dict[str, Any]:
    locale, own = reader_locale(), known.city.choices
    details = one.details
    words = {
        "how": label(own, Kind.VERIFICATION, details.get("how", ""), locale),
        "ground": label(own, Kind.SUSPENSION, details.get("ground", ""), locale),
    }
    return {"id": one.id, "kind": one.kind, "reason": one.reason, "at": one.at, "officer": one.officer} | {
        "details": details | words
    }
