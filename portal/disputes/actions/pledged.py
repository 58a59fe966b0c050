"""The one click: the offer that the pledge makes ready, and what is settled at once."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import PersonKind
from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import MovedOn, NotAllowed
from portal.disputes.actions.offers import accept_offer, make_offer
from portal.disputes.entitled import Ready, entitled_in, ready
from portal.disputes.models import Dispute
from portal.disputes.permissions import party_of
from portal.disputes.workflow import Party
from portal.regions.models import City
from portal.return_policies.actions.pledges import spend_automatic
from portal.return_policies.models import Pledge


def offer_pledged(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> None:
    """The merchant's one tap: offers what the pledge gives.

    Settled with it where the consumer accepted that at filing. Raises MovedOn where the pledge has no clear
    answer, NotAllowed for anybody but the merchant's staff.
    """
    if party_of(actor) is not Party.MERCHANT:
        raise NotAllowed
    terms = ready(dispute, session.get_one(City, dispute.city_code), now)
    if terms is None:
        raise MovedOn
    _offer(session, dispute, actor, terms, now=now)


def settle_at_once(session: Session, dispute: Dispute, *, now: datetime) -> bool:
    """At filing: where the pledge settles small sums by itself and its sums allow it, the offer is made.

    Gives whether it was. The pledge's maker has said so beforehand, so the offer is the merchant's.
    """
    city = session.get_one(City, dispute.city_code)
    entitled, terms = entitled_in(dispute), ready(dispute, city, now)
    if entitled is None or entitled.pledge_id is None or terms is None or not terms.amount_fen:
        return False
    if not entitled.terms["automatic_fen"] or dispute.store.suspended_at is not None:
        return False
    month = today(now, city.zone).isoformat()[:7]
    if not spend_automatic(session, entitled.pledge_id, terms.amount_fen, month=month):
        return False
    maker = session.get_one(Pledge, entitled.pledge_id).made_by
    _offer(session, dispute, Viewer(id=maker, kind=PersonKind.STAFF), terms, now=now, beforehand=True)
    return True


def _offer(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    terms: Ready,
    *,
    now: datetime,
    beforehand: bool = False,
) -> None:
    offer = make_offer(
        session,
        dispute,
        actor,
        remedy=terms.remedy,
        amount_fen=terms.amount_fen,
        perform_by=terms.perform_by,
        now=now,
        beforehand=beforehand,
    )
    if dispute.accepts_pledge:
        consumer = Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER)
        accept_offer(session, dispute, consumer, offer.n, now=now, beforehand=True)
