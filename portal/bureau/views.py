"""The officers' desk: what waits, the disputes handed over, and the reports split off."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.bureau import queries
from portal.bureau.queries import HandedOver, ReportRow
from portal.core.words import N_
from portal.disputes.wording import REMEDIES
from portal.disputes.workflow import Party, Remedy
from portal.extensions import db
from portal.regions.choices import Kind, choices, label
from portal.regions.models import City, Region
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page

bp = Blueprint("bureau", __name__, url_prefix="/bureau")

CAME = {
    Party.CONSUMER: N_("Handed over by the customer"),
    Party.MERCHANT: N_("Handed over by the shop"),
    Party.CLOCK: N_("Came by itself: no answer in time"),
}


@bp.get("")
@only("officer")
def home() -> Response:
    """The front page of the desk."""
    session = db.session()
    region = session.get(Region, current_user.region)
    return page(
        "bureau/desk.html",
        desk=queries.desk(session, current_user),
        region=region.name(reader_locale()) if region else "",
        code=current_user.region,
    )


@bp.get("/disputes")
@only("officer")
def disputes() -> Response:
    """The disputes with the bureau, the longest waiting first; the filters are in the address."""
    session, locale = db.session(), reader_locale()
    cities = queries.cities(session, current_user)
    places = [(place.code, place.name(locale)) for place in queries.districts(session, current_user)]
    options = {"district": places if len(places) > 1 else [], "trade": _trades(cities, locale)}
    chosen: dict[str, Any] = {name: _chosen(name, listed) for name, listed in options.items()}
    rows, after = queries.handed_over(session, current_user, **chosen, after=request.args.get("after", ""))
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return page(
        "bureau/disputes.html",
        rows=[_shown(row, cities, locale) for row in rows],
        next_url=url_for(".disputes", **kept, after=after) if after else None,
        filters=[
            ("district", gettext("District"), options["district"]),
            ("trade", gettext("Trade"), options["trade"]),
        ],
        chosen=chosen,
        filtered=bool(kept),
    )


@bp.get("/reports")
@only("officer")
def reports() -> Response:
    """The reports of the region, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < queries.ID_LIMIT:
        before = None
    rows, last = queries.reports(db.session(), current_user, before=before)
    return page(
        "bureau/reports.html",
        rows=[_report(row) for row in rows],
        next_url=url_for(".reports", before=last) if last else None,
    )


@bp.get("/reports/<ref>")
@only("officer")
def report(ref: str) -> Response:
    """One report; of another region it is as if there were none."""
    row = queries.report(db.session(), current_user, ref)
    if row is None:
        abort(404)
    return page("bureau/report.html", report=_report(row))


def _chosen(name: str, options: list[tuple[str, str]]) -> str:
    """What the address asks for, where it is one of the options."""
    asked = request.args.get(name, "")
    return asked if asked in dict(options) else ""


def _shown(row: HandedOver, cities: dict[str, City], locale: str) -> dict[str, Any]:
    own = cities[row.city_code].choices
    problem = label(own, Kind.PROBLEM, row.problem, locale)
    return {
        **row._asdict(),
        "title": row.goods or problem,
        "problem": problem,
        "trade": label(own, Kind.TRADE, row.trade, locale),
        "district": row.district_en if locale == "en" else row.district_zh,
        "remedy": gettext(REMEDIES[Remedy(row.remedy)]),
        "came": gettext(CAME[Party(row.party)]) if Party(row.party) in CAME else "",
    }


def _report(row: ReportRow) -> dict[str, Any]:
    return {**row._asdict(), "district": row.district_en if reader_locale() == "en" else row.district_zh}


def _trades(cities: dict[str, City], locale: str) -> list[tuple[str, str]]:
    """Every trade of the region's cities, each once, in their order."""
    named = "en" if locale == "en" else "zh"
    return list(
        {
            choice["code"]: choice[named]
            for city in cities.values()
            for choice in choices(city.choices, Kind.TRADE)
        }.items()
    )
