"""A dispute of the counter: what the person comes back to say, how to reach the person, the slip."""

from typing import Any

from flask import Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.slips import check_slip
from portal.accounts.views.welcome import blame_tries, own_ip, retry_after
from portal.bureau.counter_forms import SlipForm, WordForm
from portal.bureau.slip import keep_for_printing, slip_pdf, to_print, what_comes
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken, TooManyTries
from portal.core.refs import spoken
from portal.disputes.actions.counter import replace_slip, take_down
from portal.disputes.actions.spoken import WORDS
from portal.disputes.counter import NOBODY, REACHES, CounterComplaint, taken_down
from portal.disputes.models import Dispute
from portal.disputes.official import REACH, log_look, look_lasts
from portal.disputes.permissions import may, standing_of
from portal.disputes.queries import offers_of
from portal.disputes.views.acting import caught_up, moved_on
from portal.disputes.views.naming import wordings
from portal.disputes.views.show import dispute_or_404, spoken_turn
from portal.disputes.workflow import Party
from portal.extensions import db
from portal.regions.models import City
from portal.web.access import only
from portal.web.forms import Form
from portal.web.once import answered, done, new_key
from portal.web.page import page
from portal.web.writes import begin_read, begin_write, writes_later


@bp.get("/counter/disputes/<ref>")
@only("officer")
def counter_dispute(ref: str) -> Response:
    """Where it stands, in the person's words; `act` opens what the person says."""
    dispute, known = counter_dispute_or_404(ref)
    act = request.args.get("act", "")
    form: Form | None = SlipForm() if act == "slip" else None
    if act in _possible(dispute):
        form = WordForm(db.session().get_one(City, dispute.city_code), WORDS[act])
    return _page(dispute, known, act if form else "", form)


@bp.post("/counter/disputes/<ref>/words")
@only("officer")
@writes_later
def create_word(ref: str) -> AnyResponse:
    """Take down what the person says, where the slip's code shows that the person is here."""
    dispute, known = counter_dispute_or_404(ref)
    act = request.form.get("act", "")
    earlier = answered()
    if earlier is not None:
        return earlier
    if act not in WORDS:
        abort(404)
    form = WordForm(db.session().get_one(City, dispute.city_code), WORDS[act])
    good = form.validate()
    if good:
        try:
            begin_write()
            check_slip(db.session(), dispute.ref, form.code.data or "", ip=own_ip(), now=now())
        except RuleBroken as broken:
            form.blame(broken)
        except TooManyTries as refused:
            blame_tries(form, refused)
            return retry_after(_page(dispute, known, act, form, status=429), refused)
    if form.errors:
        return _page(dispute, known, act, form, status=422)
    return _take_down(ref, act, form)


def _take_down(ref: str, act: str, form: WordForm) -> AnyResponse:
    dispute, at = caught_up(ref), now()
    earlier = answered()
    if earlier is not None:
        return earlier
    known = taken_down(db.session(), dispute)
    assert known is not None  # noqa: S101 - the caller has looked
    if act not in _possible(dispute) or moved_on(dispute):
        return _stale(dispute, known, act, form)
    try:
        take_down(db.session(), dispute, reader(), act, form.answers(), now=at)
    except RuleBroken as broken:
        form.blame(broken)
        return _page(dispute, known, act, form, status=422)
    except MovedOn:
        return _stale(dispute, known, act, form)
    flash(gettext("Taken down as the person's own word."), "good")
    return done(url_for(".counter_dispute", ref=dispute.ref))


@bp.post("/counter/disputes/<ref>/looks")
@only("officer")
@writes_later
def create_reach_look(ref: str) -> AnyResponse:
    """Keep that this officer looks up how the person is reached, and then show it."""
    begin_write()
    dispute, _ = counter_dispute_or_404(ref)
    log_look(db.session(), dispute.id, reader(), what=REACH, now=now())
    db.session.commit()
    return redirect(url_for(".counter_dispute", ref=dispute.ref), 303)


