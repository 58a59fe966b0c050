"""What is published: standards, their versions and changes, and what a store pledges."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import now, today
from portal.core.words import N_
from portal.extensions import db
from portal.regions.models import City
from portal.return_policies.categories import Tree, tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.public import (
    Standing,
    pledging_stores,
    published_in,
    published_versions,
    standing_of,
)
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.places import asked_city
from portal.return_policies.views.published import bureau_of, key_lines, public_address
from portal.return_policies.views.saying import paragraphs, shown_changes
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import speaks_of

VERSION = "<int(max=99999):n>"
STANDINGS = {
    Standing.COMING: (N_("Not yet in force"), "active"),
    Standing.IN_FORCE: (N_("In force"), "good"),
    Standing.REPLACED: (N_("Replaced"), "neutral"),
    Standing.WITHDRAWN: (N_("Withdrawn"), "warn"),
}
SHOWN_FIRST = (Standing.IN_FORCE, Standing.COMING)


@bp.get("/standards")
@public
def standards() -> Response:
    """The standards in force and coming in a city, by the goods they are for."""
    city = asked_city()
    tree = tree_of(db.session(), city.code)
    others = sa.select(City).where(City.code != city.code).order_by(City.code)
    return page(
        "return_policies/standards.html",
        city_shown=city,
        feed=url_for(".feed", city=request.args.get("city") or None),
        groups=_groups(city, tree),
        others=list(db.session().scalars(others)),
    )


@bp.get("/standards/<slug>")
@public
def standard(slug: str) -> AnyResponse:
    """To the version that holds now; else to the next one, else to the last."""
    versions, day = _versions(slug)
    by_standing = {standing_of(one, versions, day): one.n for one in reversed(versions)}
    n = next((by_standing[one] for one in SHOWN_FIRST if one in by_standing), versions[-1].n)
    return redirect(url_for(".standard_version", slug=slug, n=n), 303)


@bp.get(f"/standards/<slug>/{VERSION}")
@public
def standard_version(slug: str, n: int) -> Response:
    """One published version for ever at the same address; what is only drafted is not there."""
    versions, day = _versions(slug)
    version = next((one for one in versions if one.n == n), None)
    if version is None:
        abort(404)
    locale, session = reader_locale(), db.session()
    speaks_of(version.standard.city_code)
    tree = tree_of(session, version.standard.city_code)
    before = next((one for one in reversed(versions) if one.n < n), None)
    return page(
        "return_policies/standard.html",
        version=version,
        standard=version.standard,
        standing=_standing(version, versions, day),
        bureau=bureau_of(version, locale),
        goods=tree.name(version.standard.category_code, locale),
        paragraphs=paragraphs(UNSET | version.terms, tree, locale),
        before=before,
        changed=shown_changes(before.terms, version.terms, tree, locale) if before else None,
        versions=[(one, _standing(one, versions, day)) for one in reversed(versions)],
        pledged_by=pledging_stores(session, version.standard_id, day),
        address=public_address(request.path),
    )


def _versions(slug: str) -> tuple[list[StandardVersion], date]:
    """The published versions of a standard, and today in its city; 404 where nothing is published."""
    versions = published_versions(db.session(), slug)
    if not versions:
        abort(404)
    return versions, _today(versions[0].standard.city_code)


def _today(city_code: str) -> date:
    return today(now(), db.session().get_one(City, city_code).zone)


def _standing(version: StandardVersion, versions: list[StandardVersion], day: date) -> dict[str, Any]:
    standing = standing_of(version, versions, day)
    label, tone = STANDINGS[standing]
    return {"name": standing.value, "label": label, "tone": tone}


def _groups(city: City, tree: Tree) -> list[tuple[str, list[dict[str, Any]]]]:
    """The kinds of goods at the top of the tree, each with the standards for it and what is below it."""
    locale, day = reader_locale(), today(now(), city.zone)
    by_standard: dict[int, list[StandardVersion]] = {}
    for version in published_in(db.session(), city.code):
        by_standard.setdefault(version.standard_id, []).append(version)
    order = {one.code: place for place, one in enumerate(tree.all)}
    groups: dict[str, list[dict[str, Any]]] = {}
    shown = [(one, versions) for versions in by_standard.values() for one in versions]
    for version, versions in sorted(
        shown, key=lambda pair: (order.get(pair[0].standard.category_code, len(order)), pair[0].standard_id)
    ):
        if standing_of(version, versions, day) not in SHOWN_FIRST:
            continue
        goods = version.standard.category_code
        top = (tree.path(goods) or (goods,))[-1]
        groups.setdefault(top, []).append(
            {
                "version": version,
                "standard": version.standard,
                "title": version.standard.title(locale),
                "standing": _standing(version, versions, day),
                "bureau": bureau_of(version, locale),
                "lines": key_lines(UNSET | version.terms, tree, locale),
                "goods": "" if goods == top else tree.name(goods, locale),
            }
        )
    return [(tree.name(top, locale), listed) for top, listed in groups.items()]
