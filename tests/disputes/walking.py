"""Walks through a dispute that RULES allow, without a database: what may happen next is tried at random."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from portal.disputes.permissions import may
from portal.disputes.standing import Standing, step
from portal.disputes.workflow import CLOSING, RULES, Fact, Party, State
from tests.world import BEGINNING

Some = TypeVar("Some")
Choose = Callable[[Sequence[Some]], Some]

PAUSES = [timedelta(), timedelta(hours=1), timedelta(hours=30), timedelta(days=4), timedelta(days=21)]
PERFORMANCES = [timedelta(hours=3), timedelta(days=3)]
REMINDER, FOLLOW_UP = timedelta(hours=24), timedelta(days=15)


@dataclass(frozen=True)
class Event:
    fact: Fact
    party: Party
    at: datetime
    details: Mapping[str, Any]


@dataclass(repr=False)
class Walk:
    """A dispute on its way: its events so far, and how it stood after each of them."""

    choose: Choose[Any]
    now: datetime = BEGINNING
    standing: Standing = field(default_factory=Standing)
    events: list[Event] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    offers: int = 0

    def __repr__(self) -> str:
        return "\n".join(f"{event.at:%m-%d %H:%M} {event.party} {event.fact}" for event in self.events)

    def go(self, length: int) -> "Walk":
        """File, then take pauses and moves until `length` events are there or nothing can happen any more."""
        self.record(Fact.COMPLAINT_FILED, Party.CONSUMER, self.now)
        while len(self.events) < length:
            self.now += self.choose(PAUSES)
            self.catch_up()
            moves = self.moves()
            if not moves:
                break
            seen = {event.fact for event in self.events}
            new = [move for move in moves if move[0] not in seen]  # half the time, so that none stays rare
            self.record(*self.choose(self.choose([moves, new or moves])), self.now)
        return self

    def moves(self) -> list[tuple[Fact, Party]]:
        """What people may do now, and the facts the clock records that are no deadlines."""
        acting = [(fact, party) for fact in RULES for party in (Party.CONSUMER, Party.MERCHANT, Party.BUREAU)]
        acting.append((Fact.MERCHANT_NOTIFIED, Party.CLOCK))
        acting.append((Fact.DEADLINE_RECOMPUTED, Party.CLOCK))
        return [(fact, party) for fact, party in acting if may(self.standing, fact, party, self.now)]

    def catch_up(self) -> None:
        """What time has brought about by now, in its order."""
        while (due := self.standing.next_due_at) is not None and due <= self.now:
            running = {fact: at for fact, at in self.standing.running().items() if at is not None}
            fact = min(running, key=lambda one: running[one])
            at = max(running[fact], self.events[-1].at)
            if fact is Fact.MERCHANT_FELL_SILENT and self.standing.state is State.OFFERED:
                self.record(Fact.OFFER_LAPSED, Party.CLOCK, at)
            self.record(fact, Party.CLOCK, at)

    def record(self, fact: Fact, party: Party, at: datetime) -> None:
        asked = (
            {"follow_up_due_at": at + FOLLOW_UP} if fact in CLOSING and not self.standing.follow_up else {}
        )
        details = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in (self.details(fact, at) | asked).items()
            if value is not None
        }
        self.events.append(Event(fact, party, at, details))
        self.standing = step(self.standing, fact, party, at, details)
        self.standings.append(self.standing)

    def details(self, fact: Fact, at: datetime) -> dict[str, Any]:
        """The instants that the actions put into an event of this kind."""
        match fact:
            case Fact.COMPLAINT_FILED:
                came_from = self.choose([None, "00000000000000"])
                return {"talks_due_at": at + timedelta(days=10), "transferred_from": came_from}
            case Fact.DISPUTE_REOPENED:
                return {"talks_due_at": at + timedelta(days=10)}
            case Fact.MERCHANT_NOTIFIED:
                return {"reply_due_at": at + timedelta(hours=96)}
            case Fact.OFFER_MADE:
                self.offers += 1
                return {"n": self.offers, "offer_due_at": at + timedelta(days=self.choose([1, 7]))}
            case Fact.OFFER_ACCEPTED:
                performance_due_at = at + self.choose(PERFORMANCES)
                reminder = performance_due_at - REMINDER
                return {
                    "n": self.standing.offer_n,
                    "performance_due_at": performance_due_at,
                    "reminder_due_at": reminder if reminder > at else None,
                }
            case Fact.PERFORMANCE_CLAIMED:
                return {"confirmation_due_at": at + timedelta(days=20)}
            case Fact.PERFORMANCE_CONFIRMED | Fact.CONFIRMATION_LAPSED:
                return {"reopen_due_at": at + timedelta(days=30)}
            case Fact.CONSUMER_WITHDREW:
                return {"undo_due_at": at + timedelta(hours=72)}
            case Fact.WITHDRAWAL_UNDONE:
                withdrawn_at = max(one.at for one in self.events if one.fact is Fact.CONSUMER_WITHDREW)
                stopped = {"reply_due_at": self.events[-1].at, "talks_due_at": withdrawn_at}
                running = {name: (getattr(self.standing, name), since) for name, since in stopped.items()}
                return {name: due + (at - since) for name, (due, since) in running.items()
                        if due and due > since}  # fmt: skip
            case _:
                return self.official_details(fact, at)

    def official_details(self, fact: Fact, at: datetime) -> dict[str, Any]:
        """The same for the bureau's events."""
        match fact:
            case Fact.ESCALATED | Fact.DEADLINE_RECOMPUTED:
                return {"acceptance_due_at": at + timedelta(days=9)}
            case Fact.MEDIATION_ACCEPTED:
                return {"mediation_due_at": at + timedelta(days=60)}
            case Fact.OFFICER_ASSIGNED:
                return {"officer_id": 7}
            case Fact.FIGURES_EXCLUDED:
                return {"ground": "own_shop"}
            case Fact.MEDIATION_ENTRUSTED:
                return {"to": "association"}
            case Fact.FOLLOW_UP_ANSWERED:
                return {"kept": self.choose(["yes", "partly", "no"])}
            case Fact.TESTING_ENDED:
                due, since = self.standing.mediation_due_at, self.standing.testing_since
                return {"mediation_due_at": due + (at - since) if due and since else None}
            case Fact.PROPOSAL_MADE:
                self.offers += 1
                return {"n": self.offers}
            case Fact.DISPUTE_MEDIATED:
                return {
                    "n": self.standing.proposal_n,
                    "performance_due_at": at + self.choose(PERFORMANCES),
                }
            case _:
                return {}
