"""Who is at the table in a simulated dispute: the shop's people, the consumer, and their words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from portal.accounts.models import Identity, PersonKind
from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.cli.simulation.shops import Shop, Town
from portal.disputes.actions.complaints import Complaint
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from portal.disputes.workflow import WITH_MONEY, Remedy


@dataclass
class Told:
    """What a complaint is made of: whose, against which shop, what is said; day: that a receipt shows."""

    shop: Shop
    consumer: Identity
    complaint: Complaint
    goods: demo_city.Goods | None
    photos: list[str]
    day: date | None = None


class Sides:
    """The two sides of one dispute."""

    def __init__(self, town: Town, rng: Random, dispute: Dispute, told: Told) -> None:
        self.town, self.session, self.album, self.rng = town, town.session, town.album, rng
        self.dispute, self.shop, self.goods = dispute, told.shop, told.goods
        self.consumer = Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER)
        self.zone = town.cities[dispute.city_code].zone

    def catch_up(self, at: datetime) -> None:
        """Record what time has brought about by then."""
        if self.dispute.next_due_at is not None and self.dispute.next_due_at <= at:
            catch_up(self.session, self.dispute.id, at)

    @property
    def _staff(self) -> Viewer:
        return self.shop.answers(self.rng)

    def _bargained(self, remedy: Remedy, wanted: int, generosity: float) -> int | None:
        if remedy not in WITH_MONEY:
            return None
        return demo_city.offered_sum(self.rng, remedy, wanted, generosity=generosity)

    def _shop(self, kind: Any, remedy: str | None = None, **known: Any) -> str:
        return self._line(demo_city.merchant_line, kind, remedy, known)

    def _consumer(self, kind: Any, remedy: str | None = None, **known: Any) -> str:
        return self._line(demo_city.consumer_line, kind, remedy, known)

    def _line(self, of: Callable[..., str], kind: str, remedy: str | None, known: dict[str, Any]) -> str:
        of_dispute = {"goods": self.goods, "problem": self.dispute.problem}
        return of(self.rng, kind, self.dispute.trade, remedy or self.dispute.remedy, **of_dispute, **known)

    def _drawn(self, weights: dict[str, int]) -> str:
        return self.rng.choices(list(weights), list(weights.values()))[0]
