"""Recusal: a side asks for another officer, or one steps aside; who is challenged decides nothing of it."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.bureau.actions.cover import in_hand
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.actions import recusals
from portal.disputes.actions.mediation import assign, refuse_complaint, terminate
from portal.disputes.actions.transfers import transfer_dispute
from portal.disputes.colleagues import colleagues_of
from portal.disputes.models import Dispute
from portal.disputes.workflow import Fact
from portal.notices.dispatch import dispatch
from portal.notices.models import Notice
from tests.disputes.bureau import differences, facts, handed_over, last, mediating
from tests.disputes.visits import Visitors, fields_of, post_act, send
from tests.makers import Town, make_officer, sign_in
from tests.nag import tree, words
from tests.people import ALICE, BOB, CITY, DISTRICT, GRACE
from tests.world import BEGINNING

WHY = "店员说办事的同志是老板的表弟。"
GROUNDS = {"reason": "relative", "note": WHY}


def viewer(person: Person, region: str = CITY, rank: OfficerRole = OfficerRole.SUPERVISOR) -> Viewer:
    return Viewer(id=person.id, kind=PersonKind.OFFICER, region=region, rank=rank)


@pytest.fixture
def chief(db_session: Session, town: Town) -> Person:
    return make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR, display_name="钱主任")


@pytest.fixture
def linda(db_session: Session, town: Town) -> Person:
    return make_officer(db_session, DISTRICT, display_name="林达")


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    """Grace mediates."""
    found = mediating(db_session, town)
    assign(db_session, found, GRACE, officer_id=GRACE.id, now=BEGINNING)
    return found


def ask(session: Session, dispute: Dispute, actor: Viewer = ALICE) -> None:
    recusals.ask_recusal(session, dispute, actor, **GROUNDS, now=BEGINNING)


def grant(session: Session, dispute: Dispute, by: Viewer, officer: str = "") -> None:
    recusals.grant_recusal(session, dispute, by, officer=officer, note="", now=BEGINNING)


def deny(session: Session, dispute: Dispute, by: Viewer) -> None:
    recusals.deny_recusal(session, dispute, by, note="没有亲属关系。", now=BEGINNING)


@pytest.mark.parametrize("side", [ALICE, BOB])
def test_a_supervisor_grants_it_and_the_officer_never_gets_it_again(
    db_session: Session, town: Town, dispute: Dispute, chief: Person, linda: Person, side: Viewer
):
    ask(db_session, dispute, side)
    assert dispute.recusal_asked
    grant(db_session, dispute, viewer(chief), str(linda.id))
    assert (dispute.recusal_asked, dispute.officer_id) == (False, linda.id)
    assert last(db_session, dispute, Fact.OFFICER_RECUSED).details["recused"] == GRACE.id
    assert [one.name for one in colleagues_of(db_session, dispute)] == ["林达", "钱主任"]
    with pytest.raises(NotAllowed):
        assign(db_session, dispute, viewer(chief), officer_id=GRACE.id, now=BEGINNING)
    assert in_hand(db_session, viewer(chief), officer_id=linda.id, cover_id=GRACE.id).covered == []
    assert differences(db_session) == []


def test_it_is_denied_with_a_reason_and_the_same_side_asks_once_about_an_officer(
    db_session: Session, dispute: Dispute, chief: Person
):
    ask(db_session, dispute)
    with pytest.raises(RuleBroken):
        recusals.deny_recusal(db_session, dispute, viewer(chief), note=" ", now=BEGINNING)
    deny(db_session, dispute, viewer(chief))
    assert (dispute.recusal_asked, dispute.officer_id) == (False, GRACE.id)
    with pytest.raises(RuleBroken):
        ask(db_session, dispute)
    ask(db_session, dispute, BOB)
    with pytest.raises(RuleBroken):
        recusals.ask_recusal(db_session, dispute, ALICE, **GROUNDS | {"reason": "interest"}, now=BEGINNING)
    assert dispute.recusal_asked
    assert facts(db_session, dispute).count("recusal_asked") == 2


def test_nobody_is_asked_for_where_nobody_has_it_and_granted_where_nothing_was_asked(
    db_session: Session, town: Town, dispute: Dispute, chief: Person
):
    with pytest.raises(MovedOn):
        ask(db_session, handed_over(db_session, town))
    with pytest.raises(MovedOn):
        grant(db_session, dispute, viewer(chief))


def test_the_challenged_officer_decides_nothing_and_ends_nothing_until_it_is_decided(
    db_session: Session, town: Town, dispute: Dispute, linda: Person, chief: Person
):
    ask(db_session, dispute)
    own = viewer(town.grace, DISTRICT)  # even as a supervisor
    for act in (grant, deny):
        with pytest.raises(NotAllowed):
            act(db_session, dispute, own)
        with pytest.raises(NotAllowed):
            act(db_session, dispute, viewer(linda, DISTRICT, OfficerRole.OFFICER))
    with pytest.raises(NotAllowed):
        terminate(db_session, dispute, GRACE, ground="absent", note="", now=BEGINNING)
    with pytest.raises(NotAllowed):
        transfer_dispute(
            db_session, dispute, GRACE, store_code="XX4MXTF4", note="不归我们管。", now=BEGINNING
        )
    with pytest.raises(MovedOn):
        assign(db_session, dispute, GRACE, officer_id=linda.id, now=BEGINNING)
    assert in_hand(db_session, viewer(chief), officer_id=GRACE.id, cover_id=linda.id).covered == []
    terminate(db_session, dispute, viewer(chief), ground="absent", note="", now=BEGINNING)
    assert not dispute.recusal_asked


def test_the_challenged_officer_does_not_refuse_the_complaint_either(db_session: Session, town: Town):
    waiting = handed_over(db_session, town)
    assign(db_session, waiting, GRACE, officer_id=GRACE.id, now=BEGINNING)
    ask(db_session, waiting)
    with pytest.raises(NotAllowed):
        refuse_complaint(db_session, waiting, GRACE, ground="outside", note="", now=BEGINNING)


def test_where_the_city_has_no_other_supervisor_any_other_officer_decides(
    db_session: Session, dispute: Dispute, linda: Person
):
    ask(db_session, dispute)
    grant(db_session, dispute, viewer(linda, DISTRICT, OfficerRole.OFFICER))
    assert dispute.officer_id is None


def test_an_officer_steps_aside_for_a_reason_and_nobody_else_does_that(
    db_session: Session, dispute: Dispute, linda: Person
):
    terms = {"reason": "relative", "officer": str(linda.id), "note": "店主是我表弟。", "now": BEGINNING}
    with pytest.raises(NotAllowed):
        recusals.step_aside(db_session, dispute, viewer(linda, DISTRICT), **terms)
    for changed, field in (
        ({"reason": "because"}, "reason"),
        ({"officer": "99999999999999999999"}, "officer"),
        ({"officer": str(GRACE.id)}, "officer"),
    ):
        with pytest.raises(RuleBroken) as broken:
            recusals.step_aside(db_session, dispute, GRACE, **terms | changed)
        assert broken.value.field == field
    recusals.step_aside(db_session, dispute, GRACE, **terms)
    assert dispute.officer_id == linda.id
    assert differences(db_session) == []


def test_who_decides_is_told_and_the_challenged_one_that_others_do(
    db_session: Session, town: Town, dispute: Dispute, chief: Person, linda: Person
):
    dispatch(db_session, BEGINNING)
    ask(db_session, dispute)
    dispatch(db_session, BEGINNING)
    told = sa.select(Notice.person_id, Notice.audience).where(Notice.fact == Fact.RECUSAL_ASKED)
    assert {tuple(row) for row in db_session.execute(told)} == {
        (town.grace.id, "officers"),
        (chief.id, "deciders"),
        (town.bob.id, "staff"),
        (town.carol.id, "staff"),
    }


# The addresses


def test_from_the_request_to_the_decision_in_pages(
    visitors: Visitors, db_session: Session, town: Town, dispute: Dispute, chief: Person, linda: Person
):
    ref = dispute.ref
    shown = visitors["alice"].get(f"/disputes/{ref}?act=recusal_request")
    assert "葛蕾丝" in words(tree(shown))
    refused = send(visitors["alice"], shown, "recusal-requests", reason="", note=WHY)
    assert refused.status_code == 422
    assert fields_of(refused, "recusal-requests", ["reason"])["note"] == WHY
    assert send(visitors["alice"], refused, "recusal-requests", reason="relative").status_code == 303
    own = words(tree(visitors["grace"].get(f"/disputes/{ref}")))
    assert ("同意回避" in own, WHY in own) == (False, True)
    decider = visitors.new_client()
    sign_in(decider, db_session, chief)
    queue = words(tree(decider.get("/bureau/disputes?mediator=recusal")))
    assert "回避申请待决定" in queue
    assert "双门冰箱" in queue
    assert "双门冰箱" not in words(tree(decider.get("/bureau/disputes?mediator=entrusted")))
    assert "回避申请待决定" in words(tree(decider.get("/bureau")))
    shown = decider.get(f"/disputes/{ref}?act=recusal")
    assert send(decider, shown, "recusals", officer=str(linda.id), note="").status_code == 303
    assert facts(db_session, dispute)[-2:] == ["recusal_asked", "officer_recused"]
    for who in ("alice", "bob"):
        said = words(tree(visitors[who].get(f"/disputes/{ref}")))
        assert "回避决定书" in said
        assert visitors[who].get(f"/disputes/{ref}/papers/recusal.pdf").mimetype == "application/pdf"


def test_a_recused_officer_reads_and_acts_no_more(
    visitors: Visitors, db_session: Session, dispute: Dispute, chief: Person
):
    ref = dispute.ref
    ask(db_session, dispute)
    grant(db_session, dispute, viewer(chief))
    page = visitors["grace"].get(f"/disputes/{ref}")
    assert page.status_code == 200
    assert [form for form in tree(page).iter("form") if "/sessions" in (form.get("action") or "")] == []
    before = facts(db_session, dispute)
    for noun, fields in {
        "assignments": {"officer": str(GRACE.id)},
        "sessions": {"held_on": "2026-11-24", "way": "phone", "minutes": "谈过了。"},
        "terminations": {"ground": "absent"},
        "exclusions": {"ground": "other", "note": "无"},
    }.items():
        assert post_act(visitors["grace"], ref, noun, **fields).status_code == 404, noun
    assert facts(db_session, dispute) == before
    assert "我来受理" not in words(tree(visitors["grace"].get("/bureau/disputes")))


@pytest.mark.parametrize("noun", ["recusals", "recusal-denials", "steps-aside"])
def test_what_the_bureau_decides_is_no_address_of_the_sides_or_of_the_challenged(
    visitors: Visitors, db_session: Session, dispute: Dispute, chief: Person, noun: str
):
    ref = dispute.ref
    ask(db_session, dispute)
    others = ["alice", "bob", "carol", "mallory"] + (["grace"] if noun != "steps-aside" else [])
    for who in others:
        sent = post_act(visitors[who], ref, noun, officer="", reason="relative", note="不同意。")
        assert (who, sent.status_code) == (who, 404)
    stranger, client = make_officer(db_session, "330106"), visitors.new_client()
    sign_in(client, db_session, stranger)
    assert post_act(client, ref, noun, reason="relative", note="x").status_code == 404
    assert facts(db_session, dispute)[-1] == "recusal_asked"


def test_no_officer_asks_for_another_one(visitors: Visitors, dispute: Dispute):
    assert post_act(visitors["grace"], dispute.ref, "recusal-requests", **GROUNDS).status_code == 404
