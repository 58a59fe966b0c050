"""Who takes part: the stores with the people who answer there, and the consumers, as the actions see them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.joining import consumer_of, employ
from portal.accounts.models import Identity, Membership, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.cli.simulation.photos import Album
from portal.cli.simulation.plots import SHARES, Character
from portal.merchants.models import Claim, ClaimState, Store
from portal.regions.models import City

LEAST_SHOPS = 45  # that take part; more disputes spread over more shops
DISPUTES_A_SHOP = 8
REGULAR = 0.15  # of the complaints come from somebody who has complained before


@dataclass(frozen=True)
class Shop:
    """A store, how it treats people, and who answers there; at an unclaimed one that is nobody."""

    store: Store
    character: Character
    staff: tuple[Viewer, ...]

    def answers(self, rng: Random) -> Viewer:
        """Mostly the owner, now and then somebody else."""
        return self.staff[0] if rng.random() < 0.6 else rng.choice(self.staff)


@dataclass
class Town:
    """Where it happens: the shops that take part, how often each is complained of, who complained before."""

    session: Session
    album: Album
    shops: list[Shop]
    weights: list[float]
    cities: dict[str, City]
    regulars: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    officers: dict[str, list[Viewer]] = field(default_factory=dict)  # by the region of their post

    def shop(self, rng: Random) -> Shop:
        return rng.choices(self.shops, self.weights)[0]

    def consumer(self, rng: Random, city: str, now: datetime) -> tuple[Identity, str]:
        """Somebody who complains, and the name to give; now and then the same person again."""
        before = self.regulars[city]
        if before and rng.random() < REGULAR:
            known = self.session.get_one(Identity, rng.choice(before))
            return known, known.name
        somebody = demo_city.person(rng)
        identity = consumer_of(self.session, somebody.phone, now=now)
        before.append(identity.person_id)
        return identity, somebody.name


def town_of(
    session: Session,
    album: Album,
    rng: Random,
    disputes: int,
    *,
    since: datetime,
    often: Mapping[int, float] | None = None,
) -> Town:
    """The stores that so many disputes would concern, drawn from those of a known trade.

    often: stores that take part in any case, with their weight; the others have 1 to 10 or so. A shop without
    staff is given an owner, except where a claim waits, and except for those that nobody has ever claimed.
    Raises LookupError where there is no such store.
    """
    featured = often or {}
    known = sa.select(Store.id).where(Store.closed_at.is_(None), Store.trade.in_(demo_city.TRADES))
    ids = [id_ for id_ in session.scalars(known.order_by(Store.id)) if id_ not in featured]
    wanted = max(LEAST_SHOPS, disputes // DISPUTES_A_SHOP)
    chosen = [*featured, *sorted(rng.sample(ids, min(wanted, len(ids))))]
    if not chosen:
        raise LookupError
    stores = session.scalars(sa.select(Store).where(Store.id.in_(chosen)).order_by(Store.id)).all()
    shops = _staffed(session, stores, since)
    drawn = [featured.get(shop.store.id) or min(rng.paretovariate(1.6), 12.0) for shop in shops]
    return Town(session, album, shops, drawn, {city.code: city for city in session.scalars(sa.select(City))})


def _staffed(session: Session, stores: Sequence[Store], since: datetime) -> list[Shop]:
    owners: dict[int, list[int]] = defaultdict(list)
    clerks: dict[int, list[int]] = defaultdict(list)
    columns = Membership.merchant_id, Membership.store_id, Membership.person_id
    works = sa.select(*columns).where(Membership.merchant_id.in_({store.merchant_id for store in stores}))
    for merchant, store_id, person in session.execute(works.order_by(Membership.id)):
        (owners[merchant] if store_id is None else clerks[store_id]).append(person)
    claimed = sa.select(Claim.store_id).where(Claim.state == ClaimState.WAITING)
    waiting = set(session.scalars(claimed))
    shops = []
    for store in stores:
        character = character_of(store)
        if not owners[store.merchant_id] and character is not Character.UNCLAIMED and store.id not in waiting:
            owners[store.merchant_id].append(_hire(session, store, since))
        staff = [_owner(person, store) for person in owners[store.merchant_id]]
        staff += [_clerk(person, store) for person in clerks[store.id]]
        if not staff:
            character = Character.UNCLAIMED
        elif character is Character.UNCLAIMED:
            character = Character.ORDINARY
        shops.append(Shop(store, character, tuple(staff)))
    return shops


def character_of(store: Store) -> Character:
    """The same for all stores of a merchant, whenever it is asked."""
    rng = Random(f"character of {store.merchant.uscc or store.merchant.legal_name}")  # noqa: S311 - no secret
    return rng.choices(list(SHARES), list(SHARES.values()))[0]


def _hire(session: Session, store: Store, since: datetime) -> int:
    """An owner who can be told and can act, but never signs in: no password is set."""
    rng = Random(f"owner of {store.merchant.uscc or store.merchant.legal_name}")  # noqa: S311 - no secret
    name = demo_city.staff_name(rng)
    owner = Person(kind=PersonKind.STAFF, display_name=name, created_at=since)
    owner.identity = Identity(name=name, phone=demo_city.phone(rng))
    session.add(owner)
    session.flush()
    employ(session, owner, store.merchant_id, now=since)
    store.merchant.verified_at = store.merchant.verified_at or since
    return owner.id


def _owner(person: int, store: Store) -> Viewer:
    return Viewer(id=person, kind=PersonKind.STAFF, owns=frozenset({store.merchant_id}))


def _clerk(person: int, store: Store) -> Viewer:
    return Viewer(id=person, kind=PersonKind.STAFF, clerks_in=frozenset({store.id}))
