"""The reports split off disputes: the list, one of them, and its simple handling."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions.reports import CLOSED, HANDLING, RECEIVED, close_report, take_up_report
from portal.bureau.forms import ResultForm
from portal.bureau.queries import reports as queries
from portal.bureau.queries.queue import ID_LIMIT
from portal.bureau.queries.reports import ReportRow
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.disputes.bureau_wording import REPORT_STATES
from portal.disputes.models import Report
from portal.extensions import db
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page

TONES = {RECEIVED: "warn", HANDLING: "active", CLOSED: "neutral"}


@bp.get("/reports")
@only("officer")
def reports() -> Response:
    """The reports of the region, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    rows, last = queries.reports(db.session(), reader(), before=before)
    return page(
        "bureau/reports.html",
        rows=[_shown(row) for row in rows],
        next_url=url_for(".reports", before=last) if last else None,
    )


@bp.get("/reports/<ref>")
@only("officer")
def report(ref: str) -> Response:
    """One report; of another region it is as if there were none."""
    return _report_page(ref, ResultForm(formdata=None))


@bp.post("/reports/<ref>/handling")
@only("officer")
def create_handling(ref: str) -> AnyResponse:
    """Look into it."""
    row = _report_or_404(ref)
    try:
        take_up_report(row, reader(), now=now())
    except MovedOn:
        return _stale(ref)
    return _saved(gettext("You are looking into it."), row.ref)


@bp.post("/reports/<ref>/closure")
@only("officer")
def create_closure(ref: str) -> AnyResponse:
    """Close it with what came of it."""
    row, form = _report_or_404(ref), ResultForm()
    if row.state != HANDLING:
        return _stale(ref)
    if form.validate():
        try:
            close_report(row, reader(), result=form.result.data or "", now=now())
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _stale(ref)
        else:
            return _saved(gettext("Closed. The customer can read what came of it."), row.ref)
    return _report_page(ref, form, status=422)


def _report_or_404(ref: str) -> Report:
    row = queries.report_to_handle(db.session(), reader(), ref)
    if row is None:
        abort(404)
    return row


def _report_page(ref: str, form: ResultForm, *, status: int = 200, trouble: str = "") -> Response:
    row = queries.report(db.session(), reader(), ref)
    if row is None:
        abort(404)
    shown = _shown(row)
    return page("bureau/report.html", report=shown, form=form, trouble=trouble, status=status)


def _stale(ref: str) -> Response:
    sentence = gettext("Something has happened meanwhile. Please look at it, and then decide again.")
    return _report_page(ref, ResultForm(formdata=None), status=409, trouble=sentence)


def _saved(said: str, ref: str) -> AnyResponse:
    db.session.commit()
    flash(said, "good")
    return redirect(url_for(".report", ref=ref), 303)


def _shown(row: ReportRow) -> dict[str, Any]:
    return {
        **row._asdict(),
        "district": row.district_en if reader_locale() == "en" else row.district_zh,
        "state_name": gettext(REPORT_STATES[row.state]),
        "tone": TONES[row.state],
        "by": gettext("Anonymous")
        if row.anonymous
        else f"{row.consumer_label or gettext('A customer')} {row.phone_masked}".strip(),
    }
