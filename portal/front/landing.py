"""The landing page: what this is, whom it is for, that it works, and where to begin."""

from flask import Blueprint
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.board.queries import headline
from portal.extensions import db
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.queries import all_cities, city_among
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import city_codes

bp = Blueprint("landing", __name__)


@bp.get("/")
@public
def show() -> Response:
    session = db.session()
    city = city_among(session, city_codes())
    if city is None:
        return page("front/no_city.html")
    return page(
        "front/landing.html",
        reply_within=in_words(city.span(Clock.REPLY)),
        figures=headline(session, city.code),
        cities=[(one.code, one.name(reader_locale())) for one in all_cities(session)],
    )


def in_words(span: Span) -> str:
    """96 hours; 10 days."""
    if span.unit is Unit.HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", span.amount)
    return ngettext("%(num)s day", "%(num)s days", span.amount)
