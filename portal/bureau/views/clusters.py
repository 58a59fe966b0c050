"""Where more disputes were filed than is usual: what to look at, and why."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from portal.bureau.queries import clusters as queries
from portal.bureau.queries import places
from portal.bureau.queries.clusters import PERIODS, By, Cluster
from portal.bureau.surprise import FEWEST
from portal.bureau.views.blueprint import bp
from portal.core.clock import now
from portal.core.words import N_
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.return_policies.categories import default_tree
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page

KINDS = {By.STORE: N_("Shop"), By.MERCHANT: N_("Chain"), By.CATEGORY: N_("Goods"), By.PROBLEM: N_("Problem")}
MIDDLE = PERIODS[1]


@bp.get("/clusters")
@only("officer")
def clusters() -> Response:
    """The unusual ones of the last days, the least likely first; how many days is in the address."""
    days = chosen_days()
    cities = places.cities(db.session(), current_user)
    found = queries.clusters(db.session(), current_user, days, now())
    return page(
        "bureau/clusters.html",
        rows=[_shown(one, cities, days) for one in found],
        days=days,
        periods=[(n, ngettext("Last %(num)s day", "Last %(num)s days", n)) for n in PERIODS],
        fewest=FEWEST,
    )


def chosen_days() -> int:
    """The period in the address, or the middle one."""
    days = request.values.get("days", MIDDLE, type=int)
    return days if days in PERIODS else MIDDLE


def cluster_name(one: Cluster, city: City) -> str:
    """What the disputes have in common, in the reader's words."""
    locale = reader_locale()
    if one.by is By.PROBLEM:
        return label(city.choices, Kind.PROBLEM, one.key, locale)
    named = one.name_en if locale == "en" else one.name_zh
    return named or default_tree().name(one.key, locale)


def _shown(one: Cluster, cities: dict[str, City], days: int) -> dict[str, Any]:
    city, most = cities[one.city_code], max(one.bars)
    heights = [round(24 * bar / most, 1) for bar in one.bars]
    times = f"{one.times:.1f}" if one.times is not None else "–"
    return {
        "name": cluster_name(one, city),
        "kind": gettext(KINDS[one.by]),
        "city": city.name(reader_locale()) if len(cities) > 1 else "",
        "observed": one.observed,
        "usual": f"{one.usual:.1f}",
        "times": times,
        "bars": [(8 * n, 24 - height, height) for n, height in enumerate(heights)],
        "bars_said": gettext(", ").join(map(str, one.bars)),
        "width": len(one.bars) * 8,
        "href": url_for(".new_issue", by=one.by, of=one.key, city=one.city_code, days=days),
    }
