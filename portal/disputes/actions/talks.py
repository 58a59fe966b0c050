"""The replies that are not offers: messages, refusals, questions, and sharing one's contact."""

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
from portal.regions.choices import Kind, must_be_listed
from portal.regions.models import City


def post_message(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    *,
    text: str,
    now: datetime,
    photos: Sequence[Evidence] = (),
) -> DisputeEvent:
    """Say something, with or without photos; it does not stop the clock of the merchant's first reply."""
    written = limits.text_within("text", text, limits.NOTE_LIMIT)
    if not written and not photos:
        raise RuleBroken("text", N_("Please write something or add a photo."))
    limits.few_enough(len(photos))
    return record_act(session, dispute, actor, Fact.MESSAGE_POSTED, now=now, text=written, photos=photos)


def request_evidence(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The merchant asks the consumer for something it needs to decide; a typed reply."""
    written = limits.needed_text(
        "note", note, N_("Please say what you need, for example a photo of the label.")
    )
    return record_act(session, dispute, actor, Fact.EVIDENCE_REQUESTED, now=now, text=written)


def refuse_claim(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, note: str, now: datetime
) -> DisputeEvent:
    """The merchant refuses with a reason of the city's list and an explanation; a typed reply."""
    city = session.get_one(City, dispute.city_code)
    must_be_listed(city.choices, Kind.REFUSAL, reason, "reason", N_("Please choose a reason."))
    written = limits.needed_text(
        "note", note, N_("Please explain in a sentence or two; the customer will read it.")
    )
    return record_act(
        session, dispute, actor, Fact.REFUSAL_GIVEN, now=now, details={"reason": reason}, text=written
    )


def deny_store(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The merchant says that this was not bought at its store; a typed reply."""
    written = limits.needed_text("note", note, N_("Please say why you think it was another shop."))
    return record_act(session, dispute, actor, Fact.STORE_DENIED, now=now, text=written)


def share_contact(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer lets this merchant see name and phone: a consent of its own (PIPL Art. 23), logged."""
    return record_act(session, dispute, actor, Fact.CONTACT_SHARED, now=now)
