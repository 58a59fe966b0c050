"""The draft that this browser or this consumer is writing: its key, what is kept in it, and whose it is."""

from typing import Any

from flask import request
from flask import session as browser
from flask_login import current_user

from portal.core.clock import now
from portal.disputes.drafts import save_draft
from portal.disputes.forms import ComplaintForm, SendingForm
from portal.disputes.models import Draft
from portal.extensions import db
from portal.merchants.models import Store
from portal.web.once import new_key, sent_key

TYPED = (
    "problem", "goods", "bought_on", "paid", "story", "remedy", "claim", "order_no", "category", "condition",
)  # fmt: skip
SENDING = ("name", "phone", "auto_escalate", "publish", "accepts_pledge")
MANY = 5  # drafts that one session may keep open


def draft_key() -> str:
    """The key that came with the form; a new one where somebody else has a draft under it."""
    key = sent_key()
    taken = db.session().get(Draft, key) is not None and own_draft(key) is None
    return new_key() if taken else key


def own_draft(key: str) -> Draft | None:
    """The draft with this key, for the session or the consumer that wrote it."""
    draft = db.session().get(Draft, key) if key else None
    consumer = consumer_id()
    own = draft is not None and consumer is not None and draft.consumer_id == consumer
    return draft if own or key in browser.get("drafts", []) else None


def keep_draft(key: str, *, form: ComplaintForm, store: Store, sending: SendingForm | None = None) -> Draft:
    """Keep what has been typed so far as it was typed, right or wrong; the caller commits."""
    fields: dict[str, Any] = {name: _raw(form, name) for name in TYPED} | {"store": store.code}
    if sending is not None:
        fields |= {name: sending[name].data or "" for name in SENDING} | {"asked": True}
    kept = [other for other in browser.get("drafts", []) if other != key]
    browser["drafts"] = [*kept, key][-MANY:]
    return save_draft(db.session(), key, fields, consumer_id=consumer_id(), now=now())


def consumer_id() -> int | None:
    """Who files; None for everybody who has not proved a phone yet, staff and officers among them."""
    return current_user.id if current_user.is_authenticated and current_user.is_consumer else None


def at_counter() -> bool:
    """Whether an officer fills this in: then it is for somebody who stands at the bureau's counter."""
    return bool(current_user.is_authenticated and current_user.is_officer)


def sent(name: str) -> str:
    """What came with the form in one field."""
    return request.form.get(name, "")


def _raw(form: ComplaintForm, name: str) -> str:
    value = form[name].raw_data
    return str(value[0]) if value else ""
