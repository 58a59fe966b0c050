"""Passing a dispute on to another city of the portal, and confirming there that it has arrived."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import RuleBroken
from portal.core.refs import new_id96, parse_store_code, unused_ref
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.actions.complaints import begin
from portal.disputes.actions.mediation import check_unchallenged
from portal.disputes.actions.offers import end_live_offer
from portal.disputes.actions.proposals import close_proposal
from portal.disputes.counter import pass_on, taken_down
from portal.disputes.entitled import entitled_of
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Statement
from portal.disputes.transfers import Transfer
from portal.disputes.workflow import Fact
from portal.merchants.models import Store
from portal.merchants.queries import led_to
from portal.regions.choices import Kind, choices, is_listed
from portal.regions.models import City
from portal.return_policies.categories import tree_of
from portal.return_policies.queries.pledges import stored

# What the dispute in the right city has of the one in the wrong city, as it was said there.
KEPT = (
    "consumer_id", "consumer_label", "phone_masked", "goods", "order_no", "condition", "bought_on",
    "paid_fen", "remedy", "claim_fen", "auto_escalate", "publish", "accepts_pledge",
)  # fmt: skip
OTHER = "other"  # the problem that every list has


def transfer_dispute(
    session: Session, dispute: Dispute, officer: Viewer, *, store_code: str, note: str, now: datetime
) -> Transfer:
    """Close a dispute as passed on, and begin it anew for its consumer with a shop of another city.

    The complaint goes along as it was told, with its photos; what was said in the talks does not, and the
    new shop is heard from the beginning. What the right shop's pledge gives is bound as of the day on which
    the consumer first complained. The transaction must be open to both regions.
    Raises RuleBroken(store | note), NotAllowed for an officer in whose place a side has asked for another.
    """
    check_unchallenged(dispute, officer)
    store = _store(session, dispute, store_code)
    reason = limits.needed_text("note", note, N_("Please say why it belongs to the other city."))
    here, there = session.get_one(City, dispute.city_code), session.get_one(City, store.city_code)
    number = unused_ref(session, Transfer.number)
    new = _begin_anew(session, dispute, store, here, there, now=now)
    end_live_offer(session, dispute, "closed")
    close_proposal(session, dispute, "closed")
    region = there.region
    details = {
        "to_city": there.code, "city_zh": region.name_zh, "city_en": region.name_en, "receipt": number,
    }  # fmt: skip
    record_act(session, dispute, officer, Fact.DISPUTE_TRANSFERRED, now=now, details=details, text=reason)
    made = Transfer(
        number=number,
        from_id=dispute.id,
        to_id=new.id,
        from_city=here.code,
        to_city=there.code,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def confirm_arrival(session: Session, dispute: Dispute, officer: Viewer, *, now: datetime) -> DisputeEvent:
    """The receiving bureau confirms the receipt; raises MovedOn where nothing waits for it."""
    event = record_act(session, dispute, officer, Fact.TRANSFER_RECEIVED, now=now)
    session.execute(sa.update(Transfer).where(Transfer.to_id == dispute.id).values(received_at=now))
    return event


def _store(session: Session, dispute: Dispute, code: str) -> Store:
    parsed = parse_store_code(code)
    store = session.scalar(sa.select(Store).where(led_to(parsed))) if parsed else None
    if store is None or store.closed_at is not None:
        raise RuleBroken("store", N_("Please choose the shop that it is about."))
    if store.city_code == dispute.city_code:
        raise RuleBroken("store", N_("This shop is in your own city: please choose one of another city."))
    return store


def _begin_anew(
    session: Session, old: Dispute, store: Store, here: City, there: City, *, now: datetime
) -> Dispute:
    tree = tree_of(session, there.code)
    new = Dispute(
        **{name: getattr(old, name) for name in KEPT},
        ref=unused_ref(session, Dispute.ref),
        key=f"transfer-{old.ref}",
        store=store,
        merchant_id=store.merchant_id,
        city_code=store.city_code,
        district_code=store.district_code,
        trade=store.trade,
        problem=_problem(there, old.problem),
        category=old.category if tree.get(old.category) else "",
        filed_at=now,
        last_at=now,
        last_seq=0,
        last_hash="",
        talks_over=False,
        rated=False,
        contact_shared=False,
    )
    entitled = entitled_of(
        session,
        store,
        there,
        problem=new.problem,
        category=new.category,
        condition=new.condition,
        bought_on=new.bought_on,
        paid_fen=new.paid_fen,
        now=old.filed_at,
    )
    new.entitled = stored(entitled)
    first = (Statement.dispute_id == old.id) & (Statement.seq == 1)
    story = session.scalar(sa.select(Statement.text).where(first)) or ""
    more = _came_from(session, old, here)
    begin(session, new, there, story=story, photos=_copies(session, old), now=now, more=more)
    pass_on(session, old, new)
    return new


def _came_from(session: Session, old: Dispute, here: City) -> dict[str, Any]:
    """What the first event says of where the dispute was before."""
    place = {"city_zh": here.region.name_zh, "city_en": here.region.name_en}
    counter = {"counter": True} if taken_down(session, old) is not None else {}
    return {"transferred_from": old.ref, **place, **counter}


def _problem(city: City, problem: str) -> str:
    """The same problem in another city's list, or what comes nearest to it there."""
    if is_listed(city.choices, Kind.PROBLEM, problem):
        return problem
    codes = [choice["code"] for choice in choices(city.choices, Kind.PROBLEM)]
    return OTHER if OTHER in codes else codes[-1]


def _copies(session: Session, old: Dispute) -> list[Evidence]:
    """The complaint's photos once more: rows of their own for the same files."""
    wanted = sa.select(Evidence).where(Evidence.dispute_id == old.id, Evidence.seq == 1)
    rows = session.scalars(wanted.order_by(Evidence.added_at, Evidence.id)).all()
    same = ("owner_id", "file", "thumb", "original_sha256", "width", "height", "added_at")
    copies = [Evidence(id=new_id96(), **{name: getattr(row, name) for name in same}) for row in rows]
    session.add_all(copies)
    return copies
