"""The complaint in three short steps: the shop, what happened, check and send; each kept as a draft."""

from datetime import date, datetime

from flask import Response as FlaskResponse
from flask import abort, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.core.bills import Bill, read_bill
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.masking import is_mobile
from portal.core.words import N_
from portal.disputes.actions.complaints import check, what_is_pledged
from portal.disputes.forms import ComplaintForm, SendingForm
from portal.disputes.models import Draft
from portal.disputes.photos import take_photos
from portal.disputes.views.blueprint import bp
from portal.disputes.views.checking import at_a_glance, is_complete, store_named, store_or_404, thumbs
from portal.disputes.views.drafting import at_counter, consumer_id, draft_key, keep_draft, own_draft, sent
from portal.disputes.views.sending import file_now, filed, prove_phone
from portal.extensions import db
from portal.merchants.models import Store
from portal.regions.models import City
from portal.return_policies.queries.pledges import pledged_goods
from portal.web.access import public
from portal.web.once import new_key
from portal.web.page import page
from portal.web.writes import begin_write, writes_later


@bp.get("/new")
@public
def new() -> Response:
    """Step one where no shop is known yet, else step two, filled as far as known."""
    draft = own_draft(request.args.get("draft", ""))
    store = store_named(draft.fields.get("store", "") if draft else request.args.get("store", ""))
    if store is None and at_counter():
        return redirect("/bureau/counter/shops", 303)
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
    key, store = draft_key(), store_or_404(sent("store"))
    city = db.session().get_one(City, store.city_code)
    if sent("step") == "paste":
        form = ComplaintForm(city, _with_bill(request.form))
        take_photos(form.photos, key, consumer_id())
        keep_draft(key, form=form, store=store)
        db.session.commit()
        if form.photos.errors:
            return _what_page(form, store, key, status=422)
        legible = read_bill(sent("paste")) != Bill()
        return redirect(url_for(".new", draft=key, bill="read" if legible else "unread"), 303)
    form = ComplaintForm(city)
    if sent("step") == "elsewhere":
        take_photos(form.photos, key, consumer_id())
        keep_draft(key, form=form, store=store)
        db.session.commit()
        return redirect(url_for("elsewhere.show", draft=key), 303)
    good = _check_what(form, store, city, key)
    keep_draft(key, form=form, store=store)
    db.session.commit()
    if not good:
        return _what_page(form, store, key, status=422)
    return redirect(url_for(".check_draft", key=key), 303)


@bp.get("/drafts/<key>")
@public
def check_draft(key: str) -> Response:
    """Step three: everything at a glance, and who sends it. Where it has been sent: the dispute."""
    twin = filed(key)
    if twin is not None:
        return twin
    draft = own_draft(key)
    if draft is None:
        abort(404)
    if at_counter():
        return redirect(f"/bureau/counter/drafts/{key}", 303)
    if not is_complete(draft):
        return redirect(url_for(".new", draft=key), 303)
    return _check_page(draft, SendingForm(MultiDict(draft.fields) if draft.fields.get("asked") else None))


@bp.post("")
@public
@writes_later
def create() -> Response:
    """File the complaint: from the draft and what this form adds to it; twice the same files once."""
    key = draft_key()
    twin = filed(key)
    if twin is not None:
        return twin
    known = own_draft(key)
    store = store_or_404(sent("store") or (known.fields.get("store", "") if known else ""))
    city = db.session().get_one(City, store.city_code)
    whole = known is None or "story" in request.form
    form = ComplaintForm(city, request.form if whole else MultiDict(known.fields if known else {}))
    asked = SendingForm()
    good = _check_what(form, store, city, key, photos=whole)
    if at_counter():
        return _on_to_the_counter(key, form, store, good=good)
    sendable = _asked_phone(asked)
    draft = keep_draft(key, form=form, store=store, sending=asked)
    if good and sendable and consumer_id() is not None:
        return file_now(draft)
    db.session.commit()
    if not good:
        return _what_page(form, store, key, status=422)
    if not sendable:
        return _check_page(draft, asked, status=422)
    return prove_phone(key, asked.phone.data or "")


def _check_what(form: ComplaintForm, store: Store, city: City, key: str, *, photos: bool = True) -> bool:
    """Whether step two can be filed as it is; blames the fields that cannot."""
    form.validate()
    if photos:
        take_photos(form.photos, key, consumer_id())
    else:
        begin_write()
    if not form.errors:
        try:
            said = check(form.said(), store, city, now=now())
            what_is_pledged(db.session(), store, city, said, now=now())
        except RuleBroken as broken:
            form.blame(broken)
    return not form.errors


def _on_to_the_counter(key: str, form: ComplaintForm, store: Store, *, good: bool) -> Response:
    """An officer sends nothing without a phone's proof from here: the counter has its own last step."""
    keep_draft(key, form=form, store=store)
    db.session.commit()
    if not good:
        return _what_page(form, store, key, status=422)
    return redirect(f"/bureau/counter/drafts/{key}", 303)


def _asked_phone(sending: SendingForm) -> bool:
    if consumer_id() is not None:
        return bool(sending.validate())
    good = bool(sending.validate())
    phone = is_mobile(sending.phone.data or "")
    if phone is None:
        sending.blame(RuleBroken("phone", N_("Please enter a Chinese mobile number of 11 digits.")))
        return False
    sending.phone.data = phone
    return good


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
    form.ask_for_goods(pledged_goods(db.session(), store.id, store.city_code))
    return page(
        "disputes/new.html",
        status=status,
        form=form,
        store=store,
        key=key,
        kept=thumbs(key),
        pasted=request.args.get("bill", ""),
        at_counter=at_counter(),
    )


def _check_page(draft: Draft, sending: SendingForm, *, status: int = 200) -> FlaskResponse:
    known = consumer_id() is not None
    return page("disputes/check.html", status=status, form=sending, known=known, **at_a_glance(draft))
