"""The columns of the table for 12315, and where each comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, Person
from portal.core.clock import local, today
from portal.core.words import N_
from portal.disputes.counter import CounterComplaint
from portal.disputes.models import Dispute, DisputeEvent, Statement
from portal.disputes.official import ID_TYPES, OfficialIdentity
from portal.disputes.wording import REMEDIES, STATES
from portal.disputes.workflow import Fact, Remedy, State
from portal.regions.choices import Kind, label
from portal.regions.models import City

HEADINGS = (
    N_("Reference"), N_("Full name"), N_("Telephone"), N_("Kind of identity document"), N_("Its number"),
    N_("Postal address"), N_("Publication of the complaint"), N_("Mediation by an entrusted body"),
    N_("Respondent"), N_("Licence number (USCC)"), N_("Shop"), N_("Address"), N_("Telephone of the shop"),
    N_("Bought on"), N_("Place"), N_("Goods"), N_("Order number"), N_("Paid (yuan)"), N_("Problem"),
    N_("What happened"), N_("Asked for"), N_("Sum (yuan)"), N_("Handed to the bureau"),
    N_("To be decided by"), N_("State"), N_("Taken down at the counter"),
)  # fmt: skip


@dataclass(frozen=True)
class Handed:
    """One dispute with all that its line needs."""

    dispute: Dispute
    city: City
    known: Identity
    official: OfficialIdentity | None
    story: str
    handed_at: datetime | None
    counter: str | None


def read_batch(session: Session, ids: Sequence[int]) -> list[Handed]:
    """Some disputes at once: six queries, however many they are."""
    disputes = session.scalars(sa.select(Dispute).where(Dispute.id.in_(ids)).order_by(Dispute.id)).all()
    people = {one.consumer_id for one in disputes}
    known = {
        one.person_id: one
        for one in session.scalars(sa.select(Identity).where(Identity.person_id.in_(people)))
    }
    given = sa.select(OfficialIdentity).where(OfficialIdentity.dispute_id.in_(ids))
    official = {one.dispute_id: one for one in session.scalars(given)}
    told = sa.select(Statement.dispute_id, Statement.text).where(
        Statement.dispute_id.in_(ids), Statement.seq == 1
    )
    stories = {id_: text for id_, text in session.execute(told)}  # noqa: C416 - rows are no pairs to mypy
    event = DisputeEvent
    handed = sa.select(event.dispute_id, sa.func.max(event.at)).where(
        event.dispute_id.in_(ids), event.fact == Fact.ESCALATED
    )
    handed_at = {id_: at for id_, at in session.execute(handed.group_by(event.dispute_id))}  # noqa: C416
    taken = (
        sa.select(CounterComplaint.dispute_id, sa.func.coalesce(Person.display_name, ""))
        .outerjoin(Person, Person.id == CounterComplaint.officer_id)
        .where(CounterComplaint.dispute_id.in_(ids))
    )
    counter = {id_: name for id_, name in session.execute(taken)}  # noqa: C416
    return [
        Handed(
            one,
            session.get_one(City, one.city_code),
            known[one.consumer_id],
            official.get(one.id),
            stories.get(one.id, ""),
            handed_at.get(one.id),
            counter.get(one.id),
        )
        for one in disputes
    ]


def cells_of(one: Handed, *, identity: bool) -> list[str]:
    """The cells in the order of HEADINGS; without identity the complainant stays masked."""
    dispute, store, zone = one.dispute, one.dispute.store, one.city.zone
    due = dispute.statutory_due_at
    return [
        dispute.ref,
        *_who(one, identity),
        _yes(dispute.publish),
        _yes(one.official.entrusted) if one.official else "",
        store.merchant.legal_name,
        store.merchant.uscc or "",
        store.name,
        store.address,
        store.phone,
        dispute.bought_on.isoformat(),
        store.address or store.name,
        dispute.goods,
        dispute.order_no,
        _yuan(dispute.paid_fen),
        label(one.city.choices, Kind.PROBLEM, dispute.problem, "zh_CN"),
        one.story,
        gettext(REMEDIES[Remedy(dispute.remedy)]),
        _yuan(dispute.claim_fen) if dispute.claim_fen else "",
        f"{local(one.handed_at, zone):%Y-%m-%d %H:%M}" if one.handed_at else "",
        today(due - timedelta(microseconds=1), zone).isoformat() if due else "",
        gettext(STATES[State(dispute.state or State.ESCALATED)][0]),
        "" if one.counter is None else f"{gettext('Yes')} {one.counter}".strip(),
    ]


def _who(one: Handed, identity: bool) -> list[str]:
    if not identity:
        return [one.dispute.consumer_label, one.dispute.phone_masked, "", "", ""]
    row = one.official
    if row is None:
        return [one.known.name, one.known.phone or "", "", "", ""]
    return [row.name, one.known.phone or "", gettext(ID_TYPES[row.id_type]), row.id_number, row.address]


def _yes(agreed: bool) -> str:
    return str(gettext("Yes") if agreed else gettext("No"))


def _yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"
