"""What the demo's bureau did to shops: a stall verified by hand, a shop taken over, another suspended."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, OfficerRole, PersonKind
from portal.accounts.viewer import Viewer
from portal.bureau.actions.stores import move_store, suspend_store, verify_by_hand
from portal.core import uscc
from portal.merchants.models import Merchant, Store

TAKEN_OVER = {
    "uscc": uscc.make("MA6R8T2K"),
    "legal_name": "云溪市顺和百货商行",
    "reason": "店铺转让，已核对新营业执照原件。",
}
SAID = {
    "ground": "no_answer",
    "said": "近三个月五次不回应消费者的和解申请，经两次提醒仍未改正。",
    "reason": "两次电话提醒均有记录，商家未到窗口说明。",
}
SEEN = {"how": "market", "reason": "与市场服务中心的摊位登记表核对一致，摊主本人在场。"}


def keep_records(session: Session, named: Mapping[str, Store], now: datetime) -> None:
    """One act of each kind, on shops that nobody of the demo's people works in."""
    officer = _supervisor(session, next(iter(named.values())).city_code)
    if officer is None:
        return
    taken = {store.id for store in named.values()}
    stall = _one(session, officer, taken, sa.and_(Merchant.uscc.is_(None), Merchant.verified_at.is_(None)))
    if stall is not None:
        verify_by_hand(session, stall.id, officer, seen=0, **SEEN, now=now - timedelta(days=16))
    licensed = Merchant.uscc.is_not(None)
    shop = _one(session, officer, taken, licensed)
    if shop is not None:
        move_store(session, shop.id, officer, seen=0, **TAKEN_OVER, now=now - timedelta(days=9))
        suspended = _one(session, officer, {*taken, shop.id}, licensed)
        if suspended is not None:
            suspend_store(session, suspended.id, officer, seen=0, **SAID, now=now - timedelta(days=5))


def _supervisor(session: Session, city_code: str) -> Viewer | None:
    post = session.scalar(sa.select(OfficerPost.person_id).where(OfficerPost.region_code == city_code))
    rank = OfficerRole.SUPERVISOR
    return Viewer(id=post, kind=PersonKind.OFFICER, region=city_code, rank=rank) if post else None


def _one(session: Session, officer: Viewer, taken: set[int], which: sa.ColumnElement[bool]) -> Store | None:
    """A shop of the city, the last that was entered, so that the front page's examples stay as they are."""
    mine = Store.city_code == officer.region, Store.id.not_in(taken), which
    wanted = sa.select(Store).join(Merchant, Merchant.id == Store.merchant_id).where(*mine)
    return session.scalar(wanted.order_by(Store.id.desc()).limit(1))
