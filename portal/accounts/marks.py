"""Which device a person used, as far as it takes to see that two people used the same one (trust.md T6).

A device is known by a random number in a cookie of its own; the table holds a keyed digest of it, so that
neither the database alone nor the cookie alone tells anything, and forgets it after a year.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import DeviceMark
from portal.core.orm import insert

KEPT = timedelta(days=365)


def mark_of(secret: str, number: str) -> str:
    """HMAC-SHA256 (hex) of a device's number under the portal's secret key."""
    return hmac.new(secret.encode(), b"device " + number.encode(), hashlib.sha256).hexdigest()


def keep_mark(session: Session, person_id: int, mark: str, *, now: datetime) -> None:
    """Remember that a person uses a device, once however often; the caller commits."""
    row = insert(session, DeviceMark).values(person_id=person_id, mark=mark, seen_at=now)
    keys = [DeviceMark.person_id, DeviceMark.mark]
    session.execute(row.on_conflict_do_update(index_elements=keys, set_={"seen_at": now}))


def forget_old(session: Session, now: datetime) -> None:
    """Drop the devices that nobody has filed or worked from for a year."""
    session.execute(sa.delete(DeviceMark).where(DeviceMark.seen_at < now - KEPT))
