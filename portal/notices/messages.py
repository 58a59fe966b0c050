"""The messages that leave the portal, put together from news about a dispute."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from portal.core.channels import Message
from portal.disputes.workflow import Fact
from portal.notices import wording
from portal.notices.audience import Audience, Way


class Say(Protocol):
    """Puts a sentence into a language: say("en", msgid, name=value)."""

    def __call__(self, locale: str, message: str, /, **values: object) -> str: ...


class News(NamedTuple):
    """What happened, to whom it is told, and in which language; `city` is the city's name in it."""

    fact: str
    audience: str
    at: datetime
    ref: str
    locale: str
    city: str


@dataclass(frozen=True)
class Writer:
    """Writes the message of a delivery. Nothing that anybody wrote, asked for or is called is in it.

    public_url: the address people know the portal by. An SMS lies open on a lock screen, maybe of a stranger
    who has the number now, and says nothing of what happened either (trust.md 40, S32).
    """

    say: Say
    public_url: str

    def __call__(self, news: News, key: str, channel: str, address: str) -> Message:
        about = {
            "city": news.city,
            "tail": news.ref[-4:],
            "url": f"{self.public_url.rstrip('/')}/disputes/{news.ref}",
        }
        if channel == Way.SMS:
            new = news.fact == Fact.COMPLAINT_FILED
            sms = wording.SMS_OF_A_COMPLAINT if new else wording.SMS
            return Message(key, address, "", self.say(news.locale, sms, **about), news.at)
        sentence = wording.SENTENCES[Fact(news.fact), Audience(news.audience)]
        subject = self.say(news.locale, wording.SUBJECT, **about)
        text = self.say(news.locale, wording.MAIL, sentence=self.say(news.locale, sentence), **about)
        return Message(key, address, subject, text, news.at)
