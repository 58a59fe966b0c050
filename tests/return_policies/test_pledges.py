"""What a store pledges: never less than its standard, kept as long as it was said, never taken back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.return_policies.actions.pledges import end_pledge, notice_until, pledge, spend_automatic
from portal.return_policies.actions.standards import withdraw_version
from portal.return_policies.clauses import worse_terms
from portal.return_policies.models import Pledge, Standard
from portal.return_policies.queries.owned import own_pledges
from portal.return_policies.queries.pledges import pledges_on
from tests.disputes.racing import Deed, at_once
from tests.makers import Town, make_city, make_merchant, make_store, make_town
from tests.people import BOB, CAROL, GRACE, MALLORY, STORE_ID
from tests.return_policies.makers import CITYWIDE, make_pledge, make_standard, make_version, newest
from tests.world import BEGINNING

TODAY = date(2026, 11, 24)
LATER = BEGINNING + timedelta(days=2)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def standard(db_session: Session, town: Town) -> Standard:
    return make_standard(db_session)


def held_on(session: Session, day: date) -> list[int]:
    session.flush()
    return [row.id for row in pledges_on(session, STORE_ID, day)]


def days(n: int) -> date:
    return TODAY + timedelta(days=n)


# What it says


def test_a_pledge_says_what_its_version_says_and_what_is_better(
    db_session: Session, standard: Standard
) -> None:
    row = make_pledge(db_session, standard, refund_within_days=3, cross_store=True)
    version = newest(db_session, standard)
    assert row.terms == version.terms | {"refund_within_days": 3, "cross_store": True}
    assert (row.starts_on, row.ends_on, row.category_code) == (TODAY, None, "clothing")


WORSE: list[tuple[str, Any]] = [
    ("quality_return_days", 6),
    ("no_reason_days", 0),
    ("no_reason_condition", "unopened"),
    ("no_reason_excluded", ["garments", "underwear"]),
    ("repair_days", 89),
    ("quality_transport", "consumer"),
    ("testing", "at_fault"),
    ("refund_within_days", None),
    ("refund_within_days", 8),
    ("restocking_percent", 6),
]


@pytest.mark.parametrize(("term", "value"), WORSE)
def test_a_pledge_never_undercuts_its_version(
    db_session: Session, standard: Standard, term: str, value: Any
) -> None:
    with pytest.raises(RuleBroken) as refused:
        make_pledge(db_session, standard, **{term: value})
    assert refused.value.field in (term, "restocking_percent")  # a fee on what is not promised contradicts
    assert db_session.scalar(sa.select(sa.func.count(Pledge.id))) == 0


def test_the_sums_settled_at_once_come_in_pairs(db_session: Session, standard: Standard) -> None:
    for better in ({"automatic_fen": 100}, {"automatic_fen": 300, "automatic_month_fen": 200}):
        with pytest.raises(RuleBroken) as refused:
            make_pledge(db_session, standard, **better)
        assert refused.value.field == "automatic_month_fen"


def test_the_same_pledge_again_is_the_same_pledge(db_session: Session, standard: Standard) -> None:
    assert make_pledge(db_session, standard).id == make_pledge(db_session, standard, now=LATER).id


# Who may


def test_only_the_owner_pledges_and_only_for_own_open_stores(
    db_session: Session, town: Town, standard: Standard
) -> None:
    elsewhere = make_store(db_session)
    closed = make_store(db_session, town.merchant, closed_at=BEGINNING)
    other_district = make_store(db_session, town.merchant, district_code="330106")
    for who, store in (
        (CAROL, town.store), (MALLORY, town.store), (GRACE, town.store),
        (BOB, elsewhere), (BOB, closed), (BOB, other_district),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            make_pledge(db_session, standard, who, store=store)
    citywide = make_standard(db_session, CITYWIDE, category="food")
    assert make_pledge(db_session, citywide, store=other_district).store_id == other_district.id


def test_one_store_of_somebody_else_spoils_the_whole_pledge(
    db_session: Session, town: Town, standard: Standard
) -> None:
    both = [town.store.id, make_store(db_session, make_merchant(db_session)).id]
    with pytest.raises(NotAllowed):
        pledge(db_session, newest(db_session, standard), BOB, store_ids=both, better={}, now=BEGINNING)
    assert held_on(db_session, TODAY) == []


def test_a_draft_or_a_withdrawn_version_is_not_pledged_but_old_pledges_hold(
    db_session: Session, town: Town, standard: Standard
) -> None:
    row = make_pledge(db_session, standard)
    withdraw_version(db_session, newest(db_session, standard), GRACE, reason="有误", now=BEGINNING)
    second = make_store(db_session, town.merchant)
    draft = make_version(db_session, standard, {}, published=False)
    for version in (standard.versions[0], draft):
        with pytest.raises(MovedOn):
            make_pledge(db_session, version=version, store=second)
    assert held_on(db_session, TODAY) == [row.id]


# How long it holds


def test_ending_keeps_the_notice_and_never_reaches_back(
    db_session: Session, town: Town, standard: Standard
) -> None:
    row = make_pledge(db_session, standard)
    until = end_pledge(db_session, row, BOB, now=LATER)
    assert until == notice_until(town.city, LATER) == days(17)
    for day, holds in ((-1, False), (0, True), (2, True), (3, True), (17, True), (18, False)):
        assert (day, held_on(db_session, days(day))) == (day, [row.id] if holds else [])
    with pytest.raises(MovedOn):
        end_pledge(db_session, row, BOB, now=LATER)


def test_nobody_else_ends_it(db_session: Session, standard: Standard) -> None:
    row = make_pledge(db_session, standard)
    for who in (CAROL, MALLORY, GRACE):
        with pytest.raises(NotAllowed):
            end_pledge(db_session, row, who, now=LATER)
    assert row.ends_on is None


def test_better_terms_begin_at_once(db_session: Session, standard: Standard) -> None:
    old = make_pledge(db_session, standard)
    new = make_pledge(db_session, standard, now=LATER, no_reason_days=30)
    assert (old.ends_on, new.starts_on) == (days(1), days(2))
    assert [held_on(db_session, days(n)) for n in (1, 2)] == [[old.id], [new.id]]


def test_worse_terms_wait_for_the_notice(db_session: Session, standard: Standard) -> None:
    old = make_pledge(db_session, standard, no_reason_days=30)
    new = make_pledge(db_session, standard, now=LATER, refund_within_days=1)
    assert [held_on(db_session, days(n)) for n in (0, 17, 18)] == [[old.id], [old.id], [new.id]]


def test_terms_that_are_both_better_and_worse_wait_too(db_session: Session, standard: Standard) -> None:
    old = make_pledge(db_session, standard)
    second = make_version(db_session, standard, {"restocking_percent": 9, "repair_days": 365})
    new = make_pledge(db_session, version=second, now=LATER)
    assert [one.name for one in worse_terms(new.terms, old.terms)] == ["restocking_percent"]
    assert (old.ends_on, new.starts_on) == (days(17), days(18))


def test_a_version_that_holds_later_is_pledged_from_its_first_day(
    db_session: Session, standard: Standard
) -> None:
    old = make_pledge(db_session, standard)
    second = make_version(db_session, standard, {"repair_days": 365}, valid_from=days(40))
    new = make_pledge(db_session, version=second, now=LATER)
    assert [held_on(db_session, days(n)) for n in (39, 40)] == [[old.id], [new.id]]


def test_after_an_ending_the_next_pledge_leaves_no_gap_and_no_overlap(
    db_session: Session, standard: Standard
) -> None:
    old = make_pledge(db_session, standard, no_reason_days=30)
    end_pledge(db_session, old, BOB, now=BEGINNING)
    new = make_pledge(db_session, standard, now=LATER)
    assert [held_on(db_session, days(n)) for n in (15, 16)] == [[old.id], [new.id]]


@pytest.mark.parametrize(
    "change",
    [
        "terms = '{}'", "starts_on = '2026-01-01'", "version = 2", "store_id = 1", "category_code = 'food'",
        "made_at = '2020-01-01 00:00:00'",
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_pledged(
    db_session: Session, standard: Standard, change: str
) -> None:
    make_pledge(db_session, standard)
    db_session.commit()
    with pytest.raises(DBAPIError):
        db_session.execute(sa.text(f"UPDATE pledges SET {change}"))
    db_session.rollback()
    with pytest.raises(DBAPIError):
        db_session.execute(sa.text("DELETE FROM pledges"))


# What is settled at once


def spending(pledge_id: int, fen: int, month: str = "2026-11") -> Deed:
    return lambda session: spend_automatic(session, pledge_id, fen, month=month)


def test_what_is_settled_at_once_stays_below_both_sums(db_session: Session, standard: Standard) -> None:
    row = make_pledge(db_session, standard, automatic_fen=300_00, automatic_month_fen=700_00)
    tried = [spending(row.id, fen)(db_session) for fen in (300_01, 0, -5, 300_00, 300_00, 100_01, 100_00, 1)]
    assert tried == [False, False, False, True, True, False, True, False]
    assert spending(row.id, 300_00, "2026-12")(db_session) is True
    db_session.refresh(row)
    assert (row.used_month, row.used_fen) == ("2026-12", 300_00)


def test_a_renewal_goes_on_with_what_the_month_has_used(db_session: Session, standard: Standard) -> None:
    sums = {"automatic_fen": 300_00, "automatic_month_fen": 500_00}
    old = make_pledge(db_session, standard, **sums)
    assert spending(old.id, 300_00)(db_session) is True
    db_session.expire_all()
    new = make_pledge(db_session, standard, now=LATER, quality_exchange_days=30, **sums)
    tried = [(number, spending(number, 200_00)(db_session)) for number in (new.id, old.id)]
    assert tried == [(new.id, True), (old.id, False)]


def test_two_at_once_never_spend_more_than_the_month_has(
    db_session: Session, standard: Standard, database_url: str
) -> None:
    number = make_pledge(db_session, standard, automatic_fen=300_00, automatic_month_fen=500_00).id
    db_session.commit()
    first, second = at_once(database_url, [spending(number, 300_00)] * 2)
    assert {first, second} == {True, False}
    assert at_once(database_url, [spending(number, 50_00)] * 4) == [True] * 4
    assert db_session.get_one(Pledge, number).used_fen == 500_00


def test_a_standard_of_the_province_is_pledged_in_every_city_below_it(db_session: Session, town: Town):
    province = replace(GRACE, region="330000")
    standard = make_standard(db_session, province)
    ningbo = make_city(db_session, "330200", clocks={"pledge_notice": {"amount": 3, "unit": "days"}})
    store = make_store(db_session, make_merchant(db_session, ningbo))
    owner = Viewer(id=BOB.id, kind=BOB.kind, owns=frozenset({store.merchant_id}))
    offered, fitting = own_pledges(db_session, owner, date(2026, 11, 24))
    assert [one.stores for one in fitting] == [[store]]
    made = pledge(
        db_session, newest(db_session, standard), owner, store_ids=[store.id], better={}, now=BEGINNING
    )
    assert [one.store_id for one in made] == [store.id]
    assert end_pledge(db_session, made[0], owner, now=BEGINNING) == date(2026, 11, 27)
    assert offered[0].held == []


def test_a_citys_standard_is_pledged_in_no_other_city(db_session: Session, town: Town):
    standard = make_standard(db_session, CITYWIDE)
    store = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    owner = Viewer(id=BOB.id, kind=BOB.kind, owns=frozenset({store.merchant_id}))
    version = newest(db_session, standard)
    with pytest.raises(NotAllowed):
        pledge(db_session, version, owner, store_ids=[store.id], better={}, now=BEGINNING)
