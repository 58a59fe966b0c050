"""What the board counts: each bucket and each rate once, as a public sentence and as what is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from portal.core.money import about
from portal.core.words import N_
from portal.disputes.workflow import State

FEWEST_FOR_A_RATE = 10  # below that one dispute moves the rate by more than ten points (domain.md section 5)


@dataclass(frozen=True)
class Bucket:
    """One of the ways a dispute can stand.

    key: as on the board (A-F, O; E in four parts); column: of the tables of counts; label, sentence: msgids.
    """

    key: str
    column: str
    states: frozenset[State]
    label: str
    sentence: str


def bucket(key: str, states: set[State], label: str, sentence: str) -> Bucket:
    return Bucket(key, key.lower(), frozenset(states), label, sentence)


# Every state belongs to exactly one bucket or is LEFT_OUT, so the buckets add up to all disputes that count;
# what the bureau's mediation settled is E1 instead (`column_of`).
BUCKETS: tuple[Bucket, ...] = (
    bucket(
        "A",
        {State.CONFIRMED},
        N_("Solved, confirmed by the customer"),
        N_("Agreed, done by the shop, and confirmed by the customer. Only this counts as solved."),
    ),
    bucket(
        "B",
        {State.PERFORMED, State.UNCONFIRMED},
        N_("Done, says the shop; not confirmed"),
        N_("The shop says it has done its part; the customer has not confirmed it, or not in time."),
    ),
    bucket(
        "C",
        {State.BREACHED},
        N_("Agreed, not done in time"),
        N_("Both sides agreed, and the shop did not do its part by the agreed day."),
    ),
    bucket(
        "D",
        {State.WITHDRAWN},
        N_("Withdrawn by the customer"),
        N_("The customer withdrew the complaint. That may have many reasons and does not count as solved."),
    ),
    bucket(
        "E1",
        set(),
        N_("Settled by the bureau's mediation"),
        N_("The two sides settled with the bureau's help."),
    ),
    bucket(
        "E2",
        {State.TERMINATED},
        N_("Mediation ended without a settlement"),
        N_("The bureau tried to mediate, and the two sides did not agree."),
    ),
    bucket(
        "E3",
        {State.REFUSED},
        N_("Not accepted by the bureau"),
        N_("The bureau may not take it on, and said on which ground."),
    ),
    bucket(
        "E4",
        {State.ESCALATED, State.MEDIATING},
        N_("Being handled by the bureau"),
        N_("It was handed to the bureau, which is examining it or mediating."),
    ),
    bucket(
        "F",
        {State.SILENT},
        N_("No answer from the shop"),
        N_("The shop gave no proper answer in time, and the customer has not handed it to the bureau."),
    ),
    bucket(
        "O",
        {State.FILED, State.TALKING, State.OFFERED, State.AGREED},
        N_("Still open"),
        N_("Just filed, being negotiated, or agreed and not yet due. Left out of the rate."),
    ),
)
LEFT_OUT = bucket(
    "X",
    {State.TRANSFERRED},
    N_("Left out of the figures"),
    N_(
        "An officer found that it is no real dispute, or it was passed on to another city. It is in none of "
        "the outcomes above and not in N; how many there are, and why, stands on the board."
    ),
)
BUCKET_COLUMNS = (*(each.column for each in BUCKETS), LEFT_OUT.column)
# What else is counted of the disputes that are not left out; sums of money are fen.
MEASURED = (
    "reply_due",  # the reply window is over, or the shop has replied
    "reply_in_time",
    "performance_due",  # agreed, and the agreed day is over or it was done before
    "performance_in_time",
    "refunds",  # disputes in which money came back
    "returned_fen",
    "asked_fen",  # of the disputes that are no longer open
)
COLUMNS = (*BUCKET_COLUMNS, *MEASURED)
ESCALATED = tuple(each for each in BUCKETS if each.key.startswith("E"))
COLUMN_OF: dict[State, str] = {state: each.column for each in (*BUCKETS, LEFT_OUT) for state in each.states}


def column_of(state: State, *, mediated: bool, excluded: bool = False) -> str:
    """The bucket of a dispute: X where it is left out; E1 where mediation settled it, whatever came since."""
    if excluded:
        return LEFT_OUT.column
    return "e1" if mediated else COLUMN_OF[state]


HANDED_OVER = N_("Handed to the bureau")


@dataclass(frozen=True)
class Slice:
    """One segment of the board's bar; its four E parts are one."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Figures:
    """The counts of some disputes by column (COLUMNS), and what follows from them."""

    counts: Mapping[str, int]

    @property
    def filed(self) -> int:
        """N: every dispute that was filed, whatever became of it, but for those left out."""
        return sum(self.counts[each.column] for each in BUCKETS)

    @property
    def left_out(self) -> int:
        """X: what an officer has left out of the figures, and what another city counts."""
        return self.counts[LEFT_OUT.column]

    @property
    def open(self) -> int:
        return self.counts["o"]

    @property
    def confirmed(self) -> int:
        return self.counts["a"]

    @property
    def escalated(self) -> int:
        return self.of("E")

    @property
    def rated(self) -> int:
        """N - O: what the confirmed resolution rate is of."""
        return self.filed - self.open

    def of(self, keys: str) -> int:
        """The sum of some outcomes by the letters of their keys: "AB" is A + B, "E" all its four parts."""
        return sum(self.counts[each.column] for each in BUCKETS if each.key[0] in keys)

    @property
    def returned(self) -> int:
        """The money that came back in fen, rounded for the public (portal.core.money.about)."""
        return about(self.counts["returned_fen"], digits=3)

    @property
    def rate(self) -> str | None:
        """The confirmed resolution rate A / (N - O) in percent, one decimal; None below ten disputes."""
        return percent(self.confirmed, self.rated)

    @property
    def slices(self) -> list[Slice]:
        """A, B, C, D, E, F, O with their counts; they add up to `filed`."""
        own = [
            Slice(each.key, each.label, self.counts[each.column]) for each in BUCKETS if each not in ESCALATED
        ]
        return sorted([*own, Slice("E", HANDED_OVER, self.escalated)], key=lambda slice_: slice_.key)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures({column: self.counts[column] + other.counts[column] for column in COLUMNS})


NOTHING = Figures(dict.fromkeys(COLUMNS, 0))


def percent(part: int, whole: int) -> str | None:
    """part / whole in percent with one decimal, half rounded up; None where `whole` is below ten."""
    if whole < FEWEST_FOR_A_RATE:
        return None
    tenths = int(Fraction(1000 * part, whole) + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"
