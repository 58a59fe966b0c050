"""The forms of the acts as they stand before anything is typed."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from flask_login import current_user

from portal.core.clock import today
from portal.disputes import bureau_forms, forms
from portal.disputes.actions.entrusted import latest_day
from portal.disputes.colleagues import colleagues_of
from portal.disputes.group_forms import RepresentativesForm
from portal.disputes.groups import group_of
from portal.disputes.models import Dispute
from portal.disputes.views.officers_side import successors
from portal.disputes.views.shops_elsewhere import transfer_form
from portal.disputes.views.together import named_choices
from portal.extensions import db
from portal.regions.choices import Kind
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.web.forms import Form


def blank_forms(shown: Collection[str], city: City, dispute: Dispute, at: datetime) -> dict[str, Form]:
    """An empty form for each act that stands open; the offer starts from what was asked."""
    return {name: MAKERS[name](city, dispute, at) for name in shown if name in MAKERS}


def _offer_form(city: City, dispute: Dispute, at: datetime) -> Form:
    return forms.OfferForm(
        None,
        at="offer",
        remedy=dispute.remedy,
        amount=dispute.claim_fen or None,
        perform_by=today(city.due(Clock.PERFORMANCE, at), city.zone) - timedelta(days=1),
    )


ENTRUSTED_FOR = timedelta(days=30)
NOTES = (
    "question", "denial", "missing", "reopening", "escalation",
    "mediation", "testing_result", "proposal_refusal", "inclusion",
    "consumer_letter", "merchant_letter", "recusal_denial",
)  # fmt: skip


def _of(form: type[Form], name: str) -> Callable[[City, Dispute, datetime], Form]:
    return lambda city, dispute, at: form(None, at=name)


def _assignment_form(city: City, dispute: Dispute, at: datetime) -> Form:
    colleagues = [(str(one.id), one.name) for one in colleagues_of(db.session(), dispute)]
    mine = str(dispute.officer_id or current_user.id)
    return bureau_forms.AssignmentForm(colleagues, None, at="assignment", officer=mine)


def _entrustment_form(city: City, dispute: Dispute, at: datetime) -> Form:
    """Thirty days are proposed, or what the mediation has left."""
    usual, last = today(at, city.zone) + ENTRUSTED_FOR, latest_day(dispute, city, at)
    report_by = min(usual, last) if last else usual
    return bureau_forms.EntrustmentForm(city, None, at="entrustment", report_by=report_by)


def _representatives_form(city: City, dispute: Dispute, at: datetime) -> Form:
    group = group_of(db.session(), dispute)
    own = group.member(dispute.id) if group else None
    refs = {member.dispute_id: member.ref for member in group.members} if group else {}
    named = [refs[id_] for id_ in (own.first, own.second) if id_ in refs] if own else []
    stands = own is not None and own.stands_at is not None
    people = named_choices(group, dispute)
    return RepresentativesForm(people, None, at="representatives", stands=stands, named=named)


MAKERS: dict[str, Callable[[City, Dispute, datetime], Form]] = {
    "agree": _offer_form,
    "offer": _offer_form,
    "message": _of(forms.MessageForm, "message"),
    "performance": _of(forms.PerformanceForm, "performance"),
    "rating": _of(forms.RatingForm, "rating"),
    "report": _of(forms.ReportForm, "report"),
    "refusal": lambda city, dispute, at: forms.RefusalForm(city, None, at="refusal"),
    "decline": lambda city, dispute, at: forms.RefusalForm(city, None, at="decline"),
    "withdrawal": lambda city, dispute, at: forms.WithdrawalForm(city, None, at="withdrawal"),
    **{name: _of(forms.NoteForm, name) for name in NOTES},
    "non_acceptance": lambda city, dispute, at: bureau_forms.GroundForm(
        city, Kind.NOT_ACCEPTED, None, at="non_acceptance"
    ),
    "termination": lambda city, dispute, at: bureau_forms.GroundForm(
        city, Kind.TERMINATION, None, at="termination"
    ),
    "exclusion": lambda city, dispute, at: bureau_forms.ExclusionForm(
        city, Kind.EXCLUSION, None, at="exclusion"
    ),
    "session": lambda city, dispute, at: bureau_forms.SessionForm(
        None, at="session", held_on=today(at, city.zone)
    ),
    "testing": _of(bureau_forms.TestingForm, "testing"),
    "proposal": lambda city, dispute, at: bureau_forms.ProposalForm(
        None, at="proposal", remedy=dispute.remedy, amount=dispute.claim_fen or None
    ),
    "assignment": _assignment_form,
    "representatives": _representatives_form,
    "identity": _of(bureau_forms.IdentityForm, "identity"),
    "recusal_request": lambda city, dispute, at: bureau_forms.RecusalRequestForm(
        city, None, at="recusal_request"
    ),
    "recusal": lambda city, dispute, at: bureau_forms.RecusalForm(successors(dispute), None, at="recusal"),
    "stepping_aside": lambda city, dispute, at: bureau_forms.SteppingAsideForm(
        city, successors(dispute), None, at="stepping_aside"
    ),
    "entrustment": _entrustment_form,
    "entrustment_result": _of(bureau_forms.EntrustmentResultForm, "entrustment_result"),
    "follow_up_answer": _of(bureau_forms.FollowUpForm, "follow_up_answer"),
    "transfer": lambda city, dispute, at: transfer_form(dispute),
}
