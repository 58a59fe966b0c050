"""How a dispute stands after its events: a pure fold over them, so that every state can be recomputed.

Each event's details carry the instants it fixed (ISO 8601, UTC), so that a replay needs no settings of the
city and no clock, and a change of the city's clocks never moves a running deadline.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from portal.disputes.workflow import RULES, SETTLED_OR_NOT, TALKS, WITH_BUREAU, Fact, Party, State, Then, Turn


@dataclass(frozen=True)
class Standing:
    """What is true of a dispute now; each field is a column of `disputes` with the same name.

    `offer_n` and `offer_by` name the live offer, `settled_n` the accepted one; the `…_at` fields are the
    deadlines that run (None: does not run); `next_due_at` is the earliest of those the worker acts on.
    `proposal_n` names the mediator's proposal on the table, `proposal_taken` who has accepted it.
    `testing_since` is set while the mediation's clock stands still; `entrusted_to` is the code of who
    mediates for the bureau. `follow_up` is "", asked, or the answer: yes, partly or no.
    `excluded` is the ground on which the dispute is left out of the figures ("": it counts). `in_group`: it
    is handled together with others. `transfer`: it came from another city, and the receipt is "waiting" to
    be confirmed or "received".
    """

    state: State | None = None
    turn: Turn = Turn.NOBODY
    replied_at: datetime | None = None
    silent_at: datetime | None = None
    reply_due_at: datetime | None = None
    talks_due_at: datetime | None = None
    talks_over: bool = False
    offer_n: int | None = None
    offer_by: Party | None = None
    offer_due_at: datetime | None = None
    settled_n: int | None = None
    reminder_due_at: datetime | None = None
    performance_due_at: datetime | None = None
    confirmation_due_at: datetime | None = None
    undo_due_at: datetime | None = None
    reopen_due_at: datetime | None = None
    rated: bool = False
    contact_shared: bool = False
    officer_id: int | None = None
    acceptance_due_at: datetime | None = None
    acceptance_late: bool = False
    mediation_due_at: datetime | None = None
    testing_since: datetime | None = None
    proposal_n: int | None = None
    proposal_taken: str = ""
    mediated: bool = False
    recusal_asked: bool = False
    entrusted_to: str = ""
    follow_up_due_at: datetime | None = None
    follow_up: str = ""
    excluded: str = ""
    in_group: bool = False
    transfer: str = ""

    @property
    def next_due_at(self) -> datetime | None:
        """The next instant at which time itself records a fact."""
        runs = [at for at in self.running().values() if at is not None]
        return min(runs, default=None)

    @property
    def next_day(self) -> datetime | None:
        """The earliest of the deadlines that a side has to keep; a reminder or a question is none."""
        kept = [at for fact, at in self.running().items() if at and fact not in NO_DEADLINE]
        return min(kept, default=None)

    def running(self) -> dict[Fact, datetime | None]:
        """Each fact that time may record from here, and when (None: not running)."""
        open_talks = self.state in TALKS
        unheard = open_talks and self.replied_at is None and self.silent_at is None
        return {
            Fact.OFFER_LAPSED: self.offer_due_at if self.state is State.OFFERED else None,
            Fact.MERCHANT_FELL_SILENT: self.reply_due_at if unheard else None,
            Fact.TALKS_RAN_OUT: self.talks_due_at if open_talks and not self.talks_over else None,
            Fact.PERFORMANCE_REMINDED: self.reminder_due_at if self.state is State.AGREED else None,
            Fact.SETTLEMENT_BREACHED: self.performance_due_at if self.state is State.AGREED else None,
            Fact.CONFIRMATION_LAPSED: self.confirmation_due_at if self.state is State.PERFORMED else None,
            Fact.WITHDRAWAL_BECAME_FINAL: self.undo_due_at if self.state is State.WITHDRAWN else None,
            Fact.ACCEPTANCE_OVERDUE: self.acceptance_due_at if self._awaits_acceptance else None,
            Fact.MEDIATION_TERMINATED: self.mediation_due_at if self._is_mediated_on else None,
            Fact.FOLLOW_UP_ASKED: self.follow_up_due_at if self._is_to_be_followed_up else None,
        }

    @property
    def _is_to_be_followed_up(self) -> bool:
        return self.state in SETTLED_OR_NOT and not self.follow_up

    @property
    def _awaits_acceptance(self) -> bool:
        return self.state is State.ESCALATED and not self.acceptance_late

    @property
    def _is_mediated_on(self) -> bool:
        return self.state is State.MEDIATING and self.testing_since is None

    @property
    def statutory_due_at(self) -> datetime | None:
        """The date that the law sets the bureau next; None where none runs."""
        if self.state is State.ESCALATED:
            return self.acceptance_due_at
        return self.mediation_due_at if self._is_mediated_on else None


NO_DEADLINE = {Fact.PERFORMANCE_REMINDED, Fact.FOLLOW_UP_ASKED}
FIELDS = tuple(field.name for field in fields(Standing))
INSTANTS = tuple(name for name in FIELDS if name.endswith("_at"))


def step(before: Standing, fact: Fact, party: Party, at: datetime, details: Mapping[str, Any]) -> Standing:
    """How the dispute stands after one more event; never raises for an event that `record()` let in."""
    rule = RULES[fact]
    after = replace(before, **_changes(before, fact, party, at, details))
    if rule.typed_reply and party is Party.MERCHANT and after.replied_at is None:
        after = replace(after, replied_at=at)
    if rule.leads_to is Then.RESUME:
        after = replace(after, state=_resumed(after, at))
    elif isinstance(rule.leads_to, State):
        after = replace(after, state=rule.leads_to)
    if after.state is not State.OFFERED:
        after = replace(after, offer_n=None, offer_by=None, offer_due_at=None)
    return replace(after, turn=_turn(before, after, fact, party))


def _changes(
    before: Standing, fact: Fact, party: Party, at: datetime, details: Mapping[str, Any]
) -> dict[str, Any]:
    instants = {key: datetime.fromisoformat(details[key]) for key in INSTANTS if key in details}
    match fact:
        case Fact.COMPLAINT_FILED:
            return instants | {"transfer": "waiting" if "transferred_from" in details else ""}
        case Fact.OFFER_MADE:
            return instants | {"offer_n": details["n"], "offer_by": party}
        case Fact.OFFER_ACCEPTED:
            return {"reminder_due_at": None} | instants | {"settled_n": details["n"]}
        case Fact.MERCHANT_FELL_SILENT:
            return {"silent_at": at}
        case Fact.TESTING_BEGUN:
            return {"testing_since": at}
        case Fact.PROPOSAL_MADE:
            return {"proposal_n": details["n"], "proposal_taken": ""}
        case Fact.PROPOSAL_ACCEPTED:
            both = before.proposal_taken not in ("", party)
            return {"proposal_taken": "both" if both else party.value}
        case Fact.DISPUTE_MEDIATED:
            return (
                {"reminder_due_at": None}
                | instants
                | {"settled_n": details["n"], **NO_PROPOSAL, **NO_MEDIATOR, "mediated": True}
            )
        case Fact.WITHDRAWAL_UNDONE | Fact.WITHDRAWAL_BECAME_FINAL:
            return instants | {"undo_due_at": None}
        case Fact.PERFORMANCE_DENIED:
            return {"confirmation_due_at": None}
        case Fact.DISPUTE_REOPENED:
            return instants | {
                "talks_over": False,
                "settled_n": None,
                "performance_due_at": None,
                "confirmation_due_at": None,
                "reopen_due_at": None,
                "follow_up_due_at": before.follow_up_due_at if before.follow_up else None,
            }
        case _:
            taken = {field: details.get(key) for field, key in TAKEN.get(fact, {}).items()}
            return instants | taken | MARKS.get(fact, {})


# What a fact's details say of a field: {field: key of the details}; nobody has what goes back to the pool.
TAKEN: dict[Fact, dict[str, str]] = {
    Fact.OFFICER_ASSIGNED: {"officer_id": "officer_id"},
    Fact.OFFICER_RECUSED: {"officer_id": "officer_id"},
    Fact.MEDIATION_ENTRUSTED: {"entrusted_to": "to"},
    Fact.FOLLOW_UP_ANSWERED: {"follow_up": "kept"},
    Fact.FIGURES_EXCLUDED: {"excluded": "ground"},
}
TRANSFERRED = "transferred"  # the ground on which another city counts it

# What a fact settles by itself, whatever its details.
NO_PROPOSAL: dict[str, Any] = {"proposal_n": None, "proposal_taken": ""}
NO_MEDIATOR: dict[str, Any] = {"recusal_asked": False, "entrusted_to": ""}  # with the end of the mediation
MARKS: dict[Fact, dict[str, Any]] = {
    Fact.TALKS_RAN_OUT: {"talks_over": True},
    Fact.PERFORMANCE_REMINDED: {"reminder_due_at": None},
    Fact.WITHDRAWAL_UNDONE: {"undo_due_at": None},
    Fact.WITHDRAWAL_BECAME_FINAL: {"undo_due_at": None},
    Fact.PERFORMANCE_DENIED: {"confirmation_due_at": None},
    Fact.DISPUTE_RATED: {"rated": True},
    Fact.CONTACT_SHARED: {"contact_shared": True},
    Fact.ESCALATED: {"acceptance_late": False, "mediated": False},
    Fact.ACCEPTANCE_OVERDUE: {"acceptance_late": True},
    Fact.DEADLINE_RECOMPUTED: {"acceptance_late": False},  # the clock says anew if it is
    Fact.TESTING_ENDED: {"testing_since": None},
    Fact.PROPOSAL_DECLINED: NO_PROPOSAL,
    Fact.COMPLAINT_REFUSED: NO_MEDIATOR,
    Fact.MEDIATION_TERMINATED: NO_PROPOSAL | NO_MEDIATOR | {"testing_since": None},
    Fact.RECUSAL_ASKED: {"recusal_asked": True},
    Fact.RECUSAL_DENIED: {"recusal_asked": False},
    Fact.OFFICER_RECUSED: {"recusal_asked": False},
    Fact.ENTRUSTMENT_ENDED: {"entrusted_to": ""},
    Fact.FOLLOW_UP_ASKED: {"follow_up": "asked"},
    Fact.DISPUTE_TRANSFERRED: NO_PROPOSAL | NO_MEDIATOR | {"excluded": TRANSFERRED, "in_group": False},
    Fact.TRANSFER_RECEIVED: {"transfer": "received"},
    Fact.FIGURES_INCLUDED: {"excluded": ""},
    Fact.GROUP_JOINED: {"in_group": True},
    Fact.GROUP_LEFT: {"in_group": False},
}


def _resumed(standing: Standing, at: datetime) -> State:
    if standing.settled_n is not None and standing.performance_due_at is not None:
        return State.AGREED if at < standing.performance_due_at else State.BREACHED
    if standing.replied_at is not None:
        return State.TALKING
    return State.FILED if standing.silent_at is None else State.SILENT


OPPOSITE = {Turn.CONSUMER: Turn.MERCHANT, Turn.MERCHANT: Turn.CONSUMER}


def _turn(before: Standing, after: Standing, fact: Fact, party: Party) -> Turn:
    wanted = RULES[fact].turn
    if after.state is State.FILED:
        return Turn.MERCHANT
    if after.state in WITH_BUREAU:
        return Turn.BUREAU
    actor = Turn(party) if party in (Party.CONSUMER, Party.MERCHANT) else Turn.NOBODY
    match wanted:
        case Turn.SAME:
            return before.turn
        case Turn.ACTOR:
            return actor
        case Turn.OTHER:
            return OPPOSITE[actor]
        case Turn.SWAP:
            return OPPOSITE.get(before.turn, before.turn)
        case Turn.ANSWERED:
            talking = after.state is State.TALKING and before.turn is actor
            return OPPOSITE[actor] if talking else before.turn
        case _:
            return wanted
