"""How every act runs: one form, one action, one transaction; it ends in 303, 422 or 409."""

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.core.clock import now
from portal.core.errors import MovedOn, NotAllowed, RuleBroken
from portal.disputes.colleagues import is_recused
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute, DisputeEvent, Evidence
from portal.disputes.permissions import may, party_of, standing_of
from portal.disputes.photos import photos_of, take_photos
from portal.disputes.views.panel import PANEL
from portal.disputes.views.show import dispute_or_404, dispute_page
from portal.disputes.workflow import RULES, Fact, Party
from portal.extensions import db
from portal.web.forms import Form
from portal.web.once import answered, done, sent_key
from portal.web.writes import begin_write

Do = Callable[[Session, Dispute, datetime, Sequence[Evidence]], object]


def act(
    ref: str, name: str, form: Form, do: Do, *, any_time: bool = False, then: str | None = None
) -> Response:
    """Run one act on a dispute; the refused form comes back as `name` with all that was typed and uploaded.

    any_time: it does not matter what else has happened meanwhile (a message is no decision). then: where it
    leads, if not to the dispute.
    """
    dispute_or_404(ref)
    _only_for_its_party(name)
    earlier = answered()
    if earlier is not None:
        return earlier
    good = form.validate()
    if "photos" in form:
        take_photos(form.photos, sent_key(), current_user.id)
    dispute, at = caught_up(ref), now()
    _not_recused(dispute)
    earlier = answered()  # by a twin of this very form that held the dispute's lock until now
    if earlier is not None:
        return earlier
    if not _possible(name, dispute, at) or (moved_on(dispute) and not any_time):
        return _stale(dispute, name, form)
    if good and not form.errors:
        session = db.session()
        photos = photos_of(session, sent_key(), current_user.id) if "photos" in form else ()
        try:
            do(session, dispute, at, photos)
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _stale(dispute, name, form)
        else:
            return done(then or url_for("disputes.show", ref=dispute.ref))
    return dispute_page(dispute, status=422, filled={name: form})


# What the portal records by itself and nobody decides by: a notice has arrived, a day is near.
QUIET = frozenset({Fact.MERCHANT_NOTIFIED, Fact.PERFORMANCE_REMINDED})
# The fact that each act records, by the act's name; a report is outside the dispute's history.
FACTS = {act.name: act.fact for act in PANEL} | {
    "acceptance": Fact.OFFER_ACCEPTED,
    "offer_withdrawal": Fact.OFFER_WITHDRAWN,
    "proposal_acceptance": Fact.PROPOSAL_ACCEPTED,
}


def _only_for_its_party(name: str) -> None:
    """Before any work: an act of the other side is no address of this one; raises NotAllowed."""
    own = {act.party for act in PANEL if act.name == name and act.party}
    who = RULES[FACTS[name]].who if name in FACTS else {Party.CONSUMER}
    if party_of(current_user) not in (own or who):
        raise NotAllowed


def _not_recused(dispute: Dispute) -> None:
    """An officer who was recused from a dispute acts in it no more; raises NotAllowed."""
    if party_of(current_user) is Party.BUREAU and is_recused(db.session(), dispute, current_user.id):
        raise NotAllowed


def _possible(name: str, dispute: Dispute, at: datetime) -> bool:
    """Whether the act can be done as things stand, whatever has been typed."""
    party = party_of(current_user)
    return name not in FACTS or may(standing_of(dispute), FACTS[name], party, at)


def caught_up(ref: str) -> Dispute:
    """The dispute under its lock, after what time has brought about; that stays, whatever the act becomes."""
    begin_write()
    dispute = dispute_or_404(ref, to_act=True)
    if catch_up(db.session(), dispute.id, now()):
        db.session.commit()
        begin_write()
        dispute = dispute_or_404(ref, to_act=True)
    return dispute


def moved_on(dispute: Dispute) -> bool:
    """Whether something has happened since the form was shown that one may decide differently for."""
    seen = request.form.get("last_seq", type=int)
    if seen is None or seen == dispute.last_seq:
        return False
    since = sa.select(DisputeEvent.fact).where(DisputeEvent.dispute_id == dispute.id, DisputeEvent.seq > seen)
    return any(fact not in QUIET for fact in db.session.scalars(since)) or seen > dispute.last_seq


def _stale(dispute: Dispute, name: str, form: Form) -> Response:
    sentence = gettext("Something has happened meanwhile. Please look at it, and then decide again.")
    return dispute_page(dispute, status=409, filled={name: form}, trouble=sentence)
