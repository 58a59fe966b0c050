"""A group as the mediator sees it: who takes part, who speaks for whom, and the acts for all of them."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau.actions.groups import hold_together, propose_to_all
from portal.bureau.issue_forms import GroupProposalForm
from portal.bureau.queries.groups import visible_group
from portal.bureau.views.blueprint import bp, reader
from portal.core.clock import now, today
from portal.core.errors import MovedOn, RuleBroken
from portal.disputes.bureau_forms import SessionForm
from portal.disputes.groups import Group
from portal.disputes.wording import STATES
from portal.disputes.workflow import State
from portal.extensions import db
from portal.web.access import only
from portal.web.forms import Form
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.shown import ZONE


@bp.get("/groups/<ref>")
@only("officer")
def group(ref: str) -> Response:
    """One group; of another region it is as if there were none."""
    return _group_page(ref)


@bp.post("/groups/<ref>/sessions")
@only("officer")
def create_group_session(ref: str) -> AnyResponse:
    """The minutes of one session, for every member in mediation."""
    form = SessionForm(at="session")
    return _act(
        ref,
        "session",
        form,
        lambda found: hold_together(
            db.session(),
            reader(),
            found.id,
            held_on=form.held_on.data,
            way=form.way.data or "",
            minutes=form.minutes.data or "",
            now=now(),
        ),
    )


@bp.post("/groups/<ref>/proposals")
@only("officer")
def create_group_proposal(ref: str) -> AnyResponse:
    """A proposal to every member in mediation, and to its shop; each accepts alone."""
    form = GroupProposalForm(at="proposal")
    return _act(
        ref,
        "proposal",
        form,
        lambda found: propose_to_all(
            db.session(), reader(), found.id, **form.terms(), percent=form.percent(), now=now()
        ),
    )


def _act(ref: str, name: str, form: Form, do: Callable[[Group], int]) -> AnyResponse:
    found = _group_or_404(ref)
    if (earlier := answered()) is not None:
        return earlier
    if not _mediating(found):
        raise MovedOn
    if form.validate():
        try:
            count = do(found)
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(ngettext("Kept in %(num)s dispute.", "Kept in %(num)s disputes.", count), "good")
            return done(url_for(".group", ref=found.ref))
    return _group_page(ref, {name: form}, status=422)


def _group_or_404(ref: str) -> Group:
    found = visible_group(db.session(), reader(), ref)
    if found is None:
        abort(404)
    return found


def _group_page(ref: str, filled: dict[str, Form] | None = None, *, status: int = 200) -> Response:
    key = sent_key() if filled else new_key()
    if filled:
        db.session.rollback()  # what a refused act had begun is no part of the page
    found = _group_or_404(ref)
    blank: dict[str, Form] = {
        "session": SessionForm(None, at="session", held_on=today(now(), ZONE)),
        "proposal": GroupProposalForm(None, at="proposal"),
    }
    return page(
        "bureau/group.html",
        status=status,
        group=found,
        members=[_shown(found, member) for member in found.members],
        mediating=_mediating(found),
        forms=blank | (filled or {}),
        key=key,
    )


def _mediating(found: Group) -> int:
    """How many members' disputes a session or a proposal for all would reach."""
    return sum(member.takes_part and member.state == State.MEDIATING for member in found.members)


def _shown(found: Group, member: Any) -> dict[str, Any]:
    name, tone = STATES[State(member.state)]
    speaks = member in found.representatives
    return {
        **member._asdict(),
        "takes_part": member.takes_part,
        "speaks": speaks,
        "named": found.named[member.dispute_id],
        "state_name": gettext(name),
        "tone": tone,
    }
