"""What the people of a journey do with their thumbs; each step is what somebody sees and taps."""

import re
from datetime import timedelta
from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from portal.core.channels import DemoMessage
from portal.core.clock import now, today
from tests.browser import LiveServer


def photo(name: str, colour: str) -> dict[str, object]:
    """A photo as a phone's camera makes it, with the place it was taken at."""
    picture, exif = Image.new("RGB", (1600, 1200), colour), Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def tap(page: Page, name: str, *, exact: bool = False) -> None:
    """Press the button that bears these words."""
    page.get_by_role("button", name=name, exact=exact).first.click()


def choose(page: Page, act: str) -> Locator:
    """Choose an act of the panel by its words; gives what opens there."""
    page.locator("a.act", has_text=re.compile(f"^{act}$")).click()
    opened = page.locator("div.act", has=page.get_by_role("heading", name=act, exact=True))
    expect(opened).to_be_visible()
    return opened


def code_for(server: LiveServer, phone: str) -> str:
    """The newest code that was sent to a phone."""
    with server.session() as session:
        sent = session.query(DemoMessage).filter_by(address=phone).order_by(DemoMessage.id.desc())
        found = [re.search(r"\b(\d{6})\b", message.text) for message in sent]
    return next(match.group(1) for match in found if match)


def sign_in(page: Page, server: LiveServer, username: str, password: str) -> None:
    """Come in with name and password, as shopkeepers and officers do."""
    page.goto(f"{server.url}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    tap(page, "登录", exact=True)
    page.wait_for_url(re.compile(r"/(disputes|merchant|bureau)"))


def days_ago(days: int) -> str:
    """As the city counts its days, which are eight hours ahead of the machine's."""
    return (today(now(), "Asia/Shanghai") - timedelta(days=days)).isoformat()


def days_ahead(days: int) -> str:
    return days_ago(-days)


def sees(page: Page, *texts: str) -> None:
    """These words stand on the page, each at least once where a person can see it."""
    for text in texts:
        expect(page.get_by_text(text).locator("visible=true").first).to_be_visible()
