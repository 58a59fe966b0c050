"""Workers killed in the middle of their work: nothing is lost, and what is repeated has the same key."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.config import ROOT
from portal.disputes.models import Dispute, DisputeEvent
from portal.notices.models import Delivery
from tests.makers import file, make_town

KILLS = 6
PATIENCE = 60  # seconds
Worker = subprocess.Popen[bytes]


def test_workers_killed_while_they_send_lose_nothing_and_repeat_only_what_they_held(
    db_session: Session, database_url: str, instance: Path, tmp_path: Path
):
    town = make_town(db_session)
    record, begun = tmp_path / "record", time.time()

    def complain(times: int = 1) -> None:
        for _ in range(times):
            file(db_session, town.store, town.alice)
        db_session.commit()

    def start() -> Worker:
        arguments = [database_url, str(instance), str(record), str(begun)]
        command = [sys.executable, "-m", "tests.worker.recording_worker", *arguments]
        with (tmp_path / "log").open("a") as log:
            return subprocess.Popen(command, cwd=ROOT, stderr=log)

    complain(40)
    workers = [start(), start()]
    try:
        for kill in range(KILLS):
            victim = workers[kill % 2]
            until(lambda victim=victim: sent_by(record)[victim.pid] > 0, meanwhile=complain)
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            workers[kill % 2] = start()
        until(lambda: everything_sent(db_session))
    finally:
        codes = [end(worker) for worker in workers]
    assert codes == [0, 0]

    keys = Counter(key for _, key in lines(record))
    disputes = sorted(db_session.scalars(sa.select(Dispute.id)))
    assert set(keys) == {f"n{dispute}-1-{town.bob.id}-sms" for dispute in disputes}
    assert keys.total() - len(disputes) <= KILLS
    started = sa.select(DisputeEvent.dispute_id).where(DisputeEvent.fact == "merchant_notified")
    assert sorted(db_session.scalars(started)) == disputes


def lines(record: Path) -> list[tuple[int, str]]:
    """Who sent which key. A line is cut short where its writer was killed while writing it."""
    found = []
    for line in record.read_text().splitlines() if record.exists() else []:
        pid, _, key = line.partition(" ")
        found.append((int(pid), key))
    return found


def sent_by(record: Path) -> Counter[int]:
    return Counter(pid for pid, _ in lines(record))


def everything_sent(session: Session) -> bool:
    sent = sa.select(sa.func.count()).where(Delivery.sent_at.is_not(None))
    filed = sa.select(sa.func.count()).select_from(Dispute)
    done = session.scalar(sent) == session.scalar(filed)
    session.rollback()  # SQLite: let the workers go on
    return done


def until(true: Callable[[], bool], *, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Wait for something to become true."""
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, "that took too long"
        meanwhile()
        time.sleep(0.05)


def end(worker: Worker) -> int:
    """Ask a worker to end, and give how it did."""
    worker.terminate()
    try:
        return worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        return worker.wait()
