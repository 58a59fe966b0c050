"""A city's settings: its names and colour, its clocks, its lists; for the supervisor of exactly this city."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.city_changes import changed_lines
from portal.bureau.city_forms import (
    NAMES,
    ORDERS,
    SeenForm,
    clocks_form,
    list_form,
    names_form,
    rows_in,
    spans_in,
    whole_number,
)
from portal.bureau.views.blueprint import bp
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_
from portal.extensions import db
from portal.regions import settings
from portal.regions.choices import Kind, whole_list
from portal.regions.clocks import STATUTORY, Clock
from portal.regions.models import City
from portal.web.access import only
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.place import is_city_code

LISTS = {
    Kind.TRADE: N_("Trades"),
    Kind.PROBLEM: N_("Problems"),
    Kind.REFUSAL: N_("A shop's reasons to refuse"),
    Kind.WITHDRAWAL: N_("A customer's reasons to withdraw"),
    Kind.NOT_ACCEPTED: N_("Grounds not to accept"),
    Kind.TERMINATION: N_("Grounds to end a mediation"),
    Kind.EXCLUSION: N_("Grounds to leave a dispute out of the figures"),
    Kind.NAMING: N_("Grounds to name a shop in public"),
    Kind.SUSPENSION: N_("Grounds to suspend a shop"),
    Kind.VERIFICATION: N_("Ways to verify a stall"),
    Kind.RECUSAL: N_("Reasons for another officer"),
    Kind.MEDIATOR: N_("Bodies that mediate for the bureau"),
}


@bp.get("/city")
@only("officer")
def city() -> Response:
    """What can be set, and what has been changed last."""
    own, session = _city_or_404(), db.session()
    lists = [
        (
            kind,
            _list_name(kind),
            len([row for row in whole_list(own.choices, kind) if not row.get("retired")]),
        )
        for kind in Kind
    ]
    return page("bureau/city.html", own=own, lists=lists, changes=changed_lines(session, own, _list_name))


@bp.get("/city/names")
@only("officer")
def city_names() -> Response:
    own = _city_or_404()
    return _names_page(names_form(own, None, settings.last_change(db.session(), own)))


@bp.post("/city/names")
@only("officer")
def save_city_names() -> AnyResponse:
    own = _city_or_404()
    form = names_form(own, request.form, 0)
    typed = {name: form[name].data or "" for name in NAMES}
    return _save(own, form, _names_page, lambda at, by, seen: settings.set_names(
        db.session(), own, typed, by=by, seen=seen, now=at
    ))  # fmt: skip


@bp.get("/city/clocks")
@only("officer")
def city_clocks() -> Response:
    own = _city_or_404()
    return _clocks_page(clocks_form(own, None, settings.last_change(db.session(), own)))


@bp.post("/city/clocks")
@only("officer")
def save_city_clocks() -> AnyResponse:
    own = _city_or_404()
    form = clocks_form(own, request.form, 0)

    def save(at: datetime, by: int, seen: int) -> bool:
        spans, days = spans_in(form, own), whole_number(form, ORDERS)
        try:
            return settings.set_clocks(
                db.session(), own, spans, orders_within_days=days, by=by, seen=seen, now=at
            )
        except RuleBroken as broken:
            if broken.field != "clocks":
                raise
            raise broken.at(str(broken.values.get("clock", Clock.REPLY.value))) from None

    return _save(own, form, _clocks_page, save)


@bp.get("/city/lists/<kind>")
@only("officer")
def city_list(kind: str) -> Response:
    own, which = _city_or_404(), _kind_or_404(kind)
    rows = whole_list(own.choices, which)
    return _list_page(which, list_form(rows, None, settings.last_change(db.session(), own)))


@bp.post("/city/lists/<kind>")
@only("officer")
def save_city_list(kind: str) -> AnyResponse:
    own, which = _city_or_404(), _kind_or_404(kind)
    rows = whole_list(own.choices, which)
    form = list_form(rows, request.form, 0)

    def save(at: datetime, by: int, seen: int) -> bool:
        typed, added = rows_in(form, rows), settings.new_code(rows)
        try:
            return settings.set_list(db.session(), own, which, typed, by=by, seen=seen, now=at)
        except RuleBroken as broken:
            if not (broken.field or "").startswith(f"{added}-"):
                raise
            raise broken.at((broken.field or "").replace(added, "new")) from None

    return _save(own, form, lambda one, **more: _list_page(which, one, **more), save)


def _save(
    own: City,
    form: SeenForm,
    shown: Callable[..., Response],
    save: Callable[[datetime, int, int], bool],
) -> AnyResponse:
    """Save what was typed; the form again where it cannot be, 409 where somebody else was faster."""
    if (earlier := answered()) is not None:
        return earlier
    if not form.validate():
        return shown(form, status=422)
    try:
        changed = save(now(), current_user.id, form.seen_number())
    except RuleBroken as broken:
        form.blame(broken)
        return shown(form, status=422)
    except MovedOn:
        form.form_errors.append(
            gettext("Somebody has changed the city's settings meanwhile. Please compare, and save again.")
        )
        form.seen.data = str(settings.last_change(db.session(), own))
        return shown(form, status=409)
    flash(gettext("Saved. It holds from now on.") if changed else gettext("Nothing has changed."), "good")
    return done(url_for(".city"))


def _names_page(form: SeenForm, *, status: int = 200) -> Response:
    return _form_page(
        "bureau/city_names.html", form, status, names=[name for name in NAMES if name != "accent"]
    )


def _clocks_page(form: SeenForm, *, status: int = 200) -> Response:
    clocks = [(clock.value, clock in STATUTORY) for clock in Clock]
    return _form_page("bureau/city_clocks.html", form, status, clocks=clocks)


def _list_page(kind: Kind, form: SeenForm, *, status: int = 200) -> Response:
    codes = [field.name.removesuffix("-zh") for field in form if field.name.endswith("-zh")]
    return _form_page("bureau/city_list.html", form, status, kind=kind, name=_list_name(kind), codes=codes)


def _form_page(template: str, form: SeenForm, status: int, **more: Any) -> Response:
    key = new_key() if request.method == "GET" else sent_key()
    return page(template, form=form, key=key, status=status, **more)


def _city_or_404() -> City:
    """The city whose supervisor is looking; for everybody else there is nothing here."""
    region = current_user.region or ""
    own = db.session.get(City, region) if current_user.is_supervisor and is_city_code(region) else None
    if own is None:
        abort(404)
    return own


def _kind_or_404(text: str) -> Kind:
    if text not in set(Kind):
        abort(404)
    return Kind(text)


def _list_name(kind: Kind) -> str:
    return gettext(LISTS[kind])
