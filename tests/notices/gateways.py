"""Gateways as one meets them: one that keeps what it gets, and ones that lie, refuse, fail and hang."""

from collections.abc import Callable
from dataclasses import dataclass, field

from portal.core.channels import ChannelFailed, Message


@dataclass
class Recorder:
    """Keeps every message that it was handed."""

    messages: list[Message] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.messages]

    def send(self, message: Message) -> None:
        self.messages.append(message)


@dataclass
class Liar(Recorder):
    """Takes the message and says that it has not, until it has been asked `lies` times."""

    lies: int = 1

    def send(self, message: Message) -> None:
        super().send(message)
        if len(self.messages) <= self.lies:
            raise ChannelFailed("the gateway says no")


@dataclass
class Sieve(Recorder):
    """Fails as it was told to for messages to some addresses, and takes the others."""

    failure: Callable[[], Exception] = lambda: ChannelFailed("busy")
    addresses: frozenset[str] = frozenset()
    tried: list[str] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.tried.append(message.address)
        if message.address in self.addresses:
            raise self.failure()
        super().send(message)


def english(_locale: str, message: str, /, **values: object) -> str:
    """A translator for tests that need no catalogue."""
    return message % values if values else message
