"""The search of the desk: any dispute of the region by a word of it, whatever its state."""

from flask import Response, request, url_for
from flask_login import current_user

from portal.bureau.queries import places
from portal.bureau.queries.queue import ID_LIMIT
from portal.bureau.queries.search import LONGEST_QUERY
from portal.bureau.queries.search import search as found
from portal.bureau.urgency import present
from portal.bureau.views.blueprint import bp
from portal.bureau.views.rows import shown
from portal.core.clock import now
from portal.core.words import unigrams
from portal.extensions import db
from portal.web.access import only
from portal.web.page import page
from portal.web.shown import ZONE


@bp.get("/search")
@only("officer")
def search() -> Response:
    """What has every word of `q`, the newest first; nothing but the field where there is no word."""
    session = db.session()
    q = request.args.get("q", "")[:LONGEST_QUERY].strip()
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    rows, last = found(session, current_user, q, before=before)
    cities = places.cities(session, current_user) if rows else {}
    moment = present(session, now(), ZONE)
    return page(
        "bureau/search.html",
        q=q,
        asked=bool(unigrams(q)),
        limit=LONGEST_QUERY,
        rows=[shown(row, cities, moment) for row in rows],
        next_url=url_for(".search", q=q, before=last) if last else None,
    )
