"""What is shown for a state, a remedy, a side, and the one plain line of whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.words import N_
from portal.disputes.standing import Standing
from portal.disputes.workflow import Party, Remedy, State, Turn

STATES: dict[State, tuple[str, str]] = {  # wording, tone of its badge
    State.FILED: (N_("Waiting for the shop"), "active"),
    State.TALKING: (N_("Being negotiated"), "active"),
    State.OFFERED: (N_("Offer on the table"), "active"),
    State.SILENT: (N_("The shop did not answer"), "warn"),
    State.AGREED: (N_("Agreed, to be done"), "active"),
    State.PERFORMED: (N_("Done, to be confirmed"), "active"),
    State.BREACHED: (N_("Agreement not kept"), "bad"),
    State.ESCALATED: (N_("With the bureau"), "warn"),
    State.MEDIATING: (N_("In mediation"), "warn"),
    State.CONFIRMED: (N_("Solved, confirmed"), "good"),
    State.UNCONFIRMED: (N_("Closed, unconfirmed"), "neutral"),
    State.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    State.TERMINATED: (N_("Mediation ended"), "neutral"),
    State.REFUSED: (N_("Not accepted by the bureau"), "neutral"),
    State.TRANSFERRED: (N_("Passed on to another city"), "neutral"),
}

REMEDIES: dict[Remedy, str] = {
    Remedy.REFUND: N_("Refund"),
    Remedy.RETURN: N_("Return the goods, money back"),
    Remedy.EXCHANGE: N_("Exchange"),
    Remedy.REPAIR: N_("Repair"),
    Remedy.REDO: N_("Do it again"),
    Remedy.MAKE_UP: N_("Make up the quantity"),
    Remedy.COMPENSATION: N_("Compensation"),
    Remedy.APOLOGY: N_("Apology"),
}

PARTIES: dict[Party, str] = {
    Party.CONSUMER: N_("The customer"),
    Party.MERCHANT: N_("The shop"),
    Party.BUREAU: N_("The bureau"),
    Party.CLOCK: N_("The portal"),
}


@dataclass(frozen=True)
class TurnLine:
    """mine: it is the reader's move; until: the instant that counts, None where no clock runs."""

    mine: bool
    who: str
    until: datetime | None
    otherwise: str


@dataclass(frozen=True)
class _Line:
    who: str
    until: str = ""  # a deadline of Standing
    otherwise: str = ""


C, M, B = Party.CONSUMER, Party.MERCHANT, Party.BUREAU
_BOTH_MAY_ESCALATE = N_("After that, either side may hand it to the bureau.")
_LAPSES = N_("After that the offer lapses, and the talks go on.")

# (state, who reads, is it the reader's turn): what is said. Officers read the line with their own words.
LINES: dict[tuple[State, Party, bool], _Line] = {
    (State.FILED, C, False): _Line(
        N_("It is the shop's turn to answer."),
        "reply_due_at",
        N_("If it stays silent, one tap hands your dispute to the bureau."),
    ),
    (State.FILED, M, True): _Line(
        N_("Your turn: make an offer, give a reason, or ask for what you need."),
        "reply_due_at",
        N_("Without a reply it is marked as unanswered, and the customer can hand it to the bureau."),
    ),
    (State.TALKING, C, True): _Line(
        N_("Your turn: answer the shop, or say what would settle it."), "talks_due_at", _BOTH_MAY_ESCALATE
    ),
    (State.TALKING, C, False): _Line(
        N_("It is the shop's turn to answer."), "talks_due_at", _BOTH_MAY_ESCALATE
    ),
    (State.TALKING, M, True): _Line(
        N_("Your turn: answer the customer, best with an offer."), "talks_due_at", _BOTH_MAY_ESCALATE
    ),
    (State.TALKING, M, False): _Line(
        N_("It is the customer's turn to answer."), "talks_due_at", _BOTH_MAY_ESCALATE
    ),
    (State.OFFERED, C, True): _Line(
        N_("Your turn: the shop has made an offer. Accept it, or say what you would rather have."),
        "offer_due_at",
        _LAPSES,
    ),
    (State.OFFERED, C, False): _Line(N_("The shop is looking at your proposal."), "offer_due_at", _LAPSES),
    (State.OFFERED, M, True): _Line(
        N_("Your turn: the customer has made a proposal. Accept it, or make another offer."),
        "offer_due_at",
        _LAPSES,
    ),
    (State.OFFERED, M, False): _Line(N_("The customer is looking at your offer."), "offer_due_at", _LAPSES),
    (State.SILENT, C, True): _Line(
        N_("The shop has not answered in time. One tap hands your dispute to the bureau."),
        "talks_due_at",
        N_("You may also wait: the shop can still answer until you hand it over."),
    ),
    (State.SILENT, M, False): _Line(
        N_("The time for your reply has passed. You can still make an offer."),
        "talks_due_at",
        N_("The customer can hand it to the bureau at any time."),
    ),
    (State.AGREED, C, False): _Line(
        N_("It is agreed. The shop now does its part."),
        "performance_due_at",
        N_("If it does not, you can hand it to the bureau or take up the talks again."),
    ),
    (State.AGREED, M, True): _Line(
        N_("It is agreed. Please do your part and mark it as done."),
        "performance_due_at",
        N_("After that it counts publicly as an agreement not kept."),
    ),
    (State.PERFORMED, C, True): _Line(
        N_("The shop says it is done. Please confirm, or say what is missing."),
        "confirmation_due_at",
        N_("Without your answer it is closed as unconfirmed; it does not count as solved."),
    ),
    (State.PERFORMED, M, False): _Line(
        N_("You marked it as done. The customer is to confirm."),
        "confirmation_due_at",
        N_("Without an answer it is closed as unconfirmed."),
    ),
    (State.BREACHED, C, True): _Line(
        N_("The agreement was not kept in time. Hand it to the bureau, or take up the talks again."),
        "",
        N_("If it arrived after all, please confirm it."),
    ),
    (State.BREACHED, C, False): _Line(
        N_("You said that something is missing. The shop is to put it right."),
        "",
        N_("You can hand it to the bureau at any time."),
    ),
    (State.BREACHED, M, True): _Line(
        N_("The agreement has not been kept. Please put it right now and mark it as done."),
        "",
        N_("The customer can hand it to the bureau at any time."),
    ),
    (State.BREACHED, M, False): _Line(
        N_("The agreement was not kept in time. You can still do your part and mark it as done."),
        "",
        N_("The customer can hand it to the bureau at any time."),
    ),
}

