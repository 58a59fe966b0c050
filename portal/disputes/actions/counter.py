"""The counter: a complaint taken down, and what the person comes back to say, with the slip as the proof."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Person, PersonKind
from portal.accounts.slips import new_slip
from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.words import N_, filled_text
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.spoken import WORDS
from portal.disputes.counter import NOBODY, REACHES, CounterComplaint, speaking, taken_down
from portal.disputes.models import Dispute, Evidence
from portal.disputes.official import ID_TYPES
from portal.merchants.models import Store
from portal.merchants.permissions import in_charge_of


def file_at_counter(
    session: Session,
    store: Store,
    officer: Viewer,
    complaint: Complaint,
    *,
    reach: str,
    number: str,
    key: str,
    now: datetime,
    photos: Sequence[Evidence] = (),
) -> tuple[Dispute, str]:
    """Take down what somebody without a phone says; gives the dispute and the code of the first slip.

    The person is new to the portal: the slip alone tells who it is. number: of a landline or of somebody
    near, for the bureau alone. Raises NotAllowed for a store that the officer's region does not have,
    RuleBroken(name | reach | number) and what `file_complaint` raises.
    """
    if not _covers(session, officer, store):
        raise NotAllowed
    name = filled_text("name", complaint.name, 30)
    reached = _number(reach, number)
    person = Person(kind=PersonKind.CONSUMER, created_at=now)
    person.identity = Identity(name=name)
    session.add(person)
    session.flush()
    dispute = file_complaint(
        session, store, person.identity, complaint, key=key, now=now, photos=photos, hand=officer
    )
    session.add(
        CounterComplaint(
            dispute_id=dispute.id,
            city_code=dispute.city_code,
            district_code=dispute.district_code,
            officer_id=officer.id,
            reach=reach,
            number=reached,
            taken_at=now,
        )
    )
    return dispute, new_slip(session, dispute.ref, person.id, made_by=officer.id, now=now)


def replace_slip(session: Session, dispute: Dispute, officer: Viewer, *, checked: str, now: datetime) -> str:
    """A new code for somebody whose slip is lost; the old one opens nothing any more.

    checked: the kind of document (ID_TYPES) that the officer has looked at; it is kept with the slip. Raises
    NotAllowed where the dispute did not come in at the counter, RuleBroken(checked).
    """
    if officer.region is None or taken_down(session, dispute) is None:
        raise NotAllowed
    if checked not in ID_TYPES:
        raise RuleBroken("checked", N_("Please look at a document first, and choose which it was."))
    return new_slip(session, dispute.ref, dispute.consumer_id, made_by=officer.id, checked=checked, now=now)


def take_down(
    session: Session,
    dispute: Dispute,
    officer: Viewer,
    word: str,
    said: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """Record as the consumer's own what the person said at the counter, once the slip's code was right.

    word: one of WORDS; said: what was filled in with it, by the names of its `fields`. Raises NotAllowed
    where the dispute did not come in at the counter, or for who is no officer; RuleBroken and MovedOn as the
    act itself does.
    """
    if officer.region is None or taken_down(session, dispute) is None:
        raise NotAllowed
    WORDS[word].record(session, dispute, speaking(dispute, officer), said, now)


def _covers(session: Session, officer: Viewer, store: Store) -> bool:
    return session.scalar(sa.select(Store.id).where(Store.id == store.id, in_charge_of(officer))) is not None


def _number(reach: str, number: str) -> str:
    """The number as it is kept; '' for whoever comes by."""
    if reach not in REACHES:
        raise RuleBroken("reach", N_("Please choose how the person can be reached."))
    if reach == NOBODY:
        return ""
    folded = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", number[:60]))
    if not re.fullmatch(r"\+?[0-9]{3,13}(-[0-9]{3,8}){0,2}", folded) or len(folded) > 20:
        raise RuleBroken("number", N_("Please enter the number, with the area code."))
    return folded
