"""How disputes go that were handed to the bureau: plots as in plots.py, from the hand-over on."""

from random import Random

from portal.cli.simulation.plots import Character, Ending, Plot, plot

# Goods that an institute can test.
TESTABLE = {"appliances", "electronics", "ebikes"}
_E = Ending
_BEGUN = "take 2-40 85%, identify 1-40 60%, admit 12-90"
_KNOWN = "take 2-40, identify_and_consent 1-40, admit 12-90"
_AGREED = "consent 2-50, assent 2-50"
_DONE = "perform 6-90, confirm 2-140, rate 0-30 40%"
_TALKED = f"convene 24-120, propose 1-60, {_AGREED}, {_DONE}"
MEDIATED: tuple[Plot, ...] = (
    plot("both agree", 10, _E.SOLVED, f"{_BEGUN}, convene 24-160, propose 1-60, {_AGREED}, {_DONE}"),
    plot(
        "the shop agrees first",
        6,
        _E.SOLVED,
        f"{_BEGUN}, convene 24-120, convene 48-160 40%, propose 1-60, assent 1-40, consent 2-70, {_DONE}",
    ),
    plot(
        "the second proposal",
        4,
        _E.SOLVED,
        f"{_BEGUN}, convene 24-99, propose 1-60, balk 2-40, convene 24-99, propose 1-40, {_AGREED}, {_DONE}",
    ),
    plot(
        "agreed, never confirmed",
        3,
        _E.HALF_DONE,
        f"{_BEGUN}, convene 24-160, propose 1-60, {_AGREED}, perform 6-90",
    ),
    plot("agreed, not kept", 1, _E.BROKEN, f"{_BEGUN}, convene 24-160, propose 1-60, {_AGREED}"),
    plot(
        "no agreement",
        6,
        _E.HANDED_OVER,
        f"{_BEGUN}, convene 24-160, propose 1-60, object 2-50, convene 48-160 70%, disagree 24-90",
    ),
    plot(
        "the shop will not pay",
        3,
        _E.HANDED_OVER,
        f"{_BEGUN}, convene 24-160, propose 1-60, consent 2-40, balk 2-50, disagree 24-120",
    ),
    plot(
        "entrusted",
        7,
        _E.SOLVED,
        f"{_KNOWN}, entrust 20-60, report_agreed 120-400, propose 2-40, {_AGREED}, {_DONE}",
    ),
    plot(
        "entrusted in vain",
        3,
        _E.HANDED_OVER,
        f"{_KNOWN}, entrust 20-60, report_not_agreed 150-400, convene 24-90 60%, disagree 24-90",
    ),
    plot("the officer is kept", 3, _E.SOLVED, f"{_BEGUN}, challenge 4-40, keep 30-120, {_TALKED}"),
    plot("another officer", 3, _E.SOLVED, f"{_BEGUN}, challenge 4-40, replace 30-120, {_TALKED}"),
    plot("related to the shop", 1, _E.SOLVED, f"take 2-20, step_aside 1-20, admit 12-60, {_TALKED}"),
    plot("made up at last", 1, _E.WITHDRAWN, f"{_BEGUN}, convene 24-120, made_up 48-200"),
    plot("time was up", 1, _E.HANDED_OVER, f"{_BEGUN}, convene 100-300"),
    plot("decided too late", 1, _E.HANDED_OVER, "take 100-160, admit 200-330, convene 24-99, disagree 40-99"),
)
ABSENT: tuple[Plot, ...] = (
    plot("nobody came", 5, _E.SILENT, f"{_BEGUN}, no_show 160-400"),
    plot("nobody came to agree", 2, _E.SILENT, f"{_BEGUN}, convene 40-160 30%, propose 2-60, consent 2-40"),
)
REFUSED = plot("not accepted", 6, _E.HANDED_OVER, "take 2-40 85%, identify 1-20 30%, reject 10-110")
TESTED = plot(
    "tested",
    5,
    _E.SOLVED,
    f"{_BEGUN}, convene 24-100, test 24-90, result 160-420, propose 4-60, {_AGREED}, {_DONE}",
)
OFFICIAL_PLOTS = (*MEDIATED, *ABSENT, REFUSED, TESTED)


def official_plot_for(rng: Random, character: Character, trade: str, *, staffed: bool) -> Plot:
    """A plot as it goes with a shop of this character; staffed: somebody would come."""
    fitting = [REFUSED, *(MEDIATED if staffed else ABSENT)]
    if staffed and trade in TESTABLE:
        fitting.append(TESTED)
    if staffed and character is Character.BAD:
        fitting.append(ABSENT[0])
    return rng.choices(fitting, [each.weight for each in fitting])[0]
