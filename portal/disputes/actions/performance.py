"""Doing what was agreed: claimed by the merchant, confirmed or denied by the consumer, and what follows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record_act
from portal.disputes.models import Dispute, DisputeEvent, Evidence
from portal.disputes.workflow import Fact
from portal.regions.clocks import Clock
from portal.regions.models import City


def claim_performance(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    now: datetime,
    note: str = "",
    photos: Sequence[Evidence] = (),
) -> DisputeEvent:
    """The merchant says that it is done, with a proof where there is one; the consumer's clock starts."""
    city = session.get_one(City, dispute.city_code)
    return record_act(
        session,
        dispute,
        actor,
        Fact.PERFORMANCE_CLAIMED,
        now=now,
        details={"confirmation_due_at": city.due(Clock.CONFIRMATION, now)},
        text=limits.text_within("note", note, limits.NOTE_LIMIT),
        photos=photos,
    )


def confirm_performance(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer confirms that it is solved; nobody else ever can (domain.md section 3)."""
    city = session.get_one(City, dispute.city_code)
    return record_act(
        session,
        dispute,
        actor,
        Fact.PERFORMANCE_CONFIRMED,
        now=now,
        details={"reopen_due_at": city.due(Clock.REOPENING, now)},
    )


def deny_performance(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The consumer says that it has not arrived; raises RuleBroken(note) where nothing is said."""
    written = limits.needed_text("note", note, N_("Please say what is missing."))
    return record_act(
        session,
        dispute,
        actor,
        Fact.PERFORMANCE_DENIED,
        now=now,
        text=written,
    )


def reopen(session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime) -> DisputeEvent:
    """The consumer takes the talks up again, with a reason; the negotiation's clock starts anew."""
    written = limits.needed_text("note", note, N_("Please say why you reopen it."))
    city = session.get_one(City, dispute.city_code)
    return record_act(
        session,
        dispute,
        actor,
        Fact.DISPUTE_REOPENED,
        now=now,
        details={"talks_due_at": city.due(Clock.TALKS, now)},
        text=written,
    )


def rate(
    session: Session, dispute: Dispute, actor: Viewer, *, stars: int | None, comment: str, now: datetime
) -> DisputeEvent:
    """The consumer gives one to five stars and, if wished, a few words; once."""
    if stars not in (1, 2, 3, 4, 5):
        raise RuleBroken("stars", N_("Please choose one to five stars."))
    return record_act(
        session,
        dispute,
        actor,
        Fact.DISPUTE_RATED,
        now=now,
        details={"stars": stars},
        text=limits.text_within("comment", comment, limits.NOTE_LIMIT),
    )
