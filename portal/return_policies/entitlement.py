"""What a policy says about one purchase: a pure function of its terms and the facts (domain.md section 4).

Days are counted as in Art. 201 of the Civil Code: the day of the purchase is not counted, so "7 days" for
goods bought on 2 March ends with 9 March. The answer never raises: what is missing or cannot be is an
outcome with a reason.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from portal.return_policies.answers import STRENGTH, Answer, Missed, Outcome, Purchase, Right, Trouble, Why
from portal.return_policies.clauses import CONDITIONS, Clause, Terms


def entitlement(terms: Terms, purchase: Purchase) -> Answer:
    """What the terms give for this purchase; deterministic, and never raises for terms of `terms_from`."""
    if purchase.day < 0:
        return Answer(Outcome.IMPOSSIBLE, purchase.day)
    if purchase.trouble is Trouble.OTHER:
        return Answer(Outcome.OUTSIDE, purchase.day)
    found = list(SAYS[purchase.trouble](terms, purchase))
    rights = _strongest_first([one for one in found if isinstance(one, Right)])
    missed = tuple(one for one in found if isinstance(one, Missed))
    if rights:
        outcome = Outcome.ENTITLED
    elif any(one.why in (Why.CONDITION_UNKNOWN, Why.CATEGORY_UNKNOWN) for one in missed):
        outcome = Outcome.INCOMPLETE
    else:
        outcome = Outcome.NOT_ENTITLED
    return Answer(outcome, purchase.day, rights, missed)


Found = Iterator[Right | Missed]


def _quality(terms: Terms, purchase: Purchase) -> Found:
    transport = terms["quality_transport"]
    yield _in_time(
        purchase, Clause.QUALITY_RETURN, terms["quality_return_days"], remedy="return",
        amount_fen=purchase.paid_fen, within_days=terms["refund_within_days"], transport=transport,
    )  # fmt: skip
    yield _in_time(
        purchase, Clause.EXCHANGE, terms["quality_exchange_days"], remedy="exchange", transport=transport
    )
    yield _in_time(
        purchase, Clause.REPAIR, terms["repair_days"],
        remedy="repair", within_days=terms["repair_within_days"], transport=transport,
    )  # fmt: skip
    # Whoever may return without a reason may do so with one.
    yield from (one for one in _no_reason_return(terms, purchase) if isinstance(one, Right))


def _fit(terms: Terms, purchase: Purchase) -> Found:
    yield from _no_reason_return(terms, purchase)
    hindered = _hindered(terms, purchase, Clause.EXCHANGE)
    asked = {"remedy": "exchange", "transport": terms["no_reason_transport"]}
    right = _in_time(purchase, Clause.EXCHANGE, terms["fit_exchange_days"], **asked)
    yield hindered if hindered and isinstance(right, Right) else right


def _no_reason_return(terms: Terms, purchase: Purchase) -> Found:
    fee = terms["restocking_percent"]
    right = _in_time(
        purchase, Clause.NO_REASON, terms["no_reason_days"],
        remedy="return", amount_fen=purchase.paid_fen - purchase.paid_fen * fee // 100, fee_percent=fee,
        within_days=terms["refund_within_days"], transport=terms["no_reason_transport"],
        proof=terms["no_reason_proof"], needs_condition=terms["no_reason_condition"],
    )  # fmt: skip
    hindered = _hindered(terms, purchase, Clause.NO_REASON)
    yield hindered if hindered and isinstance(right, Right) else right


def _prepaid(terms: Terms, purchase: Purchase) -> Found:
    within = terms["refund_within_days"]
    cancel = _in_time(
        purchase, Clause.PREPAID, terms["prepaid_cancel_days"],
        remedy="refund", amount_fen=purchase.paid_fen, within_days=within,
    )  # fmt: skip
    unused = purchase.condition in ("unopened", "unused")
    if isinstance(cancel, Right) and not purchase.condition:
        yield Missed(Clause.PREPAID, Why.CONDITION_UNKNOWN, value="unused")
    elif isinstance(cancel, Right) and not unused:
        yield Missed(Clause.PREPAID, Why.CONDITION, value="unused")
    else:
        yield cancel
    if terms["prepaid_balance"]:
        yield Right(
            "refund", Clause.PREPAID, None, None, within_days=within, fee_percent=terms["prepaid_fee_percent"]
        )


SAYS = {Trouble.QUALITY: _quality, Trouble.FIT: _fit, Trouble.PREPAID: _prepaid}


def _in_time(purchase: Purchase, clause: Clause, days: int, *, remedy: str, **right: Any) -> Right | Missed:
    if not days:
        return Missed(clause, Why.NOT_PROMISED)
    last_day = _day_after(purchase.bought_on, days)
    if purchase.asked_on > last_day:
        return Missed(clause, Why.LATE, days=days, last_day=last_day)
    return Right(remedy, clause, days, last_day, **right)


def _hindered(terms: Terms, purchase: Purchase, clause: Clause) -> Missed | None:
    """Why goods of this kind, or in this condition, are not taken back without a reason."""
    excluded = terms["no_reason_excluded"]
    if excluded and not purchase.categories:
        return Missed(clause, Why.CATEGORY_UNKNOWN)
    left_out = next((code for code in purchase.categories if code in excluded), None)
    if left_out is not None:
        return Missed(clause, Why.EXCLUDED, value=left_out)
    needed = terms["no_reason_condition"]
    if purchase.condition not in CONDITIONS:
        return None if needed == CONDITIONS[-1] else Missed(clause, Why.CONDITION_UNKNOWN, value=needed)
    if CONDITIONS.index(purchase.condition) > CONDITIONS.index(needed):
        return Missed(clause, Why.CONDITION, value=needed)
    return None


def _day_after(day: date, days: int) -> date:
    """`days` days later; the calendar's last day where it would lie beyond."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _strongest_first(rights: list[Right]) -> tuple[Right, ...]:
    """One right for each remedy: the one with the most money, done the soonest."""
    best: dict[str, Right] = {}
    for right in rights:
        known = best.get(right.remedy)
        if known is None or _worth(right) > _worth(known):
            best[right.remedy] = right
    return tuple(sorted(best.values(), key=lambda right: STRENGTH.index(right.remedy), reverse=True))


def _worth(right: Right) -> tuple[int, int, int, int]:
    return (
        -1 if right.amount_fen is None else right.amount_fen,
        1 if right.transport == "merchant" else 0,
        -1000 if right.within_days is None else -right.within_days,
        -1 if right.days is None else right.days,
    )
