"""An officer's day at a desk: by keys along the queue, on to the next, and a saved reply into the minutes."""

from playwright.sync_api import Page, expect

from portal.accounts.models import OfficerRole
from portal.core.clock import now
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.replies import SavedReply
from tests.browser import LiveServer, Phone, barriers
from tests.journeys.people import sign_in
from tests.makers import PASSWORD, file, make_officer, make_town
from tests.people import ALICE, CITY, DISTRICT, GRACE


def at_desk(phone: Phone, live_server: LiveServer) -> Page:
    """A wide screen, signed in as the supervisor."""
    page = phone(viewport={"width": 1280, "height": 800}, is_mobile=False, has_touch=False)
    sign_in(page, live_server, "chief", PASSWORD)
    return page


def filled_desk(live_server: LiveServer) -> list[str]:
    """Two disputes that wait and one that is mediated, handed over just now; gives their goods."""
    goods, at = ["冰箱", "空调", "电视"], now()
    with live_server.session() as session:
        town = make_town(session)
        make_officer(session, DISTRICT, role=OfficerRole.SUPERVISOR, username="chief", display_name="钱主任")
        for name in goods:
            dispute = file(session, town.store, town.alice, goods=name, now=at)
            escalate(session, dispute, ALICE, now=at)
        accept_for_mediation(session, dispute, GRACE, now=at)
        session.add(SavedReply(city_code=CITY, title="请到场", text="请双方按时到场。", position=1))
        session.commit()
    return goods


def test_the_keys_lead_along_the_queue_and_can_be_turned_off(phone: Phone, live_server: LiveServer) -> None:
    goods = filled_desk(live_server)
    page = at_desk(phone, live_server)
    page.goto(f"{live_server.url}/bureau/disputes?stage=waiting")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("a.dispute-row:focus strong")).to_have_text(goods[0])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(goods[0])
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text(goods[1])
    page.keyboard.press("n")
    expect(page.locator("main")).to_contain_text("已经是最后一件")
    expect(page.locator("[data-keys]")).to_be_visible()
    page.get_by_role("button", name="关闭快捷键").click()
    page.locator("body").click(position={"x": 2, "y": 2})
    page.keyboard.press("j")
    expect(page.locator("a.dispute-row:focus")).to_have_count(0)
    assert barriers(page) == []


def test_a_saved_reply_goes_into_the_minutes_and_typing_is_no_key(
    phone: Phone, live_server: LiveServer
) -> None:
    filled_desk(live_server)
    page = at_desk(phone, live_server)
    page.goto(f"{live_server.url}/bureau/disputes?stage=mediating")
    page.locator("a.dispute-row").click()
    page.get_by_role("link", name="记录一次调解").click()
    page.get_by_role("link", name="请到场").click()
    minutes = page.locator("#session-minutes")
    expect(minutes).to_have_value("请双方按时到场。")
    minutes.press("Control+End")
    page.keyboard.type("jnk")
    expect(page.locator("h1")).to_have_text("电视")
    expect(minutes).to_have_value("请双方按时到场。jnk")
    assert barriers(page) == []
