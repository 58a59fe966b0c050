"""A real Chromium, held like a phone, and the portal as it is really served."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from sqlalchemy.orm import Session

from portal.__main__ import find_chromium, has_library
from portal.cli.run import end, start, wait_until_up
from portal.core.sqlite import prepare_sqlite

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias></fontconfig>"""
Phone = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What holds a phone is a journey; journeys come last, since they take longest to say what is wrong."""
    journeys = [item for item in items if "phone" in getattr(item, "fixturenames", ())]
    for journey in journeys:
        journey.add_marker(pytest.mark.journey)
    items[:] = [item for item in items if item not in journeys] + journeys


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for the whole run; no Chromium ends the run, for a journey is never skipped."""
    program = find_chromium()
    if program is None or not has_library("libatomic.so.1"):
        pytest.exit("No Chromium for the journeys: install chromium and libatomic1, or set CHROMIUM.", 3)
    with sync_playwright() as playwright:
        opened = launch(playwright, program, tmp_path_factory.mktemp("fonts"))
        yield opened
        opened.close()


def launch(playwright: Playwright, program: str, folder: Path) -> Browser:
    """Chinese is drawn with the type that came as a wheel, so a screenshot never shows boxes."""
    type_package = find_spec("pylopdf_fonts_zh_cn")
    assert type_package is not None
    assert type_package.submodule_search_locations
    settings = folder / "fonts.conf"
    fonts = type_package.submodule_search_locations[0]
    settings.write_text(FONTS.format(fonts=fonts, cache=folder / "cache"))
    environment = {**os.environ, "FONTCONFIG_FILE": str(settings)}
    return playwright.chromium.launch(executable_path=program, args=FLAGS, env=environment, timeout=60_000)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Phone]:
    """Makes phones: `phone()`, `phone(java_script_enabled=False)`; each with its own cookies, one a person.

    A script's error, a blocked inline script, an answer of 500 or a request to elsewhere fails the test.
    """
    complaints: list[str] = []
    contexts = []

    def open_phone(**options: Any) -> Page:
        context = browser.new_context(**{**PHONE, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        context.on("page", lambda opened: listen(opened, complaints))
        return page

    yield open_phone
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(phone: Phone) -> Page:
    """One phone."""
    return phone()


def listen(page: Page, complaints: list[str]) -> None:
    """Write down what a person would not see and we must."""
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on(
        "console",
        lambda line: (
            complaints.append(f"console: {line.text}")
            if line.type == "error"
            and "Failed to load resource" not in line.text  # a 404 or 422 may be meant
            else None
        ),
    )
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))
            else complaints.append(f"asks elsewhere: {asked.url}")
        ),
    )


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with a page for people who see, hear or move differently; [] is right."""
    page.evaluate(AXE.read_text())  # through the debugger, so the page's own CSP stays in force
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("(rules) => axe.run({runOnly: rules}).then((result) => result.violations)", rules)
    return [
        f"{violation['id']}: {violation['help']} — {node['html'][:120]}"
        for violation in found
        for node in violation["nodes"]
    ]


@dataclass(frozen=True)
class LiveServer:
    """The portal as `hejie serve` and `hejie worker` run it."""

    url: str
    database_url: str
    settings: dict[str, str]

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on the same database, for what a journey needs to find; commit what you make."""
        with sessions_on(self.database_url) as session:
            yield session


@contextmanager
def sessions_on(database_url: str) -> Iterator[Session]:
    """A session on a database that a portal is serving."""
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@pytest.fixture
def live_server(database_url: str, instance: Path) -> Iterator[LiveServer]:
    """Web and worker in processes of their own, on a free port and the test's own database, with demo on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    settings = {name: value for name, value in os.environ.items() if not name.startswith("HEJIE_")} | {
        "HEJIE_DATABASE_URL": database_url,
        "HEJIE_INSTANCE": str(instance),
        "HEJIE_SECRET_KEY": "a secret of the tests, long enough to be taken",
        "HEJIE_PUBLIC_URL": url,
        "HEJIE_PORT": str(port),
        "HEJIE_WORKERS": "1",
        "HEJIE_DEMO": "1",
    }
    children = {verb: start(verb, settings) for verb in ("serve", "worker")}
    try:
        wait_until_up(url, children)
        yield LiveServer(url, database_url, settings)
    finally:
        end(children)
