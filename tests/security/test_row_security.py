"""PostgreSQL's own second line behind the officers' scope (trust.md S10); SQLite has no row security."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.disputes.models import Dispute
from portal.extensions import db
from tests import people
from tests.makers import file, make_city, make_merchant, make_store, make_town

pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("database_url", ["postgres"], indirect=True)]


@pytest.fixture
def two_cities(db_session: Session) -> Session:
    """A dispute in the tests' city and one in Ningbo, read as a role that is not above the rows' policies."""
    town = make_town(db_session)
    file(db_session, town.store, town.alice)
    ningbo = make_merchant(db_session, make_city(db_session, "330200"))
    file(db_session, make_store(db_session, ningbo), town.alice)
    db_session.commit()
    db_session.execute(sa.text("DROP ROLE IF EXISTS hejie_plain"))
    db_session.execute(sa.text("CREATE ROLE hejie_plain"))
    db_session.execute(sa.text("GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO hejie_plain"))
    db_session.execute(sa.text("SET LOCAL ROLE hejie_plain"))
    return db_session


@pytest.mark.parametrize(
    ("region", "seen"),
    [
        ("", 2),
        ("330000", 2),
        ("330100", 1),
        (people.DISTRICT, 1),
        ("330200", 1),
        ("330203", 1),
        ("440100", 0),
    ],
)
def test_a_transaction_for_a_region_sees_its_subtree_alone(two_cities: Session, region: str, seen: int):
    two_cities.execute(sa.text("SELECT set_config('hejie.region', :region, true)"), {"region": region})
    assert two_cities.scalar(sa.select(sa.func.count()).select_from(Dispute)) == seen


def test_no_row_of_another_region_can_be_written(two_cities: Session):
    two_cities.execute(sa.text("SELECT set_config('hejie.region', '330200', true)"))
    changed = two_cities.execute(sa.update(Dispute).values(goods="x"))
    assert changed.rowcount == 1  # type: ignore[attr-defined]


def test_the_transactions_of_an_officers_request_are_scoped(app: Flask):
    with app.app_context():
        db.session.info["region"] = people.DISTRICT
        assert db.session.scalar(sa.text("SELECT current_setting('hejie.region')")) == people.DISTRICT
        db.session.commit()
        assert db.session.scalar(sa.text("SELECT current_setting('hejie.region')")) == people.DISTRICT
