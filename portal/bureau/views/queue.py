"""The queue: the disputes with the bureau by their next statutory date; its filters are in the address."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask import Response, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.queries import places
from portal.bureau.queries.queue import NOBODY, Filters, Mediator, Stage, place_of, queue
from portal.bureau.urgency import Present, Urgency, present
from portal.bureau.views.blueprint import bp
from portal.bureau.views.rows import MEDIATORS, STAGES, shown
from portal.core.clock import now
from portal.core.words import N_
from portal.disputes.queries import visible_dispute
from portal.extensions import db
from portal.regions.choices import Kind, choices
from portal.regions.models import City
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import new_key
from portal.web.page import page
from portal.web.shown import ZONE

MINE, UNASSIGNED = "mine", "none"
URGENCIES = {Urgency.OVERDUE: N_("Overdue"), Urgency.SOON: N_("At most two working days left")}


class Filter(NamedTuple):
    """One filter of the queue: its name in the address, its words, and what it offers."""

    name: str
    label: str
    options: list[tuple[str, str]]


@bp.get("/disputes")
@only("officer")
def disputes() -> Response:
    """The queue, 25 a page."""
    session, moment = db.session(), present(db.session(), now(), ZONE)
    cities = places.cities(session, current_user)
    filters = _filters(cities)
    kept = _kept(filters, request.args)
    rows, after = queue(session, current_user, _wanted(kept, moment), after=request.args.get("after", ""))
    return page(
        "bureau/disputes.html",
        rows=[shown(row, cities, moment) for row in rows],
        next_url=url_for(".disputes", **kept, after=after) if after else None,
        filters=filters,
        chosen=kept,
        here=url_for(".disputes", **kept),
        queue=urlencode(kept),
        ended=request.args.get("end") == "1",
        new_key=new_key,
    )


@bp.get("/disputes/next")
@only("officer")
def next_dispute() -> AnyResponse:
    """On to the one that follows a dispute in the queue; past the last one, back to the queue.

    `queue` holds the filters of the queue that the dispute was opened from.
    """
    session, moment = db.session(), present(db.session(), now(), ZONE)
    filters = _filters(places.cities(session, current_user))
    kept = _kept(filters, dict(parse_qsl(request.args.get("queue", "")[:300])))
    seen = visible_dispute(session, current_user, request.args.get("after", ""))
    waiting = seen is not None and seen.turn == "bureau"
    place = place_of(seen.statutory_due_at, seen.id) if seen is not None and waiting else ""
    rows, _ = queue(session, current_user, _wanted(kept, moment), after=place, size=1)
    if not rows:
        return redirect(url_for(".disputes", **kept, end=1), 303)
    return redirect(url_for("disputes.show", ref=rows[0].ref, queue=urlencode(kept) or None), 303)


def _filters(cities: Mapping[str, City]) -> list[Filter]:
    """What the queue can be narrowed to; a filter with nothing to choose has no options."""
    session, locale = db.session(), reader_locale()
    districts = [(place.code, place.name(locale)) for place in places.districts(session, current_user)]
    colleagues = [
        (str(one.id), one.name) for one in places.team(session, current_user) if one.id != current_user.id
    ]
    return [
        Filter("district", gettext("District"), districts if len(districts) > 1 else []),
        Filter("trade", gettext("Trade"), _trades(cities, locale)),
        Filter("stage", gettext("Stage"), [(stage.value, gettext(said)) for stage, said in STAGES.items()]),
        Filter(
            "officer",
            gettext("Officer"),
            [(MINE, gettext("Mine")), (UNASSIGNED, gettext("Nobody's yet")), *colleagues],
        ),
        Filter(
            "mediator",
            gettext("Who mediates"),
            [(one.value, gettext(said)) for one, said in MEDIATORS.items()],
        ),
        Filter("urgency", gettext("Date"), [(one.value, gettext(said)) for one, said in URGENCIES.items()]),
    ]


def _kept(filters: list[Filter], asked: Mapping[str, str]) -> dict[str, Any]:
    """What is asked for, where it is one of the options."""
    chosen = {one.name: asked.get(one.name, "") for one in filters}
    return {one.name: chosen[one.name] for one in filters if chosen[one.name] in dict(one.options)}


def _wanted(kept: Mapping[str, str], moment: Present) -> Filters:
    officer, urgency = kept.get("officer", ""), kept.get("urgency", "")
    own = {MINE: current_user.id, UNASSIGNED: NOBODY, "": None}
    return Filters(
        district=kept.get("district", ""),
        trade=kept.get("trade", ""),
        stage=Stage(kept["stage"]) if "stage" in kept else None,
        officer_id=own[officer] if officer in own else int(officer),
        mediator=Mediator(kept["mediator"]) if "mediator" in kept else None,
        since=moment.now if urgency == Urgency.SOON else None,
        until={Urgency.OVERDUE: moment.now, Urgency.SOON: moment.soon_until}.get(Urgency(urgency))
        if urgency
        else None,
    )


def _trades(cities: Mapping[str, City], locale: str) -> list[tuple[str, str]]:
    """Every trade of the region's cities, each once, in their order."""
    named = "en" if locale == "en" else "zh"
    return list(
        {
            choice["code"]: choice[named]
            for city in cities.values()
            for choice in choices(city.choices, Kind.TRADE)
        }.items()
    )
