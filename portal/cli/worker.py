"""`hejie worker`: records what time brings about, sends the notices, keeps the board, until it is stopped."""

import logging
import threading
from datetime import datetime, timedelta

import click
from flask import Flask

IDLE = 1.0  # seconds between looks where there was nothing to do
LONGEST_PAUSE = 60.0  # seconds, however often a round has failed
TIDY_EVERY = timedelta(hours=1)

log = logging.getLogger("portal.worker")


@click.command()
def worker() -> None:
    """Record what time brings about, send the notices, keep the board; until stopped."""
    from portal.app import create_app
    from portal.cli.run import stop_signal

    write_log()
    stop = stop_signal()
    app = create_app()
    log.info("the worker is there")
    work(app, stop)
    log.info("the worker has ended")


def work(app: Flask, stop: threading.Event) -> None:
    """Round after round: at once where there was work, after a second where not, later where one failed."""
    from portal.cli.rounds import plain, tidy, work_once
    from portal.core.clock import now

    failed, tidied = 0, None
    while not stop.is_set():
        at = now()
        try:
            pause = 0.0 if work_once(app, at) else IDLE
            if is_time_to_tidy(tidied, at):
                tidy(app, at)
                tidied = at
            failed = 0
        except Exception as trouble:
            failed += 1
            pause = min(2.0 ** min(failed, 10), LONGEST_PAUSE)
            log.error("%s; next in %.0f s", plain(trouble), pause)  # noqa: TRY400 - one line, no rows
        stop.wait(pause)


def is_time_to_tidy(last: datetime | None, at: datetime) -> bool:
    return last is None or not timedelta(0) <= at - last < TIDY_EVERY


class OneLine(logging.Formatter):
    """One line an entry, without phones, codes, addresses and tokens (trust.md S32)."""

    def format(self, record: logging.LogRecord) -> str:
        from portal.core.masking import scrub_log

        return scrub_log(super().format(record)).replace("\n", " | ")


def write_log() -> None:
    """What the portal has to say goes to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("portal")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
