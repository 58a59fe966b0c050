"""What somebody without a phone can say at the counter, each recorded by the act that a phone would reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import MovedOn
from portal.core.words import N_
from portal.disputes.actions import endings, follow_up, offers, performance, proposals
from portal.disputes.models import Dispute
from portal.disputes.official import give_identity
from portal.disputes.workflow import Fact

Said = Mapping[str, Any]
Record = Callable[[Session, Dispute, Viewer, Said, datetime], object]
IDENTITY = ("name", "id_type", "id_number", "address", "elsewhere", "entrusted")


@dataclass(frozen=True)
class Word:
    """One thing that can be said: its words, the fact, what records it, and the fields that go with it."""

    label: str
    fact: Fact
    record: Record
    fields: tuple[str, ...] = ()


def _with_offer(action: Callable[..., object], *fields: str) -> Record:
    """On the shop's offer, the one that is on the table."""

    def record(session: Session, dispute: Dispute, who: Viewer, said: Said, now: datetime) -> object:
        if dispute.offer_n is None:
            raise MovedOn
        return action(session, dispute, who, dispute.offer_n, now=now, **_only(said, fields))

    return record


def _with_proposal(action: Callable[..., object], *fields: str) -> Record:
    """On the bureau's proposal."""

    def record(session: Session, dispute: Dispute, who: Viewer, said: Said, now: datetime) -> object:
        if dispute.proposal_n is None:
            raise MovedOn
        return action(session, dispute, who, dispute.proposal_n, now=now, **_only(said, fields))

    return record


def _saying(action: Callable[..., object], *fields: str, **more: Any) -> Record:
    return lambda session, dispute, who, said, now: action(
        session, dispute, who, now=now, **_only(said, fields), **more
    )


def _only(said: Said, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: said[name] for name in fields}


def _turned_out(label: str, kept: str) -> Word:
    """An answer to the bureau's question what became of it."""
    record = _saying(follow_up.answer_follow_up, "note", kept=kept, content=None)
    return Word(label, Fact.FOLLOW_UP_ANSWERED, record, ("note",))


NOTE = ("note",)
WORDS: dict[str, Word] = {
    "acceptance": Word(N_("Accepts the shop's offer"), Fact.OFFER_ACCEPTED, _with_offer(offers.accept_offer)),
    "refusal": Word(
        N_("Declines the shop's offer"), Fact.OFFER_DECLINED, _with_offer(offers.decline_offer, *NOTE), NOTE
    ),
    "proposal_acceptance": Word(
        N_("Agrees to the bureau's proposal"),
        Fact.PROPOSAL_ACCEPTED,
        _with_proposal(proposals.accept_proposal),
    ),
    "proposal_refusal": Word(
        N_("Does not agree to the bureau's proposal"),
        Fact.PROPOSAL_DECLINED,
        _with_proposal(proposals.decline_proposal, *NOTE),
        NOTE,
    ),
    "confirmation": Word(
        N_("Confirms that it is solved"),
        Fact.PERFORMANCE_CONFIRMED,
        _saying(performance.confirm_performance),
    ),
    "missing": Word(
        N_("Says that something is missing"),
        Fact.PERFORMANCE_DENIED,
        _saying(performance.deny_performance, *NOTE),
        NOTE,
    ),
    "identity": Word(
        N_("Gives what an official complaint needs"),
        Fact.IDENTITY_GIVEN,
        _saying(give_identity, *IDENTITY),
        IDENTITY,
    ),
    "settled": _turned_out(N_("Asked by the bureau: it is settled"), "yes"),
    "partly": _turned_out(N_("Asked by the bureau: it is settled in part"), "partly"),
    "unsettled": _turned_out(N_("Asked by the bureau: it is not settled"), "no"),
    "escalation": Word(N_("Hands it to the bureau"), Fact.ESCALATED, _saying(endings.escalate, *NOTE), NOTE),
    "reopening": Word(
        N_("Takes up the talks again"), Fact.DISPUTE_REOPENED, _saying(performance.reopen, *NOTE), NOTE
    ),
    "withdrawal_undo": Word(
        N_("Undoes the withdrawal"), Fact.WITHDRAWAL_UNDONE, _saying(endings.undo_withdrawal)
    ),
    "withdrawal": Word(
        N_("Withdraws the complaint"),
        Fact.CONSUMER_WITHDREW,
        _saying(endings.withdraw, "reason", *NOTE),
        ("reason", *NOTE),
    ),
}
