"""Who complains, for the official form: the bureau alone reads it, and each look is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Person
from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.orm import Base
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.models import DisputeEvent, Statement
from portal.disputes.official import IdentityView, OfficialIdentity, look_at_identity, looks_of
from portal.notices.dispatch import dispatch
from tests.disputes.bureau import (
    ADDRESS,
    FULL_NAME,
    ID_NUMBER,
    differences,
    handed_over,
    identified,
    mediated,
)
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, file, make_officer, sign_in
from tests.nag import tree, words
from tests.people import BOB, GRACE
from tests.world import BEGINNING, Clock

HOUR, LOOK = timedelta(hours=1), timedelta(minutes=11)
SECRETS = (FULL_NAME, ID_NUMBER, ADDRESS)
TYPED = {"name": FULL_NAME, "id_type": "id_card", "id_number": ID_NUMBER, "address": ADDRESS}


def test_the_event_says_that_it_was_given_and_nothing_of_it(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute, elsewhere=True)
    event = db_session.scalars(sa.select(DisputeEvent).where(DisputeEvent.fact == "identity_given")).one()
    assert event.details == {"elsewhere": True, "entrusted": True}
    assert db_session.scalars(sa.select(Statement.seq).where(Statement.seq == event.seq)).all() == []
    assert differences(db_session) == []


def test_it_can_be_corrected_until_the_bureau_has_decided(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    identified(db_session, dispute, address="改过的地址 1 号")
    assert db_session.get_one(OfficialIdentity, dispute.id).address == "改过的地址 1 号"
    accept_for_mediation(db_session, dispute, GRACE, now=BEGINNING)
    with pytest.raises(MovedOn):
        identified(db_session, dispute)


def test_nobody_is_asked_for_it_before_the_dispute_is_with_the_bureau(
    visitors: Visitors, db_session: Session, town: Town
):
    ref = file(db_session, town.store, town.alice).ref
    assert "identities" not in visitors["alice"].get(f"/disputes/{ref}?act=identity").text
    assert post_act(visitors["alice"], ref, "identities", **TYPED).status_code == 409
    assert db_session.scalars(sa.select(OfficialIdentity)).all() == []


@pytest.mark.parametrize("viewer", [BOB, GRACE])
def test_nobody_gives_it_for_the_consumer(db_session: Session, town: Town, viewer: Viewer):
    with pytest.raises(NotAllowed):
        identified(db_session, handed_over(db_session, town), viewer)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"id_number": "110105194912310021"}, "id_number"),
        ({"id_number": "11010519490231002X"}, "id_number"),
        ({"id_number": ""}, "id_number"),
        ({"id_type": "passport", "id_number": " "}, "id_number"),
        ({"id_type": "passport", "id_number": "E" * 41}, "id_number"),
        ({"id_type": "library_card"}, "id_type"),
        ({"id_type": ""}, "id_type"),
        ({"name": "  "}, "name"),
        ({"name": "王" * 61}, "name"),
        ({"address": ""}, "address"),
        ({"address": "路" * 201}, "address"),
    ],
)
def test_what_is_missing_or_wrong_is_said_of_its_field(
    db_session: Session, town: Town, changed: dict[str, str], field: str
):
    dispute = handed_over(db_session, town)
    with pytest.raises(RuleBroken) as broken:
        identified(db_session, dispute, **changed)
    assert broken.value.field == field


def test_a_number_with_a_wrong_check_character_is_refused_beside_its_field_and_all_that_was_typed_is_kept(
    visitors: Visitors, db_session: Session, town: Town
):
    ref = handed_over(db_session, town).ref
    alice = visitors["alice"]
    wrong = TYPED | {"id_number": "110105194912310021", "entrusted": "y"}
    answer = send(alice, alice.get(f"/disputes/{ref}?act=identity"), "identities", **wrong)
    assert answer.status_code == 422
    beside = [one for one in tree(answer).iter() if one.get("id") == "identity-id_number-error"]
    assert len(beside) == 1
    assert "18" in words(beside[0])
    again = fields_of(answer, "identities", TYPED)
    assert {name: again.get(name) for name in wrong} == wrong
    assert (
        send(alice, answer, "identities", id_number="１１０１０５１９４９１２３１００２ｘ").status_code == 303
    )
    assert db_session.scalars(sa.select(OfficialIdentity.id_number)).all() == [ID_NUMBER]


# Who looks


def test_each_look_of_an_officer_is_kept_and_shown_to_the_consumer(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    ref = dispute.ref
    assert "还没有人查看过" in words(tree(visitors["alice"].get(f"/disputes/{ref}")))
    for _ in range(2):
        clock.advance(minutes=11)
        looked = post_act(visitors["grace"], ref, "identity-views")
        assert (looked.status_code, looked.location) == (303, f"/disputes/{ref}/identity")
        shown = visitors["grace"].get(looked.location)
        assert [secret in words(tree(shown)) for secret in SECRETS] == [True] * 3
    kept = db_session.execute(sa.select(IdentityView.officer_id, IdentityView.seen_at)).all()
    assert [tuple(row) for row in kept] == [(GRACE.id, BEGINNING + n * LOOK) for n in (1, 2)]
    said = words(tree(visitors["alice"].get(f"/disputes/{ref}")))
    assert said.count("葛蕾丝") == 2
    for who in ("bob", "grace"):
        assert "还没有人查看过" not in visitors[who].get(f"/disputes/{ref}").text


def test_a_look_lasts_ten_minutes_and_the_address_alone_opens_nothing(
    visitors: Visitors, db_session: Session, town: Town, clock: Clock
):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    ref, chief = dispute.ref, visitors.new_client()
    sign_in(chief, db_session, make_officer(db_session, "330100"))
    address = f"/disputes/{ref}/identity"
    assert visitors["grace"].get(address).location == f"/disputes/{ref}"
    post_act(visitors["grace"], ref, "identity-views")
    assert [visitors["grace"].get(address).status_code for _ in range(2)] == [200, 200]
    assert chief.get(address).location == f"/disputes/{ref}", "it was another officer's look"
    for who in ("alice", "bob", "carol", "mallory"):
        assert visitors[who].get(address).status_code == 404
    clock.advance(minutes=10)
    assert visitors["grace"].get(address).location == f"/disputes/{ref}"
    assert len(db_session.scalars(sa.select(IdentityView)).all()) == 1


def test_the_latest_look_stands_first(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    second = make_officer(db_session, "330100", display_name="霍普")
    for officer, at in ((GRACE, BEGINNING), (viewer_of(second), BEGINNING + HOUR)):
        look_at_identity(db_session, dispute, officer, now=at)
    db_session.flush()
    assert [tuple(look) for look in looks_of(db_session, dispute)] == [
        ("霍普", BEGINNING + HOUR, "identity"),
        ("葛蕾丝", BEGINNING, "identity"),
    ]


def viewer_of(officer: Person) -> Viewer:
    return replace(GRACE, id=officer.id, region="330100")


def test_what_was_never_given_is_not_looked_at(visitors: Visitors, db_session: Session, town: Town):
    ref = handed_over(db_session, town).ref
    assert post_act(visitors["grace"], ref, "identity-views").status_code == 404
    assert db_session.scalars(sa.select(IdentityView)).all() == []


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "mallory"])
def test_nobody_but_an_officer_looks(visitors: Visitors, db_session: Session, town: Town, who: str):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    assert post_act(visitors[who], dispute.ref, "identity-views").status_code == 404
    assert db_session.scalars(sa.select(IdentityView)).all() == []


def test_no_page_list_or_settlement_of_the_merchant_holds_it(
    visitors: Visitors, db_session: Session, town: Town
):
    waiting, settled = handed_over(db_session, town), handed_over(db_session, town)
    for dispute in (waiting, settled):
        identified(db_session, dispute)
    accept_for_mediation(db_session, settled, GRACE, now=BEGINNING)
    mediated(db_session, settled)
    dispatch(db_session, BEGINNING)
    own = [f"/disputes/{one.ref}" for one in (waiting, settled)]
    addresses = [*own, f"{own[1]}/settlement", "/disputes", "/notices", "/merchant", "/account"]
    for who in ("bob", "carol"):
        for address in addresses:
            shown = visitors[who].get(address)
            assert shown.status_code == 200, address
            assert [secret for secret in SECRETS if secret in shown.text] == [], address


def test_it_stands_nowhere_in_the_database_but_in_its_own_table(db_session: Session, town: Town):
    dispute = handed_over(db_session, town)
    identified(db_session, dispute)
    accept_for_mediation(db_session, dispute, GRACE, now=BEGINNING)
    mediated(db_session, dispute)
    while dispatch(db_session, BEGINNING):
        pass
    holding = set()
    for table in Base.metadata.sorted_tables:
        for row in db_session.execute(sa.select(table)):
            if any(secret in repr(tuple(row)) for secret in SECRETS):
                holding.add(table.name)
    assert holding == {"official_identities"}
