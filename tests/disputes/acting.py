"""What each fact is recorded by, as a person would do it: one row per fact that people record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, OfficerRole, PersonKind
from portal.accounts.viewer import Viewer
from portal.core.refs import unused_ref
from portal.disputes.actions import (
    endings,
    entrusted,
    figures,
    follow_up,
    groups,
    letters,
    mediation,
    offers,
    performance,
    proposals,
    recusals,
    talks,
    transfers,
)
from portal.disputes.colleagues import is_recused
from portal.disputes.groups import DisputeGroup, GroupMember
from portal.disputes.models import Dispute
from portal.disputes.official import OfficialIdentity, give_identity
from portal.disputes.workflow import Fact, Remedy
from tests.makers import days_from, make_city, make_merchant, make_officer, make_store, offered

Act = Callable[[Session, Dispute, Viewer, datetime], Any]


def _with_offer(action: Callable[..., Any]) -> Act:
    return lambda session, dispute, viewer, now: action(session, dispute, viewer, dispute.offer_n, now=now)


def _with_proposal(action: Callable[..., Any], **more: Any) -> Act:
    return lambda session, dispute, viewer, now: action(
        session, dispute, viewer, dispute.proposal_n, now=now, **more
    )


def _saying(action: Callable[..., Any], field: str, **more: Any) -> Act:
    def act(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> Any:
        return action(session, dispute, viewer, now=now, **{field: "我说一下情况。"}, **more)

    return act


def _pass_on(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> Any:
    store = make_store(session, make_merchant(session, make_city(session, "330200")))
    return transfers.transfer_dispute(
        session, dispute, viewer, store_code=store.code, note="店在宁波。", now=now
    )


def _join(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    """Take part in a group that the bureau has invited to, alone so far."""
    if session.get(GroupMember, dispute.id) is None:
        group = DisputeGroup(
            ref=unused_ref(session, DisputeGroup.ref),
            title="同一家店的冰箱",
            merchant_id=dispute.merchant_id,
            city_code=dispute.city_code,
            opened_at=now,
            opened_by=viewer.id,
        )
        session.add(group)
        session.flush()
        session.add(GroupMember(dispute_id=dispute.id, group_id=group.id, invited_at=now))
        session.flush()
    groups.join_group(session, dispute, viewer, now=now)


def _boss(session: Session, dispute: Dispute) -> Viewer:
    """The supervisor of the dispute's city, who decides about its officers."""
    wanted = sa.select(OfficerPost.person_id).where(
        OfficerPost.region_code == dispute.city_code, OfficerPost.role == OfficerRole.SUPERVISOR
    )
    known = session.scalars(wanted).first()
    id_ = known or make_officer(session, dispute.city_code, role=OfficerRole.SUPERVISOR).id
    return Viewer(id=id_, kind=PersonKind.OFFICER, region=dispute.city_code, rank=OfficerRole.SUPERVISOR)


