"""Which stores a member of staff works in, and which claims an officer decides."""

import sqlalchemy as sa

from portal.accounts.viewer import Viewer
from portal.merchants.models import Store
from portal.regions.scope import within


def works_in(viewer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the stores of the merchants this person owns, and those the person is a clerk in."""
    return sa.or_(Store.merchant_id.in_(viewer.owns), Store.id.in_(viewer.clerks_in))


def in_charge_of(officer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the stores of the officer's region; for everybody else none."""
    return within(officer.region, Store.city_code, Store.district_code)
