"""The landing page: what this is, whom it is for, that it works, and where to begin."""

from flask import Blueprint, current_app
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.board.queries import headline
from portal.extensions import db
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.queries import home_city
from portal.web.access import public
from portal.web.page import page

bp = Blueprint("landing", __name__)


@bp.get("/")
@public
def show() -> Response:
    city = home_city(db.session(), current_app.config["CITY"])
    if city is None:
        return page("front/no_city.html")
    return page(
        "front/landing.html",
        reply_within=in_words(city.span(Clock.REPLY)),
        figures=headline(db.session(), city.code),
    )


def in_words(span: Span) -> str:
    """96 hours; 10 days."""
    if span.unit is Unit.HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", span.amount)
    return ngettext("%(num)s day", "%(num)s days", span.amount)
