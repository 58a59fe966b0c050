"""The owners' side: what their stores pledge, how a pledge ends, and the card for the till."""

from datetime import date

from flask import abort, current_app, flash, make_response, redirect, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.viewer import Viewer
from portal.core.clock import now, today
from portal.core.refs import parse_store_code
from portal.extensions import db
from portal.merchants.queries import store_page
from portal.return_policies.actions.pledges import end_pledge, notice_until
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.queries.owned import Held, city_of, own_pledge, own_pledges
from portal.return_policies.queries.public import pledges_shown
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.owned import shown_fitting, shown_held
from portal.return_policies.views.papers import till_card
from portal.return_policies.views.saying import paragraphs
from portal.web.access import only, public
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key
from portal.web.page import page
from portal.web.shown import ZONE, day

PLEDGE = "<int(max=9223372036854775807):pledge_id>"  # what both databases can look for


@bp.get("/merchant/pledges")
@only("staff")
def pledges() -> Response:
    """What each of one's stores pledges, and which standards could be pledged besides."""
    on, locale = today(now(), ZONE), reader_locale()
    own, fitting = own_pledges(db.session(), _viewer(), on)
    tree = tree_of(db.session(), own[0].store.city_code if own else "")
    return page(
        "return_policies/pledges.html",
        stores=[
            {
                "store": each.store,
                "held": [shown_held(one, tree, locale, on) for one in each.held],
                "over": [shown_held(one, tree, locale, on) for one in each.over],
            }
            for each in own
        ],
        fitting=[shown_fitting(one, tree, locale, on) for one in fitting],
        is_owner=bool(current_user.owns),
    )


@bp.get(f"/merchant/pledges/{PLEDGE}")
@only("staff")
def pledge(pledge_id: int) -> Response:
    """One pledge: what it says and since when; its owner may renew and end it."""
    held = _held_or_404(pledge_id)
    locale = reader_locale()
    tree = tree_of(db.session(), held.pledge.store.city_code)
    return page(
        "return_policies/pledge.html",
        store=held.pledge.store,
        shown=shown_held(held, tree, locale, _today(held)),
        paragraphs=paragraphs(UNSET | held.pledge.terms, tree, locale),
        basis=held.version.basis(locale),
        may_act=held.pledge.merchant_id in current_user.owns,
    )


@bp.get(f"/merchant/pledges/{PLEDGE}/ending")
@only("staff")
def ending(pledge_id: int) -> Response:
    """The question before a pledge is ended: until when it would still hold."""
    held = _own_or_404(pledge_id)
    if held.pledge.ends_on is not None:
        abort(404)
    city = city_of(db.session(), held.pledge.store.city_code)
    return page(
        "return_policies/pledge_ending.html",
        store=held.pledge.store,
        title=held.version.standard.title(reader_locale()),
        pledge_id=pledge_id,
        until=notice_until(city, now()),
        notice=(notice_until(city, now()) - _today(held)).days,
        key=new_key(),
    )


@bp.post(f"/merchant/pledges/{PLEDGE}/ending")
@only("staff")
def end(pledge_id: int) -> Response:
    """Give notice."""
    if (earlier := answered()) is not None:
        return earlier
    held = _own_or_404(pledge_id)
    until = end_pledge(db.session(), held.pledge, _viewer(), now=now())
    flash(gettext("Ended. It still holds for what is bought until %(day)s.", day=day(until)), "good")
    return done(url_for(".pledge", pledge_id=pledge_id))


@bp.get("/stores/<code>/till-card.pdf")
@public
def till_card_pdf(code: str) -> Response:
    """The card beside the till as a PDF, one A6 page for each pledge that holds today."""
    store = store_page(db.session(), code) if parse_store_code(code) == code else None
    if store is not None and store.kept_code:
        return redirect(url_for(".till_card_pdf", code=store.kept_code), 301)
    shown = pledges_shown(db.session(), store.id, today(now(), ZONE)) if store else []
    if store is None or not shown:
        abort(404)
    address = f"{current_app.config['PUBLIC_URL'].rstrip('/')}/stores/{code}"
    tree = tree_of(db.session(), shown[0].city_code)
    response = make_response(till_card(store, shown, tree, address))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="hejie-till-{code}.pdf"'
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _viewer() -> Viewer:
    viewer: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return viewer


def _today(held: Held) -> date:
    return today(now(), city_of(db.session(), held.pledge.store.city_code).zone)


def _held_or_404(pledge_id: int) -> Held:
    held = own_pledge(db.session(), _viewer(), pledge_id)
    if held is None:
        abort(404)
    return held


def _own_or_404(pledge_id: int) -> Held:
    """A pledge of a merchant that the reader owns; for a clerk it cannot be ended."""
    held = _held_or_404(pledge_id)
    if held.pledge.merchant_id not in current_user.owns:
        abort(404)
    return held
