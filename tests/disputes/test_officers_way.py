"""What an officer meets on the way through a dispute: the identity, the minutes, the day that counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.disputes.actions.mediation import refuse_complaint, terminate
from portal.disputes.actions.proposals import accept_proposal
from portal.disputes.permissions import standing_of
from portal.disputes.wording import turn_line
from portal.disputes.workflow import Party
from tests.disputes.bureau import handed_over, identified, mediated, mediating, proposed
from tests.disputes.visits import Visitors, post_act, send
from tests.makers import Town
from tests.nag import tree, words
from tests.people import ALICE, GRACE
from tests.world import BEGINNING


def test_an_officer_finds_the_way_to_an_identity_that_was_given_and_nobody_else_does(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    address = f"/disputes/{dispute.ref}"
    assert "identity-views" not in visitors["grace"].get(address).text
    assert "还没有提供姓名、证件和地址" in words(tree(visitors["grace"].get(address)))
    identified(db_session, dispute)
    for who in ("alice", "bob"):
        assert "identity-views" not in visitors[who].get(address).text
    page = visitors["grace"].get(address)
    looked = send(visitors["grace"], page, "identity-views")
    assert (looked.status_code, looked.location) == (303, f"{address}/identity")


def test_an_identity_that_was_given_is_asked_for_no_more_but_can_be_corrected(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    alice, address = visitors["alice"], f"/disputes/{dispute.ref}"
    assert f"{address}/identities" in alice.get(address).text
    identified(db_session, dispute)
    assert f"{address}/identities" not in alice.get(address).text
    assert "更正正式投诉的身份信息" in words(tree(alice.get(address)))
    assert f"{address}/identities" in alice.get(f"{address}?act=identity").text


def test_all_that_is_missing_is_said_at_once(visitors: Visitors, db_session: Session, town: Town) -> None:
    ref = handed_over(db_session, town).ref
    answer = post_act(visitors["alice"], ref, "identities")
    assert answer.status_code == 422
    blamed = {one.get("id") for one in tree(answer).iter() if (one.get("id") or "").endswith("-error")}
    assert blamed == {f"identity-{name}-error" for name in ("name", "id_type", "id_number", "address")}


def test_minutes_of_a_day_before_the_complaint_are_refused(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = mediating(db_session, town)
    day = (dispute.filed_at - timedelta(days=2)).date().isoformat()
    answer = post_act(
        visitors["grace"], dispute.ref, "sessions", held_on=day, way="phone", minutes="双方都来了。"
    )
    assert answer.status_code == 422
    assert "早于提交和解申请的日期" in words(tree(answer))
    assert "双方都来了。" in answer.text


def test_officers_read_the_agreed_day_and_not_that_of_the_reminder(db_session: Session, town: Town) -> None:
    dispute = mediating(db_session, town)
    mediated(db_session, dispute)
    standing = standing_of(dispute)
    assert standing.reminder_due_at is not None
    assert BEGINNING < standing.reminder_due_at < (standing.performance_due_at or BEGINNING)
    for reader in Party.BUREAU, Party.CONSUMER:
        assert turn_line(standing, reader).until == standing.performance_due_at


@pytest.mark.parametrize(("end", "ground"), [(refuse_complaint, "too_late"), (terminate, "no_agreement")])
def test_the_ways_left_stand_at_the_top_for_the_consumer(
    db_session: Session, town: Town, end: Callable[..., object], ground: str
) -> None:
    dispute = handed_over(db_session, town) if end is refuse_complaint else mediating(db_session, town)
    end(db_session, dispute, GRACE, ground=ground, note="双方差距大。", now=BEGINNING)
    standing = standing_of(dispute)
    assert "arbitration or to court" in turn_line(standing, Party.CONSUMER).otherwise
    assert turn_line(standing, Party.MERCHANT).otherwise == ""


def test_who_has_agreed_to_a_proposal_is_told_so_as_such(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = mediating(db_session, town)
    accept_proposal(db_session, dispute, ALICE, proposed(db_session, dispute).n, now=BEGINNING)
    said = {who: words(tree(visitors[who].get(f"/disputes/{dispute.ref}"))) for who in ("alice", "bob")}
    assert "您已同意，等商家答复" in said["alice"]
    assert "消费者已同意，等商家答复" in said["bob"]


def test_forms_that_end_in_a_file_can_be_sent_again(
    visitors: Visitors, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    for address in (f"/disputes/{dispute.ref}", "/bureau/export"):
        forms = [
            one
            for one in tree(visitors["grace"].get(address)).iter("form")
            if one.get("data-download") is not None
        ]
        assert len(forms) == 1, address
