"""The acts on an issue: each ends in 303, or in its page with what was typed."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from portal.bureau import issue_forms as forms
from portal.bureau.actions import issues as actions
from portal.bureau.models import SystemicIssue
from portal.bureau.queries import issues as queries
from portal.bureau.views.blueprint import bp, reader
from portal.bureau.views.issues import invitable, issue_or_404, issue_page
from portal.core.clock import now
from portal.core.errors import MovedOn, RuleBroken
from portal.core.refs import parse_ref
from portal.disputes.actions.groups import invite
from portal.extensions import db
from portal.regions.models import City
from portal.web.access import only
from portal.web.forms import Form
from portal.web.once import answered, done


def _act(ref: str, name: str, form: Form, do: Callable[[SystemicIssue], str]) -> Response:
    """Run one act under the issue's lock; `do` gives the sentence that says it is done."""
    issue_or_404(ref)
    if (earlier := answered()) is not None:
        return earlier
    issue = issue_or_404(ref, to_act=True)
    place = url_for(".issue", ref=issue.ref)
    if form.validate():
        try:
            sentence = do(issue)
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            trouble = gettext("Something has happened meanwhile. Please look at it, and then decide again.")
            return issue_page(ref, {name: form}, status=409, trouble=trouble)
        else:
            flash(sentence, "good")
            return done(place)
    return issue_page(ref, {name: form}, status=422)


@bp.post("/issues/<ref>/disputes")
@only("officer")
def create_issue_dispute(ref: str) -> Response:
    """Add one more by its reference."""
    form = forms.PartForm(at="part")

    def add(issue: SystemicIssue) -> str:
        wanted = parse_ref(form.ref.data or "")
        try:
            actions.add_disputes(db.session(), reader(), issue, [wanted or "?"], now=now())
        except RuleBroken as broken:
            raise broken.at("ref") from None
        return gettext("Added.")

    return _act(ref, "part", form, add)


@bp.post("/issues/<ref>/removals")
@only("officer")
def create_issue_removal(ref: str) -> Response:
    """Take one out of it."""
    issue = issue_or_404(ref, to_act=True)
    dispute = request.form.get("dispute", "")
    parts = queries.parts_of(db.session(), reader(), issue.id)
    found = next((part.id for part in parts if part.ref == dispute), None)
    if found is not None:
        actions.remove_dispute(db.session(), issue, found)
        db.session.commit()
        flash(gettext("Taken out."), "good")
    return redirect(url_for(".issue", ref=ref), 303)


@bp.post("/issues/<ref>/letters")
@only("officer")
def create_issue_letter(ref: str) -> Response:
    """One letter into every dispute of it."""
    form = forms.LetterForm(at="letter")

    def write(issue: SystemicIssue) -> str:
        typed = {"side": form.side.data or "", "text": form.text.data or ""}
        count = actions.write_to_sides(db.session(), reader(), issue, **typed, now=now())
        return ngettext("Written into %(num)s dispute.", "Written into %(num)s disputes.", count)

    return _act(ref, "letter", form, write)


@bp.post("/issues/<ref>/publications")
@only("officer")
def create_issue_publication(ref: str) -> Response:
    """Publish what came of it, or correct what was published."""
    city = db.session().get_one(City, issue_or_404(ref).city_code)
    form = forms.PublicationForm(city, at="publication")

    def publish(issue: SystemicIssue) -> str:
        actions.publish(
            db.session(),
            reader(),
            issue,
            title=form.title.data or "",
            text=form.text.data or "",
            names_merchant=form.names_merchant.data,
            ground=form.ground.data or "",
            now=now(),
        )
        return gettext("Published.")

    return _act(ref, "publication", form, publish)


@bp.post("/issues/<ref>/groups")
@only("officer")
def create_group(ref: str) -> Response:
    """Invite disputes of one merchant to be handled together."""
    session, found = db.session(), issue_or_404(ref)
    city = session.get_one(City, found.city_code)
    parts = queries.parts_of(session, reader(), found.id)
    form = forms.InvitationForm(invitable(parts, city), at="invitation")

    def call(issue: SystemicIssue) -> str:
        at, chosen = now(), form.disputes.data or []
        disputes = actions.locked(session, reader(), issue, at, chosen)
        invite(session, reader(), disputes, title=form.title.data or "", note=form.note.data or "", now=at)
        return ngettext("%(num)s customer invited.", "%(num)s customers invited.", len(disputes))

    return _act(ref, "invitation", form, call)


@bp.post("/issues/<ref>/closure")
@only("officer")
def create_issue_closure(ref: str) -> Response:
    """Close it."""

    def close(issue: SystemicIssue) -> str:
        actions.close_issue(issue, now=now())
        return gettext("The issue is closed.")

    return _act(ref, "closure", Form(), close)
