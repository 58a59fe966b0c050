"""How a message leaves the portal: one interface, a mail server, and the wall of the demo that shows all."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parseaddr
from threading import Timer
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.orm import Base, BigId, UtcDateTime

PATIENCE = 10.0  # seconds for each single answer of a mail server
AT_MOST = 25.0  # seconds for one mail as a whole, however busily the server drips
TLS_PORT = 465  # where the connection is encrypted from its first byte


class ChannelFailed(Exception):
    """The message did not leave; it may be tried again. Says why without naming anybody."""


class ChannelDown(ChannelFailed):
    """The channel itself does not answer, so what waits behind this message need not be tried now."""


class ChannelRefused(ChannelFailed):
    """This message will never be taken, such as one to an address that does not exist."""


@dataclass(frozen=True)
class Message:
    """key: the same for every try of the same message; address: a phone or an e-mail address.

    at: when what it tells happened, where that is not now (the demo's year); only the wall shows it.
    """

    key: str
    address: str
    subject: str
    text: str
    at: datetime | None = None


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over; raises ChannelFailed. Must come to an end by itself."""


class DemoMessage(Base):
    """A message of the demo, as it would have been sent."""

    __tablename__ = "demo_messages"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(10))
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    address: Mapped[str] = mapped_column(sa.String(120), index=True)
    subject: Mapped[str] = mapped_column(sa.String(200), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class DemoWall:
    """Keeps each message for /demo/messages; the same key twice is one message."""

    name: str
    engine: Callable[[], sa.Engine]

    def send(self, message: Message) -> None:
        engine = self.engine()
        dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
        once = dialect.insert(DemoMessage).on_conflict_do_nothing(index_elements=[DemoMessage.key])
        row = {
            "channel": self.name,
            "key": message.key,
            "address": message.address,
            "subject": message.subject,
            "text": message.text,
            "at": message.at or now(),
        }
        with engine.begin() as connection:
            connection.execute(once, row)


@dataclass(frozen=True)
class MailServer:
    """Sends over SMTP; the message's key is its Message-ID, so that a repeat can be recognised."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    sender: str

    def send(self, message: Message) -> None:
        mail = self._mail(message)
        try:
            server = self._connected()
            try:
                server.send_message(mail)
            finally:
                server.part()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = sorted({code for code, _ in refused.recipients.values()})
            kind = ChannelRefused if codes[0] >= 500 else ChannelFailed
            raise kind(f"the mail server refuses the address: {codes[0]}") from None
        except smtplib.SMTPDataError as answer:
            raise ChannelFailed(f"the mail server refuses the mail: {answer.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as failed:
            code = getattr(failed, "smtp_code", "")
            raise ChannelDown(f"the mail server takes nothing: {type(failed).__name__} {code}") from None

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        try:
            mail["From"], mail["To"], mail["Subject"] = self.sender, message.address, message.subject
        except ValueError:  # such as a line end in an address
            raise ChannelRefused("this cannot be the head of a mail") from None
        mail["Message-ID"] = f"<{message.key}@{self._domain()}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail

    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2] or "hejie"

    def _connected(self) -> "_Bounded":
        """A server that has greeted us and let us in."""
        from_the_start = self.starttls and self.port == TLS_PORT
        kind = _BoundedTls if from_the_start else _Bounded
        server = kind(self.host, self.port, self._domain(), timeout=PATIENCE)
        try:
            if self.starttls and not from_the_start:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class _Bounded(smtplib.SMTP):
    """Hung up on after AT_MOST: a server that drips a byte now and then would outlast every other timeout."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._timer = Timer(AT_MOST, self._hang_up)
        self._timer.daemon = True
        self._timer.start()
        try:
            super().__init__(*args, **options)
        except BaseException:
            self.close()
            raise

    def part(self) -> None:
        """Say goodbye; how the server takes it changes nothing about the mail it has."""
        with suppress(OSError, smtplib.SMTPException):
            self.quit()
        self.close()

    def close(self) -> None:
        self._timer.cancel()
        super().close()

    def _hang_up(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _BoundedTls(_Bounded, smtplib.SMTP_SSL):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, context=ssl.create_default_context(), **options)


def channels_from(settings: Mapping[str, Any], engine: Callable[[], sa.Engine]) -> dict[str, Channel]:
    """The channels this portal has, by name: `sms` and `email`.

    Outside the demo there is no `sms` until a gateway is configured: the portal never pretends to have sent.
    """
    channels: dict[str, Channel] = {}
    if settings["DEMO"]:
        channels = {"sms": DemoWall("sms", engine), "email": DemoWall("email", engine)}
    if settings["SMTP_HOST"]:
        channels["email"] = MailServer(
            settings["SMTP_HOST"],
            settings["SMTP_PORT"],
            settings["SMTP_USER"],
            settings["SMTP_PASSWORD"],
            settings["SMTP_STARTTLS"],
            settings["MAIL_FROM"],
        )
    return channels
