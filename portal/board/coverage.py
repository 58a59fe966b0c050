"""Coverage: of the licensed stores, those with a working code and a pledge in force (domain.md section 5)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.board.measures import percent
from portal.merchants.models import Store
from portal.return_policies.models import Pledge


@dataclass(frozen=True)
class Coverage:
    """licensed: stores in the register that are open. covered: of them, with a working code and a pledge."""

    licensed: int
    covered: int

    @property
    def rate(self) -> str | None:
        """In percent with one decimal; None below ten stores."""
        return percent(self.covered, self.licensed)


def coverage(session: Session, city_code: str, day: date) -> Coverage:
    """The stores of a city on a day. A suspended store is licensed, but its code files nothing settled."""
    held = sa.select(Pledge.store_id).where(
        Pledge.starts_on <= day, sa.or_(Pledge.ends_on.is_(None), Pledge.ends_on >= day)
    )
    covers = sa.and_(Store.suspended_at.is_(None), Store.id.in_(held))
    open_ = Store.city_code == city_code, Store.closed_at.is_(None), Store.merged_into.is_(None)
    counted = sa.func.coalesce(sa.func.sum(sa.case((covers, 1), else_=0)), 0)
    licensed, covered = session.execute(sa.select(sa.func.count(), counted).where(*open_)).one()
    return Coverage(licensed, int(covered))
