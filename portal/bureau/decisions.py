"""12315's decisions as lines of a table, each done through the portal's own acts; twice is as once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.viewer import Viewer
from portal.bureau.decision_lines import Decision, Line
from portal.core.clock import end_of_day, today
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.core.words import N_
from portal.disputes.actions.mediation import accept_for_mediation, refuse_complaint, terminate
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.permissions import may, standing_of
from portal.disputes.queries import visible_dispute
from portal.disputes.workflow import Fact, Party
from portal.regions.choices import Kind, choices
from portal.regions.models import City

FACTS = {
    Decision.ACCEPTED: Fact.MEDIATION_ACCEPTED,
    Decision.REFUSED: Fact.COMPLAINT_REFUSED,
    Decision.TERMINATED: Fact.MEDIATION_TERMINATED,
    Decision.SETTLED: Fact.DISPUTE_MEDIATED,
}
GROUNDS = {Decision.REFUSED: Kind.NOT_ACCEPTED, Decision.TERMINATED: Kind.TERMINATION}


class Became(StrEnum):
    """What becomes of a line."""

    DONE = "done"
    SAME = "same"  # it is so already
    BAD = "bad"


@dataclass(frozen=True)
class Outcome:
    """A line and what became of it; `broken` says why not."""

    line: Line
    became: Became
    broken: RuleBroken | None = None


def take_in(
    session: Session, officer: Viewer, lines: Sequence[Line], *, notes: Mapping[date, str], now: datetime
) -> list[Outcome]:
    """Do what each line says, one after another; a line that cannot be done leaves the others alone.

    notes: what both sides read, by the day of the decision. The caller commits, or looks only and undoes.
    """
    return [_taken(session, officer, line, notes, now) for line in lines]


def _taken(
    session: Session, officer: Viewer, line: Line, notes: Mapping[date, str], now: datetime
) -> Outcome:
    if line.broken is not None:
        return Outcome(line, Became.BAD, line.broken)
    try:
        with session.begin_nested():
            return Outcome(line, _done(session, officer, line, notes, now))
    except RuleBroken as broken:
        return Outcome(line, Became.BAD, broken)
    except (MovedOn, NotAllowed, StaleDataError):
        return Outcome(line, Became.BAD, RuleBroken(None, N_("The dispute is past this decision.")))


def _done(session: Session, officer: Viewer, line: Line, notes: Mapping[date, str], now: datetime) -> Became:
    dispute = visible_dispute(session, officer, line.ref, to_act=True)
    if dispute is None:
        raise RuleBroken(None, N_("There is no dispute with this reference in your region."))
    city = session.get_one(City, dispute.city_code)
    if line.day is None or line.day > today(now, city.zone):
        raise RuleBroken(None, N_("This day has not come yet."))
    at = min(now, end_of_day(line.day, city.zone) - timedelta(seconds=1))
    catch_up(session, dispute.id, at)
    ground = _ground(city, line)
    if _is_so(session, dispute, line, city, ground):
        return Became.SAME
    _act(session, dispute, officer, line, ground, note=notes.get(line.day, ""), at=max(at, dispute.last_at))
    return Became.DONE


def _is_so(session: Session, dispute: Dispute, line: Line, city: City, ground: str) -> bool:
    """Whether the decision is in the record already, after the hand-over that it belongs to."""
    wanted = sa.select(DisputeEvent).where(DisputeEvent.dispute_id == dispute.id).order_by(DisputeEvent.seq)
    events = session.scalars(wanted).all()
    handed = [event for event in events if event.fact == Fact.ESCALATED]
    before = [event for event in handed if line.day and today(event.at, city.zone) <= line.day]
    if not before:
        raise RuleBroken(None, N_("On this day the dispute had not been handed to the bureau."))
    following = [event.seq for event in handed if event.seq > before[-1].seq]
    end = following[0] if following else dispute.last_seq + 1
    own = [e for e in events if e.fact == FACTS[line.decision] and before[-1].seq < e.seq < end]
    if own and own[-1].details.get("ground", "") not in ("", ground):
        raise RuleBroken(None, N_("It was decided already, on another ground."))
    if not own and following:
        raise RuleBroken(None, N_("The dispute has been handed over once more since this day."))
    return bool(own)


def _act(
    session: Session, dispute: Dispute, officer: Viewer, line: Line, ground: str, *, note: str, at: datetime
) -> None:
    if line.decision is Decision.SETTLED:
        raise RuleBroken(
            None,
            N_("Only both sides can settle: put what was agreed to them as a proposal, in the dispute."),
        )
    if not may(standing_of(dispute), FACTS[line.decision], Party.BUREAU, at):
        if line.decision is Decision.TERMINATED:
            raise RuleBroken(None, N_("It is not being mediated: only what was accepted can be ended."))
        raise RuleBroken(None, N_("It is not waiting for a decision any more."))
    match line.decision:
        case Decision.ACCEPTED:
            accept_for_mediation(session, dispute, officer, note=note, now=at)
        case Decision.REFUSED:
            refuse_complaint(session, dispute, officer, ground=ground, note=note, now=at)
        case Decision.TERMINATED:
            terminate(session, dispute, officer, ground=ground, note=note, now=at)


def _ground(city: City, line: Line) -> str:
    """The code of the city's list: written as the code, as its place in the list, or in its words."""
    kind = GROUNDS.get(line.decision)
    if kind is None:
        return ""
    listed = choices(city.choices, kind)
    for place, choice in enumerate(listed, 1):
        if line.ground and line.ground in (choice["code"], str(place), choice["zh"], choice["en"]):
            return choice["code"]
    raise RuleBroken(
        None,
        N_("The ground must be a number from 1 to %(most)s or a code of the city's list."),
        most=len(listed),
    )
