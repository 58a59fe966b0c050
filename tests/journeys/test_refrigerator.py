"""The story that must work: a refrigerator for 8,000 yuan, from the code on the door to the public board."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.board.models import BoardCell
from portal.disputes.models import Dispute, DisputeEvent, Evidence
from portal.notices.models import Notice
from tests.browser import LiveServer, Phone, barriers
from tests.journeys.people import choose, code_for, days_ago, days_ahead, photo, sees, sign_in, tap
from tests.makers import PASSWORD, Town

pytestmark = pytest.mark.journey
PHONE = "13812345678"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_shopper_and_a_shop_settle_over_a_refrigerator(
    live_server: LiveServer, town: Town, phone: Phone, script: bool
) -> None:
    alice, bob = phone(java_script_enabled=script), phone(java_script_enabled=script)
    ref = complains(alice, live_server, town.store.code)
    sees(alice, "轮到商家答复")

    sign_in(bob, live_server, "bob", PASSWORD)
    offers_a_repair(bob, ref)
    wants_the_refund(alice, live_server, ref)
    offers_the_refund(bob, live_server, ref)
    accepts(alice, live_server, ref)
    marks_it_paid(bob, live_server, ref)
    confirms(alice, live_server, ref)

    is_counted(alice, live_server)
    left_a_trace_of_every_step(live_server, ref)


def complains(page: Page, server: LiveServer, store: str) -> str:
    """From the code on the door to the reference: story, two photos, a refund, the phone's code."""
    page.goto(f"{server.url}/stores/{store}")
    sees(page, "杭州冰川电器有限公司")
    page.locator('a[href^="/disputes/new"]').locator("visible=true").first.click()
    page.get_by_label("不给修、不给换、不给退").check()
    page.get_by_label("发生了什么").fill("冰箱用了三天就不制冷，商家说离柜概不负责。")
    page.get_by_label("买了什么").fill("双门冰箱")
    page.get_by_label("什么时候买的").fill(days_ago(3))
    page.get_by_label("实付多少").fill("8000")
    page.get_by_label("退还货款").check()
    page.locator('input[type="file"][name="photos"]').first.set_input_files(
        [photo("fridge.jpg", "navy"), photo("receipt.jpg", "linen")]
    )
    tap(page, "下一步：核对并提交")
    page.wait_for_url(re.compile("/disputes/drafts/"))
    expect(page.locator(".thumbs img")).to_have_count(2)
    page.get_by_label("手机号").fill(PHONE)
    tap(page, "提交", exact=True)
    page.wait_for_url(re.compile("/sign-in/phone"))
    page.get_by_label("验证码").fill(code_for(server, PHONE))
    tap(page, "下一步")
    page.wait_for_url(re.compile(r"/disputes/\d{14}$"))
    return page.url.rsplit("/", 1)[-1]


def offers_a_repair(page: Page, ref: str) -> None:
    """The owner finds it first in the inbox, sees what was bought and what is asked, and offers a repair."""
    page.goto(page.url)
    page.locator(f'a[href="/disputes/{ref}"]').click()
    sees(page, "双门冰箱", "¥8,000", "王*", "138****5678")
    assert PHONE not in page.content()
    offer = choose(page, "提出方案")
    offer.get_by_label("修理").check()
    offer.get_by_label("说明").fill("周四上门修，压缩机换新的。")
    offer.get_by_role("button", name="发出方案").click()
    sees(page, "我的方案", "修理")


def wants_the_refund(page: Page, server: LiveServer, ref: str) -> None:
    page.goto(f"{server.url}/disputes/{ref}")
    sees(page, "商家的方案", "周四上门修，压缩机换新的。")
    decline = choose(page, "不同意")
    decline.get_by_label("说明").fill("才用三天，我要退款。")
    decline.get_by_role("button", name="不同意这个方案").click()
    sees(page, "不同意方案", "才用三天，我要退款。")


