"""The complaint in three short steps: the shop, what happened, check and send; each kept as a draft."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import abort, flash, redirect, request, url_for
from flask import session as browser
from flask_babel import gettext
from flask_login import current_user, user_logged_in
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.accounts.models import Identity
from portal.accounts.views import start_phone_sign_in
from portal.core.bills import read_bill
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.masking import is_mobile
from portal.core.refs import parse_store_code
from portal.core.words import N_
from portal.disputes.actions.complaints import check, file_complaint
from portal.disputes.drafts import drop_draft, save_draft
from portal.disputes.forms import ComplaintForm, SendingForm
from portal.disputes.models import Dispute, Draft
from portal.disputes.photos import photos_of, take_photos
from portal.disputes.views.blueprint import bp
from portal.disputes.views.show import wordings
from portal.extensions import db
from portal.merchants.models import Store
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.web.access import public
from portal.web.once import new_key
from portal.web.page import page
from portal.web.writes import begin_write, writes_later

TYPED = ("problem", "goods", "bought_on", "paid", "story", "remedy", "claim", "order_no")
SENDING = ("name", "phone", "auto_escalate", "publish")
MANY = 5  # drafts that one session may keep open


@bp.get("/new")
@public
def new() -> Response:
    """Step one where no shop is known yet, else step two, filled as far as known."""
    draft = _draft(request.args.get("draft", ""))
    store = _store(draft.fields.get("store", "") if draft else request.args.get("store", ""))
    if store is None:
        return page("disputes/new_store.html", asked=request.args.get("store", ""))
    typed = MultiDict(draft.fields) if draft else None
    form = ComplaintForm(db.session().get_one(City, store.city_code), typed)
    return _what_page(form, store, draft.key if draft else new_key())


@bp.post("/drafts")
@public
@writes_later
def keep() -> Response:
    """Keep step two and lead on to step three, or read a pasted bill into the order's fields."""
    key, store = _key(), _store_or_404(_sent("store"))
    city = db.session().get_one(City, store.city_code)
    if request.form.get("step") == "paste":
        form = ComplaintForm(city, _with_bill(request.form))
        take_photos(form.photos, key, _consumer_id())
        _keep(key, form=form, store=store)
        db.session.commit()
        return _what_page(form, store, key)
    form = ComplaintForm(city)
    good = _check_what(form, store, city, key)
    _keep(key, form=form, store=store)
    db.session.commit()
    if not good:
        return _what_page(form, store, key, status=422)
    return redirect(url_for(".check_draft", key=key), 303)


@bp.get("/drafts/<key>")
@public
def check_draft(key: str) -> Response:
    """Step three: everything at a glance, and who sends it. Where it has been sent: the dispute."""
    filed = _filed(key)
    if filed is not None:
        return redirect(url_for(".show", ref=filed), 303)
    draft = _draft(key)
    if draft is None:
        abort(404)
    return _check_page(draft, SendingForm(MultiDict(draft.fields) if draft.fields.get("asked") else None))


@bp.post("")
@public
@writes_later
def create() -> Response:
    """File the complaint: from the draft and what this form adds to it; twice the same files once."""
    key = _key()
    filed = _filed(key)
    if filed is not None:
        return redirect(url_for(".show", ref=filed), 303)
    known = _draft(key)
    store = _store_or_404(request.form.get("store") or (known.fields.get("store", "") if known else ""))
    city = db.session().get_one(City, store.city_code)
    whole = known is None or "story" in request.form
    form = ComplaintForm(city, request.form if whole else MultiDict(known.fields if known else {}))
    sending = SendingForm()
    good = _check_what(form, store, city, key, photos=whole)
    draft = _keep(key, form=form, store=store, sending=sending)
    db.session.commit()
    if not good:
        return _what_page(form, store, key, status=422)
    if not _asked_phone(sending):
        return _check_page(draft, sending, status=422)
    if _consumer_id() is not None:
        return _file(draft)
    return _confirm_phone(draft, sending)


def _file(draft: Draft) -> Response:
    begin_write()
    ref = file_draft(db.session().get_one(Draft, draft.key), current_user.id)
    db.session.commit()
    flash(gettext("Sent. The shop is being told now."), "good")
    return redirect(url_for(".show", ref=ref), 303)


def _confirm_phone(draft: Draft, sending: SendingForm) -> Response:
    begin_write()
    save_draft(db.session(), draft.key, {"send": True}, consumer_id=None, now=now())
    db.session.commit()
    return start_phone_sign_in(sending.phone.data, url_for(".check_draft", key=draft.key))


def file_draft(draft: Draft, consumer_id: int) -> str:
    """File a checked draft for a signed-in consumer, in the caller's transaction; gives the reference."""
    session, fields = db.session(), draft.fields
    store = _store_or_404(fields["store"])
    form = ComplaintForm(session.get_one(City, store.city_code), MultiDict(fields))
    said = form.said(
        name=fields.get("name", ""),
        auto_escalate=bool(fields.get("auto_escalate")),
        publish=bool(fields.get("publish")),
    )
    dispute = file_complaint(
        session,
        store,
        session.get_one(Identity, consumer_id),
        said,
        key=draft.key,
        now=now(),
        photos=photos_of(session, draft.key),
    )
    drop_draft(session, draft.key)
    return dispute.ref


