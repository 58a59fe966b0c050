"""The town and its officer, signed in."""

import pytest
from sqlalchemy.orm import Session

from tests.makers import Town, make_town, sign_in
from tests.nag import NaggingClient


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def grace(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, town.grace)
    return client
