"""The calendar's page: who reads it, who imports a notice, and nothing changes unconfirmed."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole
from portal.core.clock import end_of_day
from portal.disputes.actions.endings import escalate
from portal.regions.calendar import provisional_years
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, make_town, sign_in
from tests.nag import NaggingClient, filled, find_form, tree, words
from tests.people import ALICE, CITY
from tests.regions.notices import NOTICE_2027
from tests.regions.test_calendar import JANUARY, ZONE
from tests.world import Clock


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def chief(client: NaggingClient, db_session: Session, town: Town) -> NaggingClient:
    sign_in(client, db_session, make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR))
    return client


def main(answer) -> str:
    found = tree(answer).find(".//main")
    assert found is not None
    return words(found)


def test_officers_read_the_year_and_only_a_citys_supervisor_imports(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town, chief: NaggingClient
) -> None:
    grace = new_client()
    sign_in(grace, db_session, town.grace)
    shown = grace.get("/bureau/calendar")
    assert ("2026年工作日" in main(shown), "国庆节" in main(shown), "暂定" in main(shown)) == (
        True,
        True,
        False,
    )
    assert "由市级市场监管局的主管导入" in main(shown)
    assert grace.get("/bureau/calendar/preview").status_code == 404
    token = tree(shown).find(".//input[@name='csrf_token']")
    assert token is not None
    for path in ("/bureau/calendar", "/bureau/calendar/imports"):
        sent = {"csrf_token": token.get("value"), "notice": NOTICE_2027}
        assert grace.post(path, data=sent).status_code == 404
    assert "暂定：国务院通知尚未导入" in main(chief.get("/bureau/calendar?year=2027"))
    for person in (town.alice, town.bob, town.carol):
        other = new_client()
        sign_in(other, db_session, person)
        assert other.get("/bureau/calendar").status_code == 404


@pytest.mark.parametrize("year", ["x", "1", "99999999999999999999", "1999", "2100"])
def test_a_year_that_is_none_shows_this_one(chief: NaggingClient, year: str) -> None:
    assert "2026年工作日" in main(chief.get(f"/bureau/calendar?year={year}"))


@pytest.mark.parametrize("by_file", [True, False])
def test_a_notice_is_shown_then_confirmed_then_it_counts(
    chief: NaggingClient, db_session: Session, town: Town, clock: Clock, by_file: bool
) -> None:
    clock.now = JANUARY
    officer = make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR)
    sign_in(chief, db_session, officer, now=JANUARY)
    own = file(db_session, town.store, town.alice, now=JANUARY)
    elsewhere = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    other = file(db_session, elsewhere, town.alice, now=JANUARY)
    for dispute in (own, other):
        escalate(db_session, dispute, ALICE, now=JANUARY)
    typed = (
        {"file": (BytesIO(NOTICE_2027.encode("gb18030")), "2027.csv")} if by_file else {"notice": NOTICE_2027}
    )
    answer = chief.submit(chief.get("/bureau/calendar?year=2027"), "/bureau/calendar", **typed)
    assert (answer.status_code, answer.location) == (303, "/bureau/calendar/preview")
    shown = chief.get(answer.location)
    assert "2月14日 周日 放假 上班" in main(shown)
    assert provisional_years(db_session, [2027]) == [2027]
    done = chief.submit(shown, "/imports")
    assert (done.status_code, done.location) == (303, "/bureau/calendar?year=2027")
    said = main(chief.get(done.location))
    assert "2027年的放假安排已经导入。有 1 件事项的办理期限随之调整。" in said
    assert "暂定" not in said
    for dispute in (own, other):  # the calendar is the whole country's
        db_session.refresh(dispute)
        assert dispute.acceptance_due_at == end_of_day(date(2027, 2, 14), ZONE)
    assert (
        chief.post("/bureau/calendar/imports", data=dict(filled(find_form(shown, "/imports")))).status_code
        == 303
    )
    assert own.last_seq == db_session.merge(own).last_seq


@pytest.mark.parametrize("kind", ["pasted", "file"])
def test_a_refused_notice_comes_back_with_its_sentence_and_all_that_was_sent(
    chief: NaggingClient, kind: str
) -> None:
    bad = NOTICE_2027.replace("2027-06-09,休", "2027-06-31,休")
    typed = {"notice": bad} if kind == "pasted" else {"file": (BytesIO(bad.encode()), "n.csv")}
    answer = chief.submit(chief.get("/bureau/calendar"), "/bureau/calendar", **typed)
    assert answer.status_code == 422
    assert "第 18 行" in main(answer)
    field = tree(answer).find(".//textarea[@name='notice']")
    assert field is not None
    assert "".join(field.itertext()).strip() == bad.strip()


@pytest.mark.parametrize("data", [b"PK\x03\x04xlsx", b"\xff\xfe\x00", b"\x00\x01\x02", b"\x81"])
def test_a_file_that_is_no_text_is_refused_beside_its_field(chief: NaggingClient, data: bytes) -> None:
    sent = {"file": (BytesIO(data), "n.csv")}
    answer = chief.submit(chief.get("/bureau/calendar"), "/bureau/calendar", **sent)
    assert answer.status_code == 422
    assert tree(answer).find(".//*[@id='file-error']") is not None


def test_a_preview_without_a_notice_leads_back(chief: NaggingClient) -> None:
    answer = chief.get("/bureau/calendar/preview")
    assert (answer.status_code, answer.location) == (303, "/bureau/calendar")
