"""The list: what waits for me first."""

from collections.abc import Sequence
from datetime import datetime

from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.disputes.entitled import Ready, ready
from portal.disputes.permissions import party_of
from portal.disputes.queries import Cursor, Row, list_disputes
from portal.disputes.views.blueprint import bp
from portal.disputes.views.panel import UNSETTLED
from portal.disputes.wording import REMEDIES, STATES
from portal.disputes.workflow import Party, Remedy, State
from portal.extensions import db
from portal.regions.models import City
from portal.web.once import new_key
from portal.web.page import page


@bp.get("")
def index() -> Response:
    """A consumer's disputes, a merchant's inbox, an officer's region: 25 a page, read by key."""
    after = Cursor.parse(request.args.get("after", ""))
    rows, go_on = list_disputes(db.session(), current_user, after=after)
    party = party_of(current_user)
    mine = [row for row in rows if row.turn == party]
    return page(
        "disputes/index.html",
        mine=mine,
        others=[row for row in rows if row.turn != party],
        first=after is None,
        party=party,
        due_of=due_of,
        ready=_ready(mine, now()) if party is Party.MERCHANT else {},
        remedy_name=lambda code: gettext(REMEDIES[Remedy(code)]),
        new_key=new_key,
        state_of=lambda row: (gettext(STATES[State(row.state)][0]), STATES[State(row.state)][1]),
        next_url=url_for(".index", after=str(go_on)) if go_on else None,
        Party=Party,
    )


def _ready(rows: Sequence[Row], at: datetime) -> dict[str, Ready]:
    """The settlements that one tap offers, by reference, for what waits for the merchant."""
    pledged = [row for row in rows if row.entitled and State(row.state) in UNSETTLED]
    cities = {code: db.session().get_one(City, code) for code in {row.city_code for row in pledged}}
    found = {row.ref: ready(row, cities[row.city_code], at) for row in pledged}
    return {ref: terms for ref, terms in found.items() if terms is not None}


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
