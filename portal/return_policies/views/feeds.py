"""The same for machines: a store's policies as JSON-LD, a city's standards as an Atom feed (RFC 4287)."""

import json
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from flask import Response, abort, current_app, make_response, redirect, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import now, today
from portal.core.refs import parse_store_code
from portal.extensions import db
from portal.merchants.queries import store_page
from portal.regions.models import City
from portal.return_policies.categories import Tree, default_tree, tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.public import newest_acts, pledges_shown
from portal.return_policies.schema_org import CONTEXT
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.places import asked_city
from portal.return_policies.views.published import Named, bureau_of, key_lines, public_address
from portal.web.access import public
from portal.web.shown import ZONE

LANGUAGE = "zh_CN"  # one document for everybody, so that it can be kept on the way
KEPT_FOR = 300  # seconds
ATOM = "http://www.w3.org/2005/Atom"
NOTHING_YET = datetime(2026, 1, 1, tzinfo=UTC)  # a feed must say when it changed, even an empty one
register_namespace("", ATOM)


@bp.get("/stores/<code>/return-policy.json")
@public
def return_policy_json(code: str) -> Response | AnyResponse:
    """The MerchantReturnPolicy of each pledge of a store that holds today, or what the law gives."""
    store = store_page(db.session(), code) if parse_store_code(code) == code else None
    if store is not None and store.kept_code:
        return redirect(url_for(".return_policy_json", code=store.kept_code), 301)
    if store is None:
        abort(404)
    pledges = pledges_shown(db.session(), store.id, today(now(), ZONE))
    tree = tree_of(db.session(), pledges[0].city_code) if pledges else default_tree()
    with force_locale(LANGUAGE):
        policies = Named(code, LANGUAGE, tree).policies(pledges)
    document = {"@context": CONTEXT, "@graph": policies}
    return _kept(json.dumps(document, ensure_ascii=False, indent=1), "application/ld+json")


@bp.get("/standards/feed.atom")
@public
def feed() -> Response:
    """What a city published and withdrew, the newest first."""
    city = asked_city()
    with force_locale(LANGUAGE):
        root = _feed(city)
    body = tostring(root, encoding="unicode", xml_declaration=False)
    return _kept('<?xml version="1.0" encoding="utf-8"?>\n' + body, "application/atom+xml")


def _kept(body: str, kind: str) -> Response:
    response = make_response(body)
    response.mimetype = kind
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response.add_etag()
    response.make_conditional(request)
    return response


def _feed(city: City) -> Element:
    acts = newest_acts(db.session(), city.code)
    tree = tree_of(db.session(), city.code)
    query = "" if city.code == current_app.config["CITY"] else "?" + urlencode({"city": city.code})
    root = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(root, "id", uuid5(NAMESPACE_URL, f"hejie:standards/{city.code}").urn)
    _text(root, "title", gettext("Return standards of %(place)s", place=city.name(LANGUAGE)))
    _text(root, "updated", _moment(max((at for _, at in acts), default=NOTHING_YET)))
    _link(root, "self", public_address(f"/standards/feed.atom{query}"), "application/atom+xml")
    _link(root, "alternate", public_address(f"/standards{query}"), "text/html")
    _text(SubElement(root, f"{{{ATOM}}}author"), "name", city.bureau_name(LANGUAGE))
    for version, at in acts:
        _entry(root, version, at, tree)
    return root


def _entry(root: Element, version: StandardVersion, at: datetime, tree: Tree) -> None:
    standard, address = version.standard, f"/standards/{version.standard.slug}/{version.n}"
    title = gettext("%(title)s, version %(n)s", title=standard.title(LANGUAGE), n=version.n)
    lines = key_lines(UNSET | version.terms, tree, LANGUAGE)
    if version.withdrawn_at is not None:
        title = gettext("Withdrawn: %(title)s", title=title)
        lines = [version.withdrawal_reason]
    elif version.valid_from is not None:
        lines.append(gettext("Holds from %(day)s.", day=version.valid_from.isoformat()))
    entry = SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", uuid5(NAMESPACE_URL, f"hejie:{address}").urn)
    _text(entry, "title", title)
    _text(entry, "updated", _moment(at))
    _text(entry, "published", _moment(version.published_at or at))
    _link(entry, "alternate", public_address(address), "text/html")
    _text(SubElement(entry, f"{{{ATOM}}}author"), "name", bureau_of(version, LANGUAGE))
    goods = standard.category_code
    SubElement(entry, f"{{{ATOM}}}category", term=goods, label=tree.name(goods, LANGUAGE))
    _text(entry, "summary", "".join(lines))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: Element, rel: str, href: str, kind: str) -> None:
    SubElement(parent, f"{{{ATOM}}}link", rel=rel, href=href, type=kind)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
