"""The pledge's answer as a page shows it, the same for both sides."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from portal.core.clock import now, today
from portal.core.words import N_
from portal.disputes.actions.complaints import Complaint
from portal.disputes.entitled import entitled_in
from portal.disputes.models import Dispute
from portal.disputes.wording import REMEDIES
from portal.disputes.workflow import Remedy
from portal.extensions import db
from portal.return_policies.answers import MONEY_BACK, Missed, Outcome, Right, Why
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import NUMBERS, TITLES, Clause
from portal.return_policies.floors import law
from portal.return_policies.queries.pledges import Entitled, automatic_left
from portal.return_policies.wording import CONDITION_SAYS
from portal.web.language import reader_locale
from portal.web.shown import ZONE

# The part of the clause on prepaid cards that a card can miss: what is left on one is paid back all the same.
CANCELLING = N_("Cancelling an unused card")
UNUSED_CARD = N_("Only a card that has not been used.")


@dataclass(frozen=True)
class AnswerView:
    """What is shown: by the pledge or by the law alone, each right, and what does not help.

    settles: the remedy asked for is among the rights, so that accepting the pledge settles it, with due_fen.
    at_once: the shop settles such a sum the moment it is filed.
    """

    outcome: str
    day: int
    by_pledge: bool
    source: str
    address: str
    rights: list[dict[str, Any]]
    missed: list[dict[str, Any]]
    settles: bool
    at_once: bool
    due_fen: int


def answered_in(dispute: Dispute) -> AnswerView | None:
    """The answer bound to a dispute; None where there is nothing to say."""
    entitled = entitled_in(dispute)
    if entitled is None:
        return None
    return _view(entitled, dispute.city_code, dispute.remedy, dispute.claim_fen)


def answered_by(entitled: Entitled, city_code: str, complaint: Complaint) -> AnswerView | None:
    """The answer to a complaint that is not sent yet."""
    view = _view(entitled, city_code, complaint.remedy, complaint.claim_fen or 0)
    if view is None or not view.at_once or entitled.pledge_id is None:
        return view
    left = automatic_left(db.session(), entitled.pledge_id, month=today(now(), ZONE).isoformat()[:7])
    return replace(view, at_once=view.due_fen <= left)


def _view(entitled: Entitled, city_code: str, asked: str, claim_fen: int) -> AnswerView | None:
    answer, locale = entitled.answer, reader_locale()
    by_pledge = entitled.pledge_id is not None
    if answer.outcome is Outcome.OUTSIDE or not (by_pledge or answer.rights):
        return None
    right = answer.right_for(asked)
    clear = right is not None and (right.remedy not in MONEY_BACK or right.amount_fen is not None)
    said = law().basis_en if locale == "en" else law().basis_zh
    due = min(right.amount_fen or 0, claim_fen) if right else 0
    return AnswerView(
        outcome=answer.outcome.value,
        day=answer.day,
        by_pledge=by_pledge,
        source=entitled.title(locale) if by_pledge else said,
        address=f"/standards/{entitled.slug}/{entitled.version}" if by_pledge else "",
        rights=[_right(one) for one in answer.rights],
        missed=[_missed(one, city_code, locale) for one in answer.missed if _tells(one, answer.outcome)],
        settles=by_pledge and clear,
        at_once=by_pledge and clear and 0 < due <= entitled.terms["automatic_fen"],
        due_fen=due,
    )


def _right(right: Right) -> dict[str, Any]:
    return {
        "what": gettext(REMEDIES[Remedy(right.remedy)]),
        "clause": NUMBERS[right.clause],
        "right": right,
    }


def _missed(missed: Missed, city_code: str, locale: str) -> dict[str, Any]:
    value = missed.value
    if missed.why is Why.EXCLUDED:
        value = tree_of(db.session(), city_code).name(value, locale)
    elif missed.clause is Clause.PREPAID:
        value = gettext(UNUSED_CARD)
    elif value:
        value = gettext(CONDITION_SAYS[value])
    return {
        "clause": NUMBERS[missed.clause],
        "title": gettext(CANCELLING if missed.clause is Clause.PREPAID else TITLES[missed.clause]),
        "missed": missed,
        "value": value,
    }


def _tells(missed: Missed, outcome: Outcome) -> bool:
    """What is not promised at all only needs saying where nothing helps."""
    return missed.why is not Why.NOT_PROMISED or outcome is Outcome.NOT_ENTITLED