def offers_the_refund(page: Page, server: LiveServer, ref: str) -> None:
    page.goto(f"{server.url}/disputes/{ref}")
    sees(page, "才用三天，我要退款。")
    offer = choose(page, "提出方案")
    offer.get_by_label("退还货款").check()
    offer.get_by_label("金额").fill("8000")
    offer.get_by_label("办妥日期").fill(days_ahead(3))
    offer.get_by_role("button", name="发出方案").click()
    sees(page, "我的方案", "¥8,000")


def accepts(page: Page, server: LiveServer, ref: str) -> None:
    """One tap; and both the page and the PDF of the settlement are there."""
    page.goto(f"{server.url}/disputes/{ref}")
    tap(page, "同意：退还货款 ¥8,000")
    sees(page, "已经谈妥，接下来由商家履行。")
    page.locator(f'a[href="/disputes/{ref}/settlement"]').first.click()
    sees(page, "杭州冰川电器有限公司", "退还货款", "¥8,000")
    paper = page.request.get(f"{server.url}/disputes/{ref}/settlement.pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")


def marks_it_paid(page: Page, server: LiveServer, ref: str) -> None:
    page.goto(f"{server.url}/disputes/{ref}")
    page.get_by_label("办理情况").fill("已通过微信退款。")
    page.locator('.acts input[type="file"]').first.set_input_files([photo("transfer.jpg", "green")])
    page.get_by_role("button", name="已办妥").click()
    sees(page, "您已标记办妥，等待顾客确认。")


def confirms(page: Page, server: LiveServer, ref: str) -> None:
    page.goto(f"{server.url}/disputes/{ref}")
    sees(page, "商家说已经办妥。请您确认，或者说明哪里还没办好。")
    tap(page, "是的，问题解决了")
    sees(page, "您已确认，问题解决了。")


def is_counted(page: Page, server: LiveServer) -> None:
    """The worker counts within seconds; the board shows the one confirmed dispute."""
    for _ in range(40):
        with server.session() as session:
            if sum(session.scalars(select(BoardCell.a))) == 1:
                break
        page.wait_for_timeout(250)
    page.goto(f"{server.url}/board")
    sees(page, "和解公示榜")
    with server.session() as session:
        assert list(session.scalars(select(BoardCell.a))) == [1]


def left_a_trace_of_every_step(server: LiveServer, ref: str) -> None:
    with server.session() as session:
        dispute = session.scalars(select(Dispute).where(Dispute.ref == ref)).one()
        events = select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id)
        told = select(Notice.fact, Notice.person_id).where(Notice.dispute_id == dispute.id)
        facts = list(session.scalars(events.order_by(DisputeEvent.seq)))
        notices = {tuple(row) for row in session.execute(told)}
        photos = select(Evidence.seq).where(Evidence.dispute_id == dispute.id).order_by(Evidence.seq)
        carried = list(session.scalars(photos))
        alice, bob = dispute.consumer_id, 1002
    assert [fact for fact in facts if fact != "merchant_notified"] == [
        "complaint_filed",
        "offer_made",
        "offer_declined",
        "offer_made",
        "offer_accepted",
        "performance_claimed",
        "performance_confirmed",
    ]
    assert facts.count("merchant_notified") == 1
    assert len(carried) == 3
    assert {
        ("complaint_filed", bob),
        ("offer_made", alice),
        ("offer_declined", bob),
        ("offer_accepted", bob),
        ("performance_claimed", alice),
        ("performance_confirmed", bob),
    } <= notices


def test_the_pages_of_the_story_bar_nobody(live_server: LiveServer, town: Town, page: Page) -> None:
    ref = complains(page, live_server, town.store.code)
    filing = f"/disputes/new?store={town.store.code}"
    for address in ("/disputes", f"/disputes/{ref}", filing, "/disputes/new"):
        page.goto(f"{live_server.url}{address}")
        assert barriers(page) == []
