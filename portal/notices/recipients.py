"""The people behind an audience: who they are now, and how each can be reached outside the portal."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Membership, OfficerPost, OfficerRole, Person
from portal.disputes.workflow import Fact, Party
from portal.notices.audience import TELLS, Audience, Way, Ways, told_of


class Event(NamedTuple):
    """An event with what decides whom it concerns."""

    dispute_id: int
    seq: int
    fact: str
    party: str
    actor_id: int | None
    at: datetime
    consumer_id: int
    merchant_id: int
    store_id: int
    city_code: str
    district_code: str
    officer_id: int | None


@dataclass(frozen=True)
class Telling:
    """One person is to be told of one event, by these ways besides the inbox."""

    event: Event
    person: int
    audience: Audience
    ways: Ways

    @property
    def about(self) -> tuple[int, int, int]:
        """What a notice is known by: person, dispute, event."""
        return self.person, self.event.dispute_id, self.event.seq


@dataclass(frozen=True)
class People:
    """The staff by merchant and store (None: the owners), the officers by region, the ways by person.

    `supervisors` are those among the officers. `reached` knows only those who may still sign in; {way:
    address} is empty for one without addresses.
    """

    staff: dict[tuple[int, int | None], list[int]]
    officers: dict[str, list[int]]
    supervisors: set[int]
    reached: dict[int, dict[Way, str]]


def people_of(session: Session, events: list[Event]) -> People:
    """Everybody whom some of these events may concern; at most three queries, however many there are."""
    staff: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    works = sa.select(Membership.merchant_id, Membership.store_id, Membership.person_id).where(
        Membership.merchant_id.in_({event.merchant_id for event in events})
    )
    for merchant, store, person in session.execute(works):
        staff[merchant, store].append(person)
    officers: dict[str, list[int]] = defaultdict(list)
    supervisors: set[int] = set()
    if official := [event for event in events if Audience.OFFICERS in TELLS[Fact(event.fact)]]:
        regions = {event.city_code for event in official} | {event.district_code for event in official}
        posts = sa.select(OfficerPost.region_code, OfficerPost.person_id, OfficerPost.role)
        for region, person, role in session.execute(posts.where(OfficerPost.region_code.in_(regions))):
            officers[region].append(person)
            supervisors |= {person} if role == OfficerRole.SUPERVISOR else set()
    anybody = {event.consumer_id for event in events}.union(*staff.values(), *officers.values())
    return People(staff, officers, supervisors, _reached(session, anybody))


def tellings(events: list[Event], people: People) -> Iterator[Telling]:
    """Who is told of what; never whoever did it, and nobody who can no longer sign in."""
    for event in events:
        for audience, ways in told_of(Fact(event.fact), Party(event.party)).items():
            for person in sorted(_members(audience, event, people)):
                if person != event.actor_id and person in people.reached:
                    yield Telling(event, person, audience, ways)


def _reached(session: Session, people: set[int]) -> dict[int, dict[Way, str]]:
    active = (
        sa.select(Person.id, Identity.phone, Identity.email)
        .outerjoin(Identity, Identity.person_id == Person.id)
        .where(Person.id.in_(people), Person.disabled_at.is_(None))
    )
    return {
        person: {way: address for way, address in ((Way.SMS, phone), (Way.EMAIL, email)) if address}
        for person, phone, email in session.execute(active)
    }


def _members(audience: Audience, event: Event, people: People) -> set[int]:
    match audience:
        case Audience.CONSUMER:
            return {event.consumer_id}
        case Audience.OFFICERS:
            return _officers(event, people)
        case Audience.DECIDERS:
            return _deciders(event, people)
        case _:
            owners = people.staff[event.merchant_id, None]
            return {*owners, *people.staff[event.merchant_id, event.store_id]}


def _officers(event: Event, people: People) -> set[int]:
    """The officer who has the dispute, as long as that one can act on it; else all who could take it on."""
    all_of_them = _posted(event, people)
    assigned = event.officer_id
    if assigned in all_of_them and assigned in people.reached:
        return {assigned}
    return all_of_them


def _deciders(event: Event, people: People) -> set[int]:
    """Who decides about the officer who has the dispute: the supervisors, else the colleagues."""
    others = {one for one in _posted(event, people) if one != event.officer_id and one in people.reached}
    return others & people.supervisors or others


def _posted(event: Event, people: People) -> set[int]:
    return {*people.officers[event.district_code], *people.officers[event.city_code]}
