"""How somebody of a shop comes in: an account, the claim of a store, and where the notices go."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts import limits
from portal.accounts.limits import Try, network_of
from portal.accounts.people import viewer_of
from portal.accounts.views.welcome import welcome
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.refs import parse_store_code
from portal.extensions import db
from portal.merchants.actions.staff import set_contact, sign_up
from portal.merchants.forms import ContactForm, SignUpForm
from portal.merchants.queries import contact_of
from portal.merchants.views.blueprint import bp
from portal.web.access import only, public
from portal.web.language import reader_locale
from portal.web.page import page


@bp.get("/merchant/sign-up")
@public
def new_account() -> Response:
    """For somebody of a shop who has no account; `store` is the one to claim next."""
    if current_user.is_authenticated and current_user.is_staff:
        return redirect(_way_on(), 303)
    return _sign_up_page(SignUpForm())


@bp.post("/merchant/sign-up")
@public
def create_account() -> Response:
    """Make the account and lead on to the claim."""
    form = SignUpForm()
    if not form.validate():
        return _sign_up_page(form, status=422)
    session, at = db.session(), now()
    try:
        limits.count(session, Try.SIGN_UP_FROM_NETWORK, network_of(request.remote_addr or ""), now=at)
    finally:
        session.commit()
    try:
        person = sign_up(
            session,
            username=form.username.data,
            password=form.password.data,
            name=form.name.data,
            phone=form.phone.data,
            now=at,
            locale=reader_locale(),
        )
    except RuleBroken as broken:
        form.blame(broken)
        return _sign_up_page(form, status=422)
    viewer = viewer_of(session, person.id)
    assert viewer is not None  # noqa: S101 - just made
    return welcome(viewer, _way_on())


@bp.get("/merchant/contact")
@only("staff")
def contact() -> Response:
    """Where one's own notices go."""
    phone, email = contact_of(db.session(), current_user.id)
    return page("merchants/contact.html", form=ContactForm(data={"phone": phone, "email": email}))


@bp.post("/merchant/contact")
@only("staff")
def change_contact() -> Response:
    form = ContactForm()
    if form.validate():
        try:
            set_contact(
                db.session(), current_user.id, phone=form.phone.data or "", email=form.email.data or ""
            )
        except RuleBroken as broken:
            form.blame(broken)
        else:
            db.session.commit()
            flash(gettext("Saved."), "good")
            return redirect(url_for(".home"), 303)
    return page("merchants/contact.html", status=422, form=form)


def _sign_up_page(form: SignUpForm, *, status: int = 200) -> Response:
    return page(
        "merchants/sign_up.html", status=status, form=form, store=_store_code(), sign_in_next=_way_on()
    )


def _store_code() -> str:
    return parse_store_code(request.values.get("store", "")) or ""


def _way_on() -> str:
    code = _store_code()
    return url_for("merchants.new_claim", code=code) if code else url_for("merchants.home")
