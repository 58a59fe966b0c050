"""A worker like `hejie worker`, whose gateway writes down what it gets and whose clock runs sixty-fold.

python -m tests.worker.recording_worker DATABASE_URL INSTANCE RECORD BEGUN
"""

import os
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from portal.app import create_app
from portal.cli.run import stop_signal
from portal.cli.worker import work, write_log
from portal.core import clock
from portal.core.channels import Message
from tests.conftest import settings
from tests.world import BEGINNING

FASTER = 60
SLOW = 0.01  # seconds that the gateway takes before and after it has the message


@dataclass(frozen=True)
class Notebook:
    """One line for each message that was handed over: who sent it, and its key."""

    path: Path

    def send(self, message: Message) -> None:
        time.sleep(SLOW)
        with self.path.open("a") as lines:
            lines.write(f"{os.getpid()} {message.key}\n")
        time.sleep(SLOW)


def main(database_url: str, instance: str, record: str, begun: str) -> None:
    write_log()
    stop = stop_signal()
    app = create_app(settings(database_url, Path(instance)))
    app.extensions["channels"] = {"sms": Notebook(Path(record))}
    clock.now = lambda: BEGINNING + FASTER * timedelta(seconds=time.time() - float(begun))
    work(app, stop)


if __name__ == "__main__":
    main(*sys.argv[1:])
