"""The bureau's acts, as rows of test_acts: fact, who, how it stands before, act, address, what is typed."""

from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation, assign
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from portal.disputes.workflow import Fact
from tests.disputes.acting import ACTS
from tests.makers import performed
from tests.people import ALICE, GRACE, GRACE_ID
from tests.world import BEGINNING


def _after(*acts: tuple[Fact, Viewer]) -> Any:
    def prepare(session: Session, dispute: Dispute) -> None:
        for fact, viewer in acts:
            ACTS[fact](session, dispute, viewer, BEGINNING)

    return prepare


def _with_grace(session: Session, dispute: Dispute) -> None:
    escalate(session, dispute, ALICE, now=BEGINNING)
    assign(session, dispute, GRACE, officer_id=GRACE_ID, now=BEGINNING)


def _mediated_on(session: Session, dispute: Dispute) -> None:
    ACTS[Fact.ESCALATED](session, dispute, ALICE, BEGINNING)
    ACTS[Fact.IDENTITY_GIVEN](session, dispute, ALICE, BEGINNING)
    accept_for_mediation(session, dispute, GRACE, now=BEGINNING)


def _entrusted(session: Session, dispute: Dispute) -> None:
    _mediated_on(session, dispute)
    ACTS[Fact.MEDIATION_ENTRUSTED](session, dispute, GRACE, BEGINNING)


def _asked(session: Session, dispute: Dispute) -> None:
    performed(session, dispute)
    confirm_performance(session, dispute, ALICE, now=BEGINNING)
    assert dispute.follow_up_due_at is not None
    catch_up(session, dispute.id, dispute.follow_up_due_at)


LETTER = {"note": "请于周五前提供发票。"}
ROWS: list[tuple[Fact, str, Any, str, str, dict[str, Any]]] = [
    (Fact.CONSUMER_WRITTEN_TO, "grace", _after(), "consumer_letter", "consumer-letters", LETTER),
    (Fact.MERCHANT_WRITTEN_TO, "grace", _after(), "merchant_letter", "merchant-letters", LETTER),
    (
        Fact.FIGURES_EXCLUDED,
        "grace",
        _after(),
        "exclusion",
        "exclusions",
        {"ground": "own_shop", "note": "手机号是店员的。"},
    ),
    (
        Fact.FIGURES_INCLUDED,
        "grace",
        _after((Fact.FIGURES_EXCLUDED, GRACE)),
        "inclusion",
        "inclusions",
        {"note": "核实是两个人。"},
    ),
    (
        Fact.RECUSAL_ASKED,
        "alice",
        _with_grace,
        "recusal_request",
        "recusal-requests",
        {"reason": "relative", "note": "是店主的表姐。"},
    ),
    (
        Fact.OFFICER_RECUSED,
        "grace",
        _with_grace,
        "stepping_aside",
        "steps-aside",
        {"reason": "interest", "note": "我在这家店买过家具。", "officer": ""},
    ),
    (
        Fact.ENTRUSTMENT_ENDED,
        "grace",
        _entrusted,
        "entrustment_result",
        "entrustment-results",
        {"result": "not_agreed", "note": "双方没有谈拢。"},
    ),
    (
        Fact.FOLLOW_UP_ANSWERED,
        "alice",
        _asked,
        "follow_up_answer",
        "follow-up-answers",
        {"kept": "yes", "content": "5", "note": "谢谢。"},
    ),
]
# Those that need another city, other members or a supervisor: the test that tries them, by their addresses.
TRIED_IN = {
    Fact.RECUSAL_DENIED: ("test_recusals.py", "recusal-denials"),
    Fact.MEDIATION_ENTRUSTED: ("test_entrusted.py", "entrustments"),
    Fact.DISPUTE_TRANSFERRED: ("test_transfers.py", "transfers"),
    Fact.TRANSFER_RECEIVED: ("test_transfers.py", "receipts"),
    Fact.GROUP_JOINED: ("../bureau/test_issues.py", "group-memberships"),
    Fact.GROUP_LEFT: ("../bureau/test_issues.py", "group-departures"),
}
