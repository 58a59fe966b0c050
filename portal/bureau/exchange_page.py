"""The export for 12315: with the complainants' identity, which is kept in the record, or without."""

from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context
from flask_babel import lazy_gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField

from portal.bureau.exchange import archive, log_looks, open_ids, table
from portal.core.clock import now, today
from portal.extensions import db
from portal.web.access import only
from portal.web.forms import Form
from portal.web.page import page
from portal.web.shown import ZONE
from portal.web.writes import begin_read, begin_write, writes_later

bp = Blueprint("exchange", __name__, url_prefix="/bureau")


class ExportForm(Form):
    without = BooleanField(lazy_gettext("Leave out who complains (name, telephone, document, address)"))


@bp.get("/export")
@only("officer")
def show() -> Response:
    return page("bureau/export.html", form=ExportForm(None), many=len(open_ids(db.session(), current_user)))


@bp.post("/export.csv")
@only("officer")
@writes_later
def create_table() -> Response:
    """The table, line by line."""
    ids, identity = _taken_out()
    lines = (line.encode() for line in table(db.session(), ids, identity=identity))
    return _streamed(lines, "text/csv", "csv")


@bp.post("/export.zip")
@only("officer")
@writes_later
def create_archive() -> Response:
    """The table with a folder for each dispute, file by file."""
    ids, identity = _taken_out()
    viewer = current_user._get_current_object()  # noqa: SLF001 - still known while it is streamed
    return _streamed(archive(db.session(), viewer, ids, identity=identity), "application/zip", "zip")


def _taken_out() -> tuple[list[int], bool]:
    """What is exported, and whether with identity; that is kept before the first byte leaves."""
    identity = not ExportForm().without.data
    if identity:
        begin_write()
    ids = open_ids(db.session(), current_user)
    if identity:
        log_looks(db.session(), ids, current_user, now=now())
        db.session.commit()
        begin_read()
    return ids, identity


def _streamed(pieces: Iterator[bytes], mimetype: str, ending: str) -> Response:
    response = Response(stream_with_context(_closing(db.session(), pieces)), mimetype=mimetype)
    name = f"hejie-{today(now(), ZONE).isoformat()}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _closing(session: Session, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, and then the session's end: the request that began it is over before the first of them."""
    try:
        yield from pieces
    finally:
        session.close()
