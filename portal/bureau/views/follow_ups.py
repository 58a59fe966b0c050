"""The follow-ups: what became of closed disputes, those that are not settled after all first."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.bureau.queries import places
from portal.bureau.queries.follow_ups import ALL, ASKED, LATELY, NO, FollowUp, counts, follow_ups
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.core.words import N_
from portal.disputes.bureau_wording import CONTENT
from portal.disputes.wording import STATES
from portal.disputes.workflow import State
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page

ANSWERS = {
    NO: (N_("Not settled"), "bad"),
    "partly": (N_("Partly settled"), "warn"),
    "yes": (N_("Settled"), "good"),
    ASKED: (N_("Not answered yet"), "neutral"),
}
EVERY = "all"


@bp.get("/follow-ups")
@only("officer")
def follow_ups_list() -> Response:
    """What was answered, "no" where nothing else is asked for; a supervisor also sees how many answer."""
    session, viewer, locale = db.session(), reader(), reader_locale()
    cities = places.cities(session, viewer)
    districts = [(place.code, place.name(locale)) for place in places.districts(session, viewer)]
    answer = request.args.get("answer", NO)
    answer = answer if answer in (*ALL, EVERY) else NO
    district = request.args.get("district", "")
    district = district if district in dict(districts) else ""
    rows, after = follow_ups(
        session,
        viewer,
        answer="" if answer == EVERY else answer,
        district=district,
        after=request.args.get("after", ""),
    )
    kept: dict[str, Any] = {"answer": answer, **({"district": district} if district else {})}
    return page(
        "bureau/follow_ups.html",
        rows=[_shown(row, cities) for row in rows],
        next_url=url_for(".follow_ups_list", **kept, after=after) if after else None,
        answers=[(code, gettext(said)) for code, (said, _) in ANSWERS.items()] + [(EVERY, gettext("All"))],
        districts=districts if len(districts) > 1 else [],
        chosen=kept,
        counts=counts(session, viewer, now()) if current_user.is_supervisor else None,
        days=LATELY.days,
    )


def _shown(row: FollowUp, cities: Mapping[str, City]) -> dict[str, Any]:
    """A line in the reader's words."""
    locale, details = reader_locale(), row.details or {}
    said, tone = ANSWERS[row.follow_up]
    content = str(details.get("content", ""))
    return {
        **row._asdict(),
        "title": row.goods or label(cities[row.city_code].choices, Kind.PROBLEM, row.problem, locale),
        "district": row.district_en if locale == "en" else row.district_zh,
        "answer": gettext(said),
        "tone": tone,
        "content": gettext(CONTENT[content]) if content in CONTENT else "",
        "stands": gettext(STATES[State(row.state)][0]),
    }