@bp.post("/counter/disputes/<ref>/slips")
@only("officer")
@writes_later
def create_slip(ref: str) -> AnyResponse:
    """A new code for somebody whose slip is lost; the old one opens nothing any more."""
    dispute, known = counter_dispute_or_404(ref)
    earlier = answered()
    if earlier is not None:
        return earlier
    form = SlipForm()
    if form.validate():
        begin_write()
        dispute, known = counter_dispute_or_404(ref)
        try:
            code = replace_slip(db.session(), dispute, reader(), checked=form.checked.data or "", now=now())
        except RuleBroken as broken:
            form.blame(broken)
        else:
            keep_for_printing(dispute.ref, code, now())
            return done(url_for(".slip", ref=dispute.ref))
    return _page(dispute, known, "slip", form, status=422)


@bp.get("/counter/disputes/<ref>/slip")
@only("officer")
def slip(ref: str) -> AnyResponse:
    """The slip that has just been made, to be printed and read out; afterwards nobody can see its code."""
    dispute, _ = counter_dispute_or_404(ref)
    code = to_print(dispute.ref, now())
    if code is None:
        return redirect(url_for(".counter_dispute", ref=dispute.ref), 303)
    city = db.session().get_one(City, dispute.city_code)
    return page("bureau/slip.html", dispute=dispute, code=spoken(code), ahead=what_comes(dispute, city))


@bp.get("/counter/disputes/<ref>/slip.pdf")
@only("officer")
def slip_paper(ref: str) -> AnyResponse:
    """The slip as a PDF, while its code is known."""
    dispute, _ = counter_dispute_or_404(ref)
    code = to_print(dispute.ref, now())
    if code is None:
        abort(404)
    city = db.session().get_one(City, dispute.city_code)
    response = make_response(slip_pdf(dispute, city, code))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{dispute.ref}-slip.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def counter_dispute_or_404(ref: str) -> tuple[Dispute, CounterComplaint]:
    """A dispute of the region that came in at the counter; every other one is not here."""
    dispute = dispute_or_404(ref)
    known = taken_down(db.session(), dispute)
    if known is None:
        abort(404)
    return dispute, known


def _possible(dispute: Dispute) -> list[str]:
    """What the person can say now, the most likely first."""
    standing, at = standing_of(dispute), now()
    return [name for name, word in WORDS.items() if may(standing, word.fact, Party.CONSUMER, at)]


def _page(
    dispute: Dispute,
    known: CounterComplaint,
    act: str,
    form: Form | None,
    *,
    status: int = 200,
    trouble: str = "",
) -> Response:
    if status != 200:
        begin_read()
    session, at = db.session(), now()
    city = session.get_one(City, dispute.city_code)
    offers = offers_of(session, dispute)
    shown = look_lasts(session, dispute, reader(), REACH, now=at)
    return page(
        "bureau/counter_dispute.html",
        status=status,
        dispute=dispute,
        turn=spoken_turn(dispute, Party.CONSUMER),
        possible=[(name, gettext(WORDS[name].label)) for name in _possible(dispute)],
        act=act,
        said=gettext(WORDS[act].label) if act in WORDS else "",
        form=form,
        key=new_key(),
        trouble=trouble,
        offer=offers.get(dispute.offer_n or dispute.proposal_n or 0),
        **_reached(known, shown=shown),
        **wordings(city),
    )


def _reached(known: CounterComplaint, *, shown: bool) -> dict[str, Any]:
    return {
        "reach": gettext(REACHES[known.reach]),
        "has_number": known.reach != NOBODY,
        "number": known.number if shown else "",
        "taken_at": known.taken_at,
    }


def _stale(dispute: Dispute, known: CounterComplaint, act: str, form: WordForm) -> Response:
    sentence = gettext("Something has happened meanwhile. Please look at it, and then decide again.")
    possible = act in _possible(dispute)
    return _page(dispute, known, act if possible else "", form, status=409, trouble=sentence)
