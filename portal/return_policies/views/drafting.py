"""Drafting standards: begun from a ready one or from nothing, and written clause by clause."""

from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.core.clock import now, today
from portal.core.errors import MovedOn, RuleBroken
from portal.core.words import N_
from portal.extensions import db
from portal.regions.models import City
from portal.return_policies.actions.standards import Content, change_draft, draft_standard
from portal.return_policies.categories import Tree, tree_of
from portal.return_policies.clauses import NUMBERS, TERMS, TITLES, UNSET
from portal.return_policies.floors import floor_of
from portal.return_policies.forms import OF_A_STANDARD, NewStandardForm, StandardForm
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.standards import OwnStandard, city_of, drafts_for, floor_for
from portal.return_policies.ready import BLANK, ReadyStandard, first_terms, ready_standard, ready_standards
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.bureau import VERSION, officer, version_or_404, version_page
from portal.return_policies.views.saying import paragraphs, sentence
from portal.return_policies.wording import term_said
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page
from portal.web.shown import ZONE
from portal.web.writes import begin_read


@bp.get("/bureau/standards/new")
@only("officer")
def new_standard() -> Response:
    """Which ready standard to begin with; once chosen, for which goods and under which title."""
    city, start = _city(), request.args.get("start", "")
    known = start in (BLANK.key, *(one.key for one in ready_standards()))
    if city is None or not known:
        locale = reader_locale()
        ready = [(one.key, one.title(locale), one.about(locale)) for one in ready_standards()]
        return page("return_policies/bureau_start.html", city=city, ready=ready, blank=BLANK.key)
    ready_one, tree = ready_standard(start), tree_of(db.session(), city.code)
    data = {"start": start, "category": ready_one.category, "region": officer().region}
    data |= {"title_zh": ready_one.title_zh, "title_en": ready_one.title_en}
    return _new_page(_new_form(city, tree, data=data), ready_one, city, tree, new_key())


@bp.post("/bureau/standards")
@only("officer")
def create_standard() -> AnyResponse:
    """Begin a draft; where the region's floor is higher than the ready standard, with that."""
    city, session = _city(), db.session()
    if city is None:
        abort(404)
    if (earlier := answered()) is not None:
        return earlier
    tree = tree_of(session, city.code)
    form = _new_form(city, tree)
    ready = ready_standard(form.start.data or "")
    if form.validate():
        try:
            draft = _begin(form, ready, city, tree)
        except RuleBroken as broken:
            form.blame(broken)
        else:
            return done(url_for(".edit_draft", slug=draft.standard.slug, n=draft.n))
    return _new_page(form, ready, city, tree, sent_key(), status=422)


@bp.get(f"{VERSION}/edit")
@only("officer")
def edit_draft(slug: str, n: int) -> AnyResponse:
    """All that a draft says, clause by clause; what is published is only read."""
    own, draft = version_or_404(slug, n)
    if draft.published_at is not None:
        return redirect(url_for(".bureau_version", slug=slug, n=n), 303)
    said = {"basis_zh": draft.basis_zh, "basis_en": draft.basis_en, "seen": draft.stamp}
    form = StandardForm(_goods_left_out(own, draft), data={**UNSET, **draft.terms, **said})
    return _edit_page(own, draft, form)


@bp.post(f"{VERSION}/edit")
@only("officer")
def save_draft(slug: str, n: int) -> AnyResponse:
    """Keep what a draft says now; refused, everything that was typed stays."""
    own, draft = version_or_404(slug, n)
    form, session = StandardForm(_goods_left_out(own, draft)), db.session()
    if draft.published_at is not None:
        return version_page(own, draft, moved=True, status=409)
    if form.validate():
        try:
            change_draft(session, draft, officer(), form.content(), seen=form.seen.data or None, now=now())
        except RuleBroken as broken:
            form.blame(broken)
        except MovedOn:
            return _moved_on(slug, n, form)
        else:
            session.commit()
            flash(gettext("Saved."), "good")
            return redirect(url_for(".bureau_version", slug=slug, n=n), 303)
    return _edit_page(own, draft, form, status=422)


def _moved_on(slug: str, n: int, form: StandardForm) -> Response:
    """A colleague saved first: what was typed stays, to be compared and saved once more."""
    begin_read()
    own, draft = version_or_404(slug, n)
    if draft.published_at is not None:
        return version_page(own, draft, moved=True, status=409)
    form.seen.data = draft.stamp
    return _edit_page(own, draft, form, moved=True, status=409)


def _city() -> City | None:
    return city_of(db.session(), officer(), current_app.config["CITY"])


def _new_form(city: City, tree: Tree, data: dict[str, Any] | None = None) -> NewStandardForm:
    locale = reader_locale()
    regions = [(one.code, one.name(locale)) for one in drafts_for(db.session(), officer(), city)]
    goods = [(one.code, "\u3000" * one.depth + one.name(locale)) for one in tree.below("")]
    return NewStandardForm(regions, [("", gettext("Please choose")), *goods], data=data)


def _begin(form: NewStandardForm, ready: ReadyStandard, city: City, tree: Tree) -> StandardVersion:
    session, region, category = db.session(), form.region.data, form.category.data or ""
    if region not in dict(form.region.choices):
        raise RuleBroken("region", N_("Please choose one of these."))
    floor = floor_for(session, city, region, category, today(now(), ZONE))
    return draft_standard(
        session,
        officer(),
        city,
        Content(first_terms(ready, floor, tree), ready.basis_zh, ready.basis_en),
        category=category,
        title_zh=form.title_zh.data,
        title_en=form.title_en.data,
        region=region,
        now=now(),
    )


def _new_page(
    form: NewStandardForm, ready: ReadyStandard, city: City, tree: Tree, key: str, *, status: int = 200
) -> Response:
    locale = reader_locale()
    return page(
        "return_policies/bureau_new.html",
        status=status,
        form=form,
        key=key,
        ready=ready.key != BLANK.key,
        city_shown=city.name(locale),
        title=ready.title(locale),
        paragraphs=paragraphs(UNSET | dict(ready.terms), tree, locale),
        basis=ready.basis(locale),
    )


def _goods_left_out(own: OwnStandard, draft: StandardVersion) -> list[tuple[str, str]]:
    """The goods below the standard's own, and whatever the draft leaves out already."""
    tree, locale, kind = (
        tree_of(db.session(), own.standard.city_code),
        reader_locale(),
        own.standard.category_code,
    )
    below = [one.code for one in tree.below(kind) if one.code != kind]
    more = [code for code in draft.terms["no_reason_excluded"] if code not in below]
    return [(code, tree.name(code, locale)) for code in (*below, *more)]


def _edit_page(
    own: OwnStandard, draft: StandardVersion, form: StandardForm, *, moved: bool = False, status: int = 200
) -> Response:
    session, locale = db.session(), reader_locale()
    tree = tree_of(session, own.standard.city_code)
    floor = floor_of(session, own.standard, today(now(), ZONE))
    said = {name: term_said(name, floor) for name in OF_A_STANDARD if floor[name] != TERMS[name].unset}
    at_least = {
        name: gettext("At least: %(floor)s", floor=sentence(line, tree, locale))
        for name, line in said.items()
        if line is not None
    }
    return page(
        "return_policies/bureau_edit.html",
        status=status,
        form=form,
        moved=moved,
        slug=own.standard.slug,
        n=draft.n,
        title=own.standard.title(locale),
        clauses=[(NUMBERS[clause], gettext(TITLES[clause]), fields) for clause, fields in form.clauses()],
        at_least=at_least,
    )
