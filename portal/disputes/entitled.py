"""What the pledge gives in a dispute: bound at filing, made ready to settle, and beside every offer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.disputes.workflow import WITH_MONEY
from portal.merchants.models import Store
from portal.regions.choices import trouble_of
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.return_policies.answers import MONEY_BACK, Outcome, Purchase, Trouble
from portal.return_policies.clauses import Clause
from portal.return_policies.measure import measured
from portal.return_policies.queries.pledges import Entitled, entitled_from, entitled_to


class Bound(Protocol):
    """What of a dispute is needed here: the dispute itself, or a row of a list."""

    @property
    def entitled(self) -> dict[str, Any] | None: ...
    @property
    def remedy(self) -> str: ...
    @property
    def claim_fen(self) -> int: ...


@dataclass(frozen=True)
class Ready:
    """The settlement that the pledge makes ready: an offer's terms, and the clause that gives them."""

    remedy: str
    amount_fen: int
    perform_by: date
    clause: Clause


def entitled_of(
    session: Session,
    store: Store,
    city: City,
    *,
    problem: str,
    category: str,
    condition: str,
    bought_on: date,
    paid_fen: int,
    now: datetime,
) -> Entitled:
    """What the pledge in force on the day of purchase gives, else the law; sums in fen."""
    purchase = Purchase(
        trouble=Trouble(trouble_of(city.choices, problem)),
        bought_on=bought_on,
        asked_on=today(now, city.zone),
        paid_fen=paid_fen,
        condition=condition,
    )
    return entitled_to(session, store.id, city.code, purchase, category)


def entitled_in(dispute: Bound) -> Entitled | None:
    """What was bound to a dispute at filing; None for one filed before there were pledges."""
    return entitled_from(dispute.entitled) if dispute.entitled else None


def ready(dispute: Bound, city: City, now: datetime) -> Ready | None:
    """The settlement in the pledge's terms, where the answer is clear.

    It is where a pledge (not the law alone) gives the very remedy that is asked for, and the sum is known.
    Who asks for less than the pledge gives is offered what was asked.
    """
    entitled = entitled_in(dispute)
    if entitled is None or entitled.pledge_id is None or entitled.answer.outcome is not Outcome.ENTITLED:
        return None
    right = entitled.answer.right_for(dispute.remedy)
    if right is None or (right.remedy in MONEY_BACK and right.amount_fen is None):
        return None
    amount = min(right.amount_fen or 0, dispute.claim_fen) if dispute.remedy in WITH_MONEY else 0
    days = right.within_days if right.within_days is not None else city.span(Clock.PERFORMANCE).amount
    return Ready(dispute.remedy, amount, today(now, city.zone) + timedelta(days=days), right.clause)


def label(
    dispute: Bound, *, remedy: str, amount_fen: int, perform_by: date, offered_on: date
) -> dict[str, str]:
    """How an offer stands beside the pledge, as its event keeps it; {} where no pledge has an answer."""
    entitled = entitled_in(dispute)
    if entitled is None or entitled.pledge_id is None:
        return {}
    found = measured(
        entitled.answer,
        asked=dispute.remedy,
        claim_fen=dispute.claim_fen,
        remedy=remedy,
        amount_fen=amount_fen,
        perform_by=perform_by,
        offered_on=offered_on,
    )
    if found is None:
        return {}
    return {"measure": found.label.value} | ({"clause": found.clause.value} if found.clause else {})
