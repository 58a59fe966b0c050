"""What becomes of a dispute that the shop does not settle: silence, refusal, the end of the mediation."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.core.channels import DemoMessage
from portal.disputes.models import Dispute, DisputeEvent
from tests.browser import Phone, barriers
from tests.journeys.people import choose, sees, tap
from tests.journeys.time_travel import MovedPortal
from tests.makers import PASSWORD, Town

pytestmark = pytest.mark.journey
PHONE = "13812345678"


def test_the_silent_shop_ends_up_at_the_bureau_and_pays_after_all(
    moved_portal: MovedPortal, town: Town, phone: Phone
) -> None:
    alice, bob, grace = phone(), phone(), phone()
    ref = complains(alice, moved_portal, town.store.code)
    moved_portal.pass_time(hours=96, minutes=1)
    comes_back(alice, moved_portal, ref)
    sees(alice, "已转市场监管局")
    gives_the_identity(alice)
    # A Saturday, the 28th: the sixth working day after it is Monday the 7th, the seventh is the last one.
    moved_portal.pass_time(days=9)
    opens_at_the_desk(grace, moved_portal, ref)
    sees(grace, "还剩 1 个工作日")
    grace.get_by_role("link", name=re.compile("双门冰箱")).first.click()
    done(choose_act(grace, "受理，开始调解"))
    sees(grace, "调解中")
    proposes(grace, moved_portal)
    for page, name in ((alice, ""), (bob, "bob")):
        comes_back(page, moved_portal, ref, name)
        tap(page, "同意：退还货款 ¥6,000")
    sees(bob, "已经谈妥")
    done(choose_act(bob, "已办妥"))
    comes_back(alice, moved_portal, ref)
    tap(alice, "是的，问题解决了")
    sees(alice, "您已确认，问题解决了。")
    assert barriers(alice) == []
    assert happened(moved_portal) == [
        "complaint_filed", "merchant_notified", "merchant_fell_silent", "escalated", "identity_given",
        "mediation_accepted", "proposal_made", "proposal_accepted", "proposal_accepted", "dispute_mediated",
        "performance_claimed", "performance_confirmed",
    ]  # fmt: skip


def test_who_is_refused_reads_the_ground_and_what_is_left(
    moved_portal: MovedPortal, town: Town, phone: Phone
) -> None:
    alice, grace = phone(), phone()
    ref = complains(alice, moved_portal, town.store.code)
    moved_portal.pass_time(hours=96, minutes=1)
    moved_portal.pass_time(days=2)
    opens_at_the_desk(grace, moved_portal, ref)
    grace.get_by_role("link", name=re.compile("双门冰箱")).first.click()
    refusal = choose_act(grace, "不予受理")
    done(refusal)  # without a ground it comes back, and what was typed stays
    refusal = grace.locator("div.act", has=grace.get_by_role("heading", name="不予受理", exact=True))
    refusal.get_by_label("未提供规定的材料，或材料不真实").check()
    refusal.locator("textarea").fill("请补交购物小票后重新提交。")
    done(refusal)
    sees(grace, "市场监管局未受理")
    comes_back(alice, moved_portal, ref)
    sees(
        alice, "未提供规定的材料，或材料不真实", "请补交购物小票后重新提交。",
        "您仍可以申请仲裁或向法院提起诉讼（《消费者权益保护法》第三十九条）。",
    )  # fmt: skip
    paper = alice.request.get(f"{moved_portal.url}/disputes/{ref}/papers/non-acceptance.pdf")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    assert barriers(alice) == []
    assert happened(moved_portal)[-1] == "complaint_refused"


def test_where_the_mediation_ends_both_sides_read_the_ways_that_are_left(
    moved_portal: MovedPortal, town: Town, phone: Phone
) -> None:
    alice, bob, grace = phone(), phone(), phone()
    ref = complains(alice, moved_portal, town.store.code)
    moved_portal.pass_time(hours=96, minutes=1)
    moved_portal.pass_time(days=4)
    opens_at_the_desk(grace, moved_portal, ref)
    grace.get_by_role("link", name=re.compile("双门冰箱")).first.click()
    done(choose_act(grace, "受理，开始调解"))
    moved_portal.pass_time(days=20)
    opens_at_the_desk(grace, moved_portal, ref)
    grace.get_by_role("link", name=re.compile("双门冰箱")).first.click()
    minutes = choose_act(grace, "记录一次调解")
    minutes.get_by_role("radio").first.check()
    minutes.locator("textarea").fill("双方到场。消费者要求全额退款，商家只同意维修。")
    done(minutes)
    expect(grace.locator("#thread")).to_contain_text("商家只同意维修")
    ending = choose_act(grace, "终止调解")
    ending.get_by_label("一方明确表示无法达成调解协议").check()
    done(ending)
    for page, name in ((alice, ""), (bob, "bob")):
        comes_back(page, moved_portal, ref, name)
        sees(page, "调解终止", "一方明确表示无法达成调解协议")
        paper = page.request.get(f"{moved_portal.url}/disputes/{ref}/papers/termination.pdf")
        assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    sees(alice, "您仍可以申请仲裁或向法院提起诉讼（《消费者权益保护法》第三十九条）。")
    assert happened(moved_portal)[-3:] == ["mediation_accepted", "session_held", "mediation_terminated"]


def complains(page: Page, server: MovedPortal, store: str) -> str:
    """From the code on the door to the reference; handed over by itself if the shop stays silent."""
    page.goto(f"{server.url}/disputes/new?store={store}")
    page.get_by_label("不给修、不给换、不给退").check()
    page.get_by_label("发生了什么").fill("冰箱用了三天就不制冷，商家说离柜概不负责。")
    page.get_by_label("买了什么").fill("双门冰箱")
    page.get_by_label("什么时候买的").fill((server.clock.now - timedelta(days=3)).date().isoformat())
    page.get_by_label("实付多少").fill("8000")
    page.get_by_label("退还货款").check()
    tap(page, "下一步：核对并提交")
    page.wait_for_url(re.compile("/disputes/drafts/"))
    page.get_by_label("手机号").fill(PHONE)
    page.get_by_label("商家逾期不答复，自动转交市场监管局").check()
    tap(page, "提交", exact=True)
    enters_the_code(page, server)
    page.wait_for_url(re.compile(r"/disputes/\d{14}$"))
    server.pass_time(minutes=2)
    return page.url.rsplit("/", 1)[-1]


def comes_back(page: Page, server: MovedPortal, ref: str, username: str = "") -> None:
    """Open the dispute; who has been away for long signs in again."""
    page.goto(f"{server.url}/disputes/{ref}")
    if "/sign-in" not in page.url:
        return
    if username:
        signs_in(page, server, username)
        page.goto(f"{server.url}/disputes/{ref}")
        return
    page.get_by_label("手机号").fill(PHONE)
    page.get_by_role("button").filter(has_text="验证码").click()
    enters_the_code(page, server)
    page.wait_for_url(re.compile(ref))


def signs_in(page: Page, server: MovedPortal, username: str) -> None:
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    tap(page, "登录", exact=True)
    page.wait_for_url(re.compile("/(disputes|bureau)"))


def enters_the_code(page: Page, server: MovedPortal) -> None:
    page.wait_for_url(re.compile("step=code"))
    with server.session() as session:
        newest = session.query(DemoMessage).filter_by(address=PHONE).order_by(DemoMessage.id.desc())
        codes = [found[1] for message in newest if (found := re.search(r"\b(\d{6})\b", message.text))]
    page.get_by_label("验证码").fill(codes[0])
    tap(page, "下一步")


def opens_at_the_desk(page: Page, server: MovedPortal, ref: str) -> None:
    """The officer comes in, and finds it in the queue by its statutory day."""
    signs_in(page, server, "grace")
    page.goto(f"{server.url}/bureau/disputes")
    expect(page.locator(f'a[href*="{ref}"]').first).to_be_visible()


def gives_the_identity(page: Page) -> None:
    form = page.locator("div.act", has=page.get_by_role("heading", name="填写正式投诉所需信息", exact=True))
    form.get_by_label("姓名").fill("王爱丽")
    form.locator("[name=id_type]").first.check()
    form.get_by_label("证件号码").fill("11010519491231002X")
    form.get_by_label("地址").fill("杭州市上城区中山中路 1 号")
    done(form)
    sees(page, "已向市场监管局提供身份信息")


def proposes(page: Page, server: MovedPortal) -> None:
    form = choose_act(page, "向双方提出调解方案")
    form.get_by_label("退还货款").check()
    form.get_by_label("金额").fill("6000")
    form.locator("[name=perform_by]").fill((server.clock.now + timedelta(days=5)).date().isoformat())
    done(form)


def choose_act(page: Page, name: str):
    """The act, whether it stands open by itself or has to be chosen."""
    opened = page.locator("div.act", has=page.get_by_role("heading", name=name, exact=True))
    return opened if opened.count() else choose(page, name)


def done(form) -> None:
    """Press the button that ends a form, and wait for what comes of it."""
    page = form.page
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        form.get_by_role("button").last.click()
    page.wait_for_load_state()


def happened(server: MovedPortal) -> list[str]:
    with server.session() as session:
        dispute = session.query(Dispute).one()
        events = session.query(DisputeEvent.fact).filter_by(dispute_id=dispute.id).order_by(DisputeEvent.seq)
        return [event.fact for event in events]
