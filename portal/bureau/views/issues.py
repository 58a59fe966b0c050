"""Issues over the same trouble at many: the list, opening one, and its page."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.bureau import issue_forms as forms
from portal.bureau.actions.issues import open_issue
from portal.bureau.models import SystemicIssue
from portal.bureau.queries import issues as queries
from portal.bureau.queries import places
from portal.bureau.queries.clusters import By, of_cluster, parse_key
from portal.bureau.queries.issues import Part
from portal.bureau.queries.queue import ID_LIMIT
from portal.bureau.views.blueprint import bp, reader
from portal.bureau.views.clusters import chosen_days
from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.disputes.wording import STATES
from portal.disputes.workflow import TALKS, WITH_BUREAU, State
from portal.extensions import db
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import only
from portal.web.forms import Form
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page


@bp.get("/issues")
@only("officer")
def issues() -> Response:
    """The issues of the region, newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    rows, last = queries.issues(db.session(), reader(), before=before)
    return page("bureau/issues.html", rows=rows, next_url=url_for(".issues", before=last) if last else None)


@bp.get("/issues/new")
@only("officer")
def new_issue() -> AnyResponse:
    """A new one over a cluster, whose disputes are ticked; first of all the clusters to choose from."""
    if not request.args:
        return redirect(url_for(".clusters"), 303)
    form, city = _blank_or_404(Form(None))
    form.disputes.data = [ref for ref, _ in form.disputes.choices]
    return _new_page(form, city, new_key())


@bp.post("/issues")
@only("officer")
def create_issue() -> AnyResponse:
    if (earlier := answered()) is not None:
        return earlier
    form, city = _blank_or_404()
    if form.validate():
        typed = {"title": form.title.data or "", "text": form.text.data or "", "note": form.note.data or ""}
        refs = form.disputes.data or []
        try:
            opened = open_issue(db.session(), reader(), refs, city_code=city.code, **typed, now=now())
        except RuleBroken as broken:
            form.blame(broken)
        else:
            flash(gettext("The issue is open."), "good")
            return done(url_for(".issue", ref=opened.ref))
    return _new_page(form, city, sent_key(), status=422)


@bp.get("/issues/<ref>")
@only("officer")
def issue(ref: str) -> Response:
    """One issue; of another region it is as if there were none."""
    return issue_page(ref)


def issue_or_404(ref: str, *, to_act: bool = False) -> SystemicIssue:
    found = queries.issue(db.session(), reader(), ref, to_act=to_act)
    if found is None:
        abort(404)
    return found


def issue_page(
    ref: str, filled: dict[str, Form] | None = None, *, status: int = 200, trouble: str = ""
) -> Response:
    """The page with its blank forms, but for those that came back; one of the others' keys is new."""
    session, key = db.session(), sent_key() if filled else new_key()
    if status != 200:
        session.rollback()  # what a refused act had begun is no part of the page
    found = issue_or_404(ref)
    city = session.get_one(City, found.city_code)
    parts, versions = queries.parts_of(session, reader(), found.id), queries.versions_of(session, found.id)
    blank = blank_forms(found, city, parts, versions[0] if versions else None) | (filled or {})
    opened = next(iter(filled), "") if filled else request.args.get("act", "")
    return page(
        "bureau/issue.html",
        status=status,
        issue=found,
        city=city,
        disputes=[_shown(part, city) for part in parts],
        groups=queries.groups_of(session, reader(), found.id),
        versions=versions,
        forms=blank,
        opened=opened,
        key=key,
        trouble=trouble,
        ground_name=lambda code: label(city.choices, Kind.NAMING, code, reader_locale()),
    )


def blank_forms(found: SystemicIssue, city: City, parts: list[Part], newest: Any) -> dict[str, Form]:
    """The forms of the page; a correction starts from what is published, an invitation from who can come."""
    publication = forms.PublicationForm(city, None, at="publication", title=found.title)
    if newest is not None:
        values = {"title": newest.title, "text": newest.text, "ground": newest.ground}
        named = bool(newest.named)
        publication = forms.PublicationForm(city, None, at="publication", **values, names_merchant=named)
    can = invitable(parts, city)
    return {
        "part": forms.PartForm(None, at="part"),
        "letter": forms.LetterForm(None, at="letter", side="consumer"),
        "publication": publication,
        "invitation": forms.InvitationForm(
            can, None, at="invitation", title=found.title, disputes=[ref for ref, _ in can]
        ),
    }


def invitable(parts: list[Part], city: City) -> list[tuple[str, str]]:
    """The open disputes that are in no group, of the merchant that most of them are with."""
    free = [part for part in parts if part.state in TALKS | WITH_BUREAU and not part.in_group]
    merchants = [part.merchant_id for part in free]
    most = max(merchants, key=merchants.count, default=None)
    return [(part.ref, said(part, city)) for part in free if part.merchant_id == most]


def said(part: Part, city: City) -> str:
    """A dispute in one line of a form."""
    problem = label(city.choices, Kind.PROBLEM, part.problem, reader_locale())
    who = f"{part.consumer_label} {part.phone_masked}".strip()
    return " · ".join(filter(None, (part.goods or problem, part.store_name, who)))


def _shown(part: Part, city: City) -> dict[str, Any]:
    name, tone = STATES[State(part.state)]
    return {**part._asdict(), "said": said(part, city), "state_name": gettext(name), "tone": tone}


def _blank_or_404(blank: Form | None = None) -> tuple[forms.IssueForm, City]:
    """The form over the disputes of the cluster that the address or the form names."""
    city = places.cities(db.session(), current_user).get(request.values.get("city", ""))
    by = request.values.get("by", "")
    key = parse_key(By(by), request.values.get("of", "")) if by in set(By) else None
    if city is None or key is None:
        abort(404)
    which = of_cluster(By(by), key, city.code, chosen_days(), now())
    options = [(part.ref, said(part, city)) for part in queries.parts(db.session(), reader(), which)]
    return forms.IssueForm(options, *([None] if blank else [])), city


def _new_page(form: forms.IssueForm, city: City, key: str, *, status: int = 200) -> Response:
    kept = {name: request.values.get(name, "") for name in ("by", "of", "days", "city")}
    return page("bureau/new_issue.html", form=form, city=city, kept=kept, key=key, status=status)
