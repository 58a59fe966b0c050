"""The cookie that a device is known by, and its digest kept with the person who files or works from it."""

import re

from flask import after_this_request, current_app, request
from werkzeug.wrappers import Response

from portal.accounts.marks import KEPT, keep_mark, mark_of
from portal.core.clock import now
from portal.core.refs import new_token
from portal.extensions import db


def mark_device(person_id: int) -> None:
    """Keep with a person which device this is; a new one gets a number. In the caller's transaction."""
    name = "__Host-hejie-device" if current_app.config["SECURE"] else "hejie-device"
    number = request.cookies.get(name, "")
    if not re.fullmatch("[A-Za-z0-9_-]{20,80}", number):
        number = new_token(256)
    keep_mark(db.session(), person_id, mark_of(current_app.config["SECRET_KEY"], number), now=now())

    @after_this_request
    def _send(response: Response) -> Response:
        response.set_cookie(
            name,
            number,
            max_age=int(KEPT.total_seconds()),
            secure=current_app.config["SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response
