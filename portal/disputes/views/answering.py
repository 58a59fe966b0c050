"""The pledge's answer as a page shows it, the same for both sides."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from portal.disputes.actions.complaints import Complaint
from portal.disputes.entitled import entitled_in
from portal.disputes.models import Dispute
from portal.disputes.wording import REMEDIES
from portal.disputes.workflow import Remedy
from portal.extensions import db
from portal.return_policies.answers import MONEY_BACK, Missed, Outcome, Right, Why
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import NUMBERS, TITLES
from portal.return_policies.floors import law
from portal.return_policies.queries.pledges import Entitled
from portal.return_policies.wording import CONDITION_NAMES
from portal.web.language import reader_locale


@dataclass(frozen=True)
class AnswerView:
    """What is shown: by the pledge or by the law alone, each right, and what does not help.

    settles: the remedy asked for is among the rights, so that accepting the pledge settles it.
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


def answered_in(dispute: Dispute) -> AnswerView | None:
    """The answer bound to a dispute; None where there is nothing to say."""
    entitled = entitled_in(dispute)
    if entitled is None:
        return None
    return _view(entitled, dispute.city_code, dispute.remedy, dispute.claim_fen)


def answered_by(entitled: Entitled, city_code: str, complaint: Complaint) -> AnswerView | None:
    """The answer to a complaint that is not sent yet."""
    return _view(entitled, city_code, complaint.remedy, complaint.claim_fen or 0)


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
    elif value in CONDITION_NAMES:
        value = gettext(CONDITION_NAMES[value])
    return {
        "clause": NUMBERS[missed.clause],
        "title": gettext(TITLES[missed.clause]),
        "missed": missed,
        "value": value,
    }


def _tells(missed: Missed, outcome: Outcome) -> bool:
    """What is not promised at all only needs saying where nothing helps."""
    return missed.why is not Why.NOT_PROMISED or outcome is Outcome.NOT_ENTITLED
