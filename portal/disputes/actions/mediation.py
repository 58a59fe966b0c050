"""The bureau's part: acceptance or refusal, mediation, its sessions and its end (Order 121 of 2026)."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.actions.proposals import close_proposal
from portal.disputes.colleagues import is_recused
from portal.disputes.ledger import record, record_act
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact, Party
from portal.regions.calendar import due_by
from portal.regions.choices import Kind, must_be_listed
from portal.regions.clocks import Clock
from portal.regions.models import City

PAYERS = ("consumer", "merchant", "at_fault")
WAYS = ("on_site", "phone", "video")
TIME_UP = "time"  # the ground of a mediation that the clock ends


def assign(session: Session, dispute: Dispute, actor: Viewer, *, officer_id: int, now: datetime) -> None:
    """Give a dispute with the bureau to an officer; whose post covers it is the caller's to check.

    Raises NotAllowed for an officer who was recused from it.
    """
    if dispute.officer_id == officer_id:
        return
    if is_recused(session, dispute, officer_id):
        raise NotAllowed
    record_act(session, dispute, actor, Fact.OFFICER_ASSIGNED, now=now, details={"officer_id": officer_id})


def accept_for_mediation(
    session: Session, dispute: Dispute, actor: Viewer, *, now: datetime, note: str = ""
) -> DisputeEvent:
    """The bureau accepts the complaint; the mediation's sixty days begin."""
    city = session.get_one(City, dispute.city_code)
    return record_act(
        session,
        dispute,
        actor,
        Fact.MEDIATION_ACCEPTED,
        now=now,
        details={
            "mediation_due_at": due_by(session, city, Clock.MEDIATION, now),
            "span": city.span(Clock.MEDIATION).as_kept(),
        },
        text=limits.text_within("note", note, limits.NOTE_LIMIT),
    )


def refuse_complaint(
    session: Session, dispute: Dispute, actor: Viewer, *, ground: str, note: str, now: datetime
) -> DisputeEvent:
    """The bureau does not accept the complaint, on a ground of the city's list (Art. 16).

    Raises NotAllowed for an officer whose recusal is not decided yet, RuleBroken(ground | note).
    """
    how = Fact.COMPLAINT_REFUSED, Kind.NOT_ACCEPTED
    return _end(session, dispute, actor, *how, ground=ground, note=note, now=now)


def terminate(
    session: Session, dispute: Dispute, actor: Viewer, *, ground: str, note: str, now: datetime
) -> DisputeEvent:
    """The bureau ends the mediation without a settlement, on a ground of the city's list (Art. 23).

    Raises as `refuse_complaint`.
    """
    close_proposal(session, dispute, "closed")
    return _end(
        session,
        dispute,
        actor,
        Fact.MEDIATION_TERMINATED,
        Kind.TERMINATION,
        ground=ground,
        note=note,
        now=now,
    )


def _end(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    fact: Fact,
    kind: Kind,
    *,
    ground: str,
    note: str,
    now: datetime,
) -> DisputeEvent:
    check_unchallenged(dispute, actor)
    city = session.get_one(City, dispute.city_code)
    must_be_listed(city.choices, kind, ground, "ground", N_("Please choose a ground of the list."))
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    return record_act(session, dispute, actor, fact, now=now, details={"ground": ground}, text=written)


def check_unchallenged(dispute: Dispute, officer: Viewer) -> None:
    """Raise NotAllowed for the officer in whose place a side has asked for another: that one ends nothing."""
    if dispute.recusal_asked and officer.id == dispute.officer_id:
        raise NotAllowed


def hold_session(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    held_on: date | None,
    way: str,
    minutes: str,
    now: datetime,
) -> DisputeEvent:
    """Keep the minutes of a mediation session that was held; raises RuleBroken(held_on | way | minutes)."""
    city = session.get_one(City, dispute.city_code)
    if held_on is None:
        raise RuleBroken("held_on", N_("Please choose a date."))
    if held_on > today(now, city.zone):
        raise RuleBroken("held_on", N_("This day has not come yet."))
    if held_on < today(dispute.filed_at, city.zone):
        raise RuleBroken("held_on", N_("That is before the complaint was made."))
    if way not in WAYS:
        raise RuleBroken("way", N_("Please choose how it was held."))
    written = limits.needed_text("minutes", minutes, N_("Please write down what was said."))
    details = {"held_on": held_on.isoformat(), "way": way}
    return record_act(session, dispute, actor, Fact.SESSION_HELD, now=now, details=details, text=written)


def begin_testing(
    session: Session, dispute: Dispute, actor: Viewer, *, payer: str, note: str, now: datetime
) -> DisputeEvent:
    """Send the goods to be tested; the mediation's clock stands still until the result is there."""
    if payer not in PAYERS:
        raise RuleBroken("payer", N_("Please choose who pays."))
    written = limits.needed_text("note", note, N_("Please say what is tested, and by whom."))
    return record_act(
        session, dispute, actor, Fact.TESTING_BEGUN, now=now, details={"payer": payer}, text=written
    )


def end_testing(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """Keep the result; the mediation's clock goes on where it stood."""
    written = limits.needed_text("note", note, N_("Please say what came out."))
    due, since = dispute.mediation_due_at, dispute.testing_since
    later = due + (now - since) if due and since else None
    return record_act(
        session,
        dispute,
        actor,
        Fact.TESTING_ENDED,
        now=now,
        details={"mediation_due_at": later},
        text=written,
    )


def time_up(session: Session, dispute: Dispute, at: datetime) -> None:
    """The sixty days have passed: the clock ends the mediation (Art. 23, ground 5)."""
    close_proposal(session, dispute, "lapsed")
    record(
        session,
        dispute,
        Fact.MEDIATION_TERMINATED,
        party=Party.CLOCK,
        actor_id=None,
        now=at,
        details={"ground": TIME_UP},
    )
