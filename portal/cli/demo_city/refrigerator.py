"""The story of the refrigerator: the fixed texts of the first journey and of the demo's first dispute."""

from dataclasses import dataclass

from portal.cli.demo_city.files import toml


@dataclass(frozen=True)
class Refrigerator:
    """A purchase, what went wrong, and how the two sides settle it; money in fen.

    consumer, owner, store: keys of demo_people() and demo_stores(). photos: keys of PHOTOS.
    """

    consumer: str
    owner: str
    store: str
    goods: str
    problem: str
    bought_days_ago: int
    paid_fen: int
    remedy: str
    claim_fen: int
    photos: list[str]
    story: str
    message_consumer: str
    message_merchant: str
    offer_repair_note: str
    decline_note: str
    offer_refund_note: str
    performed_note: str
    comment: str
    stars: int


REFRIGERATOR = Refrigerator(**toml("refrigerator.toml"))
