"""Standards: drafted, published, withdrawn. A published version is never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.refs import new_store_code
from portal.core.words import N_, clean_text, filled_text
from portal.regions.models import City
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import TERMS, UNSET, Terms, better_of
from portal.return_policies.floors import floor_of, not_below
from portal.return_policies.models import Standard, StandardVersion
from portal.return_policies.permissions import publishes
from portal.return_policies.terms import terms_from

BASIS_LIMIT = 1_000
LONGEST_AHEAD = 366  # days


@dataclass(frozen=True)
class Content:
    """What a version says: its terms, and where they come from, in both languages."""

    terms: Mapping[str, Any]
    basis_zh: str = ""
    basis_en: str = ""


def draft_standard(
    session: Session,
    officer: Viewer,
    city: City,
    content: Content,
    *,
    category: str,
    title_zh: str,
    title_en: str,
    now: datetime,
    region: str | None = None,
) -> StandardVersion:
    """Begin a standard of the officer's region (or `region` below it) for one kind of goods, as a draft.

    Raises RuleBroken(category | title_zh | title_en | basis_zh | basis_en | a term) and NotAllowed.
    """
    region = region or officer.region or ""
    if city.code[:4] != region[:4] and not region.endswith("0000"):
        raise NotAllowed
    if tree_of(session, city.code).get(category) is None:
        raise RuleBroken("category", N_("Please choose a kind of goods."))
    standard = Standard(
        slug=f"{category}-{new_store_code().lower()}".replace("_", "-"),
        region_code=region,
        city_code=city.code,
        category_code=category,
        title_zh=filled_text("title_zh", title_zh, 60),
        title_en=filled_text("title_en", title_en, 80),
        created_at=now,
    )
    session.add(standard)
    session.flush()
    if session.scalar(sa.select(Standard.id).where(Standard.id == standard.id, publishes(officer))) is None:
        raise NotAllowed
    return _add_version(session, standard, officer, content, n=1, now=now)


def draft_version(session: Session, standard: Standard, officer: Viewer, *, now: datetime) -> StandardVersion:
    """The draft of the next version: the one there is, else a new one that says what the newest says.

    Where its floor has risen since, the draft begins with what the floor gives.
    """
    session.execute(sa.select(Standard.id).where(Standard.id == standard.id).with_for_update(key_share=True))
    newest = session.scalars(
        sa.select(StandardVersion)
        .where(StandardVersion.standard_id == standard.id)
        .order_by(StandardVersion.n.desc())
        .limit(1)
    ).one()
    if newest.published_at is None:
        return newest
    terms = better_of(UNSET | newest.terms, floor_of(session, standard, now.date()))
    same = Content(terms, newest.basis_zh, newest.basis_en)
    return _add_version(session, standard, officer, same, n=newest.n + 1, now=now)


def change_draft(
    session: Session,
    draft: StandardVersion,
    officer: Viewer,
    content: Content,
    *,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Replace what a draft says.

    seen: the draft's stamp as the officer saw it. Raises RuleBroken, and MovedOn where the draft has been
    published or changed since.
    """
    _still_a_draft(session, draft, seen)
    _fill(session, draft, draft.standard, officer, content, now=now)
    session.flush()  # a later refresh would take it back


def publish(
    session: Session,
    draft: StandardVersion,
    officer: Viewer,
    *,
    valid_from: date | None,
    now: datetime,
    seen: str | None = None,
) -> None:
    """Publish a draft, to hold from a day on; never from a day that has passed (trust.md, threat 39).

    seen: the draft's stamp as the officer saw it; nobody publishes what a colleague has changed meanwhile.
    Raises RuleBroken(valid_from | a term that undercuts its floor on that day) and MovedOn.
    """
    _still_a_draft(session, draft, seen)
    standard, city = draft.standard, session.get_one(City, draft.standard.city_code)
    first = today(now, city.zone)
    if valid_from is None:
        raise RuleBroken("valid_from", N_("Please choose a date."))
    if valid_from < first:
        raise RuleBroken("valid_from", N_("This date has passed. Please choose today or a later day."))
    if (valid_from - first).days > LONGEST_AHEAD:
        raise RuleBroken("valid_from", N_("Please choose a day within one year."))
    earlier = session.scalar(
        sa.select(sa.func.max(StandardVersion.valid_from)).where(
            StandardVersion.standard_id == standard.id,
            StandardVersion.published_at.is_not(None),
            StandardVersion.withdrawn_at.is_(None),  # what replaces one that was wrong need not wait for it
        )
    )
    if earlier is not None and valid_from <= earlier:
        raise RuleBroken(
            "valid_from",
            N_("The version before holds from %(day)s; choose a later day."),
            day=earlier.isoformat(),
        )
    draft.terms = _checked(session, standard, draft.terms, on=valid_from)
    draft.valid_from, draft.published_at, draft.published_by = valid_from, now, officer.id


def withdraw_version(
    session: Session, version: StandardVersion, officer: Viewer, *, reason: str, now: datetime
) -> None:
    """Nobody can pledge this version any more; pledges made on it stay.

    Raises RuleBroken(reason) and MovedOn.
    """
    session.refresh(version, with_for_update=True)
    if version.published_at is None or version.withdrawn_at is not None:
        raise MovedOn
    version.withdrawal_reason = filled_text("reason", reason, 500)
    version.withdrawn_at, version.withdrawn_by = now, officer.id


def _add_version(
    session: Session, standard: Standard, officer: Viewer, content: Content, *, n: int, now: datetime
) -> StandardVersion:
    version = StandardVersion(n=n)
    _fill(session, version, standard, officer, content, now=now)
    version.standard = standard
    session.add(version)
    session.flush()
    return version


def _fill(
    session: Session,
    draft: StandardVersion,
    standard: Standard,
    officer: Viewer,
    content: Content,
    *,
    now: datetime,
) -> None:
    draft.terms = _checked(session, standard, content.terms, on=now.date())
    draft.basis_zh = clean_text(content.basis_zh, limit=BASIS_LIMIT, field="basis_zh")
    draft.basis_en = clean_text(content.basis_en, limit=BASIS_LIMIT, field="basis_en")
    draft.drafted_at, draft.drafted_by = now, officer.id


def _checked(session: Session, standard: Standard, terms: Mapping[str, Any], *, on: date) -> Terms:
    goods = [category.code for category in tree_of(session, standard.city_code).all]
    own = {name: value for name, value in terms.items() if name in TERMS and not TERMS[name].of_pledge}
    checked = terms_from(own, categories=goods)
    not_below(checked, floor_of(session, standard, on))
    return checked


def _still_a_draft(session: Session, draft: StandardVersion, seen: str | None) -> None:
    session.refresh(draft, with_for_update=True)
    if draft.published_at is not None or seen not in (None, draft.stamp):
        raise MovedOn
