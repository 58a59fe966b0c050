"""The public board: a city's or a district's figures, and how each of them is counted."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request
from flask_babel import format_date, gettext, ngettext
from sqlalchemy.orm import Session

from portal.board.coverage import coverage
from portal.board.days import FILED, AsKnown, as_known
from portal.board.measures import BUCKETS, FEWEST_FOR_A_RATE, LEFT_OUT, NOTHING, Bucket, Figures, Slice
from portal.board.queries import FEWEST_SHOWN, Board, Period, board, headline, spreads, withdrawals_of
from portal.board.rates import RATES
from portal.board.tallies import FINE_HOURS
from portal.core.clock import now, today
from portal.disputes.standing import TRANSFERRED
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.regions.queries import city_among
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import city_codes, speaks_of

bp = Blueprint("board", __name__, url_prefix="/board")


@bp.app_template_filter("hours")
def hours(count: int) -> str:
    """A span of whole hours as the board keeps it: 17 hours; beyond FINE_HOURS in days."""
    if count <= FINE_HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", count)
    return ngettext("%(num)s day", "%(num)s days", count // 24)


@bp.get("")
@public
def home() -> Response:
    """The board of the city on the front page."""
    return _board_page(_city(db.session()).code)


@bp.get("/<code>")
@public
def show(code: str) -> Response:
    """The board of a city or of one of its districts."""
    return _board_page(code)


@bp.get("/<code>/days")
@public
def as_of(code: str) -> Response:
    """The board of a whole city as it was when a past day ended (`on`), and what has moved since."""
    session = db.session()
    city = session.get(City, code) if re.fullmatch("[0-9]{6}", code) else None
    if city is None:
        abort(404)
    speaks_of(code)
    latest = today(now(), city.zone)
    day, mistake = _day(request.args.get("on", ""), latest)
    known = as_known(session, code, day) if day else AsKnown(NOTHING, [])
    return page(
        "board/as_known.html",
        status=200 if mistake is None else 422,
        city=city,
        asked=request.args.get("on", "")[:10],
        latest=latest,
        mistake=mistake,
        failed=mistake is not None,
        day=day,
        figures=known.figures,
        slices=_slices(known.figures),
        since=[(_outcome(source), _outcome(target), count) for source, target, count in known.since],
        fewest=FEWEST_FOR_A_RATE,
        smallest=FEWEST_SHOWN,
    )


def _day(asked: str, latest: date) -> tuple[date | None, str | None]:
    """The day asked for (None where none is), or a sentence on what is wrong with it."""
    if not asked:
        return None, None
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", asked):
        return None, gettext("Write the day as 2026-11-24.")
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None, gettext("There is no such day.")
    if day >= latest:
        return None, gettext("This day has not ended yet. Choose an earlier one.")
    return day, None


def _outcome(column: str) -> tuple[str, str]:
    """The letter and the name of an outcome by its column; where a dispute comes from that was filed."""
    if column == FILED:
        return "", gettext("Newly filed")
    known = next(each for each in (*BUCKETS, LEFT_OUT) if each.column == column)
    return known.key, gettext(known.label)


@bp.get("/measures")
@public
def measures() -> Response:
    """Each bucket and the rate: in words, as a formula, and with the city's numbers."""
    city = _city(db.session())
    figures = headline(db.session(), city.code)
    return page(
        "board/measures.html",
        buckets=[_shown(bucket, figures) for bucket in BUCKETS],
        left_out=_shown(LEFT_OUT, figures),
        figures=figures,
        rates=_rates(figures),
        fewest=FEWEST_FOR_A_RATE,
        smallest=FEWEST_SHOWN,
        **_city_wide(db.session(), city),
    )


def _city(session: Session) -> City:
    city = city_among(session, city_codes())
    if city is None:
        abort(404)
    return city


def _board_page(code: str) -> Response:
    shown = board(db.session(), code)
    if shown is None:
        abort(404)
    speaks_of(code)
    figures = shown.total or NOTHING
    return page(
        "board/show.html",
        board=shown,
        figures=figures,
        slices=_slices(figures),
        handed_over=[_shown(bucket, figures) for bucket in BUCKETS if bucket.key.startswith("E")],
        periods=[(period_name(period), period.figures) for period in shown.periods],
        districts=_districts(shown),
        left_out=[(_ground(shown, ground), count) for ground, count in shown.left_out],
        rates=_rates(figures),
        **(_city_wide(db.session(), shown.city) if shown.is_city else {"spreads": None}),
        pooled=any(period.first != period.last for period in shown.periods),
        fewest=FEWEST_FOR_A_RATE,
        smallest=FEWEST_SHOWN,
    )


def _slices(figures: Figures) -> list[Slice]:
    """The segments of the bar, in the reader's language."""
    return [Slice(each.key, gettext(each.label), each.count) for each in figures.slices]


def _rates(figures: Figures) -> list[dict[str, object]]:
    """Each of RATES with its words and numbers; money in whole yuan."""
    return [
        {
            "key": rate.key,
            "label": gettext(rate.label),
            "sentence": gettext(rate.sentence),
            "formula": gettext(rate.formula),
            "part": rate.part(figures) if rate.of is None else None,
            "whole": rate.whole(figures) if rate.of is None else None,
            "value": rate.value(figures),
            "comparison": rate.comparison,
        }
        for rate in RATES
    ]


def _city_wide(session: Session, city: City) -> dict[str, Any]:
    """What is shown of a whole city alone: times, money, reasons for withdrawing, coverage."""
    return {
        "spreads": spreads(session, city.code),
        "withdrawals": [(_reason(city, code), count) for code, count in withdrawals_of(session, city.code)],
        "coverage": coverage(session, city.code, today(now(), city.zone)),
    }


def _reason(city: City, code: str) -> str:
    """A reason for withdrawing, in the city's words."""
    return label(city.choices, Kind.WITHDRAWAL, code, reader_locale()) if code else gettext("Other reasons")


def _shown(bucket: Bucket, figures: Figures) -> dict[str, object]:
    return {
        "key": bucket.key,
        "label": gettext(bucket.label),
        "sentence": gettext(bucket.sentence),
        "count": figures.counts[bucket.column],
    }


def _ground(shown: Board, ground: str) -> str:
    """A ground for leaving a dispute out, in the city's words."""
    if ground in ("", TRANSFERRED):
        return gettext("Other grounds") if not ground else gettext("Passed on to another city")
    return label(shown.city.choices, Kind.EXCLUSION, ground, reader_locale())


def _districts(shown: Board) -> list[tuple[str, str, Figures | None]]:
    locale = reader_locale()
    return [(place.region.code, place.region.name(locale), place.figures) for place in shown.places]


def period_name(period: Period) -> str:
    """2026年9月, or 2026年9月–11月 where months are pooled; Sep 2026, Sep–Nov 2026."""
    first, last = (date(int(month[:4]), int(month[5:]), 1) for month in (period.first, period.last))
    if first == last:
        return _month(first, with_year=True)
    same_year = first.year == last.year
    if reader_locale() == "en":
        return f"{_month(first, with_year=not same_year)} – {_month(last, with_year=True)}"
    return f"{_month(first, with_year=True)}–{_month(last, with_year=not same_year)}"


def _month(day: date, *, with_year: bool) -> str:
    if reader_locale() == "en":
        return str(format_date(day, "MMM y" if with_year else "MMM"))
    return str(format_date(day, "y年M月" if with_year else "M月"))
