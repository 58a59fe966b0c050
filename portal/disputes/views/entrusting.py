"""Entrusted mediation and the follow-up, as addresses."""

from flask import request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.disputes import bureau_forms as forms
from portal.disputes.actions import entrusted, follow_up
from portal.disputes.views.acting import act
from portal.disputes.views.acts import city_of
from portal.disputes.views.blueprint import bp
from portal.web.access import only
from portal.web.writes import writes_later


@bp.post("/<ref>/entrustments")
@only("officer")
@writes_later
def create_entrustment(ref: str) -> Response:
    form = forms.EntrustmentForm(city_of(ref), at="entrustment")
    return act(
        ref,
        "entrustment",
        form,
        lambda session, dispute, at, photos: entrusted.entrust(
            session,
            dispute,
            current_user,
            to=form.to.data or "",
            report_by=form.report_by.data,
            note=form.note.data or "",
            now=at,
        ),
    )


@bp.post("/<ref>/entrustment-results")
@only("officer")
@writes_later
def create_entrustment_result(ref: str) -> Response:
    """Where both sides agree, on to the proposal that makes it binding."""
    form = forms.EntrustmentResultForm(at="entrustment_result")
    agreed = request.form.get("result") == entrusted.RESULTS[0]
    return act(
        ref,
        "entrustment_result",
        form,
        lambda session, dispute, at, photos: entrusted.end_entrustment(
            session, dispute, current_user, result=form.result.data or "", note=form.note.data or "", now=at
        ),
        then=url_for(".show", ref=ref, act="proposal", _anchor="act-proposal") if agreed else None,
    )


@bp.post("/<ref>/follow-up-answers")
@writes_later
def create_follow_up_answer(ref: str) -> Response:
    """Where it is not settled, on to taking up the talks again, as long as that is possible."""
    form = forms.FollowUpForm(at="follow_up_answer")
    open_still = form.kept.data in ("partly", "no")
    return act(
        ref,
        "follow_up_answer",
        form,
        lambda session, dispute, at, photos: follow_up.answer_follow_up(
            session,
            dispute,
            current_user,
            kept=form.kept.data or "",
            content=form.given(),
            note=form.note.data or "",
            now=at,
        ),
        any_time=True,
        then=url_for(".show", ref=ref, act="reopening") if open_still else None,
    )
