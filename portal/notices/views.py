"""The inbox: what has happened since one last looked; each notice leads to its dispute."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from portal.core.clock import local, now
from portal.disputes.workflow import Fact
from portal.extensions import db
from portal.notices import queries
from portal.notices.audience import Audience
from portal.notices.wording import SENTENCES
from portal.web.page import page
from portal.web.shown import ZONE

bp = Blueprint("notices", __name__, url_prefix="/notices")
LARGEST = 2**63 - 1  # what a database can look for


@dataclass(frozen=True)
class Shown:
    """A notice with its sentence in the reader's language and the time of its day."""

    row: queries.Row
    sentence: str
    time: str


@bp.get("")
def index() -> ResponseReturnValue:
    """A page of notices by day, the newest first."""
    before = request.args.get("before", type=_number)
    rows, last = queries.inbox(db.session(), current_user, before=before)
    return page(
        "notices/index.html",
        days=list(_by_day(rows)),
        up_to=max((row.id for row in rows if row.read_at is None), default=None),
        next_url=url_for(".index", before=last) if last else None,
        newest_url=url_for(".index") if before else None,
    )


@bp.post(f"/<int(max={LARGEST}):notice_id>/reading")
def read(notice_id: int) -> ResponseReturnValue:
    """Mark a notice, and what else is unread of its dispute, and lead on to the dispute."""
    ref = queries.read_about(db.session(), current_user, notice_id, now())
    if ref is None:
        abort(404)
    db.session.commit()
    return redirect(url_for("disputes.show", ref=ref), 303)


@bp.post("/readings")
def read_all() -> ResponseReturnValue:
    """Mark everything up to the newest notice the reader has seen."""
    up_to = request.form.get("up_to", type=_number)
    if up_to is not None:
        queries.read_up_to(db.session(), current_user, up_to, now())
        db.session.commit()
    return redirect(url_for(".index"), 303)


def _number(text: str) -> int:
    number = int(text)
    if not 0 < number <= LARGEST:
        raise ValueError(text)
    return number


def _by_day(rows: list[queries.Row]) -> Iterator[tuple[date, list[Shown]]]:
    for day, those in groupby(rows, lambda row: local(row.at, ZONE).date()):
        yield day, [_shown(row) for row in those]


def _shown(row: queries.Row) -> Shown:
    sentence = gettext(SENTENCES[Fact(row.fact), Audience(row.audience)])
    return Shown(row, sentence, f"{local(row.at, ZONE):%H:%M}")
