"""An officer is away: what that officer has in hand goes to a colleague, each dispute with its event."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost
from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.words import N_
from portal.disputes.actions.mediation import assign
from portal.disputes.colleagues import recused
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from portal.disputes.workflow import WITH_BUREAU
from portal.regions.scope import within

MOST_AT_ONCE = 200  # disputes in one transaction; who has more sends the form again


@dataclass(frozen=True)
class InHand:
    """What an officer has of the viewer's region: what the colleague may take over, and how much not."""

    covered: list[int]
    outside: int


def may_hand_over(viewer: Viewer, officer_id: int) -> bool:
    """A supervisor for everybody of the region, an officer for herself."""
    return viewer.is_officer and (viewer.is_supervisor or viewer.id == officer_id)


def in_hand(session: Session, viewer: Viewer, *, officer_id: int, cover_id: int) -> InHand:
    """The ids of what would go to the colleague, the oldest first, and how many cannot."""
    post = session.get(OfficerPost, cover_id)
    own = (
        Dispute.officer_id == officer_id,
        Dispute.turn == "bureau",
        Dispute.state.in_(WITH_BUREAU),
        within(viewer.region, Dispute.city_code, Dispute.district_code),
    )
    region = post.region_code if post else ""
    posted = sa.or_(Dispute.district_code == region, Dispute.city_code == region)
    theirs = sa.and_(posted, ~Dispute.recusal_asked, ~recused(Dispute.id, cover_id))
    covered = session.scalars(sa.select(Dispute.id).where(*own, theirs).order_by(Dispute.id))
    outside = session.scalar(sa.select(sa.func.count()).select_from(Dispute).where(*own, ~theirs))
    return InHand(list(covered), outside or 0)


def hand_over(session: Session, viewer: Viewer, *, officer_id: int, cover_id: int, now: datetime) -> int:
    """Give the colleague what the officer has in hand; gives how many disputes went over.

    Raises NotAllowed for who may not, RuleBroken(cover) for a colleague who is the same person.
    """
    if not may_hand_over(viewer, officer_id):
        raise NotAllowed
    if officer_id == cover_id:
        raise RuleBroken("cover", N_("Please choose somebody else to cover."))
    moved = 0
    for dispute_id in in_hand(session, viewer, officer_id=officer_id, cover_id=cover_id).covered[
        :MOST_AT_ONCE
    ]:
        catch_up(session, dispute_id, now)  # under its lock: what time has ended needs nobody any more
        dispute = session.get_one(Dispute, dispute_id)
        if dispute.state in WITH_BUREAU and dispute.officer_id == officer_id:
            assign(session, dispute, viewer, officer_id=cover_id, now=now)
            moved += 1
    return moved
