"""How many others say the same of a merchant: a round number that tells of nobody."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.disputes.models import Dispute

# Rounded down to tens, and nothing below ten, so that neither the number nor the difference of two of them
# tells about a person (trust.md S22: at least five; domain.md section 5: no rate below ten).
STEP = 10
WITHIN = timedelta(days=90)


def others_saying_the_same(session: Session, dispute: Dispute, now: datetime) -> int:
    """How many other consumers complained of the same problem with this merchant lately, in whole tens.

    What is left out of the public figures is left out here; reports are no disputes and never counted.
    """
    counted = sa.select(sa.func.count(sa.distinct(Dispute.consumer_id))).where(
        Dispute.merchant_id == dispute.merchant_id,
        Dispute.problem == dispute.problem,
        Dispute.filed_at > now - WITHIN,
        Dispute.consumer_id != dispute.consumer_id,
        Dispute.excluded == "",
    )
    return in_tens(session.scalar(counted) or 0)


def in_tens(count: int) -> int:
    """A count as it may be shown in public: whole tens, 0 below ten."""
    return count // STEP * STEP
