"""How disputes go: each plot is a row of acts with the hours between them, and how often life writes it.

What the clock does in between (an offer lapses, a shop falls silent, a promise is broken) is in no plot: the
portal's own deadlines record it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

_STEP = re.compile(r"(\w+) (\d+)(?:-(\d+))?(?: (\d+)%)?")


@dataclass(frozen=True)
class Step:
    """An act of portal.cli.simulation.course.Course, `low` to `high` hours after the one before.

    chance: how often it happens at all.
    """

    act: str
    low: int
    high: int
    chance: float = 1.0


@dataclass(frozen=True)
class Plot:
    """auto_escalate: whether the consumer asked at filing that silence goes to the bureau; None: some do.

    report: whether a report is split off at the end; a few are in any case. official: what the bureau does
    once it has been handed over; None: as it comes.
    """

    name: str
    weight: float
    ending: "Ending"
    steps: tuple[Step, ...]
    auto_escalate: bool | None = None
    report: bool = False
    official: tuple[Step, ...] | None = None


class Ending(StrEnum):
    """What a plot comes to; a shop's character says how often."""

    SOLVED = "solved"
    HALF_DONE = "half done"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    SILENT = "silent"
    HANDED_OVER = "handed over"


class Character(StrEnum):
    """How a shop treats people who complain. Nobody answers at one that is unclaimed."""

    GOOD = "good"
    ORDINARY = "ordinary"
    BAD = "bad"
    UNCLAIMED = "unclaimed"


# How much more often than elsewhere a shop of this character comes to an ending.
TENDENCY: Mapping[Character, Mapping[Ending, float]] = {
    Character.GOOD: {Ending.SOLVED: 1.8, Ending.BROKEN: 0.2, Ending.SILENT: 0.1, Ending.HANDED_OVER: 0.3},
    Character.ORDINARY: {},
    Character.BAD: {Ending.SOLVED: 0.3, Ending.BROKEN: 2.5, Ending.SILENT: 3.0, Ending.HANDED_OVER: 2.0},
    Character.UNCLAIMED: {ending: 0.0 for ending in Ending if ending is not Ending.SILENT},
}
GENEROSITY = {Character.GOOD: 0.8, Character.ORDINARY: 0.5, Character.BAD: 0.2, Character.UNCLAIMED: 0.0}
SHARES = {Character.GOOD: 0.2, Character.ORDINARY: 0.65, Character.BAD: 0.09, Character.UNCLAIMED: 0.06}


def plot(name: str, weight: float, ending: Ending, steps: str, *, auto_escalate: bool | None = None) -> Plot:
    """A plot whose steps are told as in steps_of."""
    return Plot(name, weight, ending, steps_of(steps), auto_escalate)


def steps_of(text: str) -> tuple[Step, ...]:
    """The steps of a text: `offer 1-40, accept 1-30 80%`; `offer 20` is after exactly twenty hours.

    Raises ValueError for what it does not say.
    """
    found = [_STEP.fullmatch(step.strip()) for step in text.split(",") if step.strip()]
    if None in found:
        raise ValueError(text)
    return tuple(Step(m[1], int(m[2]), int(m[3] or m[2]), int(m[4] or 100) / 100) for m in found if m)


_DONE = "perform 6-66, confirm 2-140, rate 0-30 45%"
_E = Ending
PLOTS: tuple[Plot, ...] = (
    plot("at once", 11, _E.SOLVED, f"offer 1-60, accept 1-40, {_DONE}"),
    plot(
        "after a chat", 5, _E.SOLVED, f"chat 1-20, say 1-10, offer 2-40, share 0-3 30%, accept 1-40, {_DONE}"
    ),
    plot("with a proof", 6, _E.SOLVED, f"ask 2-50, answer 1-30, offer 3-40, accept 1-48, {_DONE}"),
    plot("haggled", 6, _E.SOLVED, f"lowball 2-50, decline 1-30, offer 2-30, accept 1-40, {_DONE}"),
    plot("countered", 5, _E.SOLVED, f"lowball 2-50, counter 1-30, agree 2-40, {_DONE}"),
    plot("talked round", 5, _E.SOLVED, f"refuse 3-60, counter 2-40, agree 4-60, {_DONE}"),
    plot("late answer", 2, _E.SOLVED, f"offer 100-180, accept 2-30, {_DONE}"),
    plot(
        "late performance",
        3,
        _E.SOLVED,
        "offer 2-50, accept 1-40, perform 190-320, confirm 2-60, rate 0-20 40%",
    ),
    plot("missing at first", 2, _E.SOLVED, f"offer 2-40, accept 1-30, perform 6-50, deny 3-30, {_DONE}"),
    plot(
        "confirmed too soon",
        1,
        _E.SOLVED,
        f"offer 2-30, accept 1-20, {_DONE}, reopen 60-300, offer 2-20, accept 1-20, {_DONE}",
    ),
    plot(
        "thought better of",
        1,
        _E.SOLVED,
        f"chat 1-20, withdraw 2-30, undo 3-50, offer 2-30, accept 1-30, {_DONE}",
    ),
    plot("never confirmed", 11, _E.HALF_DONE, "offer 2-60, accept 1-40, perform 6-66"),
    plot("not kept", 4, _E.BROKEN, "offer 2-60, accept 1-40, chat 30-60 50%"),
    plot("not kept, handed over", 3, _E.BROKEN, "offer 2-60, accept 1-40, escalate 200-300"),
    plot("withdrawn", 5, _E.WITHDRAWN, "chat 1-30 60%, withdraw 4-90"),
    plot("withdrawn from an offer", 2, _E.WITHDRAWN, "offer 2-50, withdraw 2-60"),
    plot("wrong shop", 2, _E.WITHDRAWN, "disown 2-40, mistaken 1-40"),
    plot("silent", 5, _E.SILENT, "shrug 1-40 30%"),
    plot("silent, one tap", 3, _E.SILENT, "shrug 1-40 30%, escalate 110-200", auto_escalate=False),
    plot("silent, by itself", 2, _E.SILENT, "shrug 1-40 20%", auto_escalate=True),
    plot("refused", 4, _E.HANDED_OVER, "refuse 3-70, say 1-30 70%, escalate 4-90"),
    plot("insulted by an offer", 2, _E.HANDED_OVER, "lowball 3-60, decline 1-30, escalate 2-60"),
    plot("talks ran out", 2, _E.HANDED_OVER, "refuse 3-70, say 2-40, chat 2-40, escalate 200-280"),
    plot("the shop hands over", 1, _E.HANDED_OVER, "lowball 3-60, decline 2-40, say 2-30, hand_over 230-300"),
    plot("left lying", 1, _E.HANDED_OVER, "refuse 3-60, say 2-40"),
)


def plot_for(rng: Random, character: Character) -> Plot:
    """A plot as a shop of this character would have it."""
    tendency = TENDENCY[character]
    return rng.choices(PLOTS, [each.weight * tendency.get(each.ending, 1.0) for each in PLOTS])[0]
