"""The nine measures of domain.md section 5, each once: its public sentence, its formula, what is counted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from portal.board.measures import FEWEST_FOR_A_RATE, Figures, percent
from portal.core.words import N_


@dataclass(frozen=True)
class Rate:
    """A share of disputes. label, sentence: msgids; formula: in the letters of the outcomes, or a msgid.

    comparison: shown beside the strict rate, never instead of it.
    """

    key: str
    label: str
    sentence: str
    formula: str
    part: Callable[[Figures], int]
    whole: Callable[[Figures], int]
    comparison: bool = False
    of: Callable[[Figures], int] | None = None  # how many disputes the whole is of, where it counts money

    def value(self, figures: Figures) -> str | None:
        """In percent with one decimal; None where the whole is of fewer than ten disputes."""
        disputes = (self.of or self.whole)(figures)
        return percent(self.part(figures), self.whole(figures)) if disputes >= FEWEST_FOR_A_RATE else None


# In the order of domain.md section 5, whose measures 6 (times) and 9 (coverage) are no shares of disputes.
RATES: tuple[Rate, ...] = (
    Rate(
        "confirmed",
        N_("Confirmed resolution rate"),
        N_("Of all disputes that are no longer open: how many were solved so that the customer says so."),
        "A ÷ (N − O)",
        lambda figures: figures.of("A"),
        lambda figures: figures.rated,
    ),
    Rate(
        "self_settled",
        N_("Self-settlement rate, as Hangzhou may count it"),
        N_("What the two sides settled by themselves, confirmed or not, without what was withdrawn or is open. Hangzhou has not published its definition; this one is inferred."),  # noqa: E501
        "(A + B) ÷ (A + B + C + E + F)",
        lambda figures: figures.of("AB"),
        lambda figures: figures.of("ABCEF"),
        comparison=True,
    ),
    Rate(
        "brazilian",
        N_("Solved as Brazil’s portal counts it"),
        N_("There, what the customer has not confirmed counts as solved too. For comparison only."),
        "(A + B) ÷ (N − O)",
        lambda figures: figures.of("AB"),
        lambda figures: figures.rated,
        comparison=True,
    ),
    Rate(
        "answered",
        N_("Answered in time"),
        N_("Of the disputes in which the shop’s time to reply is over or it has replied: how many got an offer, a reason or a question in time. “Got it” is no answer."),  # noqa: E501
        N_("first proper reply in time ÷ replies due"),
        lambda figures: figures.counts["reply_in_time"],
        lambda figures: figures.counts["reply_due"],
    ),
    Rate(
        "performed",
        N_("Agreements kept in time"),
        N_("Of what was agreed and is due: how much the shop did by the agreed day, by its own word and not denied by the customer."),  # noqa: E501
        N_("done by the agreed day ÷ agreed and due"),
        lambda figures: figures.counts["performance_in_time"],
        lambda figures: figures.counts["performance_due"],
    ),
    Rate(
        "escalated",
        N_("Handed to the bureau"),
        N_("Of all that was filed: how much went to the bureau, whatever became of it there."),
        "E ÷ N",
        lambda figures: figures.of("E"),
        lambda figures: figures.filed,
    ),
    Rate(
        "mediated",
        N_("Mediation that succeeded"),
        N_("Of the mediations that have ended: how many ended with a settlement."),
        "E1 ÷ (E1 + E2)",
        lambda figures: figures.counts["e1"],
        lambda figures: figures.counts["e1"] + figures.counts["e2"],
    ),
    Rate(
        "withdrawn",
        N_("Withdrawn by the customer"),
        N_("Of all disputes that are no longer open: how many the customer withdrew. That does not count as solved."),  # noqa: E501
        "D ÷ (N − O)",
        lambda figures: figures.of("D"),
        lambda figures: figures.rated,
    ),
    Rate(
        "returned",
        N_("Share of the money asked for that came back"),
        N_("Of all that was asked for in disputes that are no longer open: how much came back, as the customer confirms."),  # noqa: E501
        N_("money returned ÷ money asked for"),
        lambda figures: figures.counts["returned_fen"],
        lambda figures: figures.counts["asked_fen"],
        of=lambda figures: figures.rated,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """How some values are spread: how many, the median and the 90th percentile (None below ten)."""

    count: int
    median: int | None
    ninetieth: int | None


def spread(counted: Iterable[tuple[int, int]]) -> Spread:
    """The spread of values given as (value, how often) in ascending order.

    By nearest rank: the smallest value that at least half (nine tenths) of all do not exceed, so that it is
    always a value that occurred. A mean alone would hide how long the slow ones take (domain.md section 5).
    """
    rows = list(counted)
    total = sum(count for _, count in rows)
    if total < FEWEST_FOR_A_RATE:
        return Spread(total, None, None)
    return Spread(total, _at_rank(rows, -(-total // 2)), _at_rank(rows, -(-total * 9 // 10)))


def _at_rank(rows: list[tuple[int, int]], rank: int) -> int:
    seen = 0
    for value, count in rows:
        seen += count
        if seen >= rank:
            return value
    raise ValueError("there is no such rank")
