"""What an accepted offer becomes: its exact terms, and the clock of its performance."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.clock import end_of_day
from portal.disputes.ledger import canonical
from portal.disputes.models import Dispute, Offer, Settlement, Statement
from portal.regions.clocks import Clock
from portal.regions.models import City


def settle(
    session: Session, dispute: Dispute, offer: Offer, *, now: datetime
) -> tuple[Settlement, dict[str, Any]]:
    """The settlement of an offer, and the details of the event that records it; the caller adds both."""
    city = session.get_one(City, dispute.city_code)
    terms = _terms(session, dispute, offer, now)
    settlement = Settlement(
        dispute_id=dispute.id,
        offer_n=offer.n,
        terms=terms,
        terms_sha256=hashlib.sha256(canonical(terms)).hexdigest(),
        agreed_at=now,
    )
    performance_due_at = end_of_day(offer.perform_by, city.zone)
    reminder = performance_due_at - (city.due(Clock.REMINDER, now) - now)
    return settlement, {
        "n": offer.n,
        "terms_sha256": settlement.terms_sha256,
        "performance_due_at": performance_due_at,
        "reminder_due_at": reminder if reminder > now else None,
    }


def _terms(session: Session, dispute: Dispute, offer: Offer, now: datetime) -> dict[str, Any]:
    note = session.get(Statement, (dispute.id, offer.seq))
    store, merchant = dispute.store, dispute.store.merchant
    return {
        "ref": dispute.ref,
        "offer": offer.n,
        "offered_by": str(offer.party),
        "remedy": offer.remedy,
        "amount_fen": offer.amount_fen,
        "perform_by": offer.perform_by.isoformat(),
        "note": note.text if note else "",
        "merchant": merchant.legal_name,
        "uscc": merchant.uscc or "",
        "store": store.name,
        "address": store.address,
        "consumer": dispute.consumer_label,
        "phone": dispute.phone_masked,
        "goods": dispute.goods,
        "order_no": dispute.order_no,
        "bought_on": dispute.bought_on.isoformat(),
        "paid_fen": dispute.paid_fen,
        "agreed_at": now.isoformat(),
    }
