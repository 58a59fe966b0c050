"""Who drafts and publishes which standards, and who pledges for which stores."""

import sqlalchemy as sa

from portal.accounts.viewer import Viewer
from portal.merchants.models import Store
from portal.regions.scope import within
from portal.return_policies.models import Standard


def publishes(officer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the standards of the officer's own region and those below it; for everybody else none."""
    own = (officer.region or "").removesuffix("00").removesuffix("00")  # a city's officer: not its province's
    return sa.and_(
        within(officer.region, Standard.city_code, Standard.region_code),
        Standard.region_code.startswith(own),
    )


def edits_goods(officer: Viewer, city_code: str) -> bool:
    """Whether an officer edits a city's tree of goods: those of the city, and of the province above it."""
    return officer.region is not None and officer.region in (city_code, f"{city_code[:2]}0000")


def pledges_for(owner: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the open stores of the merchants this person owns; clerks and suspended stores pledge nothing."""
    return sa.and_(Store.merchant_id.in_(owner.owns), Store.closed_at.is_(None), Store.suspended_at.is_(None))
