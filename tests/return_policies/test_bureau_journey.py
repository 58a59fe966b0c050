"""Grace drafts from a ready standard, publishes and changes it: on a phone, with and without scripts."""

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from portal.accounts.models import SignedInSession
from portal.accounts.sessions import PERSON, session_id
from portal.core.clock import now
from portal.core.refs import new_token
from tests.browser import LiveServer, Phone, barriers
from tests.makers import make_officer, make_town
from tests.people import CITY


def officer_s_cookie(session: Session) -> str:
    """The cookie of an officer of the city who has just signed in."""
    make_town(session)
    person, token, moment = make_officer(session, CITY), new_token(256), now()
    data = {PERSON: str(person.id), "_fresh": True}
    session.add(
        SignedInSession(
            id=session_id(token), person_id=person.id, data=data, created_at=moment, seen_at=moment
        )
    )
    session.commit()
    return token


def look(page: Page, seen: list[str]) -> None:
    """What is wrong with the page for people who see, hear or move differently, or hold a narrow phone."""
    seen.extend(barriers(page))
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    if page.evaluate(width) > 0:
        seen.append(f"{page.url} is wider than the phone")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_standard_is_drafted_published_and_changed(
    live_server: LiveServer, phone: Phone, scripts: bool
) -> None:
    with live_server.session() as session:
        token = officer_s_cookie(session)
    page, wrong = phone(java_script_enabled=scripts), []
    page.context.add_cookies([{"name": "hejie", "value": token, "url": live_server.url}])
    check = look if scripts else (lambda *_: None)
    page.goto(f"{live_server.url}/bureau/standards")
    check(page, wrong)
    page.get_by_role("link", name="起草新标准").click()
    check(page, wrong)
    page.get_by_role("link", name="服装鞋帽退换货标准").click()
    check(page, wrong)
    page.get_by_role("button", name="开始起草").click()
    page.get_by_role("heading", name="第 1 条 质量问题退货").wait_for()
    check(page, wrong)
    page.get_by_label("质量问题可退（天）").fill("三天")
    page.get_by_role("button", name="保存并预览").click()
    page.get_by_role("link", name="请填写 0 到 3650 之间的整数。").wait_for()
    assert page.get_by_label("质量问题可退（天）").input_value() == "三天"
    check(page, wrong)
    page.get_by_label("质量问题可退（天）").fill("7")
    page.get_by_role("button", name="保存并预览").click()
    page.get_by_role("heading", name="消费者看到的样子").wait_for()
    check(page, wrong)
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_text("已发布，自").wait_for()
    page.get_by_role("button", name="起草新版本").click()
    page.get_by_label("无理由可退（天）").fill("15")
    page.get_by_role("button", name="保存并预览").click()
    page.get_by_text("对消费者更有利").wait_for()
    check(page, wrong)
    page.goto(f"{live_server.url}/bureau/categories")
    check(page, wrong)
    page.get_by_role("link", name="服装鞋帽").click()
    page.get_by_role("heading", name="添加下级类别").wait_for()
    check(page, wrong)
    assert wrong == []
