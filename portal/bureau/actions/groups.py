"""What a mediator does for a whole group: into every member's dispute at once, accepted by each alone."""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.disputes.actions.mediation import hold_session
from portal.disputes.actions.proposals import propose
from portal.disputes.deadlines import catch_up
from portal.disputes.groups import GroupMember
from portal.disputes.models import Dispute
from portal.disputes.workflow import WITH_MONEY, State
from portal.regions.scope import within


def hold_together(
    session: Session,
    officer: Viewer,
    group_id: int,
    *,
    held_on: date | None,
    way: str,
    minutes: str,
    now: datetime,
) -> int:
    """The minutes of one session for all members in mediation; gives how many. Raises as `hold_session`."""
    return _for_each(
        session,
        officer,
        group_id,
        lambda dispute: hold_session(
            session, dispute, officer, held_on=held_on, way=way, minutes=minutes, now=now
        ),
        now,
    )


def propose_to_all(
    session: Session,
    officer: Viewer,
    group_id: int,
    *,
    remedy: str,
    amount_fen: int | None,
    percent: int | None,
    perform_by: date | None,
    note: str,
    now: datetime,
) -> int:
    """A proposal to every member in mediation and its shop; gives how many.

    amount_fen: the same for all; percent (1-100): of what each has paid, instead. Each member accepts alone.
    Raises RuleBroken as `propose`, and (share) for both or a share that is none.
    """
    if percent is not None and (amount_fen is not None or not 1 <= percent <= 100):
        raise RuleBroken("share", N_("Please enter either a sum or a share from 1 to 100."))
    with_money = remedy in WITH_MONEY
    if with_money and percent is None and amount_fen is None:
        raise RuleBroken("amount", N_("Please enter a sum, or a share."))

    def put(dispute: Dispute) -> None:
        own = dispute.paid_fen * percent // 100 if percent is not None else amount_fen
        propose(
            session,
            dispute,
            officer,
            remedy=remedy,
            amount_fen=own,
            perform_by=perform_by,
            note=note,
            now=now,
        )

    return _for_each(session, officer, group_id, put, now)


def _for_each(
    session: Session, officer: Viewer, group_id: int, do: Callable[[Dispute], object], now: datetime
) -> int:
    """Do it in the members' disputes that are in mediation, each under its lock; all of them or none."""
    wanted = (
        sa.select(Dispute.id)
        .join(GroupMember, GroupMember.dispute_id == Dispute.id)
        .where(
            GroupMember.group_id == group_id,
            Dispute.in_group,
            Dispute.state == State.MEDIATING,
            within(officer.region, Dispute.city_code, Dispute.district_code),
        )
        .order_by(Dispute.id)
    )
    done = 0
    for id_ in session.scalars(wanted).all():
        catch_up(session, id_, now)
        dispute = session.get_one(Dispute, id_)
        if dispute.state == State.MEDIATING:
            do(dispute)
            done += 1
    if not done:
        raise RuleBroken(None, N_("None of the members' disputes is in mediation."))
    return done
