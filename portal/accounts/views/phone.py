"""Signing in by phone: a number, then the code that was sent to it. There is no account to make."""

from typing import Any

from flask import current_app, redirect, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.accounts.forms import CodeForm, PhoneForm
from portal.accounts.people import viewer_of
from portal.accounts.phone import check_code, send_code
from portal.accounts.views.blueprint import bp
from portal.accounts.views.welcome import (
    asked_next,
    blame_tries,
    own_ip,
    own_session_id,
    retry_after,
    welcome,
)
from portal.core.channels import Channel, ChannelFailed
from portal.core.clock import now
from portal.core.errors import RuleBroken, TooManyTries
from portal.core.masking import is_mobile
from portal.core.words import N_
from portal.extensions import db
from portal.regions.queries import city_among
from portal.web.access import next_path, public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import city_codes
from portal.web.writes import begin_write, writes_later

ASKED = "phone"  # in the session: the number that the last code went to; never in an address


@bp.get("/sign-in/phone")
@public
def phone() -> Response:
    """The number, or with `?step=code` the code that was just sent."""
    if sms() is None:
        return no_sms()
    number = session.get(ASKED)
    if number and request.args.get("step") == "code":
        return _code_page(CodeForm(), number)
    return _phone_page(PhoneForm(data={"phone": number}), asked_next())


@bp.post("/sign-in/phone")
@public
@writes_later
def prove_phone() -> Response:
    """Send a code, or sign in with it."""
    if sms() is None:
        return no_sms()
    if "code" in request.form:
        return _sign_in()
    form = PhoneForm()
    if not form.validate():
        return _phone_page(form, asked_next(), status=422)
    return _send(form, form.phone.data, asked_next())


def start_phone_sign_in(phone: str, next: str) -> Response:
    """Send a code and lead to its page, from where the way goes on to `next`.

    For any view; commits what its caller has written. Where no code can be sent: the page that says why.
    """
    if sms() is None:
        return no_sms()
    return _send(PhoneForm(data={"phone": phone}), phone, next_path(next))


def sms() -> Channel | None:
    """The channel that text messages leave by; None where this portal has none."""
    channels: dict[str, Channel] = current_app.extensions["channels"]
    return channels.get("sms")


def no_sms() -> Response:
    """No pretence: without a gateway nobody can sign in by phone, and the page says what to do instead."""
    answer = page("accounts/no_sms.html", status=503)
    answer.headers["HX-Redirect"] = url_for("accounts.phone")  # htmx swaps no 503 in; this shows the page
    return answer


def _send(form: PhoneForm, typed: str, way_on: str | None) -> Response:
    channel, city = sms(), city_among(db.session(), city_codes())
    name = city.name(reader_locale()) if city else ""
    assert channel is not None  # noqa: S101 - every caller has looked
    db.session.commit()
    begin_write()
    try:
        number = send_code(
            db.session(),
            typed,
            session_id=own_session_id(),
            ip=own_ip(),
            channel=channel,
            now=now(),
            city_name=name,
            daily_budget=current_app.config["SMS_DAILY"],
            gettext=gettext,
        )
    except RuleBroken as broken:
        form.blame(broken)
        return _phone_page(form, way_on, status=422)
    except TooManyTries as refused:
        blame_tries(form, refused)
        return retry_after(_phone_page(form, way_on, status=429), refused)
    except ChannelFailed:
        form.blame(RuleBroken(None, N_("The text message could not be sent. Please try again soon.")))
        return _phone_page(form, way_on, status=503)
    session[ASKED] = number
    return redirect(url_for("accounts.phone", step="code", next=way_on), 303)


def _sign_in() -> Response:
    form = CodeForm()
    number = is_mobile(request.form.get("phone") or session.get(ASKED) or "")
    if number is None:
        return redirect(url_for("accounts.phone", next=asked_next()), 303)
    if not form.validate():
        return _code_page(form, number, status=422)
    begin_write()
    try:
        identity = check_code(
            db.session(),
            number,
            form.code.data,
            session_id=own_session_id(),
            now=now(),
            locale=reader_locale(),
        )
    except RuleBroken as broken:
        form.blame(broken)
        return _code_page(form, number, status=422)
    except TooManyTries as refused:
        blame_tries(form, refused)
        return retry_after(_code_page(form, number, status=429), refused)
    viewer = viewer_of(db.session(), identity.person_id)
    if viewer is None:
        form.blame(RuleBroken(None, N_("This number is closed here. Please call the bureau.")))
        return _code_page(form, number, status=422)
    session.pop(ASKED, None)
    return welcome(viewer, asked_next())


def _phone_page(form: PhoneForm, way_on: str | None, *, status: int = 200) -> Response:
    return page("accounts/phone.html", status=status, form=form, next=way_on or "")


def _code_page(form: CodeForm, number: str, *, status: int = 200) -> Response:
    shown: dict[str, Any] = {"number": number, "spaced": f"{number[:3]} {number[3:7]} {number[7:]}"}
    return page("accounts/code.html", status=status, form=form, next=asked_next() or "", **shown)
