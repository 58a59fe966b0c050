"""Complaints that an officer of the demo city took down at the counter, for people without a phone."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Membership, OfficerPost, OfficerRole, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.core.clock import today
from portal.disputes.actions.complaints import Complaint
from portal.disputes.actions.counter import file_at_counter
from portal.disputes.actions.offers import make_offer
from portal.disputes.deadlines import start_reply_clock
from portal.disputes.models import Dispute
from portal.merchants.models import Store
from portal.regions.models import City

TOLD = (  # the trade, days ago, how the person is reached, whether the shop has made an offer
    ("appliances", 3, "landline", "0589-86231147", True, Complaint(
        problem="after_sales_refused", goods="电压力锅", bought_on=None, paid_fen=329_00, remedy="exchange",
        claim_fen=0, name="郑桂香", auto_escalate=True,
        story="老人口述：上个月在店里买的电压力锅，用了四次就不上压了。拿去店里，说是我自己不会用，让我找厂家。"
        "我不识字，也没有手机，请店里给换一个好的。",
    )),
    ("supermarket", 1, "relative", "15400000388", False, Complaint(
        problem="overcharge", goods="散装大米", bought_on=None, paid_fen=186_00, remedy="refund",
        claim_fen=62_00, name="卢水根", auto_escalate=True,
        story="老人口述：货架上写的是三块一斤，结账按四块五算的，我回家让邻居看小票才知道。去问，收银说活动过了。"
        "要求退还多收的钱。小票带来了，已拍照。",
    )),
)  # fmt: skip


def take_down(session: Session, now: datetime) -> None:
    """Let an officer take down what two people told at the counter; one shop has answered since."""
    officer = _officer(session)
    for trade, days, reach, number, answered, said in TOLD:
        at = now - timedelta(days=days)
        store = _store(session, officer, trade)
        zone = session.get_one(City, store.city_code).zone
        complaint = replace(said, bought_on=today(at, zone) - timedelta(days=20))
        dispute, _ = file_at_counter(
            session,
            store,
            officer,
            complaint,
            reach=reach,
            number=number,
            key=f"counter-{trade}",
            now=at,
        )
        start_reply_clock(session, dispute, at + timedelta(minutes=2))
        if answered:
            _answer(session, dispute, at + timedelta(days=1))


def _answer(session: Session, dispute: Dispute, at: datetime) -> None:
    owns = sa.select(Membership.person_id).where(
        Membership.merchant_id == dispute.merchant_id, Membership.store_id.is_(None)
    )
    owner = session.scalars(owns.limit(1)).one()
    make_offer(
        session,
        dispute,
        Viewer(id=owner, kind=PersonKind.STAFF, owns=frozenset({dispute.merchant_id})),
        remedy="exchange",
        amount_fen=None,
        perform_by=today(at, session.get_one(City, dispute.city_code).zone) + timedelta(days=6),
        note="老人家的锅我们看过了，密封圈确实有问题。给您换一台新的，让孩子或邻居来取都行，也可以送上门。",
        now=at,
    )


def _store(session: Session, officer: Viewer, trade: str) -> Store:
    """An open shop of the officer's district and of the trade whose owner is here."""
    staffed = sa.exists().where(Membership.merchant_id == Store.merchant_id, Membership.store_id.is_(None))
    wanted = sa.select(Store).where(
        Store.district_code == officer.region, Store.trade == trade, Store.closed_at.is_(None), staffed
    )
    return session.scalars(wanted.order_by(Store.id).limit(1)).one()


def _officer(session: Session) -> Viewer:
    username = demo_city.demo_people()["he"].username
    person = session.scalars(sa.select(Person).where(Person.username == username)).one()
    post = session.get_one(OfficerPost, person.id)
    return Viewer(
        id=person.id,
        kind=PersonKind.OFFICER,
        display_name=person.display_name,
        region=post.region_code,
        rank=OfficerRole(post.role),
    )
