"""The way in: whole requests only, as many as there is room for, and the rest are told at once."""

import threading
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.web import turnstile
from portal.web.turnstile import BUSY_PAGE, Turnstile


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))]


def ask(application: Turnstile, body: bytes = b"", stream: Any = None) -> tuple[str, bytes]:
    environ = EnvironBuilder(method="POST", data=body).get_environ()
    if stream:
        environ["wsgi.input"] = stream
    answer, status, _ = run_wsgi_app(application, environ, buffered=True)
    return status, b"".join(answer)


def test_a_body_arrives_as_it_was_sent_small_or_large() -> None:
    gate = Turnstile(echo, at_work=1, waiting=0, largest=10_000_000)
    for body in (b"", b"short", b"x" * 3_000_000):
        assert ask(gate, body) == ("200 OK", body)


def test_a_body_too_large_is_left_to_the_application() -> None:
    source = BytesIO(b"0123456789A")
    seen = []

    def refuse(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append((environ["wsgi.input"], source.tell()))
        start_response("413 Request Entity Too Large", [])
        return []

    status, _ = ask(Turnstile(refuse, at_work=1, waiting=0, largest=10), b"0123456789A", source)
    assert (status, seen) == ("413 Request Entity Too Large", [(source, 0)])


def test_a_slow_sender_takes_no_room_until_it_has_sent_everything() -> None:
    gate = Turnstile(echo, at_work=1, waiting=0, largest=100)
    sending, go_on = threading.Event(), threading.Event()
    answers: list[tuple[str, bytes]] = []

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            sending.set()
            go_on.wait(10)
            return super().read(size)

    sender = threading.Thread(target=lambda: answers.append(ask(gate, b"slow", Slow(b"slow"))))
    sender.start()
    assert sending.wait(10)
    assert [ask(gate, b"quick") for _ in range(3)] == [("200 OK", b"quick")] * 3
    go_on.set()
    sender.join()
    assert answers == [("200 OK", b"slow")]


def test_without_room_some_wait_and_the_rest_are_told_at_once() -> None:
    working, go_on = threading.Event(), threading.Event()

    def work(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        working.set()
        go_on.wait(10)
        return echo(environ, start_response)

    gate = Turnstile(work, at_work=1, waiting=1, largest=100)
    answers: list[tuple[str, bytes]] = []
    first = threading.Thread(target=lambda: answers.append(ask(gate, b"first")))
    second = threading.Thread(target=lambda: answers.append(ask(gate, b"second")))
    first.start()
    assert working.wait(10)
    second.start()
    while gate._queue._value:
        threading.Event().wait(0.001)
    assert ask(gate, b"third") == ("503 Service Unavailable", BUSY_PAGE)
    go_on.set()
    first.join()
    second.join()
    assert sorted(answers) == [("200 OK", b"first"), ("200 OK", b"second")]
    assert ask(gate, b"fourth") == ("200 OK", b"fourth")


def test_room_is_given_back_when_the_application_fails_or_waiting_took_too_long(monkeypatch: Any) -> None:
    def fail(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise RuntimeError

    failing = Turnstile(fail, at_work=1, waiting=0, largest=100)
    for _ in range(3):
        try:
            ask(failing)
        except RuntimeError:
            continue
        raise AssertionError("the failure was hidden")

    monkeypatch.setattr(turnstile, "PATIENCE", 0.01)
    full = Turnstile(echo, at_work=0, waiting=2, largest=100)
    assert [ask(full)[0] for _ in range(5)] == ["503 Service Unavailable"] * 5
