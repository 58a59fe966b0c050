"""Somebody is away: everything open goes to a colleague, each dispute with its event, or nothing does."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, Person
from portal.bureau.actions.cover import hand_over
from portal.core.errors import NotAllowed
from portal.disputes.actions.mediation import refuse_complaint, terminate
from portal.disputes.models import Dispute, DisputeEvent
from tests.bureau.waiting import NewClient, given_to, handed_over, in_testing, main, mediated, signed_in
from tests.makers import Town, make_officer, make_store
from tests.nag import NaggingClient, find_form, tree, words
from tests.people import CITY, DISTRICT, GRACE
from tests.world import BEGINNING


@pytest.fixture
def chief(new_client: NewClient, db_session: Session, town: Town) -> NaggingClient:
    supervisor = make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR, display_name="钱主任")
    return signed_in(new_client, db_session, supervisor)


@pytest.fixture
def linda(db_session: Session, town: Town) -> Person:
    return make_officer(db_session, DISTRICT, display_name="林达")


def look(officer: NaggingClient, away: Person, cover: Person) -> Any:
    return officer.get(f"/bureau/absence?officer={away.id}&cover={cover.id}")


def officers(session: Session) -> list[int | None]:
    return list(session.scalars(sa.select(Dispute.officer_id).order_by(Dispute.id)))


def options(page: Any, name: str) -> list[str]:
    listed = tree(page).find(f".//select[@name='{name}']")
    assert listed is not None
    return [words(option) for option in listed]


def test_all_that_is_open_goes_over_each_with_its_event(
    chief: NaggingClient, db_session: Session, town: Town, linda: Person
) -> None:
    mine = [make(db_session, town) for make in (handed_over, mediated, in_testing)]
    for dispute in mine:
        given_to(db_session, dispute, town.grace)
    given_to(db_session, handed_over(db_session, town), linda)
    handed_over(db_session, town)
    closed = given_to(db_session, handed_over(db_session, town), town.grace)
    refuse_complaint(db_session, closed, GRACE, ground="outside", note="", now=BEGINNING)
    ended = given_to(db_session, mediated(db_session, town), town.grace)
    terminate(db_session, ended, GRACE, ground="time", note="", now=BEGINNING)
    page = look(chief, town.grace, linda)
    assert "由 葛蕾丝 转给 林达" in main(page)
    assert "将转交 3 件" in main(page)
    answer = chief.submit(page, "/absences")
    assert (answer.status_code, answer.location) == (303, "/bureau/absence")
    assert "已转交 3 件" in main(chief.get(answer.location))
    db_session.expire_all()
    assert officers(db_session) == [*[linda.id] * 4, None, town.grace.id, town.grace.id]
    for dispute in mine:
        last = db_session.get_one(DisputeEvent, (dispute.id, dispute.last_seq))
        assert (last.fact, last.party, last.details["officer_id"]) == ("officer_assigned", "bureau", linda.id)


def test_sending_it_twice_hands_over_once(
    chief: NaggingClient, db_session: Session, town: Town, linda: Person
) -> None:
    dispute = given_to(db_session, handed_over(db_session, town), town.grace)
    page = look(chief, town.grace, linda)
    answers = [chief.submit(page, "/absences") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    db_session.refresh(dispute)
    events = sa.select(sa.func.count()).where(
        DisputeEvent.dispute_id == dispute.id, DisputeEvent.fact == "officer_assigned"
    )
    assert db_session.scalar(events) == 2  # the first is the test's own


def test_an_officer_hands_over_her_own_and_nobody_elses(
    grace: NaggingClient, db_session: Session, town: Town, linda: Person
) -> None:
    given_to(db_session, handed_over(db_session, town), town.grace)
    theirs = given_to(db_session, handed_over(db_session, town), linda)
    page = grace.get("/bureau/absence")
    assert options(page, "officer") == ["请选择", "葛蕾丝"]
    assert sorted(options(page, "cover")) == ["林达", "葛蕾丝", "请选择"]
    assert grace.submit(look(grace, town.grace, linda), "/absences").status_code == 303
    token = tree(page).find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value"), "officer": linda.id, "cover": town.grace.id}
    assert grace.post("/bureau/absences", data=fields).status_code == 422
    db_session.refresh(theirs)
    assert theirs.officer_id == linda.id
    with pytest.raises(NotAllowed):
        hand_over(db_session, GRACE, officer_id=linda.id, cover_id=town.grace.id, now=BEGINNING)


def test_nothing_goes_where_the_colleagues_post_does_not_reach(
    chief: NaggingClient, db_session: Session, town: Town
) -> None:
    west = make_officer(db_session, "330106", display_name="西湖的")
    both = make_officer(db_session, CITY, display_name="全市的")
    beyond = make_store(db_session, town.merchant, district_code="330106")
    for store in (town.store, beyond):
        given_to(db_session, handed_over(db_session, town, store=store), both)
    page = look(chief, both, west)
    assert "将转交 1 件" in main(page)
    assert "有 1 件转不了" in main(page)
    chief.submit(page, "/absences")
    db_session.expire_all()
    assert officers(db_session) == [both.id, west.id]


def test_a_supervisor_of_another_region_sees_nobody_of_this_one(
    new_client: NewClient, db_session: Session, town: Town, linda: Person
) -> None:
    given_to(db_session, handed_over(db_session, town), town.grace)
    other = make_officer(db_session, "330106", role=OfficerRole.SUPERVISOR, display_name="别区的")
    officer = signed_in(new_client, db_session, other)
    page = look(officer, town.grace, linda)
    assert options(page, "officer") == ["请选择", "别区的"]
    assert [form for form in tree(page).iter("form") if form.get("action") == "/bureau/absences"] == []


@pytest.mark.parametrize(
    "query",
    ["officer=x&cover=y", "officer=1", "cover=", "officer=&cover=", "officer=99999999999999999999&cover=1"],
)
def test_what_is_no_choice_is_said_and_changes_nothing(query: str, chief: NaggingClient) -> None:
    assert "请选择谁不在岗" in main(chief.get(f"/bureau/absence?{query}"))


def test_the_same_person_cannot_cover_and_nothing_to_hand_over_says_so(
    chief: NaggingClient, db_session: Session, town: Town, linda: Person
) -> None:
    assert "请选择另一位同事" in main(look(chief, linda, linda))
    assert "没有需要转交的纠纷" in main(look(chief, linda, town.grace))
    given_to(db_session, handed_over(db_session, town), linda)
    form = look(chief, linda, town.grace)
    assert find_form(form, "/absences") is not None
    assert chief.submit(form, "/absences", cover=str(linda.id)).status_code == 422
    assert chief.submit(form, "/absences", cover="", key="another").status_code == 422
