"""The counter: taking a complaint down for somebody without a phone, and the list of those to be told."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.counter_forms import CounterForm
from portal.bureau.queries.counter import Taken, taken_at_counter
from portal.bureau.queries.queue import ID_LIMIT
from portal.bureau.slip import keep_for_printing
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.disputes.actions.counter import file_at_counter
from portal.disputes.counter import REACHES
from portal.disputes.drafts import drop_draft, save_draft
from portal.disputes.models import Draft
from portal.disputes.photos import photos_of
from portal.disputes.views.checking import at_a_glance, is_complete
from portal.disputes.views.drafting import own_draft
from portal.disputes.views.sending import said_in
from portal.disputes.views.show import spoken_turn
from portal.disputes.wording import STATES
from portal.disputes.workflow import Party, State
from portal.extensions import db
from portal.merchants.models import Store
from portal.merchants.permissions import in_charge_of
from portal.merchants.search import LONGEST_QUERY, search_stores
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, sent_key
from portal.web.page import page
from portal.web.writes import begin_write, writes_later

TYPED = ("name", "reach", "number", "auto_escalate", "accepts_pledge")


@bp.get("/counter")
@only("officer")
def counter() -> Response:
    """Who is to be told something by letter or at the counter; with `all` every open one. 25 a page."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    everything = request.args.get("all") == "1"
    rows, last = taken_at_counter(db.session(), reader(), to_tell=not everything, before=before)
    return page(
        "bureau/counter.html",
        rows=[_shown(row) for row in rows],
        everything=everything,
        next_url=url_for(".counter", all=1 if everything else None, before=last) if last else None,
    )


@bp.get("/counter/shops")
@only("officer")
def counter_shops() -> Response:
    """The first step: the shop that the person complains about, of the officer's region."""
    q = request.args.get("q", "")[:LONGEST_QUERY].strip()
    own = in_charge_of(reader())
    found = search_stores(db.session(), q, only=own, after=request.args.get("after")) if q else None
    return page(
        "bureau/counter_shops.html",
        q=q,
        limit=LONGEST_QUERY,
        rows=found.stores if found else [],
        next_url=url_for(".counter_shops", q=q, after=found.after) if found and found.after else None,
    )


@bp.get("/counter/drafts/<key>")
@only("officer")
def counter_draft(key: str) -> AnyResponse:
    """The last step: the story in large print to be read back, and how the person is called and reached."""
    draft = _draft_or_404(key)
    if not is_complete(draft):
        return redirect(url_for("disputes.new", draft=key), 303)
    return _check_page(draft, CounterForm(MultiDict(draft.fields) if "reach" in draft.fields else None))


@bp.post("/counter")
@only("officer")
@writes_later
def create_counter_complaint() -> AnyResponse:
    """File it for the person, and on to the slip."""
    earlier = answered()
    if earlier is not None:
        return earlier
    draft, form = _draft_or_404(sent_key()), CounterForm()
    if not is_complete(draft):
        return redirect(url_for("disputes.new", draft=draft.key), 303)
    good, key = form.validate(), draft.key
    begin_write()
    earlier = answered()  # by a twin that was faster
    if earlier is not None:
        return earlier
    draft = save_draft(db.session(), key, _typed(form), consumer_id=None, now=now())
    if good:
        try:
            return _file(db.session(), draft, form)
        except RuleBroken as broken:
            form.blame(broken)
            db.session.rollback()
            draft = _draft_or_404(key)
    else:
        db.session.commit()
    return _check_page(draft, form, status=422)


def _file(session: Session, draft: Draft, form: CounterForm) -> AnyResponse:
    store, said = said_in(draft)
    said = replace(
        said,
        name=form.name.data or "",
        auto_escalate=form.auto_escalate.data,
        accepts_pledge=form.accepts_pledge.data,
    )
    at = now()
    dispute, code = file_at_counter(
        session,
        store,
        reader(),
        said,
        reach=form.reach.data or "",
        number=form.number.data or "",
        key=draft.key,
        now=at,
        photos=photos_of(session, draft.key, None),
    )
    drop_draft(session, draft.key)
    keep_for_printing(dispute.ref, code, at)
    flash(gettext("Taken down. The shop is being told now."), "good")
    return done(url_for(".slip", ref=dispute.ref))


def _draft_or_404(key: str) -> Draft:
    """A draft that this officer is writing, about a shop of the officer's region."""
    draft = own_draft(key)
    if draft is None or not _covers(draft.fields.get("store", "")):
        abort(404)
    return draft


def _covers(code: str) -> bool:
    own = in_charge_of(reader())
    return db.session.scalar(sa.select(Store.id).where(Store.code == code, own)) is not None


def _typed(form: CounterForm) -> dict[str, Any]:
    return {name: form[name].data or "" for name in TYPED}


def _check_page(draft: Draft, form: CounterForm, *, status: int = 200) -> Response:
    return page("bureau/counter_check.html", status=status, form=form, **at_a_glance(draft))


def _shown(row: Taken) -> dict[str, Any]:
    """A line of the list, in the reader's words."""
    dispute, locale = row.dispute, reader_locale()
    city = db.session().get_one(City, dispute.city_code)
    turn = spoken_turn(dispute, Party.CONSUMER)
    name, tone = STATES[State(dispute.state or State.FILED)]
    return {
        "ref": dispute.ref,
        "title": dispute.goods or label(city.choices, Kind.PROBLEM, dispute.problem, locale),
        "store": dispute.store.name,
        "person": dispute.consumer_label,
        "state": gettext(name),
        "tone": tone,
        "reach": gettext(REACHES[row.complaint.reach]),
        "officer": row.officer,
        "taken_at": row.complaint.taken_at,
        "turn": turn,
        "asked": dispute.follow_up == "asked",
    }
