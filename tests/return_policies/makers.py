"""Makes standards and pledges by the portal's own actions; the town of tests/makers.py must be there.

standard = make_standard(db_session)                        # Grace's, clothing, published, holds today
make_standard(db_session, CITYWIDE, terms={"no_reason_days": 15})   # the city's; what is not said: TERMS
second = make_version(db_session, standard, {"refund_within_days": 1}, now=later)   # its next version
pledge = make_pledge(db_session, standard)                  # Bob's store pledges the newest version
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.merchants.models import Store
from portal.regions.models import City
from portal.return_policies.actions.pledges import pledge
from portal.return_policies.actions.standards import (
    Content,
    change_draft,
    draft_standard,
    draft_version,
    publish,
)
from portal.return_policies.models import Pledge, Standard, StandardVersion
from tests import people
from tests.world import BEGINNING

CITYWIDE = replace(people.GRACE, region=people.CITY)  # Grace, were her post the city's
TERMS: Mapping[str, Any] = {
    "quality_return_days": 7,
    "no_reason_days": 7,
    "no_reason_condition": "unused",
    "no_reason_proof": "receipt",
    "no_reason_excluded": ["underwear"],
    "quality_exchange_days": 15,
    "repair_days": 90,
    "quality_transport": "merchant",
    "testing": "merchant_first",
    "refund_within_days": 7,
    "restocking_percent": 5,
}


def make_standard(
    session: Session,
    officer: Viewer = people.GRACE,
    *,
    terms: Mapping[str, Any] | None = None,
    category: str = "clothing",
    title_zh: str = "服装鞋帽退换货标准",
    title_en: str = "Returns of clothing and shoes",
    published: bool = True,
    valid_from: date | None = None,
    now: datetime = BEGINNING,
) -> Standard:
    """A standard of the officer's region in the tests' city, with one version; `terms` go before TERMS."""
    city = session.get_one(City, people.CITY)
    content = Content({**TERMS, **(terms or {})}, basis_zh="《消费者权益保护法》", basis_en="The law")
    draft = draft_standard(
        session, officer, city, content, category=category, title_zh=title_zh, title_en=title_en, now=now
    )
    if published:
        publish(session, draft, officer, valid_from=valid_from or today(now, city.zone), now=now)
    session.flush()
    return draft.standard


def make_version(
    session: Session,
    standard: Standard,
    terms: Mapping[str, Any],
    officer: Viewer = people.GRACE,
    *,
    published: bool = True,
    valid_from: date | None = None,
    now: datetime = BEGINNING,
) -> StandardVersion:
    """The next version of a standard: as the one before, but for `terms`; holds a day later than `now`."""
    draft = draft_version(session, standard, officer, now=now)
    change_draft(session, draft, officer, Content({**draft.terms, **terms}), now=now)
    if published:
        city = session.get_one(City, standard.city_code)
        first = valid_from or date.fromordinal(today(now, city.zone).toordinal() + 1)
        publish(session, draft, officer, valid_from=first, now=now)
    session.flush()
    return draft


def newest(session: Session, standard: Standard) -> StandardVersion:
    """The newest published version of a standard."""
    session.refresh(standard, ["versions"])
    return [version for version in standard.versions if version.published_at is not None][-1]


def make_pledge(
    session: Session,
    standard: Standard | None = None,
    owner: Viewer = people.BOB,
    *,
    store: Store | None = None,
    version: StandardVersion | None = None,
    now: datetime = BEGINNING,
    **better: Any,
) -> Pledge:
    """The pledge of one store (Bob's) on a standard's newest version, better where `better` says so."""
    adopted = version or newest(session, standard or make_standard(session, now=now))
    place = store.id if store is not None else people.STORE_ID
    return pledge(session, adopted, owner, store_ids=[place], better=better, now=now)[0]
