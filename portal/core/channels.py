"""How a message leaves the portal: one interface, a mail server, and the demo's wall where all can be read."""

import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.clock import now
from portal.core.orm import Base, BigId, UtcDateTime

PATIENCE = 10.0  # seconds for a mail server to answer


class ChannelFailed(Exception):
    """The message did not leave; it may be tried again."""


@dataclass(frozen=True)
class Message:
    """key: the same for every try of the same message; address: a phone or an e-mail address."""

    key: str
    address: str
    subject: str
    text: str


class Channel(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over; raises ChannelFailed."""


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
        with Session(self.engine()) as session, session.begin():
            if session.scalar(sa.select(DemoMessage.id).where(DemoMessage.key == message.key)) is None:
                session.add(
                    DemoMessage(
                        channel=self.name,
                        key=message.key,
                        address=message.address,
                        subject=message.subject,
                        text=message.text,
                        at=now(),
                    )
                )


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
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.address, message.subject
        mail["Message-ID"] = f"<{message.key}@hejie>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=PATIENCE) as server:
                if self.starttls:
                    server.starttls()
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as failed:
            raise ChannelFailed(type(failed).__name__) from failed


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
