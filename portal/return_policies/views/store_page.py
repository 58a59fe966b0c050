"""What the pages of stores say of pledges; portal/app.py hands it to them, for they may not import it."""

import json
from functools import partial
from time import monotonic
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.core.clock import now, today
from portal.merchants.queries import StorePage
from portal.return_policies.categories import Tree, default_tree, tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.floors import law
from portal.return_policies.models import Standard
from portal.return_policies.queries.public import ANY, StorePledge, pledged_goods, pledges_shown, pledging
from portal.return_policies.schema_org import CONTEXT
from portal.return_policies.views.published import Named, key_lines, public_address
from portal.return_policies.views.saying import paragraphs
from portal.web.language import reader_locale
from portal.web.shown import ZONE

GOODS_KEPT = 30.0  # seconds
_compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def store_pledges(session: Session, store: StorePage) -> dict[str, Any]:
    """What the page of a store shows: its pledges, or the law's floor; and both as JSON-LD."""
    pledges = pledges_shown(session, store.id, today(now(), ZONE))
    tree = tree_of(session, pledges[0].city_code) if pledges else default_tree()
    locale = reader_locale()
    floor = law()
    return {
        "pledges": [_shown(one, tree, locale) for one in pledges],
        "law": (" " if locale == "en" else "").join(key_lines(floor.terms, tree, locale)),
        "basis": floor.basis_en if locale == "en" else floor.basis_zh,
        "json_ld": json_ld(_store(store, Named(store.code, locale, tree).policies(pledges))),
    }


def json_ld(document: dict[str, Any]) -> Markup:
    """The document as it may stand in a <script>: nothing in it can end the element."""
    return htmlsafe_json_dumps({"@context": CONTEXT, **document}, dumps=_compact)


def _shown(one: StorePledge, tree: Tree, locale: str) -> dict[str, Any]:
    pledge, standard = one.pledge, one.version.standard
    terms = UNSET | pledge.terms
    return {
        "title": standard.title(locale),
        "slug": standard.slug,
        "version": pledge.version,
        "since": pledge.starts_on,
        "until": pledge.ends_on,
        "goods": tree.name(pledge.category_code, locale),
        "better": terms != UNSET | one.version.terms,
        "lines": key_lines(terms, tree, locale),
        "paragraphs": paragraphs(terms, tree, locale),
    }


def _store(store: StorePage, policies: list[dict[str, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "@type": "Store",
        "@id": public_address(f"/stores/{store.code}"),
        "name": store.name,
        "legalName": store.legal_name,
        "url": public_address(f"/stores/{store.code}"),
        "branchCode": store.code,
    }
    if store.phone:
        said["telephone"] = store.phone
    place = "".join(
        part for part in (store.city_zh, store.district_zh, store.address) if part not in store.address
    )
    said["address"] = {
        "@type": "PostalAddress", "addressCountry": "CN", "addressLocality": store.city_zh,
        "streetAddress": place + store.address,
    }  # fmt: skip
    return said | {"hasMerchantReturnPolicy": policies}


class PledgeFilter:
    """The stores' search, narrowed by what is pledged: the choices, and one of them as SQL."""

    def __init__(self, session: Session, city_code: str, asked: str) -> None:
        self.day = today(now(), ZONE)
        tree, codes = _goods(session, city_code)
        locale = reader_locale()
        self.chosen = asked
        self.choices = [(code, tree.name(code, locale)) for code in codes]
        if self.choices:
            self.choices.insert(0, (ANY, gettext("Any pledge")))
        self.only: sa.ColumnElement[bool] | None = pledging(asked, tree, self.day) if asked else None
        self.label = dict(self.choices).get(asked, "") if asked else ""
        if asked and not self.label:
            self.label = _named(session, tree, asked, locale)
            self.choices.append((asked, self.label))


def _named(session: Session, tree: Tree, asked: str, locale: str) -> str:
    if asked == ANY:
        return gettext("Any pledge")
    if tree.get(asked):
        return tree.name(asked, locale)
    standard = session.scalar(sa.select(Standard).where(Standard.slug == asked))
    return standard.title(locale) if standard else asked


def _goods(session: Session, city_code: str) -> tuple[Tree, list[str]]:
    """What can be chosen, read at most twice a minute: the search asks no more than without the filter."""
    kept = current_app.extensions.setdefault("pledged_goods", {})
    if city_code not in kept or monotonic() - kept[city_code][0] > GOODS_KEPT:
        kept[city_code] = (monotonic(), pledged_goods(session, city_code, today(now(), ZONE)))
    found: tuple[Tree, list[str]] = kept[city_code][1]
    return found
