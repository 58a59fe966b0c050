"""Filing a complaint: the act that begins a dispute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity
from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import RuleBroken
from portal.core.masking import mask_name, mask_phone
from portal.core.refs import unused_ref
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.actions.pledged import settle_at_once
from portal.disputes.entitled import entitled_of
from portal.disputes.ledger import at_counter, record
from portal.disputes.models import Dispute, Evidence
from portal.disputes.workflow import Fact, Party, Remedy
from portal.merchants.history import seller_of
from portal.merchants.models import Store
from portal.regions.choices import Kind, must_be_listed
from portal.regions.clocks import Clock
from portal.regions.models import City
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import CONDITIONS
from portal.return_policies.queries.pledges import Entitled, stored


@dataclass(frozen=True)
class Complaint:
    """What a consumer says; money in fen, `None` where nothing was entered."""

    problem: str
    story: str
    bought_on: date | None
    paid_fen: int | None
    remedy: str
    claim_fen: int | None
    goods: str = ""
    order_no: str = ""
    name: str = ""
    auto_escalate: bool = False
    publish: bool = False
    category: str = ""
    condition: str = ""
    accepts_pledge: bool = False


def file_complaint(
    session: Session,
    store: Store,
    consumer: Identity,
    complaint: Complaint,
    *,
    key: str,
    now: datetime,
    photos: Sequence[Evidence] = (),
    hand: Viewer | None = None,
) -> Dispute:
    """Begin a dispute between a consumer and a store; the same `key` of a person gives the same dispute.

    hand: the officer who took it down at the counter.

    Raises RuleBroken(field) where something entered cannot be so. The negotiation's clock starts now, the
    merchant's reply clock with the first delivered notice (domain.md section 3).
    """
    own = Dispute.consumer_id == consumer.person_id
    before = session.scalar(sa.select(Dispute).where(Dispute.key == key, own))
    if before is not None:
        return before
    city = session.get_one(City, store.city_code)
    checked = check(complaint, store, city, now=now, photos=len(photos))
    if checked.name and not consumer.name:
        consumer.name = checked.name
    seller = seller_of(session, store, checked.bought_on)
    dispute = _dispute(
        store, seller, consumer, checked, ref=unused_ref(session, Dispute.ref), key=key, now=now
    )
    entitled = what_is_pledged(session, store, city, checked, now=now)
    dispute.entitled = stored(entitled)
    begin(session, dispute, city, story=checked.story, photos=photos, now=now, hand=hand)
    return dispute


def begin(
    session: Session,
    dispute: Dispute,
    city: City,
    *,
    story: str,
    photos: Sequence[Evidence],
    now: datetime,
    more: Mapping[str, Any] | None = None,
    hand: Viewer | None = None,
) -> None:
    """Record the complaint of a new dispute that is otherwise complete; settle it where the pledge does.

    more: details of the first event besides what was asked for. hand: the officer who took it down.
    """
    session.add(dispute)
    session.flush()
    record(
        session,
        dispute,
        Fact.COMPLAINT_FILED,
        party=Party.CONSUMER,
        actor_id=hand.id if hand else dispute.consumer_id,
        now=now,
        details={
            "talks_due_at": city.due(Clock.TALKS, now),
            "problem": dispute.problem,
            "bought_on": dispute.bought_on.isoformat(),
            "paid_fen": dispute.paid_fen,
            "remedy": dispute.remedy,
            "claim_fen": dispute.claim_fen,
            "auto_escalate": dispute.auto_escalate,
            "publish": dispute.publish,
            "category": dispute.category,
            "condition": dispute.condition,
            "accepts_pledge": dispute.accepts_pledge,
            "entitled": dispute.entitled,
            **(more or {}),
            **at_counter(hand),
        },
        text=story,
        photos=photos,
    )
    settle_at_once(session, dispute, now=now)


def what_is_pledged(
    session: Session, store: Store, city: City, complaint: Complaint, *, now: datetime
) -> Entitled:
    """What a checked complaint gives a right to, as it will be bound to the dispute.

    Raises RuleBroken(category) for goods that the city's tree does not have.
    """
    if complaint.category and tree_of(session, city.code).get(complaint.category) is None:
        raise RuleBroken("category", N_("Please choose the kind of goods."))
    assert complaint.bought_on is not None and complaint.paid_fen is not None  # noqa: S101, PT018 - `check` saw to it
    return entitled_of(
        session,
        store,
        city,
        problem=complaint.problem,
        category=complaint.category,
        condition=complaint.condition,
        bought_on=complaint.bought_on,
        paid_fen=complaint.paid_fen,
        now=now,
    )


def check(complaint: Complaint, store: Store, city: City, *, now: datetime, photos: int = 0) -> Complaint:
    """The complaint as it would be filed; raises RuleBroken(field) for the first thing that cannot be so."""
    otherwise = N_("Please choose what the problem is.")
    must_be_listed(city.choices, Kind.PROBLEM, complaint.problem, "problem", otherwise)
    story = limits.text_within("story", complaint.story, limits.STORY_LIMIT, least=5)
    bought_on = _purchase_day(complaint.bought_on, city, today(now, city.zone))
    paid_fen = complaint.paid_fen
    if paid_fen is None or not 0 < paid_fen <= limits.PAID_LIMIT_FEN:
        raise RuleBroken("paid", N_("Please enter what you paid, in yuan."))
    if complaint.remedy not in set(Remedy):
        raise RuleBroken("remedy", N_("Please choose what you ask for."))
    claim = limits.sum_for("claim", Remedy(complaint.remedy), complaint.claim_fen, paid_fen)
    limits.few_enough(photos)
    return Complaint(
        problem=complaint.problem,
        story=story,
        bought_on=bought_on,
        paid_fen=paid_fen,
        remedy=complaint.remedy,
        claim_fen=claim,
        goods=limits.text_within("goods", complaint.goods, limits.GOODS_LIMIT),
        order_no=limits.text_within("order_no", complaint.order_no, 64),
        name=limits.text_within("name", complaint.name, 30),
        auto_escalate=complaint.auto_escalate,
        publish=complaint.publish,
        category=complaint.category,
        condition=complaint.condition if complaint.condition in CONDITIONS else "",
        accepts_pledge=complaint.accepts_pledge,
    )


def _dispute(
    store: Store, seller: int, consumer: Identity, complaint: Complaint, *, ref: str, key: str, now: datetime
) -> Dispute:
    name = complaint.name or consumer.name
    return Dispute(
        ref=ref,
        key=key,
        store=store,
        merchant_id=seller,
        consumer_id=consumer.person_id,
        city_code=store.city_code,
        district_code=store.district_code,
        trade=store.trade,
        consumer_label=mask_name(name) if name else "",
        phone_masked=mask_phone(consumer.phone or ""),
        problem=complaint.problem,
        goods=complaint.goods,
        order_no=complaint.order_no,
        bought_on=complaint.bought_on,
        paid_fen=complaint.paid_fen,
        remedy=complaint.remedy,
        claim_fen=complaint.claim_fen,
        auto_escalate=complaint.auto_escalate,
        publish=complaint.publish,
        category=complaint.category,
        condition=complaint.condition,
        accepts_pledge=complaint.accepts_pledge,
        filed_at=now,
        last_at=now,
        last_seq=0,
        last_hash="",
        talks_over=False,
        rated=False,
        contact_shared=False,
    )


def _purchase_day(day: date | None, city: City, today_: date) -> date:
    if day is None:
        raise RuleBroken("bought_on", N_("Please enter the day you bought it."))
    if day > today_:
        raise RuleBroken("bought_on", N_("This day is still to come. When did you buy it?"))
    if day < today_ - timedelta(days=city.orders_within_days):
        raise RuleBroken(
            "bought_on",
            N_("Here we take purchases of the last %(days)s days. For older ones, please call the bureau."),
            days=city.orders_within_days,
        )
    return day
