"""Finding a store, its public page (where the QR code on the door leads), and the poster with that code."""

from typing import Any

from flask import Response, current_app, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import now, today
from portal.core.refs import parse_store_code
from portal.core.words import tidy
from portal.extensions import db
from portal.merchants.history import earlier_names
from portal.merchants.poster import poster
from portal.merchants.queries import StorePage, store_page
from portal.merchants.search import LONGEST_QUERY, FoundStore, search_stores
from portal.merchants.views.blueprint import bp
from portal.regions.choices import Kind, choices, label
from portal.regions.models import City
from portal.regions.queries import city_among, districts_of
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import city_codes, speaks_of
from portal.web.shown import ZONE

ASKED = ("q", "district", "trade", "pledged")


@bp.get("/stores")
@public
def search() -> AnyResponse:
    """The stores that a query finds; without one, the districts and trades to browse."""
    city = city_among(db.session(), city_codes())
    if city is None:
        return redirect("/", 303)
    asked = {name: tidy(request.args.get(name, "")[:LONGEST_QUERY]) for name in ASKED}
    pledged = current_app.extensions["pledge_filter"](db.session(), city.code, asked["pledged"])
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    if not kept:
        return page(
            "merchants/search.html", asked=asked, rows=None, next_url=None, pledged=pledged, **_browse(city)
        )
    found = search_stores(
        db.session(),
        asked["q"],
        district_code=asked["district"],
        trade=asked["trade"],
        only=pledged.only,
        after=request.args.get("after"),
    )
    locale = reader_locale()
    return page(
        "merchants/search.html",
        asked=asked,
        rows=[
            {
                "store": store,
                "place": _place(store, locale),
                "trade": label(city.choices, Kind.TRADE, store.trade, locale),
            }
            for store in found.stores
        ],
        next_url=url_for(".search", **kept, after=found.after) if found.after else None,
        pledged=pledged,
        **_browse(city),
    )


@bp.get("/stores/<code>")
@public
def show(code: str) -> AnyResponse:
    """The store's page."""
    known = parse_store_code(code)
    if known is not None and known != code:
        return redirect(url_for(".show", code=known), 303)
    store = store_page(db.session(), code) if known else None
    if store is None:
        return no_such_store(code)
    if store.kept_code:
        return redirect(url_for(".show", code=store.kept_code), 301)
    speaks_of(store.city_code)
    locale = reader_locale()
    return page(
        "merchants/store.html",
        store=store,
        trade=label(store.city_choices, Kind.TRADE, store.trade, locale),
        place=_place(store, locale),
        figures=current_app.extensions["store_figures"](db.session(), store.id),
        pledged=current_app.extensions["store_pledges"](db.session(), store),
        works_here=_works_at(store),
        earlier=earlier_names(db.session(), store.id) if store.licence_since else [],
        suspension=label(store.city_choices, Kind.SUSPENSION, store.suspension, locale),
    )


@bp.get("/stores/<code>/poster.pdf")
@public
def poster_pdf(code: str) -> AnyResponse:
    """The door poster as an A4 PDF."""
    store = store_page(db.session(), code) if parse_store_code(code) == code else None
    if store is None:
        return no_such_store(code)
    if store.kept_code:
        return redirect(url_for(".poster_pdf", code=store.kept_code), 301)
    if store.suspended_at:
        return redirect(url_for(".show", code=code), 303)
    address = f"{current_app.config['PUBLIC_URL'].rstrip('/')}/stores/{code}"
    promises = current_app.extensions["store_promises"](db.session(), store.id, today(now(), ZONE))
    response = make_response(poster(store, address, promises))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="hejie-{code}.pdf"'
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def no_such_store(code: str) -> Response:
    """A page that helps on: a mistyped code is the likeliest reason."""
    return page("merchants/no_store.html", status=404, asked=tidy(code[:40]))


def _browse(city: City) -> dict[str, Any]:
    locale = reader_locale()
    language = "en" if locale == "en" else "zh"
    return {
        "districts": [(place.code, place.name(locale)) for place in districts_of(db.session(), city.code)],
        "trades": [(choice["code"], choice[language]) for choice in choices(city.choices, Kind.TRADE)],
    }


def _place(store: StorePage | FoundStore, locale: str) -> str:
    """The address, with the district before it where it does not stand in it already."""
    if store.district_zh in store.address:
        return store.address
    district = store.district_en if locale == "en" else store.district_zh
    return " · ".join(filter(None, (district, store.address)))


def _works_at(store: StorePage) -> bool:
    """Whether the reader is staff of this store: then nothing is claimed any more."""
    if not current_user.is_authenticated:
        return False
    return store.merchant_id in current_user.owns or store.id in current_user.clerks_in