# States that say the same to everybody, whoever reads.
FOR_ALL: dict[State, _Line] = {
    State.ESCALATED: _Line(
        N_("The bureau has the whole record, and decides whether it accepts the complaint."),
        "acceptance_due_at",
        N_("You are told either way, with the reason."),
    ),
    State.MEDIATING: _Line(
        N_("The bureau is mediating."),
        "mediation_due_at",
        N_("Without an agreement by then the mediation ends, and the way to court is open."),
    ),
    State.CONFIRMED: _Line(N_("The customer has confirmed that it is solved.")),
    State.UNCONFIRMED: _Line(N_("Closed: the shop says it is done, the customer did not confirm.")),
    State.WITHDRAWN: _Line(N_("The customer has withdrawn the complaint.")),
    State.TERMINATED: _Line(N_("The mediation has ended.")),
    State.REFUSED: _Line(N_("The bureau has not accepted it.")),
    State.TRANSFERRED: _Line(N_("It has been passed on to the bureau of another city and is closed here.")),
}

LAPSED = N_("The bureau's proposal has lapsed: its day has passed before both sides agreed.")
REMEDIES_LEFT = N_("You can still go to arbitration or to court (Consumer Protection Law, Art. 39).")

# What the customer did is said to the customer as such.
OWN_LINES: dict[State, str] = {
    State.CONFIRMED: N_("You have confirmed that it is solved."),
    State.UNCONFIRMED: N_("Closed: the shop says it is done, you did not confirm."),
    State.WITHDRAWN: N_("You have withdrawn the complaint."),
    State.TRANSFERRED: N_("Closed here: it goes on with the right shop, in another city."),
}

OFFICER_LINES: dict[State, str] = {
    State.FILED: N_("The shop is to answer."),
    State.TALKING: N_("The two sides are negotiating."),
    State.OFFERED: N_("An offer is on the table."),
    State.SILENT: N_("The shop has not answered in time."),
    State.AGREED: N_("Agreed; the shop is to do its part."),
    State.PERFORMED: N_("The shop says it is done; the customer is to confirm."),
    State.BREACHED: N_("The agreement was not kept."),
}


def turn_line(
    standing: Standing, reader: Party, *, auto_escalate: bool = False, lapsed: bool = False
) -> TurnLine:
    """The one plain line for one reader: whose turn it is, until when, and what happens otherwise.

    lapsed: the day by which the proposal on the table was to be done has passed.
    """
    state = standing.state
    assert state is not None  # noqa: S101 - a filed dispute has a state
    mine = standing.turn == Turn(reader) if reader in (C, M, B) else False
    if state in FOR_ALL:
        return _for_all(standing, state, reader, mine=mine, lapsed=lapsed)
    if reader is B:
        return TurnLine(False, OFFICER_LINES[state], standing.next_day, "")
    line = LINES[state, reader, mine]
    until: datetime | None = getattr(standing, line.until) if line.until else None
    otherwise = line.otherwise
    if state is State.FILED and reader is C:
        if until is None:
            otherwise = N_("Its time to answer begins as soon as our notice reaches it.")
        elif auto_escalate:
            otherwise = N_("If it stays silent, your dispute goes to the bureau by itself, as you asked.")
    if standing.talks_over and line.until == "talks_due_at":
        return TurnLine(
            mine, line.who, None, N_("The time for talks is over: either side may hand it to the bureau.")
        )
    return TurnLine(mine, line.who, until, otherwise)


def _for_all(standing: Standing, state: State, reader: Party, *, mine: bool, lapsed: bool) -> TurnLine:
    if state is State.WITHDRAWN and standing.undo_due_at and reader is C:
        who = N_("You have withdrawn. You can undo it.")
        return TurnLine(False, who, standing.undo_due_at, N_("Then it is final."))
    if state is State.MEDIATING and standing.testing_since:
        who = N_("The goods are being tested; meanwhile the time stands still.")
        return TurnLine(mine, who, None, "")
    if state in (State.TERMINATED, State.REFUSED) and reader is C:
        return TurnLine(mine, FOR_ALL[state].who, None, REMEDIES_LEFT)
    line, own = FOR_ALL[state], OWN_LINES.get(state) if reader is C else None
    until: datetime | None = getattr(standing, line.until) if line.until else None
    waits = standing.proposal_n is not None and standing.proposal_taken != reader
    if lapsed:
        return TurnLine(mine, LAPSED, until, line.otherwise)
    if waits and reader in (C, M):
        return TurnLine(True, N_("Your turn: the bureau has made a proposal."), until, line.otherwise)
    return TurnLine(mine, own or line.who, until, line.otherwise if until else "")
