"""Sending a complaint: filed at once for who has proved a phone, else with the sign-in that proves it."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, url_for
from flask import session as browser
from flask_babel import gettext
from flask_login import current_user, user_logged_in
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.accounts.models import Identity
from portal.accounts.views import mark_device, start_phone_sign_in
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.masking import is_mobile
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.drafts import drop_draft, save_draft
from portal.disputes.forms import ComplaintForm
from portal.disputes.models import Dispute, Draft
from portal.disputes.photos import photos_of
from portal.disputes.views.drafting import consumer_id
from portal.extensions import db
from portal.merchants.models import Store
from portal.merchants.queries import led_to
from portal.regions.models import City
from portal.web.writes import begin_write


def prove_phone(key: str, phone: str) -> Response:
    """Send a code, with which the draft is filed when it is entered."""
    begin_write()
    save_draft(db.session(), key, {"send": True}, consumer_id=None, now=now())
    db.session.commit()
    return start_phone_sign_in(phone, url_for("disputes.check_draft", key=key))


def filed(key: str) -> Response | None:
    """The way to the dispute that this consumer has filed with this key already."""
    wanted = sa.select(Dispute.ref).where(Dispute.key == key, Dispute.consumer_id == consumer_id())
    ref = db.session().scalar(wanted) if consumer_id() is not None else None
    return redirect(url_for("disputes.show", ref=ref), 303) if ref else None


def file_now(draft: Draft) -> Response:
    """File the draft of a signed-in consumer, in one transaction with what was typed last."""
    key = draft.key
    try:
        ref = _file(draft, current_user.id)
        db.session.commit()
    except IntegrityError:  # the same form, sent twice at once: the other one was faster
        db.session.rollback()
        twin = filed(key)
        if twin is None:
            raise
        return twin
    flash(gettext("Sent. The shop is being told now."), "good")
    return redirect(url_for("disputes.show", ref=ref), 303)


def _file(draft: Draft, person_id: int) -> str:
    """File a checked draft, in the caller's transaction; gives the reference."""
    session = db.session()
    store, said = said_in(draft)
    dispute = file_complaint(
        session,
        store,
        session.get_one(Identity, person_id),
        said,
        key=draft.key,
        now=now(),
        photos=photos_of(session, draft.key, person_id),
    )
    mark_device(person_id)
    drop_draft(session, draft.key)
    return dispute.ref


def said_in(draft: Draft) -> tuple[Store, Complaint]:
    """The store and the complaint of a draft that is complete."""
    session, fields = db.session(), draft.fields
    store = session.scalars(sa.select(Store).where(led_to(fields["store"]))).one()
    form = ComplaintForm(session.get_one(City, store.city_code), MultiDict(fields))
    said = form.said(
        name=fields.get("name", ""),
        auto_escalate=bool(fields.get("auto_escalate")),
        publish=bool(fields.get("publish")),
        accepts_pledge=bool(fields.get("accepts_pledge")),
    )
    return store, said


@user_logged_in.connect
def _send_what_waited(app: object, user: Any, **_: object) -> None:
    """A complaint that only waited for its phone to be confirmed is filed with the sign-in itself.

    Not what somebody else left waiting on the same device: the phone must be the one it was sent with.
    """
    if not user.is_consumer:
        return
    session = db.session()
    phone = session.get_one(Identity, user.id).consumer_phone
    for key in browser.get("drafts", []):
        draft = session.get(Draft, key)
        if draft is None or not draft.fields.get("send") or is_mobile(draft.fields["phone"]) != phone:
            continue
        try:
            _file(draft, user.id)
        except RuleBroken:  # the shop has closed meanwhile, say: step three tells it
            save_draft(session, key, {"send": False}, consumer_id=user.id, now=now())
