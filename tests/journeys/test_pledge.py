"""The refrigerator again, now settled with one tap, because the shop had pledged."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.core.clock import now
from portal.disputes.models import Dispute, DisputeEvent
from tests.browser import LiveServer, Phone, barriers
from tests.journeys.people import code_for, days_ago, sees, sign_in, tap
from tests.makers import PASSWORD, Town
from tests.return_policies.makers import make_pledge, make_standard

pytestmark = pytest.mark.journey
PHONE = "13812345678"


@pytest.fixture
def pledged(live_server: LiveServer, town: Town) -> Town:
    """The town, whose shop has pledged a standard a month ago."""
    with live_server.session() as session:
        a_month_ago = now() - timedelta(days=30)
        terms = {"no_reason_excluded": [], "refund_within_days": 3}
        standard = make_standard(session, category="appliances", terms=terms, now=a_month_ago)
        make_pledge(session, standard, now=a_month_ago)
        session.commit()
    return town


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_pledge_settles_the_refrigerator_with_one_tap(
    live_server: LiveServer, pledged: Town, phone: Phone, script: bool
) -> None:
    alice, bob = phone(java_script_enabled=script), phone(java_script_enabled=script)
    ref = complains(alice, live_server, pledged.store.code)
    sign_in(bob, live_server, "bob", PASSWORD)
    sees(bob, "按承诺：退还货款 ¥8,000")
    if script:
        assert barriers(bob) == []
    tap(bob, "同意，立即和解")
    bob.wait_for_url(re.compile(ref))
    sees(bob, "提交时已接受按承诺处理")
    alice.reload()
    sees(alice, "已经谈妥，接下来由商家履行。", "符合承诺")
    alice.locator(f'a[href="/disputes/{ref}/settlement"]').first.click()
    sees(alice, "退还货款", "¥8,000")
    with live_server.session() as session:
        dispute = session.scalars(select(Dispute)).one()
        events = select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id)
        facts = [
            fact for fact in session.scalars(events.order_by(DisputeEvent.seq)) if "notified" not in fact
        ]
    assert facts == ["complaint_filed", "offer_made", "offer_accepted"]


def complains(page: Page, server: LiveServer, store: str) -> str:
    """Sees what she is entitled to before she files, and accepts it."""
    page.goto(f"{server.url}/disputes/new?store={store}")
    page.get_by_label("质量有问题").check()
    page.get_by_label("发生了什么").fill("冰箱用了三天就不制冷，商家说离柜概不负责。")
    page.get_by_label("买了什么").fill("双门冰箱")
    page.get_by_label("什么时候买的").fill(days_ago(3))
    page.get_by_label("实付多少").fill("8000")
    page.get_by_label("买的是哪类商品").select_option("large_appliances")
    page.get_by_label("使用过").check()
    page.get_by_label("退还货款").check()
    tap(page, "下一步：核对并提交")
    page.wait_for_url(re.compile("/disputes/drafts/"))
    answer = page.locator("#answer")
    expect(answer).to_contain_text("退货")
    expect(answer).to_contain_text("第 1 条")
    expect(answer).to_contain_text("期限 7 天")
    expect(answer).to_contain_text("第 3 天")
    page.get_by_label("我接受按承诺处理").check()
    page.get_by_label("手机号").fill(PHONE)
    tap(page, "提交", exact=True)
    page.wait_for_url(re.compile("/sign-in/phone"))
    page.get_by_label("验证码").fill(code_for(server, PHONE))
    tap(page, "下一步")
    page.wait_for_url(re.compile(r"/disputes/\d{14}$"))
    sees(page, "消费者有权要求")
    return page.url.rsplit("/", 1)[-1]
