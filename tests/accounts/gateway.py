"""An SMS gateway for the tests: keeps what it gets, or is down."""

import re

from portal.core.channels import ChannelFailed, Message


class Gateway:
    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.down = False

    def send(self, message: Message) -> None:
        if self.down:
            raise ChannelFailed("the gateway is down")
        self.sent.append(message)

    @property
    def code(self) -> str:
        """The code of the last message."""
        return re.findall(r"[0-9]{6}", self.sent[-1].text)[0]


def other_than(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 10**6:06d}"
