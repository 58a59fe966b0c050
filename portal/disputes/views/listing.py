"""The list: what waits for me first."""

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.disputes.permissions import party_of
from portal.disputes.queries import Cursor, Row, list_disputes
from portal.disputes.views.blueprint import bp
from portal.disputes.wording import STATES
from portal.disputes.workflow import Party, State
from portal.extensions import db
from portal.web.page import page


@bp.get("")
def index() -> Response:
    """A consumer's disputes, a merchant's inbox, an officer's region: 25 a page, read by key."""
    after = Cursor.parse(request.args.get("after", ""))
    rows, go_on = list_disputes(db.session(), current_user, after=after)
    party = party_of(current_user)
    return page(
        "disputes/index.html",
        mine=[row for row in rows if row.turn == party],
        others=[row for row in rows if row.turn != party],
        first=after is None,
        party=party,
        due_of=due_of,
        state_of=lambda row: (gettext(STATES[State(row.state)][0]), STATES[State(row.state)][1]),
        next_url=url_for(".index", after=str(go_on)) if go_on else None,
        Party=Party,
    )


DUE = {
    State.FILED: "reply_due_at",
    State.TALKING: "talks_due_at",
    State.SILENT: "talks_due_at",
    State.OFFERED: "offer_due_at",
    State.AGREED: "performance_due_at",
    State.PERFORMED: "confirmation_due_at",
}


def due_of(row: Row) -> object:
    """The deadline that counts for a row as it stands, or None."""
    return getattr(row, DUE[State(row.state)]) if State(row.state) in DUE else None
