"""The world around the portal: a clock that the test moves, and a mail server that keeps what it gets."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

BEGINNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 10 o'clock in Shanghai


class Clock:
    """The present moment, as the portal sees it."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Let time pass: `clock.advance(hours=96)`."""
        self.now += by or timedelta(**parts)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that the test moves; it stands at BEGINNING."""
    clock = Clock()

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return clock.now.astimezone(tz)

        combine = staticmethod(datetime.combine)  # what is made of parts stays an ordinary datetime

    monkeypatch.setattr("portal.core.clock.datetime", Stopped)
    return clock


class Mailbox:
    """A real SMTP server's collected mail."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


@pytest.fixture
def smtp_server() -> Iterator[Mailbox]:
    """A mail server on a free port of this machine."""
    with socket.socket() as probe:  # aiosmtpd cannot pick one by itself
        probe.bind(("127.0.0.1", 0))
        host, port = probe.getsockname()
    mailbox = Mailbox(host, port)
    controller = Controller(mailbox, hostname=host, port=port)
    controller.start()
    yield mailbox
    controller.stop()
