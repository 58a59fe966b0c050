"""When the database takes no writes: readable pages go on, acts say "busy", nothing answers 500 (R1, R2)."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.makers import PASSWORD, Town, file, make_town, sign_in
from tests.nag import NaggingClient
from tests.world import Clock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def locked(database_url: str, app: Flask) -> Iterator[sqlite3.Connection]:
    """A second program that holds SQLite's write lock and does not let go."""
    other = sqlite3.connect(Path(database_url.removeprefix("sqlite:///")), isolation_level=None)
    yield other
    other.rollback()
    other.close()


def test_pages_are_read_while_nobody_can_write(
    client: NaggingClient, db_session: Session, town: Town, locked: sqlite3.Connection, clock: Clock
):
    pages = [f"/disputes/{file(db_session, town.store, town.alice).ref}", f"/stores/{town.store.code}"]
    sign_in(client, db_session, town.alice)
    clock.advance(minutes=2)  # so that the session wants to note that it was seen
    db_session.commit()
    locked.execute("begin immediate")
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_an_act_says_busy_within_twelve_seconds_and_is_done_afterwards(
    client: NaggingClient, db_session: Session, town: Town, locked: sqlite3.Connection
):
    dispute = file(db_session, town.store, town.alice)
    sign_in(client, db_session, town.alice)
    page = client.get(f"/disputes/{dispute.ref}?act=message")
    locked.execute("begin immediate")
    begin = time.monotonic()
    refused = client.submit(page, "/messages", text="请问有结果了吗？")
    assert time.monotonic() - begin < 12
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    locked.rollback()
    assert client.submit(page, "/messages", text="请问有结果了吗？").status_code == 303


def test_a_page_whose_session_cannot_be_kept_is_shown_all_the_same(
    client: NaggingClient, db_session: Session, town: Town, locked: sqlite3.Connection
):
    db_session.commit()
    locked.execute("begin immediate")
    page = client.get("/sign-in")
    assert page.status_code == 200
    # The token of a session that was not kept is no token; the page says to load it anew.
    assert client.submit(page, "/sign-in", username="bob", password=PASSWORD).status_code == 400
