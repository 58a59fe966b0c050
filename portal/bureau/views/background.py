"""The facts about both sides of a dispute, shown to an officer whose look at them is kept first."""

from flask import redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.bureau.queries.background import INSTANT, NEAR, PAIR, YEAR, Listed, background
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.disputes.models import Dispute
from portal.disputes.official import BACKGROUND, background_lasts, log_look, looks_of
from portal.disputes.permissions import moves_for, standing_of
from portal.disputes.views.show import dispute_or_404
from portal.disputes.wording import STATES
from portal.disputes.workflow import Fact, State
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.writes import begin_write, writes_later


@bp.post("/disputes/<ref>/background-views")
@only("officer")
@writes_later
def create_background_view(ref: str) -> Response:
    """Keep that this officer looks at the facts, and then show them."""
    dispute_or_404(ref)
    begin_write()
    dispute = dispute_or_404(ref)
    log_look(db.session(), dispute.id, reader(), now=now(), what=BACKGROUND)
    db.session.commit()
    return redirect(url_for(".background", ref=dispute.ref), 303)


@bp.get("/disputes/<ref>/background", endpoint="background")
@only("officer")
def show_background(ref: str) -> Response:
    """The facts, for as long as the look that was kept lasts; after that the dispute again."""
    dispute, session, at = dispute_or_404(ref), db.session(), now()
    if not background_lasts(session, dispute, reader(), now=at):
        return redirect(url_for("disputes.show", ref=dispute.ref), 303)
    city = session.get_one(City, dispute.city_code)
    facts = background(session, dispute, reader(), now=at)
    return page(
        "bureau/background.html",
        dispute=dispute,
        facts=facts,
        outcomes=[(gettext(STATES[State(state)][0]), count) for state, count in facts.outcomes.items()],
        others=[_shown(row, city) for row in facts.others],
        alike=[_shown(row, city) for row in facts.alike],
        months=YEAR.days // 30,
        days=PAIR.days,
        hours=int(NEAR.total_seconds() // 1800),
        minutes=int(INSTANT.total_seconds() // 60),
        usual=f"{facts.store.year / 12:.1f}",
        looks=[look for look in looks_of(session, dispute) if look.what == BACKGROUND],
        act=_way_to_decide(dispute),
    )


def _way_to_decide(dispute: Dispute) -> str:
    """The act by which an officer may now change what the figures count, or ''."""
    moves = moves_for(reader(), standing_of(dispute), now())
    acts = {Fact.FIGURES_EXCLUDED: "exclusion", Fact.FIGURES_INCLUDED: "inclusion"}
    return next((name for fact, name in acts.items() if fact in moves), "")


def _shown(row: Listed, city: City) -> dict[str, object]:
    problem = label(city.choices, Kind.PROBLEM, row.problem, reader_locale())
    return {
        "ref": row.ref,
        "title": row.goods or problem,
        "store": row.store,
        "filed_at": row.filed_at,
        "state": gettext(STATES[State(row.state)][0]),
        "left_out": bool(row.excluded),
    }
