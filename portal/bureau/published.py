"""What the bureau published of troubles that many had in common: open to everybody."""

from flask import Blueprint, Response, abort, request, url_for

from portal.bureau.queries import issues as queries
from portal.bureau.queries.queue import ID_LIMIT
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page

bp = Blueprint("published", __name__, url_prefix="/issues")


@bp.get("")
@public
def index() -> Response:
    """What was published, newest first; of one city where the address says so."""
    before, city = request.args.get("before", type=int), request.args.get("city", "")[:6]
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    city = city if city.isascii() and city.isdigit() else ""
    rows, last = queries.published(db.session(), before=before, city_code=city)
    more = url_for(".index", before=last, city=city or None) if last else None
    return page("bureau/published.html", rows=rows, next_url=more)


@bp.get("/<ref>")
@public
def show(ref: str) -> Response:
    """What stands now, and what stood before it was corrected."""
    session = db.session()
    issue = queries.published_issue(session, ref)
    if issue is None:
        abort(404)
    city, locale = session.get_one(City, issue.city_code), reader_locale()
    return page(
        "bureau/published_issue.html",
        versions=queries.versions_of(session, issue.id),
        bureau=city.bureau_name(locale),
        ground_name=lambda code: label(city.choices, Kind.NAMING, code, locale),
    )
