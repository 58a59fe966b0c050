"""What tests of signing in share: an engine for parallel people, and the last text message."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.channels import DemoMessage
from portal.core.sqlite import prepare_sqlite


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """For several sessions at once."""
    made = sa.create_engine(database_url)
    if made.dialect.name == "sqlite":
        prepare_sqlite(made)
    yield made
    made.dispose()


@pytest.fixture
def sent(db_session: Session) -> Callable[[], list[DemoMessage]]:
    """The text messages so far, the last one last."""

    def read() -> list[DemoMessage]:
        db_session.commit()
        return list(db_session.scalars(sa.select(DemoMessage).order_by(DemoMessage.id)))

    return read


@pytest.fixture
def code(sent: Callable[[], list[DemoMessage]]) -> Callable[[], str]:
    """The code of the last text message."""
    return lambda: re.findall(r"[0-9]{6}", sent()[-1].text)[0]
