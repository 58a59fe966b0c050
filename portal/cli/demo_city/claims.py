"""The sums of a story: what is asked for, in fen, in steps as people think of them."""

from random import Random

from portal.disputes.workflow import WITH_MONEY, Remedy

# Food law Art. 148: tenfold, at least 1,000 yuan. Whoever finds mould in a bread has heard of it.
FOOD_LAW_FEN = 1_000_00


def deposit_fen(rng: Random, price_fen: int) -> int:
    """A deposit for something of this price: a tenth to a quarter of it, at least 50 yuan."""
    step = 50_00 if price_fen < 2_000_00 else 100_00
    return max(50_00, round(price_fen * rng.uniform(0.1, 0.25) / step) * step)


def at_stake_fen(rng: Random, paid_fen: int, remedy: str, claim: str, problem: str) -> int:
    """The sum a story speaks of: all that was paid, or the part that `claim` names."""
    match claim:
        case "small":
            return _part(rng, paid_fen, 0.04, 0.2)
        case "half":
            return _part(rng, paid_fen, 0.3, 0.6)
        case "balance":
            return _part(rng, paid_fen, 0.35, 0.92)
    if remedy == Remedy.COMPENSATION:
        if claim == "tenfold":  # what a laundry or a repair shop spoils is worth more than its fee
            return round_sum(paid_fen * rng.uniform(4, 10))
        if problem == "expired" and paid_fen < FOOD_LAW_FEN:
            return FOOD_LAW_FEN
        return paid_fen if rng.random() < 0.4 else _part(rng, paid_fen, 0.2, 0.8)
    return paid_fen


def claim_fen(remedy: str, at_stake: int, paid_fen: int) -> int:
    """The claim as it is filed: nothing for a remedy without money, all for goods that go back."""
    if remedy not in WITH_MONEY:
        return 0
    return paid_fen if remedy == Remedy.RETURN else at_stake


def round_sum(fen: float) -> int:
    """A sum as people would name it: whole yuan, tens from 200 yuan, fifties from 2,000."""
    for limit, step in [(20_00, 50), (200_00, 1_00), (2_000_00, 10_00)]:
        if fen < limit:
            return round(fen / step) * step
    return round(fen / 50_00) * 50_00


def _part(rng: Random, paid_fen: int, least: float, most: float) -> int:
    return min(paid_fen, max(1_00, round_sum(paid_fen * rng.uniform(least, most))))
