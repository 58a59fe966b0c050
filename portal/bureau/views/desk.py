"""The front page of the desk: what waits, how urgent it is, and who has how much of it."""

from typing import Any

from flask import Response
from flask_babel import gettext
from flask_login import current_user

from portal.bureau.queries.counter import count_to_tell
from portal.bureau.queries.figures import Load, desk
from portal.bureau.queries.follow_ups import LATELY
from portal.bureau.urgency import Present, present
from portal.bureau.views.blueprint import bp
from portal.core.clock import now
from portal.disputes.transfers import arrivals
from portal.extensions import db
from portal.regions.models import Region
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.place import is_city_code
from portal.web.shown import ZONE, day


@bp.get("")
@only("officer")
def home() -> Response:
    """What waits in the region; a supervisor also sees who has how much."""
    session, moment = db.session(), present(db.session(), now(), ZONE)
    region = session.get(Region, current_user.region)
    waiting = desk(session, current_user, moment)
    return page(
        "bureau/desk.html",
        desk=waiting,
        mine=waiting.of(current_user.id),
        unassigned=waiting.of(None),
        loads=[_load(load, moment) for load in waiting.loads] if current_user.is_supervisor else [],
        most=max((load.disputes for load in waiting.loads), default=0),
        region=region.name(reader_locale()) if region else "",
        code=current_user.region,
        sets_city=current_user.is_supervisor and is_city_code(current_user.region or ""),
        supervises=current_user.is_supervisor,
        followed_days=LATELY.days,
        arrivals=arrivals(session, current_user),
        to_tell=count_to_tell(session, current_user),
    )


def _load(load: Load, moment: Present) -> dict[str, Any]:
    return {
        **load._asdict(),
        "name": load.name or gettext("Nobody yet"),
        "filter": str(load.officer_id) if load.officer_id != current_user.id else "mine",
        "oldest": day(moment.last_day(load.oldest)) if load.oldest else "–",
    }
