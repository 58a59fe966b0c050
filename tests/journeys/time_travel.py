"""A portal whose days a journey lets pass: served for a browser, its clock and its worker moved by hand."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.cli.rounds import work_once
from tests.browser import sessions_on
from tests.world import Clock


class Quiet(WSGIRequestHandler):
    def log_request(self, *_args: object) -> None:
        """Say nothing: a journey fails by what is on its pages."""


@dataclass(frozen=True)
class MovedPortal:
    """The portal at `url`, where it is as late as the test says."""

    url: str
    app: Flask
    clock: Clock
    session: Callable[[], AbstractContextManager[Session]]

    def pass_time(self, **parts: float) -> None:
        """Let time pass, and the worker come by: `pass_time(hours=96)`."""
        self.clock.advance(**parts)
        while work_once(self.app, self.clock.now):
            pass


@pytest.fixture
def moved_portal(app: Flask, clock: Clock, database_url: str) -> Iterator[MovedPortal]:
    """The test's own portal on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield MovedPortal(f"http://127.0.0.1:{server.port}", app, clock, lambda: sessions_on(database_url))
    server.shutdown()
    thread.join()
