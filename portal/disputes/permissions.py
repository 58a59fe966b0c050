"""Who sees which dispute, as which party, and which facts that party may record now."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from portal.accounts.viewer import Viewer
from portal.disputes.models import Dispute
from portal.disputes.standing import FIELDS, Standing
from portal.disputes.workflow import RULES, TALKS, Fact, Party, State, Turn
from portal.merchants.models import Store
from portal.regions.scope import within

Guard = Callable[[Standing, Party, datetime], bool]


def _theirs(standing: Standing, party: Party, now: datetime) -> bool:
    due = standing.offer_due_at
    return standing.offer_by not in (None, party) and due is not None and now < due


def _own(standing: Standing, party: Party, now: datetime) -> bool:
    return standing.offer_by == party


def _before_reopening_ends(standing: Standing, party: Party, now: datetime) -> bool:
    closed = standing.state in (State.CONFIRMED, State.UNCONFIRMED)
    return not closed or (standing.reopen_due_at is not None and now < standing.reopen_due_at)


def _may_give_up(standing: Standing, party: Party, now: datetime) -> bool:
    return party is not Party.MERCHANT or (standing.talks_over and standing.state in TALKS)


def _proposal(standing: Standing, party: Party, now: datetime) -> bool:
    return standing.proposal_n is not None and standing.proposal_taken not in (party, "both")


# What a state alone does not decide. No entry: RULES says it all.
GUARDS: dict[Fact, Guard] = {
    Fact.MERCHANT_NOTIFIED: lambda standing, party, now: standing.reply_due_at is None,
    Fact.OFFER_ACCEPTED: _theirs,
    Fact.OFFER_DECLINED: _theirs,
    Fact.OFFER_WITHDRAWN: _own,
    Fact.ESCALATED: _may_give_up,
    Fact.CONTACT_SHARED: lambda standing, party, now: not standing.contact_shared,
    Fact.WITHDRAWAL_UNDONE: lambda standing, party, now: (
        standing.undo_due_at is not None and now < standing.undo_due_at
    ),
    Fact.PERFORMANCE_CONFIRMED: _before_reopening_ends,
    Fact.DISPUTE_REOPENED: _before_reopening_ends,
    Fact.DISPUTE_RATED: lambda standing, party, now: not standing.rated,
    Fact.TESTING_BEGUN: lambda standing, party, now: standing.testing_since is None,
    Fact.TESTING_ENDED: lambda standing, party, now: standing.testing_since is not None,
    Fact.PROPOSAL_ACCEPTED: _proposal,
    Fact.PROPOSAL_DECLINED: _proposal,
    Fact.DISPUTE_MEDIATED: lambda standing, party, now: standing.proposal_taken == "both",
    Fact.ACCEPTANCE_OVERDUE: lambda standing, party, now: not standing.acceptance_late,
    Fact.OFFICER_ASSIGNED: lambda standing, party, now: not standing.recusal_asked,
    Fact.RECUSAL_ASKED: lambda standing, party, now: (
        standing.officer_id is not None and not standing.recusal_asked
    ),
    Fact.RECUSAL_DENIED: lambda standing, party, now: standing.recusal_asked,
    Fact.OFFICER_RECUSED: lambda standing, party, now: standing.officer_id is not None,
    Fact.MEDIATION_ENTRUSTED: lambda standing, party, now: not standing.entrusted_to,
    Fact.ENTRUSTMENT_ENDED: lambda standing, party, now: bool(standing.entrusted_to),
    Fact.FOLLOW_UP_ASKED: lambda standing, party, now: not standing.follow_up,
    Fact.FOLLOW_UP_ANSWERED: lambda standing, party, now: standing.follow_up == "asked",
    Fact.TRANSFER_RECEIVED: lambda standing, party, now: standing.transfer == "waiting",
    Fact.FIGURES_EXCLUDED: lambda standing, party, now: not standing.excluded,
    Fact.FIGURES_INCLUDED: lambda standing, party, now: bool(standing.excluded),
    Fact.GROUP_JOINED: lambda standing, party, now: not standing.in_group,
    Fact.GROUP_LEFT: lambda standing, party, now: standing.in_group,
}


def visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the disputes this person may see at all; everything else looks as if it did not exist."""
    if viewer.is_consumer:
        return Dispute.consumer_id == viewer.id
    if viewer.is_staff:
        return sa.or_(Dispute.merchant_id.in_(viewer.owns), _of_a_clerk(viewer))
    return within(viewer.region, Dispute.city_code, Dispute.district_code)


def _of_a_clerk(viewer: Viewer) -> sa.ColumnElement[bool]:
    """SQL: the disputes of the clerk's stores, without those of a merchant who had the store before."""
    store = aliased(Store)
    present = sa.select(store.merchant_id).where(store.id == Dispute.store_id).correlate(Dispute)
    return sa.and_(Dispute.store_id.in_(viewer.clerks_in), Dispute.merchant_id == present.scalar_subquery())


def party_of(viewer: Viewer) -> Party:
    """As which party a person stands in the disputes that are visible to that person."""
    if viewer.is_consumer:
        return Party.CONSUMER
    return Party.MERCHANT if viewer.is_staff else Party.BUREAU


def standing_of(dispute: Dispute) -> Standing:
    """The dispute's columns as the pure value that the rules work on."""
    values = {name: getattr(dispute, name) for name in FIELDS}
    values["state"] = State(dispute.state) if dispute.state else None
    values["turn"] = Turn(dispute.turn)
    values["offer_by"] = Party(dispute.offer_by) if dispute.offer_by else None
    return Standing(**values)


def may(standing: Standing, fact: Fact, party: Party, now: datetime) -> bool:
    """Whether this party may record this fact as things stand."""
    rule = RULES[fact]
    if party not in rule.who or standing.state not in rule.when:
        return False
    guard = GUARDS.get(fact)
    return guard is None or guard(standing, party, now)


def moves_for(viewer: Viewer, standing: Standing, now: datetime) -> frozenset[Fact]:
    """The facts this person may record now; what is not in it has no button and is refused."""
    party = party_of(viewer)
    return frozenset(fact for fact in RULES if may(standing, fact, party, now))
