"""What consumers of the demo answer when the bureau asks, some weeks later, what became of it."""

from collections.abc import Generator
from datetime import datetime, timedelta

from portal.cli.simulation.acts import Acts
from portal.disputes.actions.follow_up import answer_follow_up
from portal.disputes.workflow import State

ANSWERS = 0.5  # of those who are asked
SAYS_MORE = 0.4
# How often somebody answers yes, partly or no, by how it ended.
ODDS: dict[State, tuple[int, int, int]] = {
    State.CONFIRMED: (88, 10, 2),
    State.UNCONFIRMED: (50, 28, 22),
    State.WITHDRAWN: (45, 25, 30),
    State.TERMINATED: (8, 22, 70),
    State.REFUSED: (12, 18, 70),
}
CONTENT = {"yes": (5, 5, 4), "partly": (4, 3, 3), "no": (3, 2, 1)}
WORDS = {
    "yes": (
        "钱当天就退回来了，没再出问题，谢谢你们。",
        "东西换好了，用到现在都正常。",
        "店里后来还打电话问过一次，处理得不错。",
    ),
    "partly": (
        "退了一部分，剩下的说下个月，到现在还没动静。",
        "修是修好了，答应补的配件一直没给。",
        "东西是换了，来回的运费还是我自己出的。",
    ),
    "no": (
        "说好的钱一直没到账，打电话过去就说在走流程。",
        "换来的还是坏的，再去找就推给厂家。",
        "店里态度很硬，后来我也没精力再跑了，问题没有解决。",
    ),
}
SOONEST, LONGEST = timedelta(minutes=20), timedelta(days=4)  # from the text message to the answer


def answer_when_asked(acts: Acts, at: datetime) -> Generator[datetime, None, None]:
    """Wait through what time brings about until the bureau asks; then half of the consumers answer.

    Yields as the courses do: at each instant at which something falls due, and when the answer is given.
    """
    dispute, rng = acts.dispute, acts.rng
    while not dispute.follow_up and dispute.next_due_at is not None:
        at = max(at, dispute.next_due_at)
        yield at
        acts.catch_up(at)
    if dispute.follow_up != "asked" or rng.random() > ANSWERS:
        return
    at = at + SOONEST + rng.random() * LONGEST
    yield at
    if dispute.state not in ODDS:
        return
    kept = rng.choices(("yes", "partly", "no"), ODDS[State(dispute.state)])[0]
    note = rng.choice(WORDS[kept]) if rng.random() < SAYS_MORE else ""
    content = rng.choice(CONTENT[kept])
    answer_follow_up(acts.session, dispute, acts.consumer, kept=kept, content=content, note=note, now=at)
