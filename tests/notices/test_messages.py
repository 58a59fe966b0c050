"""What leaves the portal says nothing of what happened in a text message, and nothing private in a mail."""

from flask import Flask

from portal.cli.rounds import say
from portal.disputes.workflow import Fact
from portal.notices.audience import Audience
from portal.notices.messages import News, Writer
from portal.notices.wording import SENTENCES
from tests.world import BEGINNING

URL = "http://127.0.0.1:8000/disputes/12345678905104"


def written(fact: Fact, audience: Audience, channel: str, locale: str, app: Flask) -> tuple[str, str]:
    """Subject and text of one message."""
    city = "Hangzhou" if locale == "en" else "杭州市"
    news = News(fact, audience, BEGINNING, "12345678905104", locale, city)
    with app.app_context():
        message = Writer(say, "http://127.0.0.1:8000")(news, "key", channel, "somewhere")
    return message.subject, message.text


def test_a_text_message_says_only_that_there_is_news(app: Flask):
    said = {written(fact, audience, "sms", "zh_CN", app) for fact, audience in SENTENCES}
    assert said == {
        ("", f"【杭州市一键和解】您收到一件和解申请（尾号5104），请在期限内登录答复：{URL}"),
        ("", f"【杭州市一键和解】您的纠纷（尾号5104）有新进展，请登录查看：{URL}"),
    }


def test_a_mail_says_in_one_sentence_what_happened(app: Flask):
    for fact, audience in SENTENCES:
        with app.app_context():
            sentence = say("zh_CN", SENTENCES[fact, audience])
        assert sentence != SENTENCES[fact, audience]
        subject, text = written(fact, audience, "email", "zh_CN", app)
        assert subject == "纠纷（尾号5104）有新进展"
        assert text == (
            f"{sentence}\n\n查看和答复请登录：\n{URL}\n\n"
            "杭州市一键和解平台。本邮件由系统自动发出，请勿直接回复。"
        )


def test_whoever_reads_english_is_written_to_in_english(app: Flask):
    assert written(Fact.OFFER_MADE, Audience.CONSUMER, "sms", "en", app) == (
        "",
        f"[Hangzhou Hejie] News in your dispute ending in 5104. Please sign in to read it: {URL}",
    )
    subject, text = written(Fact.OFFER_MADE, Audience.CONSUMER, "email", "en", app)
    assert subject == "News in the dispute ending in 5104"
    assert text == (
        f"The shop has made you an offer.\n\nTo read it and to answer, please sign in:\n{URL}\n\n"
        "Hangzhou Hejie. This message was sent by itself; nobody reads answers to it."
    )
