"""What consumers of the demo answer when the bureau asks, some weeks later, what became of it."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from random import Random

from portal.cli.simulation.acts import Acts
from portal.disputes.actions.follow_up import answer_follow_up
from portal.disputes.workflow import State

Awake = Callable[[datetime, str, Random], datetime]  # the instant, or the next morning
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
# What somebody adds where there was a settlement, and where there was none.
AGREED = {
    "yes": (
        "钱当天就退回来了，没再出问题，谢谢你们。",
        "东西弄好了，用到现在都正常。",
        "店里后来还打电话问过一次，处理得不错。",
    ),
    "partly": (
        "退了一部分，剩下的说下个月，到现在还没动静。",
        "大体办了，答应补的一直没给。",
        "事情是办了，来回的路费还是我自己出的。",
    ),
    "no": (
        "说好的一直没兑现，打电话过去就说在走流程。",
        "没用几天又出同样的问题，再去找就推给厂家。",
        "当时点了已解决，后来又不认账了。",
    ),
}
NOT_AGREED = {
    "yes": ("后来自己跟店里谈好了，事情已经过去了。", "店里第二天主动打电话来赔了不是，可以了。"),
    "partly": ("店里后来退了一点，算是各让一步。", "换了个负责人来谈，答应下次给优惠。"),
    "no": ("店里还是不肯退，准备去法院问问。", "没有下文，打电话也不接。", "没精力再跑了，问题没有解决。"),
}
SOONEST, LONGEST = timedelta(minutes=20), timedelta(days=4)  # from the text message to the answer


def answer_when_asked(acts: Acts, at: datetime, awake: Awake) -> Generator[datetime, None, None]:
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
    at = awake(at + SOONEST + rng.random() * LONGEST, acts.zone, rng)
    yield at
    if dispute.state not in ODDS:
        return
    kept = rng.choices(("yes", "partly", "no"), ODDS[State(dispute.state)])[0]
    words = NOT_AGREED if dispute.settled_n is None else AGREED
    note = rng.choice(words[kept]) if rng.random() < SAYS_MORE else ""
    content = rng.choice(CONTENT[kept])
    answer_follow_up(acts.session, dispute, acts.consumer, kept=kept, content=content, note=note, now=at)
