"""The town that every journey happens in."""

import pytest

from tests.browser import sessions_on
from tests.makers import Town, make_town


@pytest.fixture
def town(database_url: str) -> Town:
    """The town with its five people, there for good: the portal that is served finds it."""
    with sessions_on(database_url) as session:
        made = make_town(session)
        session.commit()
        session.refresh(made.store)
        session.expunge_all()
    return made
