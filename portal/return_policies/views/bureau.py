"""The officers' side: the standards of a region, and one version: read, compared, published, withdrawn."""

from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from portal.accounts.viewer import Viewer
from portal.core.clock import now, today
from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_
from portal.extensions import db
from portal.return_policies.actions.standards import draft_version, publish, withdraw_version
from portal.return_policies.categories import tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.forms import PublishForm, WithdrawForm
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.public import Standing, pledging_stores
from portal.return_policies.queries.standards import ID_LIMIT, OwnStandard, own_standard, own_standards
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.saying import paragraphs, shown_changes
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.shown import ZONE, day
from portal.web.writes import begin_read

VERSION = "/bureau/standards/<slug>/<int(max=99999):n>"
STANDINGS: dict[Standing | None, tuple[str, str]] = {
    None: (N_("Draft"), "warn"),
    Standing.COMING: (N_("Not yet in force"), "active"),
    Standing.IN_FORCE: (N_("In force"), "good"),
    Standing.REPLACED: (N_("Replaced"), "neutral"),
    Standing.WITHDRAWN: (N_("Withdrawn"), "neutral"),
}


@bp.get("/bureau/standards")
@only("officer")
def bureau_standards() -> Response:
    """The standards of the officer's region and below, the newest first."""
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < ID_LIMIT:
        before = None
    rows, last = own_standards(db.session(), officer(), today(now(), ZONE), before=before)
    locale = reader_locale()
    return page(
        "return_policies/bureau_standards.html",
        rows=[
            {
                "title": own.standard.title(locale),
                "region": own.standard.region.name(locale),
                "slug": own.standard.slug,
                "n": own.versions[0][0].n,
                "versions": _version_lines(own)[:2],
            }
            for own in rows
        ],
        next_url=url_for(".bureau_standards", before=last) if last else None,
    )


@bp.get(VERSION)
@only("officer")
def bureau_version(slug: str, n: int) -> Response:
    """One version as the consumer sees it, and what it changes."""
    own, version = version_or_404(slug, n)
    return version_page(own, version)


@bp.post(f"{VERSION}/publication")
@only("officer")
def create_publication(slug: str, n: int) -> AnyResponse:
    """Publish a draft, to hold from a day on."""
    own, draft = version_or_404(slug, n)
    form, session = PublishForm(), db.session()
    if draft.published_at is not None:
        return _moved_on(slug, n)
    if form.validate():
        first, seen = form.valid_from.data, form.seen.data or None
        try:
            publish(session, draft, officer(), valid_from=first, seen=seen, now=now())
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _moved_on(slug, n)
        else:
            session.commit()
            flash(gettext("Published. It holds from %(day)s.", day=day(first)), "good")
            return redirect(url_for(".bureau_version", slug=slug, n=n), 303)
    return version_page(own, draft, publish_form=form, status=422)


@bp.post(f"{VERSION}/withdrawal")
@only("officer")
def create_version_withdrawal(slug: str, n: int) -> AnyResponse:
    """Nobody can pledge this version any more; pledges made on it stay."""
    own, version = version_or_404(slug, n)
    form, session = WithdrawForm(), db.session()
    if version.published_at is None or version.withdrawn_at is not None:
        return _moved_on(slug, n)
    if form.validate():
        try:
            withdraw_version(session, version, officer(), reason=form.reason.data, now=now())
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _moved_on(slug, n)
        else:
            session.commit()
            flash(gettext("Withdrawn. Pledges made on it stay."), "good")
            return redirect(url_for(".bureau_version", slug=slug, n=n), 303)
    return version_page(own, version, withdraw_form=form, status=422)


@bp.post("/bureau/standards/<slug>/versions")
@only("officer")
def create_version(slug: str) -> AnyResponse:
    """The draft of the next version; where there is one already, to that."""
    own = _standard_or_404(slug)
    draft = draft_version(db.session(), own.standard, officer(), now=now())
    n = draft.n
    db.session.commit()
    return redirect(url_for(".edit_draft", slug=slug, n=n), 303)


def officer() -> Viewer:
    """The reader, as permissions see one."""
    known: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return known


def version_or_404(slug: str, n: int) -> tuple[OwnStandard, StandardVersion]:
    """A version of the officer's region; of another one it is as if there were none."""
    own = _standard_or_404(slug)
    version = own.version(n)
    if version is None:
        abort(404)
    return own, version


def version_page(
    own: OwnStandard,
    version: StandardVersion,
    *,
    publish_form: PublishForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    moved: bool = False,
    status: int = 200,
) -> Response:
    """The page of one version, with the forms that fit where it stands."""
    locale, standard, before = reader_locale(), own.standard, own.before(version.n)
    tree, terms = tree_of(db.session(), standard.city_code), UNSET | version.terms
    label, tone = STANDINGS[own.standing(version.n)]
    context: dict[str, Any] = {
        "title": standard.title(locale),
        "region": standard.region.name(locale),
        "goods": tree.name(standard.category_code, locale),
        "paragraphs": paragraphs(terms, tree, locale),
        "basis": version.basis(locale),
        "changes": shown_changes(UNSET | before.terms, terms, tree, locale) if before else None,
        "standing": {"label": gettext(label), "tone": tone},
        "versions": _version_lines(own),
        "draft_n": own.draft.n if own.draft else None,
        "pledged_by": _pledged_by(version),
    }
    seen = {"seen": version.stamp, "valid_from": today(now(), ZONE)}
    return page(
        "return_policies/bureau_version.html",
        status=status,
        version=version,
        slug=standard.slug,
        moved=moved,
        publish_form=publish_form or PublishForm(formdata=None, data=seen),
        withdraw_form=withdraw_form or WithdrawForm(formdata=None),
        **context,
    )


def _pledged_by(version: StandardVersion) -> int | None:
    """How many stores pledge this version today; None for a draft."""
    if version.published_at is None:
        return None
    return pledging_stores(db.session(), version.standard_id, today(now(), ZONE), version=version.n)


def _moved_on(slug: str, n: int) -> Response:
    """What is true now, where somebody was quicker."""
    begin_read()
    return version_page(*version_or_404(slug, n), moved=True, status=409)


def _standard_or_404(slug: str) -> OwnStandard:
    own = own_standard(db.session(), officer(), slug, today(now(), ZONE))
    if own is None:
        abort(404)
    return own


def _version_lines(own: OwnStandard) -> list[dict[str, Any]]:
    return [
        {
            "n": version.n,
            "label": gettext(STANDINGS[standing][0]),
            "tone": STANDINGS[standing][1],
            "valid_from": version.valid_from,
        }
        for version, standing in own.versions
    ]
