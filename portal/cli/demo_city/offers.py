"""What a shop would offer: remedies that make sense for trade and trouble, sums as they are bargained."""

from random import Random

from portal.cli.demo_city.claims import round_sum
from portal.cli.demo_city.goods import TRADES
from portal.disputes.workflow import Remedy

_MENDABLE = {"quality", "repair_failed", "after_sales_refused", "unsafe"}
_EXCHANGEABLE = {"quality", "unfit", "not_as_described", "after_sales_refused", "repair_failed", "expired"}
_REDONE = {"quality", "service", "repair_failed"}


def fitting_remedies(trade: str, problem: str) -> tuple[str, ...]:
    """The remedies that a shop of this trade could sensibly offer, the softest first."""
    groups = TRADES[trade].groups
    fits = {
        "apology": problem == "service",
        "make_up": problem == "short_measure",
        "repair": "goods" in groups and problem in _MENDABLE and trade not in {"pharmacy", "optical"},
        "redo": "service" in groups and problem in _REDONE,
        "exchange": bool({"goods", "food"} & set(groups)) and problem in _EXCHANGEABLE,
        "compensation": problem in {"damaged", "late_delivery", "unsafe", "expired"},
        "refund": True,
        "return": "goods" in groups and problem in _EXCHANGEABLE | {"unsafe"},
    }
    return tuple(remedy for remedy, fitting in fits.items() if fitting)


def fitting_refusals(trade: str, problem: str, *, asks_money: bool) -> tuple[str, ...]:
    """The reasons of the default list that a shop of this trade could give in good faith or in bad."""
    sells_things = "goods" in TRADES[trade].groups
    fits = {
        "no_fault": problem in {"quality", "expired", "short_measure", "service", "unsafe", "repair_failed"},
        "misuse": sells_things and problem in _MENDABLE,
        "past_period": problem in {"quality", "unfit", "after_sales_refused", "prepaid_card"},
        "goods_used": sells_things and problem in {"quality", "unfit", "not_as_described"},
        "no_proof": problem != "no_refund",
        "as_agreed": problem in {"overcharge", "deposit", "prepaid_card", "not_as_described"},
        "amount": asks_money and problem not in {"no_refund", "deposit"},
        "other": True,
    }
    return tuple(reason for reason, fitting in fits.items() if fitting)


def offered_sum(rng: Random, remedy: str, wanted_fen: int, *, generosity: float = 0.5) -> int:
    """A sum in fen up to what is wanted, for one of the remedies with money; goods that go back cost most.

    generosity: from 0 to 1, how often it is all that is wanted.
    """
    if wanted_fen <= 5_00 or rng.random() < generosity:
        return wanted_fen
    shares = [0.7, 0.8, 0.9] if remedy == Remedy.RETURN else [0.33, 0.5, 0.6, 0.7, 0.8, 0.9]
    return min(wanted_fen, max(1_00, round_sum(wanted_fen * rng.choice(shares))))
