"""A dispute that the neighbouring city has passed on to the demo city, whose desk has yet to confirm it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, PersonKind
from portal.accounts.viewer import Viewer
from portal.disputes.actions.transfers import transfer_dispute
from portal.disputes.models import Dispute
from portal.disputes.workflow import TALKS
from portal.merchants.models import Store

NEIGHBOUR, HERE = "339800", "339900"
NOTE = "消费者提交时选错了门店：小票上的店名和地址都是云溪市的门店，应由云溪市处理。"


def pass_one_on(session: Session, now: datetime) -> None:
    """Let the neighbour's officer pass its latest open dispute on to a shop of the same trade."""
    officer = session.scalars(
        sa.select(OfficerPost).where(OfficerPost.region_code == NEIGHBOUR).limit(1)
    ).one()
    open_ = sa.select(Dispute).where(Dispute.city_code == NEIGHBOUR, Dispute.state.in_(TALKS))
    dispute = session.scalar(open_.order_by(Dispute.last_at.desc(), Dispute.id.desc()).limit(1))
    if dispute is None:
        return
    alike = sa.select(Store).where(Store.city_code == HERE, Store.trade == dispute.trade)
    store = session.scalars(alike.where(Store.closed_at.is_(None)).order_by(Store.id).limit(1)).one()
    viewer = Viewer(id=officer.person_id, kind=PersonKind.OFFICER, region=officer.region_code)
    transfer_dispute(
        session, dispute, viewer, store_code=store.code, note=NOTE, now=max(now, dispute.last_at)
    )
