"""12315's decisions: pasted or sent as a file, shown first, then taken in; what became of each line."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask import session as browser
from flask_babel import force_locale, gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from portal.bureau.decision_lines import WORDS, Decision, Line, read_decisions
from portal.bureau.decisions import Became, Outcome, take_in
from portal.bureau.forms import SheetForm
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.extensions import db
from portal.web.access import only
from portal.web.forms import AtMost
from portal.web.once import answered, done, new_key
from portal.web.page import page
from portal.web.writes import begin_read, begin_write, writes_later

bp = Blueprint("decisions", __name__, url_prefix="/bureau/decisions")
TABLE_LIMIT = 30_000
EXAMPLE = "12345678901234,不予受理,2,2026-11-24"
DECISIONS = {
    Decision.ACCEPTED: N_("accepted"),
    Decision.REFUSED: N_("not accepted"),
    Decision.TERMINATED: N_("mediation ended"),
    Decision.SETTLED: N_("settled in mediation"),
}


class DecisionsForm(SheetForm):
    """What 12315 has decided."""

    pasted = "table"
    table = TextAreaField(lazy_gettext("The decisions"), validators=[AtMost(TABLE_LIMIT)])


@bp.get("")
@only("officer")
def show() -> Response:
    return _page(DecisionsForm(None))


@bp.post("")
@only("officer")
@writes_later
def create_preview() -> AnyResponse:
    """Try every line, undo it all, and show what would become of each."""
    form = DecisionsForm()
    form.take_file()
    lines = _read(form)
    if lines is None:
        return _page(form, status=422)
    begin_write()
    outcomes = _shown(_taken(lines))
    begin_read()
    browser["decisions"] = {"table": form.table.data, "lines": outcomes}
    return redirect(url_for(".preview"), 303)


@bp.get("/preview")
@only("officer")
def preview() -> AnyResponse:
    kept = browser.get("decisions")
    if not kept:
        return redirect(url_for(".show"), 303)
    return page(
        "bureau/decisions_preview.html", table=kept["table"], key=new_key(), **_counted(kept["lines"])
    )


@bp.post("/imports")
@only("officer")
@writes_later
def create_import() -> AnyResponse:
    """Take every good line in; each bad one is told with its number and its reason."""
    earlier = answered()
    if earlier is not None:
        return earlier
    form = DecisionsForm()
    lines = _read(form)
    if lines is None:
        return _page(form, status=422)
    begin_write()
    outcomes = _shown(_taken(lines))
    browser["decided"] = outcomes
    browser.pop("decisions", None)
    return done(url_for(".result"))


@bp.get("/result")
@only("officer")
def result() -> AnyResponse:
    lines = browser.get("decided")
    if not lines:
        return redirect(url_for(".show"), 303)
    return page("bureau/decisions_result.html", **_counted(lines))


def _page(form: DecisionsForm, *, status: int = 200) -> Response:
    return page("bureau/decisions.html", status=status, form=form, words=WORDS, example=EXAMPLE)


def _read(form: DecisionsForm) -> list[Line] | None:
    if form.errors or not form.validate():
        return None
    try:
        return read_decisions(form.table.data or "")
    except RuleBroken as broken:
        form.blame(broken)
        return None


def _taken(lines: list[Line]) -> list[Outcome]:
    """Both sides read the note, so it is in the city's language and not in the officer's."""
    with force_locale("zh_CN"):
        notes = {line.day: _note(line.day) for line in lines if line.day is not None}
    return take_in(db.session(), current_user, lines, notes=notes, now=now())


def _note(day: date) -> str:
    return str(gettext("Decided on the 12315 platform on %(day)s.", day=day.isoformat()))


def _shown(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """What became of the lines as plain values, which the browser's session can keep."""
    return [
        {
            "number": one.line.number,
            "ref": one.line.ref,
            "decision": "" if one.line.broken else str(one.line.decision),
            "became": str(one.became),
            "why": gettext(one.broken.message, **one.broken.values) if one.broken else "",
        }
        for one in outcomes
    ]


def _name(decision: str) -> str:
    return str(gettext(DECISIONS[Decision(decision)])) if decision else "–"


def _counted(lines: list[dict[str, Any]]) -> dict[str, Any]:
    named = [one | {"decision": _name(one["decision"])} for one in lines]
    return {str(became): [one for one in named if one["became"] == became] for became in Became}
