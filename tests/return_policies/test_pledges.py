"""What a store pledges: never less than its standard, kept as long as it was said, never taken back."""

import pytest
from sqlalchemy.orm import Session

from tests.makers import Town, make_town
from tests.return_policies.makers import make_pledge, make_standard, make_version


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def test_a_pledge_says_what_its_version_says(db_session: Session, town: Town) -> None:
    standard = make_standard(db_session)
    row = make_pledge(db_session, standard, refund_within_days=3)
    assert row.terms == standard.versions[0].terms | {"refund_within_days": 3}
    make_version(db_session, standard, {"no_reason_days": 9})
