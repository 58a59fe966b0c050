"""Somebody is away: all of that officer's open disputes go to a colleague, after a look at how many."""

from typing import Any

from flask import Response, flash, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions.cover import MOST_AT_ONCE, hand_over, in_hand, may_hand_over
from portal.bureau.forms import AbsenceForm
from portal.bureau.queries import places
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.extensions import db
from portal.web.access import only
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page


@bp.get("/absence")
@only("officer")
def absence() -> Response:
    """Choose who is away and who covers; once both are chosen, how many disputes would go over."""
    form = _form(request.args)
    if form.chosen() is None and ("officer" in request.args or "cover" in request.args):
        form.form_errors.append(gettext("Please choose who is away and who takes over."))
    return _absence_page(form, new_key())


@bp.post("/absences")
@only("officer")
def create_absence() -> AnyResponse:
    """Hand everything over, each dispute with its event."""
    if (earlier := answered()) is not None:
        return earlier
    form = _form(request.form)
    chosen = form.chosen()
    if chosen is None:
        form.form_errors.append(gettext("Please choose who is away and who takes over."))
        return _absence_page(form, sent_key(), status=422)
    officer_id, cover_id = chosen
    session, viewer = db.session(), reader()
    try:
        moved = hand_over(session, viewer, officer_id=officer_id, cover_id=cover_id, now=now())
    except RuleBroken as broken:
        form.blame(broken)
        return _absence_page(form, sent_key(), status=422)
    if not moved:
        form.form_errors.append(gettext("There is nothing to hand over."))
        return _absence_page(form, sent_key(), status=422)
    flash(ngettext("%(num)s dispute handed over.", "%(num)s disputes handed over.", moved), "good")
    return done(url_for(".absence"))


def _form(values: Any) -> AbsenceForm:
    """The form over the people of the region; who is no supervisor can only be away herself."""
    viewer = reader()
    team = [(str(one.id), one.name) for one in places.team(db.session(), viewer)]
    away = [(key, name) for key, name in team if may_hand_over(viewer, int(key))]
    chosen = {name: values.get(name, "") for name in ("officer", "cover")}
    nobody = ("", gettext("Please choose"))
    form = AbsenceForm([nobody, *away], [nobody, *team], None, **chosen)
    if len(away) == 1 and not form.officer.data:
        form.officer.data = away[0][0]
    return form


def _absence_page(form: AbsenceForm, key: str, *, status: int = 200) -> Response:
    """`found`: what would go over, once two different people are chosen."""
    chosen, found = form.chosen(), None
    if chosen is not None and chosen[0] != chosen[1]:
        found = in_hand(db.session(), reader(), officer_id=chosen[0], cover_id=chosen[1])
    elif chosen is not None and not form.cover.errors:
        form.cover.errors = [gettext("Please choose somebody else to cover.")]
    names = dict(form.officer.choices) | dict(form.cover.choices)
    return page(
        "bureau/absence.html",
        form=form,
        found=found,
        names=[names[str(one)] for one in chosen] if chosen else [],
        most=MOST_AT_ONCE,
        key=key,
        status=status,
    )
