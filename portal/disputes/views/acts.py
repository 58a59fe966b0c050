"""The acts, one view each: what came with the form, and the action it means."""

from collections.abc import Callable

from flask_login import current_user
from werkzeug.wrappers import Response

from portal.disputes import forms
from portal.disputes.actions import (
    endings,
    figures,
    groups,
    letters,
    mediation,
    offers,
    performance,
    pledged,
    talks,
)
from portal.disputes.views.acting import act
from portal.disputes.views.blueprint import bp
from portal.disputes.views.show import dispute_or_404
from portal.extensions import db
from portal.regions.models import City
from portal.web.forms import Form
from portal.web.writes import writes_later


def city_of(ref: str) -> City:
    """The city of a dispute that one may see, whose lists word its forms."""
    return db.session().get_one(City, dispute_or_404(ref).city_code)


@bp.post("/<ref>/messages")
@writes_later
def create_message(ref: str) -> Response:
    form = forms.MessageForm(at="message")
    return act(
        ref,
        "message",
        form,
        lambda session, dispute, at, photos: talks.post_message(
            session, dispute, current_user, text=form.text.data or "", now=at, photos=photos
        ),
        any_time=True,
    )


@bp.post("/<ref>/offers")
@writes_later
def create_offer(ref: str) -> Response:
    form = forms.OfferForm(at="offer")
    return act(
        ref,
        "offer",
        form,
        lambda session, dispute, at, photos: offers.make_offer(
            session, dispute, current_user, **form.terms(), now=at
        ),
    )


@bp.post("/<ref>/pledged-offers")
@writes_later
def create_pledged(ref: str) -> Response:
    """The one click: the offer that the pledge makes ready."""
    return act(
        ref,
        "pledged",
        Form(),
        lambda session, dispute, at, photos: pledged.offer_pledged(session, dispute, current_user, now=at),
    )


@bp.post("/<ref>/offers/<int:n>/acceptance")
@writes_later
def create_acceptance(ref: str, n: int) -> Response:
    return act(
        ref,
        "acceptance",
        Form(),
        lambda session, dispute, at, photos: offers.accept_offer(session, dispute, current_user, n, now=at),
    )


@bp.post("/<ref>/offers/<int:n>/refusal")
@writes_later
def create_offer_refusal(ref: str, n: int) -> Response:
    form = forms.RefusalForm(city_of(ref), at="decline")
    return act(
        ref,
        "decline",
        form,
        lambda session, dispute, at, photos: offers.decline_offer(
            session,
            dispute,
            current_user,
            n,
            now=at,
            reason=form.reason.data or "",
            note=form.note.data or "",
        ),
    )


@bp.post("/<ref>/offers/<int:n>/withdrawal")
@writes_later
def create_offer_withdrawal(ref: str, n: int) -> Response:
    return act(
        ref,
        "offer_withdrawal",
        Form(),
        lambda session, dispute, at, photos: offers.withdraw_offer(session, dispute, current_user, n, now=at),
    )


@bp.post("/<ref>/refusals")
@writes_later
def create_refusal(ref: str) -> Response:
    form = forms.RefusalForm(city_of(ref), at="refusal")
    return act(
        ref,
        "refusal",
        form,
        lambda session, dispute, at, photos: talks.refuse_claim(
            session, dispute, current_user, reason=form.reason.data or "", note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/performances")
@writes_later
def create_performance(ref: str) -> Response:
    form = forms.PerformanceForm(at="performance")
    return act(
        ref,
        "performance",
        form,
        lambda session, dispute, at, photos: performance.claim_performance(
            session, dispute, current_user, now=at, note=form.note.data or "", photos=photos
        ),
    )


@bp.post("/<ref>/ratings")
@writes_later
def create_rating(ref: str) -> Response:
    form = forms.RatingForm(at="rating")
    return act(
        ref,
        "rating",
        form,
        lambda session, dispute, at, photos: performance.rate(
            session, dispute, current_user, stars=form.given(), comment=form.comment.data or "", now=at
        ),
    )


@bp.post("/<ref>/withdrawals")
@writes_later
def create_withdrawal(ref: str) -> Response:
    form = forms.WithdrawalForm(city_of(ref), at="withdrawal")
    return act(
        ref,
        "withdrawal",
        form,
        lambda session, dispute, at, photos: endings.withdraw(
            session, dispute, current_user, reason=form.reason.data or "", note=form.note.data or "", now=at
        ),
    )


@bp.post("/<ref>/reports")
@writes_later
def create_report(ref: str) -> Response:
    form = forms.ReportForm(at="report")
    return act(
        ref,
        "report",
        form,
        lambda session, dispute, at, photos: endings.split_off_report(
            session,
            dispute,
            current_user,
            text=form.text.data or "",
            now=at,
            anonymous=form.anonymous.data,
        ),
        any_time=True,
    )


# The acts that ask for one text at most: the noun of the address, the form's name, and what is done.
NOTED: dict[str, tuple[str, Callable[..., object]]] = {
    "evidence-requests": ("question", talks.request_evidence),
    "store-denials": ("denial", talks.deny_store),
    "performance-denials": ("missing", performance.deny_performance),
    "reopenings": ("reopening", performance.reopen),
    "escalations": ("escalation", endings.escalate),
    "mediations": ("mediation", mediation.accept_for_mediation),
    "test-results": ("testing_result", mediation.end_testing),
    "inclusions": ("inclusion", figures.include),
    "consumer-letters": ("consumer_letter", letters.write_to_consumer),
    "merchant-letters": ("merchant_letter", letters.write_to_merchant),
}
PLAIN: dict[str, tuple[str, Callable[..., object]]] = {
    "contact-shares": ("contact", talks.share_contact),
    "confirmations": ("confirmation", performance.confirm_performance),
    "withdrawal-undos": ("withdrawal_undo", endings.undo_withdrawal),
    "group-memberships": ("group", groups.join_group),
    "group-departures": ("group_departure", groups.leave_group),
}


def _noted(name: str, action: Callable[..., object]) -> Callable[[str], Response]:
    def view(ref: str) -> Response:
        form = forms.NoteForm(at=name)
        return act(
            ref,
            name,
            form,
            lambda session, dispute, at, photos: action(
                session, dispute, current_user, note=form.note.data or "", now=at
            ),
        )

    return writes_later(view)


def _plain(name: str, action: Callable[..., object]) -> Callable[[str], Response]:
    def view(ref: str) -> Response:
        return act(
            ref,
            name,
            Form(),
            lambda session, dispute, at, photos: action(session, dispute, current_user, now=at),
        )

    return writes_later(view)


for _noun, (_name, _action) in NOTED.items():
    bp.add_url_rule(f"/<ref>/{_noun}", f"create_{_name}", _noted(_name, _action), methods=["POST"])
for _noun, (_name, _action) in PLAIN.items():
    bp.add_url_rule(f"/<ref>/{_noun}", f"create_{_name}", _plain(_name, _action), methods=["POST"])
