"""The saved replies of a city: every officer reads them, its supervisors write them."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions.replies import add_reply, change_reply, raise_reply, remove_reply
from portal.bureau.forms import ReplyForm
from portal.bureau.queries import places
from portal.bureau.views.blueprint import bp, reader
from portal.core.errors import NotAllowed, RuleBroken
from portal.disputes.replies import SavedReply, replies_of
from portal.extensions import db
from portal.regions.models import City
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page

REPLY = "/replies/<int(max=9999999999):reply_id>"


@bp.get("/replies")
@only("officer")
def replies() -> Response:
    """The list of one city; of a province's cities the address says which."""
    return _replies_page(_city_or_404(request.args.get("city", "")), ReplyForm(formdata=None), new_key())


@bp.post("/replies")
@only("officer")
def create_reply() -> AnyResponse:
    """Add one at the end of the list."""
    if not current_user.is_supervisor:
        raise NotAllowed
    if (earlier := answered()) is not None:
        return earlier
    city, form = _city_or_404(request.form.get("city", "")), ReplyForm()
    if form.validate():
        try:
            add_reply(db.session(), reader(), _codes(), city_code=city.code, **_typed(form))
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("Saved."), "good")
            return done(url_for(".replies", city=city.code))
    return _replies_page(city, form, sent_key(), status=422)


@bp.get(REPLY)
@only("officer")
def reply(reply_id: int) -> Response:
    """One reply, to be worded anew."""
    row = _reply_or_404(reply_id)
    return page("bureau/reply.html", reply=row, form=ReplyForm(None, title=row.title, text=row.text))


@bp.post(REPLY)
@only("officer")
def save_reply(reply_id: int) -> AnyResponse:
    """Word it anew."""
    row, form = _reply_or_404(reply_id), ReplyForm()
    city_code = row.city_code
    if form.validate():
        try:
            change_reply(reader(), _codes(), row, **_typed(form))
        except RuleBroken as broken:
            form.blame(broken)
        else:
            return _saved(gettext("Saved."), city_code)
    return page("bureau/reply.html", reply=_reply_or_404(reply_id), form=form, status=422)


@bp.post(f"{REPLY}/removal")
@only("officer")
def create_reply_removal(reply_id: int) -> AnyResponse:
    """Take it off the list."""
    return _done_to(reply_id, remove_reply, gettext("Taken off the list."))


@bp.post(f"{REPLY}/rise")
@only("officer")
def create_reply_rise(reply_id: int) -> AnyResponse:
    """Let it stand one place higher."""
    return _done_to(reply_id, raise_reply, "")


def _done_to(reply_id: int, act: Callable[..., None], said: str) -> AnyResponse:
    row = _reply_or_404(reply_id)
    city_code = row.city_code
    act(db.session(), reader(), _codes(), row)
    return _saved(said, city_code)


def _saved(said: str, city_code: str) -> AnyResponse:
    db.session.commit()
    if said:
        flash(said, "good")
    return redirect(url_for(".replies", city=city_code), 303)


def _replies_page(city: City, form: ReplyForm, key: str, *, status: int = 200) -> Response:
    locale, own = reader_locale(), places.cities(db.session(), current_user)
    return page(
        "bureau/replies.html",
        rows=replies_of(db.session(), city.code),
        city_code=city.code,
        cities=[(one.code, one.name(locale)) for one in own.values()],
        city_shown=city.name(locale),
        edits=current_user.is_supervisor,
        form=form,
        key=key,
        status=status,
    )


def _city_or_404(code: str) -> City:
    """The city that is asked for, or the first of the officer's own; another's is as if there were none."""
    own = places.cities(db.session(), current_user)
    city = own.get(code) if code else next(iter(own.values()), None)
    if city is None:
        abort(404)
    return city


def _reply_or_404(reply_id: int) -> SavedReply:
    """A reply that this officer may edit; for everybody else there is nothing to edit."""
    row = db.session.get(SavedReply, reply_id)
    if row is None or not current_user.is_supervisor or row.city_code not in _codes():
        abort(404)
    return row


def _codes() -> set[str]:
    return set(places.cities(db.session(), current_user))


def _typed(form: ReplyForm) -> dict[str, Any]:
    return {"title": form.title.data or "", "text": form.text.data or ""}
