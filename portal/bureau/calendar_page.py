"""The calendar of working days: a year at a glance, and the State Council's notice for it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask import session as browser
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from portal.accounts.viewer import Viewer
from portal.bureau.forms import SheetForm
from portal.core.clock import now, today
from portal.core.errors import RuleBroken
from portal.core.working_days import Mark
from portal.disputes.deadlines import recompute_deadlines
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.views.counting import HOLIDAYS
from portal.disputes.workflow import Fact
from portal.extensions import db
from portal.regions.calendar import YEARS, import_notice, notice_year, read_notice
from portal.regions.calendar_year import changes, notice_of, year_of, year_written
from portal.regions.scope import within
from portal.web.access import only
from portal.web.forms import AtMost
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key
from portal.web.page import page
from portal.web.shown import DAYS_EN, DAYS_ZH, ZONE, day
from portal.web.writes import of_every_region, writes_later

bp = Blueprint("calendar", __name__, url_prefix="/bureau/calendar")
NOTICE_LIMIT = 20_000
WRITTEN = ("休", "班", "2027-01-01,休,元旦")  # how a notice says off and on, and one of its lines


class NoticeForm(SheetForm):
    """The State Council's notice."""

    pasted = "notice"
    notice = TextAreaField(lazy_gettext("The notice"), validators=[AtMost(NOTICE_LIMIT)])


@bp.get("")
@only("officer")
def show() -> Response:
    return _page(NoticeForm(None))


@bp.post("")
@only("officer")
@writes_later
def create_preview() -> AnyResponse:
    """Read a notice and show what it would change; nothing is changed yet."""
    _may_import()
    form = NoticeForm()
    form.take_file()
    marks = _read(form) if not form.errors and form.validate() else None
    if marks is None:
        return _page(form, status=422)
    browser["notice"] = notice_of(marks)
    return redirect(url_for(".preview"), 303)


@bp.get("/preview")
@only("officer")
def preview() -> AnyResponse:
    _may_import()
    text = browser.get("notice", "")
    if not text:
        return redirect(url_for(".show"), 303)
    marks = read_notice(text)
    year = notice_year(marks)
    session = db.session()
    found = changes(session, year, marks)
    return page(
        "bureau/calendar_preview.html",
        notice=text,
        wanted=year_written(marks),
        known=year_of(session, year),
        changes=found,
        changed=[[in_its_year(one.day), _kind(one.before), _kind(one.after)] for one in found],
        holiday=holiday_name,
        said=in_its_year,
        key=new_key(),
    )


@bp.post("/imports")
@only("officer")
@writes_later
def create_import() -> AnyResponse:
    """Put the notice in the calendar and count the open deadlines again, in one transaction."""
    _may_import()
    earlier = answered()
    if earlier is not None:
        return earlier
    form = NoticeForm()
    marks = _read(form) if form.validate() else None
    if marks is None:
        return _page(form, status=422)
    viewer, at = current_user._get_current_object(), now()  # noqa: SLF001 - read before the scope changes
    with of_every_region():
        year = import_notice(db.session(), marks, by=viewer.id, now=at)
        recompute_deadlines(db.session(), at)
        moved = moved_in(db.session(), viewer, at)
        flash(_result(year, moved), "good")
        browser.pop("notice", None)
        return done(url_for(".show", year=year))


def moved_in(session: Session, viewer: Viewer, at: datetime) -> int:
    """How many disputes of the officer's region had a deadline moved at this instant."""
    moved = (
        sa.select(sa.func.count())
        .select_from(DisputeEvent)
        .join(Dispute, Dispute.id == DisputeEvent.dispute_id)
        .where(DisputeEvent.fact == Fact.DEADLINE_RECOMPUTED, DisputeEvent.at == at)
        .where(within(viewer.region, Dispute.city_code, Dispute.district_code))
    )
    return session.scalar(moved) or 0


def holiday_name(known: str) -> str:
    """A holiday in the reader's words, whatever else its name in the calendar says."""
    said = next((said for part, said in HOLIDAYS.items() if part in known), None)
    return gettext(said) if said else known


def in_its_year(one: date) -> str:
    """A day on a page that says its year already."""
    return day(one).removeprefix(f"{one.year}年").replace(f" {one.year}", "")


def _result(year: int, moved: int) -> Any:
    if not moved:
        return gettext("The notice for %(year)s is in the calendar. No open deadline has moved.", year=year)
    return ngettext(
        "The notice for %(year)s is in the calendar. %(num)s open deadline has moved.",
        "The notice for %(year)s is in the calendar. %(num)s open deadlines have moved.",
        moved,
        year=year,
    )


def _kind(works: bool) -> Any:
    return gettext("a working day") if works else gettext("a day off")


def _read(form: NoticeForm) -> dict[date, Mark] | None:
    try:
        return read_notice(form.notice.data or "")
    except RuleBroken as broken:
        form.blame(broken)
        return None


def _may_import() -> None:
    """A city's supervisor may (or one above): the calendar is the whole country's."""
    if not _is_importer():
        abort(404)


def _is_importer() -> bool:
    return bool(current_user.is_supervisor) and (current_user.region or "").endswith("00")


def _page(form: NoticeForm, *, status: int = 200) -> Response:
    this = today(now(), ZONE).year
    asked = request.args.get("year", this, type=int)
    year = asked if asked in YEARS else this
    return page(
        "bureau/calendar.html",
        status=status,
        form=form,
        year=year_of(db.session(), year),
        today=today(now(), ZONE),
        weekdays=DAYS_EN if reader_locale() == "en" else [name[1:] for name in DAYS_ZH],
        before=year - 1 if year - 1 in YEARS else None,
        after=year + 1 if year + 1 in YEARS else None,
        may_import=_is_importer(),
        written=WRITTEN,
        holiday=holiday_name,
        said=in_its_year,
    )
