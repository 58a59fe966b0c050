"""When many disputes are more than usual: one test, one threshold, for shops, chains, goods and problems."""

from math import lgamma, log

# Flagged where so many would come by chance less than once in a thousand such periods. With `LEAST_USUAL` the
# smallest count that can pass is six, whatever was usual before: few disputes are never a pattern.
LOG_OF_CHANCE = log(0.001)
LEAST_USUAL = 1.0
FEWEST = 6
YEAR_DAYS = 365


def expected(before: int, days: int) -> float:
    """How many are usual in so many days, from the count of the year before them."""
    return before * days / YEAR_DAYS


def log_tail(observed: int, usual: float) -> float:
    """The logarithm of the chance of `observed` or more where `usual` is the mean (Poisson's law).

    usual below LEAST_USUAL counts as that: a shop without a history must not be flagged for three disputes.
    0.0 where the observed is not above the usual. Never raises for counts from 0 on.
    """
    mean = max(usual, LEAST_USUAL)
    if observed <= mean:
        return 0.0
    first = observed * log(mean) - mean - lgamma(observed + 1)
    total, term, k = 1.0, 1.0, observed
    while term > 1e-12 * total:
        k += 1
        term *= mean / k
        total += term
    return min(0.0, first + log(total))


def is_unusual(observed: int, usual: float) -> bool:
    """Whether it is to be looked at."""
    return observed >= FEWEST and log_tail(observed, usual) < LOG_OF_CHANCE
