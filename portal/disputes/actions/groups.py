"""Handling disputes together: the bureau invites, each consumer joins, stands, names and leaves alone."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn, RuleBroken
from portal.core.refs import unused_ref
from portal.core.words import N_, clean_text
from portal.disputes.actions.letters import write_to_consumer
from portal.disputes.groups import MOST_REPRESENTATIVES, DisputeGroup, GroupMember, group_of
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import TALKS, WITH_BUREAU, Fact

FEWEST = 2  # a joint complaint needs two consumers
TITLE_LIMIT = 60


def invite(
    session: Session,
    actor: Viewer,
    disputes: Sequence[Dispute],
    *,
    title: str,
    note: str,
    now: datetime,
) -> DisputeGroup:
    """Open a group and write to each consumer; `disputes` are locked by the caller, all of one city.

    Raises RuleBroken(title | note | disputes): fewer than two consumers, more than one merchant, closed.
    """
    named = clean_text(title, limit=TITLE_LIMIT, field="title")
    if not named:
        raise RuleBroken("title", N_("Please give it a short name."))
    if len({dispute.merchant_id for dispute in disputes}) > 1:
        raise RuleBroken("disputes", N_("A group is about one merchant. Please choose disputes of one."))
    if len({dispute.consumer_id for dispute in disputes}) < FEWEST:
        raise RuleBroken("disputes", N_("A group needs open disputes of at least two customers."))
    if any(dispute.state not in TALKS | WITH_BUREAU or dispute.in_group for dispute in disputes):
        raise RuleBroken("disputes", N_("One of them is closed, or is handled in a group already."))
    first = disputes[0]
    districts = {dispute.district_code for dispute in disputes}
    group = DisputeGroup(
        ref=unused_ref(session, DisputeGroup.ref),
        title=named,
        merchant_id=first.merchant_id,
        city_code=first.city_code,
        district_code=first.district_code if len(districts) == 1 else "",
        opened_at=now,
        opened_by=actor.id,
    )
    session.add(group)
    session.flush()
    ids = [dispute.id for dispute in disputes]
    session.execute(sa.delete(GroupMember).where(GroupMember.dispute_id.in_(ids)))
    for dispute in disputes:
        session.add(GroupMember(dispute_id=dispute.id, group_id=group.id, invited_at=now))
        write_to_consumer(session, dispute, actor, note=note, now=now)
    return group


def join_group(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer agrees to be handled together with the others; raises MovedOn where nobody invited."""
    if session.get(GroupMember, dispute.id) is None:
        raise MovedOn
    return record_act(session, dispute, actor, Fact.GROUP_JOINED, now=now)


def leave_group(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer goes on alone; what was said so far stays, and who was named is named no more."""
    member = session.get(GroupMember, dispute.id)
    if member is not None:
        member.stands_at = member.first = member.second = None
    return record_act(session, dispute, actor, Fact.GROUP_LEFT, now=now)


def name_representatives(
    session: Session, dispute: Dispute, *, stands: bool, named: Collection[str], now: datetime
) -> None:
    """Say whether one is ready to speak for the others, and who may speak for oneself.

    named: references of members' disputes, at most two, of those who stand (oneself too). Raises
    RuleBroken(named), MovedOn where the dispute is in no group.
    """
    group, row = group_of(session, dispute), session.get(GroupMember, dispute.id)
    if group is None or row is None or not dispute.in_group:
        raise MovedOn
    if len(named) > MOST_REPRESENTATIVES:
        raise RuleBroken("named", N_("Please name at most two."))
    known = {member.ref: member.dispute_id for member in group.standing} | {dispute.ref: dispute.id}
    if not stands:
        known.pop(dispute.ref)
    if not set(named) <= known.keys():
        raise RuleBroken("named", N_("Please choose among those who are ready to speak for the others."))
    ids = [known[ref] for ref in dict.fromkeys(named)]
    row.stands_at = (row.stands_at or now) if stands else None
    row.first, row.second = [*ids, None, None][:2]
