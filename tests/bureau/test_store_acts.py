"""A store moves, is merged, suspended or closed: who sees what then, and whether it still adds up."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership
from portal.accounts.people import viewer_of
from portal.accounts.viewer import Viewer
from portal.board.models import StoreCount
from portal.board.recount import recount
from portal.bureau.actions import stores as actions
from portal.bureau.actions.merging import merge_stores
from portal.cli.verify import check
from portal.core import uscc
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.models import Dispute
from portal.disputes.permissions import visible
from portal.disputes.verification import Checked
from portal.merchants.models import ChangeKind, Claim, ClaimState, Merchant, Store, StoreChange
from portal.merchants.queries import store_by_code
from portal.return_policies.actions.pledges import pledge
from portal.return_policies.queries.pledges import pledges_on
from portal.return_policies.queries.public import pledges_shown
from tests.makers import Town, file, make_city, make_clerk, make_merchant, make_owner, make_store
from tests.merchants.licences import claimed
from tests.people import BOB, CAROL, GRACE
from tests.return_policies.makers import make_pledge, make_standard, newest
from tests.world import BEGINNING

LATER = BEGINNING + timedelta(days=3)
TODAY = date(2026, 11, 24)
NEW_CODE = uscc.make("7A1B2C3D")
FARAWAY = replace(GRACE, region="330203")


def moved(session: Session, store: Store, officer: Viewer = GRACE, **said: Any) -> Store:
    values = {
        "uscc": NEW_CODE,
        "legal_name": "杭州新主电器有限公司",
        "reason": "转让，见新执照",
        "seen": store.changes,
    }
    return actions.move_store(session, store.id, officer, **{**values, **said}, now=BEGINNING)


def merged(session: Session, kept: Store, other: Store, officer: Viewer = GRACE) -> Store:
    seen = (kept.changes, other.changes)
    return merge_stores(session, kept.id, other.id, officer, seen=seen, reason="同一家店", now=BEGINNING)


def suspended(session: Session, store: Store, officer: Viewer = GRACE) -> Store:
    said = {"ground": "no_answer", "said": "三个月内多次不回应消费者。", "reason": "见催办记录"}
    return actions.suspend_store(session, store.id, officer, seen=store.changes, **said, now=BEGINNING)


def seen_by(session: Session, person_id: int) -> set[int]:
    viewer = viewer_of(session, person_id)
    assert viewer is not None
    return set(session.scalars(sa.select(Dispute.id).where(visible(viewer))))


def differences(session: Session) -> list[str]:
    """What `hejie verify` finds."""
    session.flush()
    checked = Checked()
    check(session, Path("/nowhere"), checked)
    return checked.differences


def test_after_a_move_everybody_sees_the_disputes_of_their_own_time(db_session: Session, town: Town) -> None:
    before = file(db_session, town.store, town.alice)
    store = moved(db_session, town.store)
    owner, clerk = make_owner(db_session, store.merchant), make_clerk(db_session, store)
    late = file(db_session, store, town.alice, now=LATER, bought_on=TODAY)
    after = file(db_session, store, town.alice, now=LATER, bought_on=TODAY + timedelta(days=1))
    assert [one.merchant_id == town.merchant.id for one in (before, late, after)] == [True, True, False]
    assert seen_by(db_session, BOB.id) == {before.id, late.id}
    assert seen_by(db_session, CAROL.id) == set()
    assert seen_by(db_session, owner.id) == {after.id}
    assert seen_by(db_session, clerk.id) == {after.id}
    assert db_session.scalars(sa.select(Membership.id).where(Membership.person_id == CAROL.id)).all() == []
    recount(db_session, LATER)
    assert differences(db_session) == []


def test_a_second_move_leaves_each_purchase_with_who_sold_it(db_session: Session, town: Town) -> None:
    first = moved(db_session, town.store).merchant_id
    back = actions.move_store(
        db_session, town.store.id, GRACE, seen=1, uscc=str(town.merchant.uscc), legal_name="", reason="退回",
        now=LATER,
    )  # fmt: skip
    assert (back.merchant_id, back.licence_since) == (town.merchant.id, TODAY + timedelta(days=4))
    end = LATER + timedelta(days=9)
    days = [TODAY + timedelta(days=n) for n in (0, 1, 3, 4)]
    sold = [file(db_session, back, town.alice, now=end, bought_on=day) for day in days]
    assert [one.merchant_id == first for one in sold] == [False, True, True, False]


def test_a_move_ends_the_pledges_with_today_and_the_new_owner_pledges_from_tomorrow(
    db_session: Session, town: Town
) -> None:
    standard = make_standard(db_session)
    old = make_pledge(db_session, standard)
    store = moved(db_session, town.store)
    db_session.refresh(old)
    assert (old.ends_on, old.ended_by) == (TODAY, GRACE.id)
    owner = viewer_of(db_session, make_owner(db_session, store.merchant).id)
    assert owner is not None
    version = newest(db_session, standard)
    (new,) = pledge(db_session, version, owner, store_ids=[store.id], better={}, now=BEGINNING)
    assert (new.starts_on, new.merchant_id) == (TODAY + timedelta(days=1), store.merchant_id)
    db_session.refresh(old)
    assert old.ends_on == TODAY
    days = [TODAY, TODAY + timedelta(days=1)]
    assert [[one.id for one in pledges_on(db_session, store.id, day)] for day in days] == [[old.id], [new.id]]


def test_who_waits_with_the_earlier_licence_does_not_come_into_the_new_one(
    db_session: Session, town: Town
) -> None:
    rival = make_owner(db_session, make_merchant(db_session))
    viewer = viewer_of(db_session, rival.id)
    assert viewer is not None
    claim = claimed(db_session, town.store, viewer)
    moved(db_session, town.store)
    db_session.refresh(claim)
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "转让，见新执照")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"uscc": "123"}, "uscc"),
        ({"uscc": NEW_CODE[:-1] + ("A" if NEW_CODE[-1] != "A" else "B")}, "uscc"),
        ({"uscc": "\0" * 18}, "uscc"),
        ({"legal_name": " "}, "legal_name"),
        ({"reason": ""}, "reason"),
        ({"reason": "字" * 501}, "reason"),
    ],
)
def test_a_move_that_cannot_be_changes_nothing(
    db_session: Session, town: Town, said: dict[str, str], field: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        moved(db_session, town.store, **said)
    assert broken.value.field == field
    assert town.store.merchant_id == town.merchant.id


def test_no_store_moves_to_its_own_licence_or_to_another_city(db_session: Session, town: Town) -> None:
    elsewhere = make_merchant(db_session, make_city(db_session, "330200"))
    for merchant in (town.merchant, elsewhere):
        with pytest.raises(RuleBroken) as broken:
            moved(db_session, town.store, uscc=str(merchant.uscc))
        assert broken.value.field == "uscc"
        db_session.expire_all()


def test_of_two_officers_at_once_one_comes_too_late_and_a_faraway_one_is_nobody(
    db_session: Session, town: Town
) -> None:
    for act in (moved, suspended):
        with pytest.raises(NotAllowed):
            act(db_session, town.store, FARAWAY)
    suspended(db_session, town.store)
    with pytest.raises(MovedOn):
        moved(db_session, town.store, seen=0)
    assert db_session.scalars(sa.select(StoreChange.kind)).all() == [ChangeKind.SUSPENDED]


def test_a_merger_moves_all_and_the_figures_stay_right(db_session: Session, town: Town) -> None:
    stall = make_merchant(db_session, uscc=None, legal_name="冰川电器（个体）")
    other = make_store(db_session, stall, name="冰川电器湖滨", phone="0571-1")
    keeper, helper = make_owner(db_session, stall), make_clerk(db_session, other)
    first, second = (file(db_session, one, town.alice) for one in (town.store, other))
    claim = Claim(store_id=other.id, person_id=keeper.id, made_at=BEGINNING)
    db_session.add(claim)
    recount(db_session, BEGINNING)
    kept = merged(db_session, town.store, other)
    db_session.expire_all()
    assert (second.store_id, second.merchant_id, claim.store_id) == (kept.id, town.merchant.id, kept.id)
    everything = {first.id, second.id}
    for person in (BOB.id, keeper.id, CAROL.id, helper.id):
        assert seen_by(db_session, person) == everything
    assert (kept.phone, other.merged_into, other.closed_at) == ("0571-1", kept.id, BEGINNING)
    assert store_by_code(db_session, other.code) is kept
    assert differences(db_session) == []
    recount(db_session, BEGINNING)
    assert differences(db_session) == []
    assert [(row.store_id, row.o) for row in db_session.scalars(sa.select(StoreCount))] == [(kept.id, 2)]


def test_the_record_with_a_licence_gives_its_merchant_to_one_without(db_session: Session, town: Town) -> None:
    stall = make_store(db_session, make_merchant(db_session, uscc=None))
    old = file(db_session, stall, town.alice)
    kept = merged(db_session, stall, town.store)
    db_session.expire_all()
    assert (kept.id, kept.merchant_id, old.merchant_id) == (stall.id, town.merchant.id, town.merchant.id)
    assert seen_by(db_session, BOB.id) == {old.id}


def test_somebody_who_works_at_both_records_works_there_once(db_session: Session, town: Town) -> None:
    other = make_store(db_session, town.merchant)
    both = make_clerk(db_session, town.store, other)
    merged(db_session, town.store, other)
    rows = db_session.scalars(sa.select(Membership.store_id).where(Membership.person_id == both.id)).all()
    assert rows == [town.store.id]


def test_where_both_pledge_one_standard_the_kept_pledge_goes_on(db_session: Session, town: Town) -> None:
    standard = make_standard(db_session)
    own = make_pledge(db_session, standard)
    other = make_store(db_session, town.merchant)
    version = newest(db_session, standard)
    (twin,) = pledge(db_session, version, BOB, store_ids=[other.id], better={}, now=BEGINNING)
    merged(db_session, town.store, other)
    db_session.expire_all()
    assert [(one.store_id, one.ends_on) for one in (own, twin)] == [
        (town.store.id, None),
        (town.store.id, TODAY),
    ]


def test_what_is_no_twin_is_not_merged(db_session: Session, town: Town) -> None:
    chain = make_merchant(db_session, uscc=None)
    others = [make_store(db_session, make_merchant(db_session)), make_store(db_session, chain), town.store]
    make_store(db_session, chain)
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    db_session.commit()
    for other in others:
        with pytest.raises(RuleBroken) as broken:
            merged(db_session, town.store, other)
        assert broken.value.field == "other"
        db_session.rollback()
    with pytest.raises(NotAllowed):
        merged(db_session, town.store, elsewhere)


def test_a_suspended_store_shows_no_pledge_until_it_is_lifted(db_session: Session, town: Town) -> None:
    make_pledge(db_session, make_standard(db_session))
    store = suspended(db_session, town.store)
    assert pledges_shown(db_session, store.id, TODAY) == []
    with pytest.raises(MovedOn):
        suspended(db_session, store)
    actions.lift_suspension(db_session, store.id, GRACE, seen=2, reason="已整改", now=LATER)
    assert len(pledges_shown(db_session, store.id, TODAY)) == 1
    kinds = db_session.scalars(sa.select(StoreChange.kind).order_by(StoreChange.id)).all()
    assert kinds == [ChangeKind.SUSPENDED, ChangeKind.LIFTED]


def test_nothing_is_settled_at_once_in_a_suspended_store(db_session: Session, town: Town) -> None:
    month_ago = BEGINNING - timedelta(days=30)
    standard = make_standard(
        db_session,
        category="appliances",
        terms={"no_reason_excluded": [], "refund_within_days": 3},
        now=month_ago,
    )
    make_pledge(db_session, standard, now=month_ago, automatic_fen=200_00, automatic_month_fen=900_00)
    small = {
        "problem": "quality", "category": "large_appliances", "paid_fen": 100_00, "claim_fen": 100_00,
    }  # fmt: skip
    assert file(db_session, town.store, town.alice, **small).offer_n == 1
    suspended(db_session, town.store)
    assert file(db_session, town.store, town.alice, **small).offer_n is None


def test_what_officers_did_is_never_changed(db_session: Session, town: Town) -> None:
    suspended(db_session, town.store)
    db_session.flush()
    for statement in (sa.update(StoreChange).values(reason="另一个理由"), sa.delete(StoreChange)):
        with pytest.raises(sa.exc.DBAPIError), db_session.begin_nested():
            db_session.execute(statement)


def test_a_stall_is_verified_by_hand_and_a_licensed_shop_is_not(db_session: Session, town: Town) -> None:
    stall = make_store(db_session, make_merchant(db_session, uscc=None, verified_at=None))
    said = {"how": "visited", "reason": "12 号摊，见照片", "now": BEGINNING}
    actions.verify_by_hand(db_session, stall.id, GRACE, seen=0, **said)
    assert stall.merchant.verified_at == BEGINNING
    for store, seen in ((stall, 1), (town.store, 0)):
        with pytest.raises(MovedOn):
            actions.verify_by_hand(db_session, store.id, GRACE, seen=seen, **said)
        db_session.expire_all()


def test_a_store_closes_and_opens_again(db_session: Session, town: Town) -> None:
    actions.close_store(db_session, town.store.id, GRACE, seen=0, reason="关门", now=BEGINNING)
    assert town.store.closed_at == BEGINNING
    actions.reopen_store(db_session, town.store.id, GRACE, seen=1, reason="误标", now=LATER)
    assert town.store.closed_at is None
    with pytest.raises(MovedOn):
        actions.reopen_store(db_session, town.store.id, GRACE, seen=2, reason="误标", now=LATER)


def test_a_new_merchant_is_in_the_stores_city_and_waits_for_a_claim(db_session: Session, town: Town) -> None:
    store = moved(db_session, town.store)
    known = db_session.scalars(sa.select(Merchant).where(Merchant.uscc == NEW_CODE)).one()
    assert (known.id, known.city_code, known.verified_at) == (store.merchant_id, "330100", None)
