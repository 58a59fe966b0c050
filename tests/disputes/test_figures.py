"""Leaving a dispute out of the figures: an officer's decision with a ground, which changes nothing else."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions.figures import exclude, include
from portal.disputes.models import DisputeEvent
from portal.regions.choices import Kind, defaults
from tests.disputes.bureau import differences, facts
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, file, make_officer, sign_in
from tests.nag import tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING

SECRET = "店主的手机号和投诉人的是同一个。"


def test_it_is_left_out_and_counted_again_and_the_dispute_stands_as_it_stood(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    before = (dispute.state, dispute.turn, dispute.next_due_at)
    exclude(db_session, dispute, GRACE, ground="own_shop", note=SECRET, now=BEGINNING)
    assert (dispute.excluded, dispute.uncounted) == ("own_shop", True)
    with pytest.raises(MovedOn):
        exclude(db_session, dispute, GRACE, ground="test", note=SECRET, now=BEGINNING)
    include(db_session, dispute, GRACE, note="核对过了，是两个人。", now=BEGINNING)
    with pytest.raises(MovedOn):
        include(db_session, dispute, GRACE, note="再来一次。", now=BEGINNING)
    assert (dispute.excluded, dispute.state, dispute.turn, dispute.next_due_at) == ("", *before)
    event = db_session.scalars(sa.select(DisputeEvent).where(DisputeEvent.fact == "figures_excluded")).one()
    assert (event.actor_id, event.details["ground"]) == (GRACE.id, "own_shop")
    assert differences(db_session) == []


@pytest.mark.parametrize("viewer", [ALICE, BOB])
def test_neither_side_decides_it(db_session: Session, town: Town, viewer):
    dispute = file(db_session, town.store, town.alice)
    with pytest.raises(NotAllowed):
        exclude(db_session, dispute, viewer, ground="other", note=SECRET, now=BEGINNING)


@pytest.mark.parametrize(
    ("ground", "note", "field"),
    [("", SECRET, "ground"), ("transferred", SECRET, "ground"), ("own_shop", " \n", "note")],
)
def test_it_needs_a_ground_of_the_list_and_what_it_rests_on(
    db_session: Session, town: Town, ground: str, note: str, field: str
):
    dispute = file(db_session, town.store, town.alice)
    with pytest.raises(RuleBroken) as broken:
        exclude(db_session, dispute, GRACE, ground=ground, note=note, now=BEGINNING)
    assert (broken.value.field, dispute.excluded) == (field, "")


def test_both_sides_read_the_ground_and_officers_alone_what_it_rests_on(
    visitors: Visitors, db_session: Session, town: Town
):
    dispute = file(db_session, town.store, town.alice)
    ref = dispute.ref
    shown = visitors["grace"].get(f"/disputes/{ref}?act=exclusion")
    answer = send(visitors["grace"], shown, "exclusions", ground="own_shop", note=SECRET)
    assert answer.status_code == 303
    read = {who: words(tree(visitors[who].get(f"/disputes/{ref}"))) for who in ("alice", "bob", "grace")}
    for who, said in read.items():
        assert "不计入公示数字：商家自己投诉自己" in said
        assert "如有异议，请向市场监管局说明理由" in said
        assert (SECRET in said) == (who == "grace")
    shown = visitors["grace"].get(f"/disputes/{ref}?act=inclusion")
    assert send(visitors["grace"], shown, "inclusions", note=SECRET + "已查清。").status_code == 303
    assert SECRET not in words(tree(visitors["alice"].get(f"/disputes/{ref}")))
    assert facts(db_session, dispute)[-2:] == ["figures_excluded", "figures_included"]


def test_a_ground_that_was_retired_is_refused_and_nothing_typed_is_lost(
    visitors: Visitors, db_session: Session, town: Town
):
    ref = file(db_session, town.store, town.alice).ref
    shown = visitors["grace"].get(f"/disputes/{ref}?act=exclusion")
    kept = [one for one in defaults()[Kind.EXCLUSION] if one["code"] != "test"]
    town.city.choices = {Kind.EXCLUSION.value: kept}
    db_session.commit()
    answer = send(visitors["grace"], shown, "exclusions", ground="test", note=SECRET)
    assert answer.status_code == 422
    assert fields_of(answer, "exclusions", ["ground"])["note"] == SECRET


@pytest.mark.parametrize("who", ["alice", "bob", "mallory"])
@pytest.mark.parametrize("noun", ["exclusions", "inclusions"])
def test_it_is_no_address_of_anybody_else(
    visitors: Visitors, db_session: Session, town: Town, who: str, noun: str
):
    ref = file(db_session, town.store, town.alice).ref
    sent = post_act(visitors[who], ref, noun, ground="own_shop", note=SECRET)
    assert sent.status_code == 404


def test_an_officer_of_another_district_cannot(visitors: Visitors, db_session: Session, town: Town):
    ref, stranger, client = (
        file(db_session, town.store, town.alice).ref,
        make_officer(db_session, "330106"),
        visitors.new_client(),
    )
    sign_in(client, db_session, stranger)
    assert post_act(client, ref, "exclusions", ground="own_shop", note=SECRET).status_code == 404
