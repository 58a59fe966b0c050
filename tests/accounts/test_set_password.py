"""`hejie set-password` lets somebody in again who has forgotten the password, and everybody else out."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import SignedInSession
from tests.makers import PASSWORD, make_town
from tests.nag import NaggingClient

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def set_password(database_url: str, instance: Path, db_session: Session) -> Run:
    settings = {
        "HEJIE_DATABASE_URL": database_url,
        "HEJIE_INSTANCE": str(instance),
        "HEJIE_SECRET_KEY": "a secret of the tests, long enough to be taken",
    }

    def run(username: str) -> subprocess.CompletedProcess[str]:
        db_session.commit()
        command = [sys.executable, "-m", "portal.cli", "set-password", username]
        return subprocess.run(
            command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
        )

    return run


def test_the_new_password_opens_and_the_old_sessions_end(
    set_password: Run, client: NaggingClient, db_session: Session
) -> None:
    make_town(db_session)
    client.submit(client.get("/sign-in"), "/sign-in", username="bob", password=PASSWORD)
    done = set_password(" BOB ")
    assert done.returncode == 0
    assert db_session.scalars(sa.select(SignedInSession)).all() == []
    made = done.stdout.partition("BOB : ")[2].partition(" ")[0]
    answers = [
        client.submit(client.get("/sign-in"), "/sign-in", username="bob", password=password).status_code
        for password in (PASSWORD, made)
    ]
    assert answers == [422, 303]


def test_a_name_that_nobody_has_is_said(set_password: Run) -> None:
    done = set_password("nobody")
    assert (done.returncode, done.stderr) == (1, "Error: Nobody has the user name nobody.\n")
