"""The channels themselves: a real mail server, ones that behave badly, and the wall of the demo."""

import socket
import time
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy.orm import Session

from portal.config import SETTINGS
from portal.core import channels
from portal.core.channels import (
    Channel,
    ChannelDown,
    ChannelFailed,
    ChannelRefused,
    DemoMessage,
    DemoWall,
    MailServer,
    Message,
    channels_from,
)
from tests.notices.servers import Answer, bad_server, busy, dripping, in_a_hurry, silent
from tests.world import BEGINNING, Mailbox

MAIL = Message(
    key="n1-2-1003-email",
    address="carol@example.com",
    subject="纠纷（尾号5104）有新进展",
    text="商家给您留言了。\n\n查看和答复请登录：\nhttps://hejie.example.cn/disputes/12345678905104\n",
)


def server_at(port: int, **changes: Any) -> MailServer:
    plain = MailServer("127.0.0.1", port, "", "", starttls=False, sender="一键和解 <hejie@bureau.example.cn>")
    return replace(plain, **changes)


# A mail server as it should be


def test_a_mail_arrives_as_it_was_written_and_its_key_is_its_message_id(smtp_server: Mailbox):
    server_at(smtp_server.port).send(MAIL)
    [mail] = smtp_server.messages
    assert mail["Subject"] == MAIL.subject
    assert mail["From"] == "一键和解 <hejie@bureau.example.cn>"
    assert mail["To"] == "carol@example.com"
    assert mail["Message-ID"] == "<n1-2-1003-email@bureau.example.cn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


def test_the_password_is_shown_to_a_server_that_asks(smtp_server: Mailbox):
    asked: list[tuple[bytes, bytes]] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
        asked.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    port = free_port()
    controller = Controller(
        Mailbox("127.0.0.1", port), "127.0.0.1", port, authenticator=check, auth_require_tls=False
    )
    controller.start()
    try:
        server_at(port, user="hejie", password="right").send(MAIL)
        with pytest.raises(ChannelDown, match=r"SMTPAuthenticationError 535$"):
            server_at(port, user="hejie", password="wrong").send(MAIL)
    finally:
        controller.stop()
    assert set(asked) == {(b"hejie", b"right"), (b"hejie", b"wrong")}


def test_no_mail_goes_unencrypted_where_encryption_is_asked_for(smtp_server: Mailbox):
    with pytest.raises(ChannelDown, match="SMTPNotSupportedError"):
        server_at(smtp_server.port, starttls=True).send(MAIL)
    assert smtp_server.messages == []


@pytest.mark.parametrize(
    ("code", "kind"), [("550 no such mailbox", ChannelRefused), ("451 try later", ChannelFailed)]
)
def test_an_address_that_is_not_there_is_refused_for_ever_and_a_full_one_for_now(
    code: str, kind: type[ChannelFailed]
):
    class Picky(Mailbox):
        async def handle_RCPT(self, _server: Any, _session: Any, _envelope: Any, *_: Any) -> str:
            return code

    port = free_port()
    controller = Controller(Picky("127.0.0.1", port), "127.0.0.1", port)
    controller.start()
    try:
        with pytest.raises(ChannelFailed) as failed:
            server_at(port).send(MAIL)
    finally:
        controller.stop()
    assert type(failed.value) is kind
    assert str(failed.value) == f"the mail server refuses the address: {code[:3]}"


def test_a_mail_that_a_server_does_not_like_is_that_mails_trouble_alone():
    class Dainty(Mailbox):
        async def handle_DATA(self, *_: Any) -> str:
            return "554 looks like spam"

    port = free_port()
    controller = Controller(Dainty("127.0.0.1", port), "127.0.0.1", port)
    controller.start()
    try:
        with pytest.raises(ChannelFailed, match=r"^the mail server refuses the mail: 554$") as failed:
            server_at(port).send(MAIL)
    finally:
        controller.stop()
    assert type(failed.value) is ChannelFailed


def test_what_cannot_be_the_head_of_a_mail_is_refused_before_anybody_is_asked():
    poisoned = replace(MAIL, address="carol@example.com\nBcc: everybody@example.com")
    with pytest.raises(ChannelRefused):
        server_at(1).send(poisoned)


# Mail servers as they are


@pytest.mark.parametrize("answer", [silent, dripping, busy])
def test_a_server_that_hangs_drips_or_is_busy_is_given_up_in_time(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(channels, "PATIENCE", 0.3)
    monkeypatch.setattr(channels, "AT_MOST", 0.6)
    with bad_server(answer) as port:
        begun = time.monotonic()
        with pytest.raises(ChannelDown):
            server_at(port).send(MAIL)
        assert time.monotonic() - begun < 5  # forty times what was promised, for a machine that is busy


def test_a_server_that_is_not_there_is_down():
    with pytest.raises(ChannelDown, match="ConnectionRefusedError"):
        server_at(free_port()).send(MAIL)


def test_a_mail_that_was_taken_is_sent_however_the_server_says_goodbye():
    with bad_server(in_a_hurry) as port:
        server_at(port).send(MAIL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# The demo's wall, and which channels a portal has


def test_the_wall_shows_a_message_once_however_often_it_is_sent(db_session: Session):
    engine = db_session.get_bind()
    assert isinstance(engine, sa.Engine)
    wall = DemoWall("email", lambda: engine)
    wall.send(replace(MAIL, at=BEGINNING))
    wall.send(replace(MAIL, at=BEGINNING))
    [shown] = db_session.scalars(sa.select(DemoMessage))
    assert (shown.channel, shown.key, shown.address) == ("email", MAIL.key, MAIL.address)
    assert (shown.subject, shown.text, shown.at) == (MAIL.subject, MAIL.text, BEGINNING)


def channels_of(**changes: Any) -> dict[str, type[Channel]]:
    settings = {setting.name: setting.default for setting in SETTINGS} | changes
    found = channels_from(settings, lambda: sa.create_engine("sqlite://"))
    return {name: type(channel) for name, channel in found.items()}


def test_outside_the_demo_a_portal_has_only_the_channels_it_was_given():
    assert channels_of() == {}
    assert channels_of(SMTP_HOST="mail.example.cn") == {"email": MailServer}
    assert channels_of(DEMO=True) == {"sms": DemoWall, "email": DemoWall}
    assert channels_of(DEMO=True, SMTP_HOST="mail.example.cn") == {"sms": DemoWall, "email": MailServer}
