"""The papers of who mediates: the letter to an entrusted body, and each decision on a recusal."""

import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, PersonKind
from portal.accounts.viewer import Viewer
from portal.core.pdf import typeset
from portal.disputes.actions.entrusted import entrust
from portal.disputes.actions.mediation import accept_for_mediation, assign
from portal.disputes.actions.recusals import ask_recusal, deny_recusal, grant_recusal, step_aside
from portal.disputes.models import Dispute
from portal.disputes.permissions import party_of
from portal.disputes.queries import thread
from portal.disputes.views.official_papers import paper_data
from portal.disputes.views.paper_list import papers_of
from tests.disputes.bureau import ADDRESS, FULL_NAME, ID_NUMBER, handed_over, identified, mediating
from tests.makers import Town, days_from, make_officer, make_town
from tests.people import ALICE, BOB, CITY, GRACE
from tests.world import BEGINNING

WHY = {"reason": "relative", "note": "是老板的表弟。"}


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def chief(db_session: Session, town: Town) -> Viewer:
    row = make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR, display_name="钱主任")
    return Viewer(id=row.id, kind=PersonKind.OFFICER, region=CITY, rank=OfficerRole.SUPERVISOR)


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    """Grace mediates."""
    made = mediating(db_session, town)
    assign(db_session, made, GRACE, officer_id=GRACE.id, now=BEGINNING)
    return made


def on_paper(app: Flask, session: Session, dispute: Dispute, name: str, reader: Viewer) -> str:
    """All the words of one paper, which also is really set."""
    with app.test_request_context():
        events = thread(session, dispute, reader)
        paper = next(one for one in papers_of(events, party_of(reader)) if one.name == name)
        data = paper_data(session, dispute, reader, paper, events)
        assert typeset("official.typ", data).startswith(b"%PDF")
        return json.dumps(data, ensure_ascii=False)


@pytest.mark.parametrize("reader", [ALICE, BOB, GRACE])
def test_the_letter_says_to_whom_by_when_and_nothing_of_the_identity(
    app: Flask, db_session: Session, town: Town, reader: Viewer
):
    waiting = handed_over(db_session, town)
    identified(db_session, waiting)
    accept_for_mediation(db_session, waiting, GRACE, now=BEGINNING)
    terms = {"to": "committee", "report_by": days_from(BEGINNING, 20), "note": "请双方配合。"}
    entrust(db_session, waiting, GRACE, **terms, now=BEGINNING)
    text = on_paper(app, db_session, waiting, "entrustment", reader)
    for said in ("委托调解函", "人民调解委员会", "2026年12月14日", "请双方配合。", "法定调解期限继续计算"):
        assert said in text, said
    assert [part for part in (FULL_NAME, ID_NUMBER, ADDRESS) if part in text] == []


def test_a_granted_recusal_names_the_officer_the_reason_and_who_decided(
    app: Flask, db_session: Session, dispute: Dispute, chief: Viewer
):
    ask_recusal(db_session, dispute, ALICE, **WHY, now=BEGINNING)
    grant_recusal(db_session, dispute, chief, officer=str(chief.id), note="材料继续有效。", now=BEGINNING)
    for reader in (ALICE, BOB, chief):
        text = on_paper(app, db_session, dispute, "recusal", reader)
        for said in ("回避决定书", "回避申请成立", "葛蕾丝", "近亲属", "钱主任", "材料继续有效。"):
            assert said in text, said
        assert WHY["note"] not in text


def test_who_steps_aside_is_not_named_as_who_decides(app: Flask, db_session: Session, dispute: Dispute):
    step_aside(db_session, dispute, GRACE, reason="interest", officer="", note="", now=BEGINNING)
    text = on_paper(app, db_session, dispute, "recusal", BOB)
    assert ("自行回避" in text, "葛蕾丝" in text, "决定人" in text) == (True, True, False)


def test_a_recusal_that_is_not_granted_says_why(
    app: Flask, db_session: Session, dispute: Dispute, chief: Viewer
):
    ask_recusal(db_session, dispute, BOB, **WHY, now=BEGINNING)
    deny_recusal(db_session, dispute, chief, note="经查没有亲属关系。", now=BEGINNING)
    text = on_paper(app, db_session, dispute, "recusal-denied", ALICE)
    for said in ("不予回避决定书", "由下列办案人员继续办理", "葛蕾丝", "钱主任", "经查没有亲属关系。"):
        assert said in text, said
