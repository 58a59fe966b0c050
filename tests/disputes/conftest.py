"""The people of a town, each with a browser: signed in the first time they are asked for."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core.channels import DemoMessage
from tests.disputes.visits import Visitors
from tests.makers import Town, make_town
from tests.nag import NaggingClient


@pytest.fixture
def town(db_session: Session) -> Town:
    made = make_town(db_session)
    db_session.commit()
    return made


@pytest.fixture
def code(db_session: Session) -> Callable[[str], str]:
    """The newest code that was sent to a phone."""

    def read(phone: str) -> str:
        db_session.commit()
        sent = sa.select(DemoMessage.text).where(DemoMessage.address == phone).order_by(DemoMessage.id)
        return re.findall(r"[0-9]{6}", db_session.scalars(sent).all()[-1])[0]

    return read


@pytest.fixture
def visitors(
    app: Flask, town: Town, new_client: Callable[[], NaggingClient], code: Callable[[str], str]
) -> Visitors:
    return Visitors(town, new_client, code)
