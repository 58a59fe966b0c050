"""Several people, or workers, at the same instant: each with a connection of its own, as processes have."""

import threading
from collections.abc import Callable, Sequence
from multiprocessing import get_context

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn
from portal.core.sqlite import prepare_sqlite
from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute
from portal.disputes.queries import visible_dispute
from tests.world import BEGINNING

Deed = Callable[[Session], object]


def engine_of(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    return engine


def at_once(url: str, deeds: Sequence[Deed]) -> list[object]:
    """Do all of it at once, each in a transaction of its own; gives what each came to, in order."""
    outcomes: list[object] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def run(n: int, deed: Deed) -> None:
        engine = engine_of(url)
        try:
            engine.connect().close()
            start.wait(timeout=10)
            with Session(engine) as session, session.begin():
                outcomes[n] = deed(session)
        except (MovedOn, StaleDataError) as lost:
            outcomes[n] = type(lost)
        except Exception as failed:
            outcomes[n] = failed
        finally:
            engine.dispose()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def acting(ref: str, viewer: Viewer, act: Callable[[Session, Dispute, Viewer], object]) -> Deed:
    """A deed as the views do it: the dispute is found with its lock, and then acted on."""

    def deed(session: Session) -> str:
        dispute = visible_dispute(session, viewer, ref, to_act=True)
        assert dispute is not None
        act(session, dispute, viewer)
        return "done"

    return deed


def write_in_processes(url: str, ref: str, viewers: Sequence[Viewer], each: int) -> list[int | None]:
    """Each viewer writes messages from a process of its own; gives the exit codes."""
    context = get_context("spawn")
    processes = [
        context.Process(target=write_messages, args=(url, ref, viewer, n, each))
        for n, viewer in enumerate(viewers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
    return [process.exitcode for process in processes]


def write_messages(url: str, ref: str, viewer: Viewer, number: int, each: int) -> None:
    engine = engine_of(url)
    for n in range(each):
        with Session(engine) as session, session.begin():
            dispute = visible_dispute(session, viewer, ref, to_act=True)
            assert dispute is not None
            post_message(session, dispute, viewer, text=f"{number}-{n}", now=BEGINNING)
    engine.dispose()
