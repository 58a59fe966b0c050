"""A draft at a glance before it is sent: the consumer's last step, and what is read back at the counter."""

from typing import Any

from flask import abort, url_for
from werkzeug.datastructures import MultiDict

from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.disputes.actions.complaints import Complaint, check, what_is_pledged
from portal.disputes.forms import ComplaintForm
from portal.disputes.models import Draft
from portal.disputes.photos import photos_of
from portal.disputes.views.answering import answered_by
from portal.disputes.views.drafting import consumer_id
from portal.disputes.views.escalating import some_day
from portal.disputes.views.naming import wordings
from portal.extensions import db
from portal.merchants.models import Store
from portal.merchants.queries import store_by_code
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.return_policies.answers import Outcome
from portal.return_policies.queries.pledges import Entitled, pledges_on
from portal.web.place import speaks_of


def store_named(code: str) -> Store | None:
    """The store with this code, whose city the page then speaks of."""
    store = store_by_code(db.session(), code or "")
    speaks_of(store.city_code if store else "")
    return store


def store_or_404(code: str) -> Store:
    """The store with this code."""
    store = store_named(code)
    if store is None:
        abort(404)
    return store


def is_complete(draft: Draft) -> bool:
    """Whether what is in the draft could be filed."""
    store = store_or_404(draft.fields["store"])
    city = db.session().get_one(City, store.city_code)
    form = ComplaintForm(city, MultiDict(draft.fields))
    try:
        return form.validate() and bool(check(form.said(), store, city, now=now()))
    except RuleBroken:
        return False


def at_a_glance(draft: Draft) -> dict[str, Any]:
    """All that a page says of a complete draft."""
    session, store = db.session(), store_or_404(draft.fields["store"])
    city = session.get_one(City, store.city_code)
    said = check(ComplaintForm(city, MultiDict(draft.fields)).said(), store, city, now=now())
    entitled = what_is_pledged(session, store, city, said, now=now())
    return {
        "what": said,
        "answer": answered_by(entitled, city.code, said),
        "more_needed": _more_needed(entitled, store, said),
        "store": store,
        "key": draft.key,
        "kept": thumbs(draft.key),
        "reply_span": city.span(Clock.REPLY),
        "ahead": some_day(city),
        **wordings(city),
    }


def thumbs(key: str) -> list[dict[str, str]]:
    """The photos that came with a draft."""
    rows = photos_of(db.session(), key, consumer_id())
    return [{"id": row.id, "url": url_for("disputes.draft_photo", key=key, photo_id=row.id)} for row in rows]


def _more_needed(entitled: Entitled, store: Store, said: Complaint) -> bool:
    """Whether what a pledge gives hangs on what was left out: the kind of goods, or what they are like."""
    outcome = entitled.answer.outcome
    if outcome is Outcome.INCOMPLETE or said.category or said.bought_on is None:
        return outcome is Outcome.INCOMPLETE
    if outcome is Outcome.OUTSIDE or entitled.pledge_id is not None:
        return False
    return bool(pledges_on(db.session(), store.id, said.bought_on))
