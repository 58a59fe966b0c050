"""The way in: a request is worked on once it has arrived whole, and only as many at a time as have room.

The server gives each request a thread as soon as its head is there. Without this, as many slow senders of a
body as there are threads would stop the portal, and under a flood everybody would wait instead of some.
"""

import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from werkzeug.wsgi import ClosingIterator

from portal.core.turns import Room

IN_MEMORY = 1024 * 1024  # bytes of a body; a photo goes to the disk
PIECE = 64 * 1024
PATIENCE = 4.0  # seconds to wait for room before the answer is 503 (with a writer's wait within 12 s, R1)

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BUSY_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>请稍候再试</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>现在人有点多</h1><p>请过十秒钟再试一次，刚才填写的内容不会提交两次。</p>
<p lang="en">Many people are here right now. Please try again in ten seconds.</p></main></body></html>
""".encode()
BUSY_HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Length", str(len(BUSY_PAGE))),
    ("Retry-After", "10"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]


class Turnstile:
    """A WSGI application before another one.

    at_work: requests worked on at a time; waiting: requests that may wait for that, more get 503 at once;
    largest: bytes of a body that is read ahead, a larger one is left to the application's own refusal.
    """

    def __init__(self, inside: WsgiApp, *, at_work: int, waiting: int, largest: int) -> None:
        self._inside, self._largest = inside, largest
        self._room = Room(at_work)
        self._queue = threading.Semaphore(at_work + waiting)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = self._whole_body(environ)
        if not self._enter():
            body.close()
            start_response("503 Service Unavailable", BUSY_HEADERS)
            return [BUSY_PAGE]

        def leave() -> None:
            self._room.leave()
            self._queue.release()
            body.close()

        try:
            return ClosingIterator(self._inside(environ, start_response), leave)
        except BaseException:
            leave()
            raise

    def _whole_body(self, environ: dict[str, Any]) -> IO[bytes]:
        """Read the body to its end, into memory or onto the disk; one that is too large stays where it is."""
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or not 0 < int(length) <= self._largest:
            return BytesIO()
        body = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed when the answer is
        source, missing = environ["wsgi.input"], int(length)
        while missing and (piece := source.read(min(PIECE, missing))):
            body.write(piece)
            missing -= len(piece)
        body.seek(0)
        environ["wsgi.input"] = body
        return body

    def _enter(self) -> bool:
        if not self._queue.acquire(blocking=False):
            return False
        if self._room.enter(PATIENCE):
            return True
        self._queue.release()
        return False
