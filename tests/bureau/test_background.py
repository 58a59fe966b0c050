"""The facts about both sides of a dispute: counted, shown to officers whose look is kept, nobody else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.marks import forget_old, keep_mark
from portal.accounts.models import DeviceMark, Membership, StaffRole
from portal.bureau.queries.background import Background, Group, background
from portal.disputes.actions.figures import exclude
from portal.disputes.actions.offers import accept_offer
from portal.disputes.models import Dispute
from portal.disputes.official import IdentityView, looks_of
from tests.makers import (
    Town,
    file,
    make_city,
    make_consumer,
    make_merchant,
    make_officer,
    make_owner,
    make_store,
    offered,
    sign_in,
)
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, BOB, CITY, GRACE
from tests.world import BEGINNING, Clock

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
XIHU = "330106"


def known(session: Session, dispute: Dispute) -> Background:
    session.flush()
    return background(session, dispute, GRACE, now=BEGINNING)


def test_the_customers_other_disputes_are_compared_with_this_one(db_session: Session, town: Town):
    elsewhere = make_store(db_session, district_code=XIHU)
    file(db_session, town.store, town.alice, now=BEGINNING - 500 * DAY, goods="电饭锅", paid_fen=9_000_00)
    file(db_session, town.store, town.alice, now=BEGINNING - 10 * DAY, claim_fen=7_000_00)
    file(db_session, elsewhere, town.alice, now=BEGINNING - 40 * DAY)
    file(db_session, town.store, town.mallory)
    dispute = file(db_session, town.store, town.alice)
    person = known(db_session, dispute).person
    assert person._asdict() == {
        "ever": 4, "year": 3, "running": 4, "shops": 2, "same_goods": 2, "same_sum": 2, "same_shop": 2,
        "same_pair": 1, "same_district": 2, "withdrawn": 0,
    }  # fmt: skip


def test_what_can_be_opened_is_of_the_officers_district_and_numbers_are_of_the_city(
    db_session: Session, town: Town
):
    near, far = town.store, make_store(db_session, district_code=XIHU)
    ningbo = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    refs = [file(db_session, store, town.alice).ref for store in (near, far, ningbo)]
    dispute = file(db_session, near, town.alice)
    facts = known(db_session, dispute)
    assert (facts.person.ever, facts.outcomes) == (3, {"filed": 3})
    assert [row.ref for row in facts.others] == refs[:1]


def test_the_shops_own_phone_among_its_customers_is_found(db_session: Session, town: Town):
    same = make_consumer(db_session, phone="13900001111")  # Bob's
    town.store.phone = "13788880000"
    behind_the_counter = make_consumer(db_session, phone="13788880000")
    dispute = file(db_session, town.store, town.alice)
    assert known(db_session, dispute).phone == Group(0, 0, False)
    found = file(db_session, town.store, same)
    file(db_session, town.store, behind_the_counter)
    assert known(db_session, dispute).phone == Group(2, 2, False)
    assert known(db_session, found).phone == Group(2, 2, True)
    other = file(db_session, make_store(db_session), same)
    assert known(db_session, other).phone == Group(0, 0, False)  # a shopkeeper may complain of another shop


def test_devices_are_compared_by_their_digest_and_forgotten_after_a_year(db_session: Session, town: Town):
    friend = make_consumer(db_session)
    for person, mark in ((town.alice, "a"), (friend, "a"), (town.mallory, "b"), (town.bob, "b")):
        keep_mark(db_session, person.id, mark, now=BEGINNING)
        keep_mark(db_session, person.id, mark, now=BEGINNING)
    file(db_session, town.store, friend)
    suspicious = file(db_session, town.store, town.mallory)
    dispute = file(db_session, town.store, town.alice)
    facts = known(db_session, dispute)
    assert (facts.device, facts.shared) == (Group(1, 1, False), Group(1, 1, False))
    assert {row.ref for row in facts.alike} == {
        row.ref for row in db_session.scalars(sa.select(Dispute)) if row.id != dispute.id
    }
    assert known(db_session, suspicious).device == Group(1, 1, True)
    forget_old(db_session, BEGINNING + 366 * DAY)
    assert db_session.scalars(sa.select(DeviceMark)).all() == []


def test_many_within_a_day_and_agreements_within_minutes_are_counted(db_session: Session, town: Town):
    for number, minutes in enumerate((5, 9, 90)):
        at = BEGINNING - number * HOUR
        quick = file(db_session, town.store, make_consumer(db_session), now=at)
        n = offered(db_session, quick, BOB, now=at).n
        accepting = type(ALICE)(id=quick.consumer_id, kind=ALICE.kind)
        accept_offer(db_session, quick, accepting, n, now=at + timedelta(minutes=minutes))
    file(db_session, town.store, town.mallory, now=BEGINNING - 3 * DAY)
    dispute = file(db_session, town.store, town.alice)
    facts = known(db_session, dispute)
    assert (facts.store.year, facts.store.consumers, facts.store.near) == (5, 5, 4)
    assert (facts.instant, facts.agreed) == (2, 3)
    exclude(db_session, dispute, GRACE, ground="other", note="试一下。", now=BEGINNING)
    assert known(db_session, dispute).store.left_out == 1


def test_the_look_is_kept_before_anything_is_shown_and_ends(
    grace: NaggingClient, db_session: Session, town: Town, clock: Clock
):
    dispute = file(db_session, town.store, town.alice)
    own, ref = f"/bureau/disputes/{dispute.ref}/background", dispute.ref
    assert grace.get(own).location == f"/disputes/{ref}"
    answer = grace.submit(grace.get(f"/disputes/{ref}"), f"{own}-views")
    assert (answer.status_code, answer.location) == (303, own)
    said = words(tree(grace.get(own)))
    assert "近 12 个月提出 1 起，累计 1 起，涉及 1 家门店" in said
    assert "13812345678" not in said
    assert "13900001111" not in said
    assert "葛蕾丝" in said  # who has looked
    kept = db_session.execute(sa.select(IdentityView.officer_id, IdentityView.what)).all()
    assert [tuple(row) for row in kept] == [(GRACE.id, "background")]
    assert [look.what for look in looks_of(db_session, dispute)] == ["background"]
    clock.advance(minutes=11)
    assert grace.get(own).location == f"/disputes/{ref}"


@pytest.mark.parametrize("who", ["alice", "bob", "stranger"])
def test_it_is_no_address_of_anybody_else(client: NaggingClient, db_session: Session, town: Town, who: str):
    ref = file(db_session, town.store, town.alice).ref
    stranger = make_officer(db_session, XIHU)
    sign_in(client, db_session, stranger if who == "stranger" else getattr(town, who))
    token = tree(client.get("/account")).find(".//input[@name='csrf_token']").get("value")
    own = f"/bureau/disputes/{ref}/background"
    assert client.get(own).status_code == 404
    assert client.post(f"{own}-views", data={"csrf_token": token}).status_code == 404
    assert db_session.scalars(sa.select(IdentityView)).all() == []


def test_it_takes_as_many_queries_for_one_dispute_as_for_many(db_session: Session, town: Town):
    def queries(dispute: Dispute) -> int:
        db_session.flush()
        seen: list[str] = []
        engine = db_session.get_bind()
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        sa.event.listen(engine, "before_cursor_execute", note)
        background(db_session, dispute, GRACE, now=BEGINNING)
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    dispute = file(db_session, town.store, town.alice)
    with_one = queries(dispute)
    for _ in range(3):
        file(db_session, town.store, town.alice)
        shop = make_owner(db_session, town.merchant, phone=f"1370000{len(db_session.new)}000")
        keep_mark(db_session, shop.id, "a", now=BEGINNING)
    assert queries(dispute) == with_one == 9
    assert db_session.scalars(sa.select(Membership.role).where(Membership.role == StaffRole.OWNER)).all()
    assert dispute.city_code == CITY