def _assign(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    """To this officer; to the boss where that one was recused."""
    out = is_recused(session, dispute, viewer.id)
    officer = _boss(session, dispute) if out else viewer
    mediation.assign(session, dispute, viewer, officer_id=officer.id, now=now)


def _ask_recusal(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    """About an officer of whom nobody has asked yet."""
    other = make_officer(session, dispute.city_code).id
    mediation.assign(session, dispute, _boss(session, dispute), officer_id=other, now=now)
    recusals.ask_recusal(session, dispute, viewer, reason="relative", note="他是店主的表哥。", now=now)


def _deny_recusal(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    recusals.deny_recusal(session, dispute, _boss(session, dispute), note="经核实没有亲属关系。", now=now)


def _recuse(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    """Whoever has it steps aside, and nobody takes over yet."""
    assert dispute.officer_id is not None
    officer = replace(viewer, id=dispute.officer_id)
    recusals.step_aside(session, dispute, officer, reason="interest", officer="", note="", now=now)


def _entrust(session: Session, dispute: Dispute, viewer: Viewer, now: datetime) -> None:
    """To the consumers' council, as the consumer has agreed."""
    agreed = {"name": "王秀兰", "id_type": "passport", "id_number": "E1", "address": "云溪市"}
    row = OfficialIdentity(dispute_id=dispute.id, **agreed, entrusted=True, elsewhere=False, given_at=now)
    session.merge(row)
    session.flush()
    entrusted.entrust(
        session, dispute, viewer, to="council", report_by=days_from(now, 0), note="请协助调解。", now=now
    )


ACTS: dict[Fact, Act] = {
    Fact.MESSAGE_POSTED: _saying(talks.post_message, "text"),
    Fact.CONTACT_SHARED: lambda session, dispute, viewer, now: talks.share_contact(
        session, dispute, viewer, now=now
    ),
    Fact.EVIDENCE_REQUESTED: _saying(talks.request_evidence, "note"),
    Fact.REFUSAL_GIVEN: _saying(talks.refuse_claim, "note", reason="no_fault"),
    Fact.STORE_DENIED: _saying(talks.deny_store, "note"),
    Fact.OFFER_MADE: lambda session, dispute, viewer, now: offered(session, dispute, viewer, now=now),
    Fact.OFFER_ACCEPTED: _with_offer(offers.accept_offer),
    Fact.OFFER_DECLINED: _with_offer(offers.decline_offer),
    Fact.OFFER_WITHDRAWN: _with_offer(offers.withdraw_offer),
    Fact.ESCALATED: _saying(endings.escalate, "note"),
    Fact.CONSUMER_WITHDREW: _saying(endings.withdraw, "note", reason="other"),
    Fact.WITHDRAWAL_UNDONE: lambda session, dispute, viewer, now: endings.undo_withdrawal(
        session, dispute, viewer, now=now
    ),
    Fact.PERFORMANCE_CLAIMED: _saying(performance.claim_performance, "note"),
    Fact.PERFORMANCE_DENIED: _saying(performance.deny_performance, "note"),
    Fact.PERFORMANCE_CONFIRMED: lambda session, dispute, viewer, now: performance.confirm_performance(
        session, dispute, viewer, now=now
    ),
    Fact.DISPUTE_REOPENED: _saying(performance.reopen, "note"),
    Fact.DISPUTE_RATED: _saying(performance.rate, "comment", stars=3),
    Fact.IDENTITY_GIVEN: lambda session, dispute, viewer, now: give_identity(
        session,
        dispute,
        viewer,
        name="王秀兰",
        id_type="id_card",
        id_number="11010519491231002X",
        address="云溪市溪东区钟楼路 1 号",
        elsewhere=False,
        entrusted=True,
        now=now,
    ),
    Fact.OFFICER_ASSIGNED: _assign,
    Fact.RECUSAL_ASKED: _ask_recusal,
    Fact.RECUSAL_DENIED: _deny_recusal,
    Fact.OFFICER_RECUSED: _recuse,
    Fact.MEDIATION_ENTRUSTED: _entrust,
    Fact.ENTRUSTMENT_ENDED: _saying(entrusted.end_entrustment, "note", result="not_agreed"),
    Fact.FOLLOW_UP_ANSWERED: _saying(follow_up.answer_follow_up, "note", kept="partly", content=4),
    Fact.MEDIATION_ACCEPTED: _saying(mediation.accept_for_mediation, "note"),
    Fact.COMPLAINT_REFUSED: _saying(mediation.refuse_complaint, "note", ground="elsewhere"),
    Fact.SESSION_HELD: lambda session, dispute, viewer, now: mediation.hold_session(
        session,
        dispute,
        viewer,
        held_on=days_from(now, 0),
        way="phone",
        minutes="双方都在，店方愿意再商量。",
        now=now,
    ),
    Fact.TESTING_BEGUN: _saying(mediation.begin_testing, "note", payer="at_fault"),
    Fact.TESTING_ENDED: _saying(mediation.end_testing, "note"),
    Fact.PROPOSAL_MADE: lambda session, dispute, viewer, now: proposals.propose(
        session,
        dispute,
        viewer,
        remedy=Remedy.REFUND,
        amount_fen=5_000_00,
        perform_by=days_from(now, 30),
        note="各让一步。",
        now=now,
    ),
    Fact.DISPUTE_TRANSFERRED: _pass_on,
    Fact.TRANSFER_RECEIVED: lambda session, dispute, viewer, now: transfers.confirm_arrival(
        session, dispute, viewer, now=now
    ),
    Fact.MEDIATION_TERMINATED: _saying(mediation.terminate, "note", ground="no_agreement"),
    Fact.FIGURES_EXCLUDED: _saying(figures.exclude, "note", ground="own_shop"),
    Fact.FIGURES_INCLUDED: _saying(figures.include, "note"),
    Fact.PROPOSAL_ACCEPTED: _with_proposal(proposals.accept_proposal),
    Fact.DISPUTE_MEDIATED: _with_proposal(proposals.accept_proposal),
    Fact.PROPOSAL_DECLINED: _with_proposal(proposals.decline_proposal, note="太少了。"),
    Fact.GROUP_JOINED: _join,
    Fact.GROUP_LEFT: lambda session, dispute, viewer, now: groups.leave_group(
        session, dispute, viewer, now=now
    ),
    Fact.CONSUMER_WRITTEN_TO: _saying(letters.write_to_consumer, "note"),
    Fact.MERCHANT_WRITTEN_TO: _saying(letters.write_to_merchant, "note"),
}