@user_logged_in.connect
def _send_what_waited(app: object, user: Any, **_: object) -> None:
    """A complaint that only waited for the phone to be confirmed is filed with the sign-in itself."""
    if not user.is_consumer:
        return
    for key in browser.get("drafts", []):
        draft = db.session().get(Draft, key)
        if draft is not None and draft.fields.get("send"):
            try:
                file_draft(draft, user.id)
            except RuleBroken:  # the shop has closed meanwhile, say: step three tells it
                save_draft(db.session(), key, {"send": False}, consumer_id=user.id, now=now())


def _check_what(form: ComplaintForm, store: Store, city: City, key: str, *, photos: bool = True) -> bool:
    """Whether step two can be filed as it is; blames the fields that cannot."""
    form.validate()
    if photos:
        take_photos(form.photos, key, _consumer_id())
    else:
        begin_write()
    if not form.errors:
        try:
            check(form.said(), store, city, now=now())
        except RuleBroken as broken:
            form.blame(broken)
    return not form.errors


def _asked_phone(sending: SendingForm) -> bool:
    if _consumer_id() is not None:
        return bool(sending.validate())
    good = bool(sending.validate())
    phone = is_mobile(sending.phone.data or "")
    if phone is None:
        sending.blame(RuleBroken("phone", N_("Please enter a Chinese mobile number of 11 digits.")))
        return False
    sending.phone.data = phone
    return good


def _keep(key: str, *, form: ComplaintForm, store: Store, sending: SendingForm | None = None) -> Draft:
    fields: dict[str, Any] = {name: _raw(form, name) for name in TYPED} | {"store": store.code}
    if sending is not None:
        fields |= {name: sending[name].data or "" for name in SENDING} | {"asked": True}
    _remember(key)
    return save_draft(db.session(), key, fields, consumer_id=_consumer_id(), now=now())


def _raw(form: ComplaintForm, name: str) -> str:
    value = form[name].raw_data
    return str(value[0]) if value else ""


def _with_bill(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The form's fields with what the pasted bill says put into those that are still empty."""
    bill = read_bill(typed.get("paste", ""))
    filled = MultiDict(typed)
    read = {
        "goods": bill.goods,
        "paid": f"{bill.paid_fen / 100:.2f}".removesuffix(".00") if bill.paid_fen else None,
        "bought_on": _day(bill.paid_at),
        "order_no": bill.order_no,
    }
    for name, value in read.items():
        if value and not filled.get(name):
            filled[name] = value
    return filled


def _day(value: date | datetime | None) -> str | None:
    if value is None:
        return None
    return (value.date() if isinstance(value, datetime) else value).isoformat()


def _what_page(form: ComplaintForm, store: Store, key: str, *, status: int = 200) -> FlaskResponse:
    return page(
        "disputes/new.html",
        status=status,
        form=form,
        store=store,
        key=key,
        kept=_thumbs(key),
        pasted=request.form.get("step") == "paste",
    )


def _check_page(draft: Draft, sending: SendingForm, *, status: int = 200) -> FlaskResponse:
    store = _store_or_404(draft.fields["store"])
    city = db.session().get_one(City, store.city_code)
    return page(
        "disputes/check.html",
        status=status,
        form=sending,
        what=ComplaintForm(city, MultiDict(draft.fields)).said(),
        store=store,
        key=draft.key,
        kept=_thumbs(draft.key),
        known=_consumer_id() is not None,
        reply_span=city.span(Clock.REPLY),
        **wordings(city),
    )


def _thumbs(key: str) -> list[dict[str, str]]:
    rows = photos_of(db.session(), key)
    return [{"id": row.id, "url": url_for(".draft_photo", key=key, photo_id=row.id)} for row in rows]


def _store(code: str) -> Store | None:
    parsed = parse_store_code(code or "")
    return db.session().scalar(sa.select(Store).where(Store.code == parsed)) if parsed else None


def _store_or_404(code: str) -> Store:
    store = _store(code)
    if store is None:
        abort(404)
    return store


def _sent(name: str) -> str:
    return request.form.get(name, "")


def _key() -> str:
    return _sent("key")[:64] or new_key()


def _consumer_id() -> int | None:
    return current_user.id if current_user.is_authenticated and current_user.is_consumer else None


def _filed(key: str) -> str | None:
    consumer = _consumer_id()
    if consumer is None:
        return None
    wanted = sa.select(Dispute.ref).where(Dispute.key == key, Dispute.consumer_id == consumer)
    return db.session().scalar(wanted)


def _remember(key: str) -> None:
    kept = [other for other in browser.get("drafts", []) if other != key]
    browser["drafts"] = [*kept, key][-MANY:]


def _draft(key: str) -> Draft | None:
    draft = db.session().get(Draft, key) if key else None
    consumer = _consumer_id()
    own = draft is not None and consumer is not None and draft.consumer_id == consumer
    return draft if own or key in browser.get("drafts", []) else None
