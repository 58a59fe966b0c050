"""The moved clock: courses act in the order of time, and the worker's work is done between their acts."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.recount import recount
from portal.disputes.deadlines import catch_up, due
from portal.disputes.workflow import Fact
from portal.notices.dispatch import TOGETHER, dispatch, merchant_notified
from portal.notices.models import Delivery, Notice

Course = Iterator[datetime]
LENGTH = timedelta(days=365)
ROUND = timedelta(hours=12)  # the longest that the simulated worker rests
COMMIT_EVERY = 100  # acts
DELIVERY = timedelta(minutes=2)  # from a complaint to the text message on the owner's phone


def day_in_year(rng: Random, until: datetime) -> datetime:
    """An instant of the year before `until`; three times as many lie at its end as at its beginning."""
    grown = ((1 + 8 * rng.random()) ** 0.5 - 1) / 2
    return until - LENGTH * (1 - grown)


def play_year(
    session: Session, courses: list[Course], until: datetime, filed: Callable[[], object] = lambda: None
) -> None:
    """Play courses side by side up to `until`; what would come later is left to the people of the portal.

    Each course yields when it acts next, first when its complaint is filed; `filed` is called after that.
    The worker comes two minutes after each complaint, so that the shop's reply clock starts as it would, and
    every twelve hours. Many acts are committed together. At the end the board is counted.
    """
    acts = [(next(course), number, True, course) for number, course in enumerate(courses)]
    heapq.heapify(acts)
    round_at, done = until, 0
    while acts and acts[0][0] <= until:
        at, number, is_first, course = heapq.heappop(acts)
        if at >= round_at:
            work(session, round_at)
            round_at = at + ROUND
        later = next(course, None)
        if later is not None:
            heapq.heappush(acts, (later, number, False, course))
        round_at = min(round_at, at + (DELIVERY if is_first else ROUND))
        if is_first:
            filed()
        done += 1
        if done % COMMIT_EVERY == 0:
            session.commit()
    work(session, until)
    work(session, until)  # tells of what the first round brought about
    session.commit()
    while recount(session, until):
        session.commit()


def work(session: Session, at: datetime) -> None:
    """What the worker does in one round, with every message delivered at once."""
    while overdue := due(session, at):
        for dispute_id in overdue:
            catch_up(session, dispute_id, at)
    while dispatch(session, at, most=TOGETHER) == TOGETHER:
        pass
    deliver(session, at)


def deliver(session: Session, at: datetime) -> None:
    """Mark every message that is due as delivered; a complaint that reached the shop starts its clock."""
    waiting = Delivery.sent_at.is_(None), Delivery.dead_at.is_(None), Delivery.due_at <= at
    complaints = (
        sa.select(Notice.dispute_id)
        .distinct()
        .join(Delivery, Delivery.notice_id == Notice.id)
        .where(*waiting, Notice.fact == Fact.COMPLAINT_FILED)
        .order_by(Notice.dispute_id)
    )
    reached = session.scalars(complaints).all()
    marked = sa.update(Delivery).where(*waiting).values(sent_at=at, tries=1)
    session.execute(marked, execution_options={"synchronize_session": False})
    for dispute_id in reached:
        merchant_notified(session, dispute_id, at)
