"""The replies that are not offers: messages, refusals, questions, and sharing one's contact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.disputes import limits
from portal.disputes.ledger import record
from portal.disputes.models import Dispute, DisputeEvent, Evidence
from portal.disputes.permissions import party_of
from portal.disputes.workflow import Fact
from portal.regions.choices import Kind, choices
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
    _few_enough(photos)
    return _say(session, dispute, actor, Fact.MESSAGE_POSTED, now=now, text=written, photos=photos)


def request_evidence(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The merchant asks the consumer for something it needs to decide; a typed reply."""
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    if not written:
        raise RuleBroken("note", N_("Please say what you need, for example a photo of the label."))
    return _say(session, dispute, actor, Fact.EVIDENCE_REQUESTED, now=now, text=written)


def refuse_claim(
    session: Session, dispute: Dispute, actor: Viewer, *, reason: str, note: str, now: datetime
) -> DisputeEvent:
    """The merchant refuses with a reason of the city's list and an explanation; a typed reply."""
    city = session.get_one(City, dispute.city_code)
    if reason not in {choice["code"] for choice in choices(city.choices, Kind.REFUSAL)}:
        raise RuleBroken("reason", N_("Please choose a reason."))
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    if not written:
        raise RuleBroken("note", N_("Please explain in a sentence or two; the customer will read it."))
    return _say(session, dispute, actor, Fact.REFUSAL_GIVEN, now=now, text=written, reason=reason)


def deny_store(
    session: Session, dispute: Dispute, actor: Viewer, *, note: str, now: datetime
) -> DisputeEvent:
    """The merchant says that this was not bought at its store; a typed reply."""
    written = limits.text_within("note", note, limits.NOTE_LIMIT)
    if not written:
        raise RuleBroken("note", N_("Please say why you think it was another shop."))
    return _say(session, dispute, actor, Fact.STORE_DENIED, now=now, text=written)


def share_contact(session: Session, dispute: Dispute, actor: Viewer, *, now: datetime) -> DisputeEvent:
    """The consumer lets this merchant see name and phone: a consent of its own (PIPL Art. 23), logged."""
    return _say(session, dispute, actor, Fact.CONTACT_SHARED, now=now)


def _say(
    session: Session,
    dispute: Dispute,
    actor: Viewer,
    fact: Fact,
    *,
    now: datetime,
    text: str = "",
    photos: Sequence[Evidence] = (),
    **details: Any,
) -> DisputeEvent:
    return record(
        session,
        dispute,
        fact,
        party=party_of(actor),
        actor_id=actor.id,
        now=now,
        details=details,
        text=text,
        photos=photos,
    )


def _few_enough(photos: Sequence[Evidence]) -> None:
    if len(photos) > limits.PHOTOS_LIMIT:
        raise RuleBroken("photos", N_("At most %(most)s photos, please."), most=limits.PHOTOS_LIMIT)
