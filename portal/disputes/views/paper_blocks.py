"""The blocks of lines and text that stand on each official form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Person
from portal.accounts.viewer import Viewer
from portal.core.clock import today
from portal.core.refs import spoken
from portal.disputes.bureau_wording import SESSION_WAYS
from portal.disputes.models import Dispute, DisputeEvent, Settlement
from portal.disputes.official import ID_TYPES, OfficialIdentity
from portal.disputes.queries import ThreadEvent, contact_of
from portal.disputes.transfers import passing_of
from portal.disputes.views.files import settlement_lines
from portal.disputes.wording import REMEDIES
from portal.disputes.workflow import Fact, Remedy
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.language import reader_locale
from portal.web.shown import moment, money, plain_day

Lines = list[tuple[str, str]]
Blocks = list[dict[str, Any]]


@dataclass(frozen=True)
class Record:
    """What a form is filled from: the dispute, who reads it, and the event that the form is of."""

    session: Session
    dispute: Dispute
    city: City
    viewer: Viewer
    event: ThreadEvent
    events: Sequence[ThreadEvent]
    identity: bool

    @property
    def details(self) -> dict[str, Any]:
        """All that the event holds, not only what a page shows."""
        return self.session.get_one(DisputeEvent, (self.dispute.id, self.event.seq)).details

    @property
    def actor_id(self) -> int | None:
        """Who recorded the event; None where time did."""
        return self.session.get_one(DisputeEvent, (self.dispute.id, self.event.seq)).actor_id

    @property
    def actor(self) -> str:
        """The officer who recorded the event; '' where time did."""
        person = self.session.get(Person, self.actor_id) if self.actor_id else None
        return person.display_name if person else ""

    def ground(self, kind: Kind) -> str:
        return label(self.city.choices, kind, self.details["ground"], reader_locale())


def block(lines: Lines, title: str = "", text: str = "") -> dict[str, Any]:
    """A block; a line without a value is left out."""
    return {"title": title, "lines": [line for line in lines if line[1]], "text": text}


def complaint(record: Record) -> Blocks:
    """The fields of the official complaint form (domain.md section 3)."""
    dispute, store = record.dispute, record.dispute.store
    story = next((one.text for one in record.events if one.fact is Fact.COMPLAINT_FILED), "")
    problem = label(record.city.choices, Kind.PROBLEM, dispute.problem, reader_locale())
    asked = [
        (gettext("Asked for"), gettext(REMEDIES[Remedy(dispute.remedy)])),
        (gettext("Sum"), money(dispute.claim_fen) if dispute.claim_fen else ""),
        (gettext("Handed to the bureau"), moment(record.event.at, with_year=True)),
    ]
    facts = [
        (gettext("Time"), plain_day(dispute.bought_on)),
        (gettext("Place"), store.address or store.name),
        (gettext("Goods"), dispute.goods),
        (gettext("Order number"), dispute.order_no),
        (gettext("Problem"), problem),
        (gettext("Paid"), money(dispute.paid_fen)),
    ]
    respondent = [
        (gettext("Legal name"), store.merchant.legal_name),
        (gettext("Licence number (USCC)"), store.merchant.uscc or ""),
        (gettext("Shop"), store.name),
        (gettext("Address"), store.address),
        (gettext("Telephone"), store.phone),
    ]
    return [
        block(_complainant(record), gettext("Complainant")),
        block(respondent, gettext("Respondent")),
        block(facts, gettext("Facts"), story),
        block(asked, gettext("Claim"), record.event.text),
    ]


def _complainant(record: Record) -> Lines:
    session, dispute = record.session, record.dispute
    row = session.get(OfficialIdentity, dispute.id)
    agreed = {True: gettext("Agrees"), False: gettext("Does not agree")}
    none = gettext("Not given yet")
    consents = [
        (gettext("Publication of the complaint"), agreed[dispute.publish]),
        (gettext("Mediation by an entrusted body"), agreed[row.entrusted] if row else none),
        (
            gettext("Dealt with elsewhere"),
            (gettext("Yes") if row.elsewhere else gettext("No")) if row else "",
        ),
    ]
    if not record.identity:
        contact = contact_of(session, dispute, record.viewer)
        kept = gettext("Kept by the bureau, not on this copy") if row else none
        return [
            (gettext("Full name"), contact.name),
            (gettext("Telephone"), contact.phone),
            (gettext("Identity document and address"), kept),
            *consents,
        ]
    known = session.get_one(Identity, dispute.consumer_id)
    return [
        (gettext("Full name"), row.name if row else known.name),
        (gettext("Telephone"), known.phone or ""),
        (gettext("Kind of identity document"), gettext(ID_TYPES[row.id_type]) if row else none),
        (gettext("Its number"), row.id_number if row else ""),
        (gettext("Address"), row.address if row else ""),
        *consents,
    ]


def sides(record: Record) -> dict[str, Any]:
    """Who is at odds with whom, as the reader may know them."""
    contact = contact_of(record.session, record.dispute, record.viewer)
    store = record.dispute.store
    return block(
        [
            (gettext("Complainant"), " ".join(filter(None, (contact.name, contact.phone)))),
            (gettext("Respondent"), store.merchant.legal_name),
            (gettext("Licence number (USCC)"), store.merchant.uscc or ""),
            (gettext("Shop"), " ".join(filter(None, (store.name, store.address)))),
            (gettext("Goods"), record.dispute.goods),
        ]
    )


def acceptance(record: Record) -> Blocks:
    last = datetime.fromisoformat(record.details["mediation_due_at"]) - timedelta(microseconds=1)
    text = gettext(
        "The bureau has examined the complaint and accepts it. It mediates between both sides, until %(day)s "
        "at the latest. Please keep what proves the facts, and take part when you are asked to.",
        day=plain_day(today(last, record.city.zone)),
    )
    accepted = (gettext("Accepted on"), plain_day(today(record.event.at, record.city.zone)))
    return [sides(record), block([accepted], text=text), block([], text=record.event.text)]


def non_acceptance(record: Record) -> Blocks:
    ground = (gettext("Ground"), record.ground(Kind.NOT_ACCEPTED))
    text = gettext("The bureau has examined the complaint and does not accept it, on this ground:")
    return [sides(record), block([ground], text=text), *remarks(record), _remedies()]


def termination(record: Record) -> Blocks:
    ground = (gettext("Ground"), record.ground(Kind.TERMINATION))
    text = gettext("The bureau ends the mediation of this complaint, on this ground:")
    return [sides(record), block([ground], text=text), *remarks(record), _remedies()]


def remarks(record: Record) -> Blocks:
    """What the officer has written to it; no block where nothing is written."""
    return [block([], gettext("Explanation"), record.event.text)] if record.event.text else []


def _remedies() -> dict[str, Any]:
    return block(
        [],
        gettext("What you can still do"),
        gettext(
            "You may go on talking with the other side, apply for arbitration where both have agreed on it, "
            "or bring an action before the people's court (Consumer Protection Law, Art. 39). Mind the "
            "limitation of actions."
        ),
    )


def minutes(record: Record) -> Blocks:
    held_on, way = date.fromisoformat(record.details["held_on"]), SESSION_WAYS[record.details["way"]]
    lines = [
        (gettext("Held on"), plain_day(held_on)),
        (gettext("How"), gettext(way)),
        (gettext("Mediator"), record.actor),
        (gettext("Written down"), moment(record.event.at, with_year=True)),
    ]
    return [sides(record), block(lines), block([], gettext("What was said"), record.event.text)]


def agreement(record: Record) -> Blocks:
    agreed = record.session.get_one(Settlement, (record.dispute.id, record.details["n"]))
    text = gettext(
        "Both sides have agreed to this of their own free will, through the mediation of the bureau. Whoever "
        "does not keep it can be sued before the people's court."
    )
    digest = gettext("Digest of the exact terms (SHA-256)") + " " + agreed.terms_sha256
    return [
        block(settlement_lines(agreed.terms), text=text),
        *([block([], gettext("Note"), agreed.terms["note"])] if agreed.terms["note"] else []),
        block([], text=digest),
    ]


def transfer(record: Record) -> Blocks:
    """The receipt of a transfer: from, to, when, by whom, why; the new reference is the consumer's alone."""
    passing = passing_of(record.session, record.dispute, record.viewer)
    assert passing is not None  # noqa: S101 - the paper is of the event that passed it on
    lines = [
        (gettext("Receipt number"), spoken(passing.number)),
        (gettext("Passed on by"), " ".join((record.city.bureau_name(reader_locale()), record.actor))),
        (gettext("Passed on to"), passing.city(reader_locale())),
        (gettext("Passed on at"), moment(passing.made_at, with_year=True)),
        (gettext("Reference until now"), spoken(record.dispute.ref)),
        (gettext("Reference from now on"), spoken(passing.other_ref) if passing.other_ref else ""),
    ]
    text = gettext(
        "The shop that this complaint is about lies in another city. The bureau has passed the complaint on "
        "to the bureau there, as it was told and with its photos, and closes it here. There it begins with "
        "its shop, which has not been heard yet."
    )
    return [sides(record), block(lines, text=text), block([], gettext("Reason"), record.event.text)]
