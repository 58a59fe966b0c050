"""Making a pledge: each clause as it is or better, seen as the shopper sees it, then given."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, redirect, request, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.viewer import Viewer
from portal.core.clock import now, today
from portal.core.errors import RuleBroken
from portal.core.words import N_
from portal.extensions import db
from portal.return_policies.actions.pledges import notice_until, pledge, promised_terms
from portal.return_policies.categories import Tree, tree_of
from portal.return_policies.clauses import UNSET, Terms
from portal.return_policies.pledge_forms import CHANGE, PREVIEW, PledgeForm, first_terms
from portal.return_policies.queries.owned import Adoptable, adoptable, city_of
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.owned import beginnings, beyond, clause_rows
from portal.return_policies.views.saying import paragraphs, shown_changes
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key
from portal.web.page import page
from portal.web.shown import ZONE


@bp.get("/merchant/pledges/new")
@only("staff")
def new_pledge() -> Response:
    """The version with a field for each better clause; once filled in (`step`), what the shopper will see.

    It is a GET as long as nothing is given, so that the way back and a reload lose nothing.
    """
    if "standard" not in request.args:
        return redirect(url_for(".pledges"), 303)
    found = _found_or_404(_owner(), request.args)
    if found.version.withdrawn_at is not None:
        abort(404)
    tree = tree_of(db.session(), found.version.standard.city_code)
    step = request.args.get("step")
    if step not in (CHANGE, PREVIEW):
        return _form_page(found, tree, _form(found, tree, data=_first(found)))
    form = _form(found, tree, formdata=request.args)
    terms = _terms(form, found) if step == PREVIEW else None
    if step == PREVIEW and terms is None:
        return _form_page(found, tree, form, status=422)
    return _form_page(found, tree, form) if terms is None else _preview(found, tree, form, terms)


@bp.post("/merchant/pledges")
@only("staff")
def create_pledge() -> Response:
    """Give the pledge for the chosen stores; a refused one keeps all that was typed."""
    owner = _owner()
    if (earlier := answered()) is not None:
        return earlier
    found = _found_or_404(owner, request.form)
    tree = tree_of(db.session(), found.version.standard.city_code)
    form = _form(found, tree, formdata=request.form)
    if _terms(form, found) is not None:
        made = pledge(
            db.session(), found.version, owner, store_ids=form.chosen(), better=form.better(), now=now()
        )
        said = ngettext("Pledged for %(num)s shop.", "Pledged for %(num)s shops.", len(made))
        flash(said, "good")
        return done(url_for(".pledges"))
    return _form_page(found, tree, form, status=422)


def _owner() -> Viewer:
    """The reader, who must own something; for a clerk these pages do not exist."""
    if not current_user.owns:
        abort(404)
    owner: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return owner


def _found_or_404(owner: Viewer, said: Any) -> Adoptable:
    """The version that is named, and the stores for it; a store of somebody else is not there."""
    number = said.get("version", "")
    n = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
    if number and n is None:
        abort(404)
    found = adoptable(db.session(), owner, said.get("standard", "")[:60], today(now(), ZONE), n=n)
    if found is None or not set(said.getlist("stores")) <= {str(store.id) for store in found.stores}:
        abort(404)
    return found


def _form(found: Adoptable, tree: Tree, **options: Any) -> PledgeForm:
    stores = [(store.id, " · ".join(filter(None, (store.name, store.address)))) for store in found.stores]
    form = PledgeForm(UNSET | found.version.terms, stores, tree, reader_locale(), **options)
    form.standard.data, form.version.data = found.version.standard.slug, str(found.version.n)
    return form


def _first(found: Adoptable) -> Terms:
    """What stands in the form at first: the better terms of the old pledge, and the stores that lack it.

    Where the owner has ended it, the store is not ticked by itself.
    """
    old, before, version = found.newest, found.before, found.version
    floor = UNSET | version.terms
    lacking = [
        store.id
        for store in found.stores
        if (held := found.held.get(store.id)) is None or (held.version != version.n and held.ends_on is None)
    ]
    return {
        **first_terms(floor, before.terms if before else None, old.terms if old else None),
        "stores": lacking or [store.id for store in found.stores],
    }


def _terms(form: PledgeForm, found: Adoptable) -> Terms | None:
    """The terms that would be pledged; None where something stands in the way, which is then blamed."""
    if not form.validate():
        return None
    try:
        if not form.chosen():
            raise RuleBroken("stores", N_("Please choose at least one store."))
        return promised_terms(db.session(), found.version, form.better())
    except RuleBroken as broken:
        form.blame(broken)
        return None


def _form_page(found: Adoptable, tree: Tree, form: PledgeForm, *, status: int = 200) -> Response:
    locale, version = reader_locale(), found.version
    before = found.before if found.before and found.before.n < version.n else None
    return page(
        "return_policies/pledge_form.html",
        status=status,
        form=form,
        version=version,
        title=version.standard.title(locale),
        basis=version.basis(locale),
        changed=shown_changes(before.terms, version.terms, tree, locale) if before else None,
        renews=bool(found.held),
        **clause_rows(form, tree, locale),
    )


def _preview(found: Adoptable, tree: Tree, form: PledgeForm, terms: Terms) -> Response:
    locale, at, version = reader_locale(), now(), found.version
    city = city_of(db.session(), version.standard.city_code)
    chosen = [store for store in found.stores if store.id in form.chosen()]
    sent = form.sent(request.args)
    return page(
        "return_policies/pledge_preview.html",
        title=version.standard.title(locale),
        goods=tree.name(version.standard.category_code, locale),
        version=version,
        paragraphs=paragraphs(terms, tree, locale),
        beyond=beyond(version.terms, terms, tree, locale),
        beginnings=beginnings(found, chosen, terms, on=today(at, city.zone), until=notice_until(city, at)),
        sent=sent,
        change_url=f"{url_for('.new_pledge')}?{urlencode([*sent, ('step', CHANGE)])}",
        stores=len(chosen),
        key=new_key(),
    )
