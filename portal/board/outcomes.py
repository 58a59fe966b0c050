"""What the board knows of one dispute: how it stands, what its events say of replies and money."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from portal.board.measures import column_of
from portal.disputes.workflow import WITH_MONEY, Fact, Remedy, State

HOUR = timedelta(hours=1)
OFFERS = {Fact.OFFER_MADE, Fact.PROPOSAL_MADE}
AGREEMENTS = {Fact.OFFER_ACCEPTED, Fact.DISPUTE_MEDIATED}


class Reply(StrEnum):
    """The shop's first typed reply, beside the time it had."""

    IN_TIME = "in_time"
    LATE = "late"
    NONE = "none"
    NOT_DUE = "not_due"


class Kept(StrEnum):
    """What became of what was agreed; NOTHING where nothing stands agreed."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"
    NOT_DUE = "not_due"
    NOTHING = ""


class Standing(Protocol):
    """What is read of how the dispute stands: its row, or a portal.disputes.standing.Standing."""

    @property
    def state(self) -> str | None: ...
    @property
    def mediated(self) -> bool: ...
    @property
    def excluded(self) -> str: ...
    @property
    def replied_at(self) -> datetime | None: ...
    @property
    def silent_at(self) -> datetime | None: ...
    @property
    def performance_due_at(self) -> datetime | None: ...


class Event(Protocol):
    """What is read of an event: a row of `dispute_events`."""

    @property
    def fact(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def details(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Outcome:
    """One dispute as the board counts it (domain.md section 5).

    bucket: a column of the counts. The hours are whole ones since filing, rounded down; None where it has not
    come to that. asked_fen: what the complaint asked for. returned_fen: what was agreed to be paid, counted
    once the customer has confirmed the performance. withdrawal: the reason's code, while it is withdrawn.
    left_out: the ground ("": it counts).
    """

    bucket: str
    reply: Reply
    performance: Kept
    reply_hours: int | None
    agreement_hours: int | None
    money_hours: int | None
    asked_fen: int
    returned_fen: int
    withdrawal: str
    left_out: str


@dataclass
class _Told:
    """What the events said so far; `reopened` forgets the settlement that did not hold."""

    filed_at: datetime | None = None
    asked_fen: int = 0
    withdrawal: str = ""
    offers: dict[int, int] = field(default_factory=dict)
    agreed_at: datetime | None = None
    agreed_fen: int = 0
    performed_at: datetime | None = None
    missed: bool = False


def outcome_of(standing: Standing, events: Iterable[Event]) -> Outcome:
    """Count one dispute: `events` in the order of their numbers, `standing` as it is after them."""
    told = _Told()
    for event in events:
        _listen(told, Fact(event.fact), event.at, event.details)
    state = State(standing.state) if standing.state else State.FILED
    returned = told.agreed_fen if state is State.CONFIRMED else 0
    return Outcome(
        bucket=column_of(state, mediated=standing.mediated, excluded=bool(standing.excluded)),
        reply=_reply(standing),
        performance=_performance(told, standing.performance_due_at),
        reply_hours=_hours(told, standing.replied_at),
        agreement_hours=_hours(told, told.agreed_at),
        money_hours=_hours(told, told.performed_at) if returned else None,
        asked_fen=told.asked_fen,
        returned_fen=returned,
        withdrawal=told.withdrawal if state is State.WITHDRAWN else "",
        left_out=standing.excluded,
    )


def _listen(told: _Told, fact: Fact, at: datetime, details: dict[str, Any]) -> None:
    match fact:
        case Fact.COMPLAINT_FILED:
            told.filed_at, told.asked_fen = at, details["claim_fen"]
        case _ if fact in OFFERS:
            paid = Remedy(details["remedy"]) in WITH_MONEY
            told.offers[details["n"]] = (details.get("amount_fen") or 0) if paid else 0
        case _ if fact in AGREEMENTS:
            told.agreed_at, told.agreed_fen = at, told.offers.get(details["n"], 0)
            told.performed_at, told.missed = None, False
        case Fact.PERFORMANCE_CLAIMED:
            told.performed_at = at
        case Fact.PERFORMANCE_CONFIRMED:
            told.performed_at = told.performed_at or at
        case Fact.PERFORMANCE_DENIED:
            told.performed_at = None
        case Fact.SETTLEMENT_BREACHED:
            told.missed = True
        case Fact.DISPUTE_REOPENED:
            told.agreed_at, told.agreed_fen, told.performed_at, told.missed = None, 0, None, False
        case Fact.CONSUMER_WITHDREW:
            told.withdrawal = details.get("reason", "")


def _reply(standing: Standing) -> Reply:
    """The reply window is over once the clock said so (`silent_at`); a reply before that was in time."""
    if standing.replied_at is not None:
        before = standing.silent_at is None or standing.replied_at <= standing.silent_at
        return Reply.IN_TIME if before else Reply.LATE
    return Reply.NOT_DUE if standing.silent_at is None else Reply.NONE


def _performance(told: _Told, due_at: datetime | None) -> Kept:
    """By the shop's own word, unless the customer denied it; a confirmation without that word is one too."""
    if told.agreed_at is None:
        return Kept.NOTHING
    if told.performed_at is not None:
        late = due_at is not None and told.performed_at >= due_at
        return Kept.LATE if late else Kept.IN_TIME
    return Kept.MISSED if told.missed else Kept.NOT_DUE


def _hours(told: _Told, at: datetime | None) -> int | None:
    return None if at is None or told.filed_at is None else (at - told.filed_at) // HOUR
