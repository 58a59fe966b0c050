"""The tree of goods of a city, as its bureau edits it; the officers of a district read it."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.core.errors import RuleBroken
from portal.extensions import db
from portal.regions.models import City
from portal.return_policies.actions.categories import (
    add_category,
    move_category,
    rename_category,
    restore_category,
    retire_category,
)
from portal.return_policies.categories import Category, Tree, tree_of
from portal.return_policies.forms import CategoryForm
from portal.return_policies.permissions import edits_goods
from portal.return_policies.queries.standards import city_of
from portal.return_policies.views.blueprint import bp
from portal.return_policies.views.bureau import officer
from portal.web.access import only
from portal.web.language import reader_locale
from portal.web.once import answered, done, new_key, sent_key
from portal.web.page import page

CODE = "/bureau/categories/<code>"


@bp.get("/bureau/categories")
@only("officer")
def goods() -> Response:
    """The whole tree, and the field for a new kind of goods at its top."""
    return _tree_page(_city_or_404(), CategoryForm(formdata=None), new_key())


@bp.post("/bureau/categories")
@only("officer")
def create_category() -> AnyResponse:
    """Add a kind of goods at the top or below another."""
    city = _edited_city_or_404()
    if (earlier := answered()) is not None:
        return earlier
    form, code = CategoryForm(), ""
    parent = form.parent.data or ""
    if form.validate():
        try:
            row = add_category(db.session(), officer(), city.code, parent=parent, **_names(form))
        except RuleBroken as broken:
            form.blame(broken)
        else:
            code = row.code
    if code:
        return done(url_for(".category", code=parent) if parent else url_for(".goods"))
    tree = tree_of(db.session(), city.code)
    if tree.get(parent) is None:
        return _tree_page(city, form, sent_key(), status=422)
    return _category_page(city, tree, parent, add_form=form, key=sent_key(), status=422)


@bp.post("/bureau/categories/order")
@only("officer")
def move_goods() -> AnyResponse:
    """Move one kind of goods up or down among those beside it."""
    city, up = _edited_city_or_404(), request.form.get("up", "")
    code = up or request.form.get("down", "")
    if code:
        move_category(db.session(), officer(), city.code, code, up=bool(up))
        db.session.commit()
    return redirect(url_for(".goods", _anchor=code or None), 303)


@bp.get(CODE)
@only("officer")
def category(code: str) -> Response:
    """One kind of goods: its names, what is below it, and whether it is still chosen."""
    city = _edited_city_or_404()
    return _category_page(city, tree_of(db.session(), city.code), code)


@bp.post(CODE)
@only("officer")
def change_category(code: str) -> AnyResponse:
    """Call it otherwise; its code stays."""
    city = _edited_city_or_404()
    tree, form = tree_of(db.session(), city.code), CategoryForm(at="own")
    if tree.get(code) is None:
        abort(404)
    if form.validate():
        try:
            rename_category(db.session(), officer(), city.code, code, **_names(form))
        except RuleBroken as broken:
            form.blame(broken)
        else:
            return _saved(gettext("Saved."), code)
    return _category_page(city, tree, code, form=form, status=422)


@bp.post(f"{CODE}/retirement")
@only("officer")
def create_retirement(code: str) -> AnyResponse:
    """Nobody chooses it any more; what speaks of it keeps its name."""
    return _turned(code, retire_category, gettext("Retired. What speaks of it already keeps its name."))


@bp.post(f"{CODE}/restoration")
@only("officer")
def create_restoration(code: str) -> AnyResponse:
    """It can be chosen again."""
    return _turned(code, restore_category, gettext("It can be chosen again."))


def _turned(code: str, turn: Callable[..., None], said: str) -> AnyResponse:
    turn(db.session(), officer(), _edited_city_or_404().code, code)
    return _saved(said, code)


def _saved(said: str, code: str) -> AnyResponse:
    db.session.commit()
    flash(said, "good")
    return redirect(url_for(".category", code=code), 303)


def _names(form: CategoryForm) -> dict[str, Any]:
    return {"name_zh": form.name_zh.data, "name_en": form.name_en.data}


def _city_or_404() -> City:
    city = city_of(db.session(), officer(), current_app.config["CITY"])
    if city is None:
        abort(404)
    return city


def _edited_city_or_404() -> City:
    """The city whose goods this officer edits; for one of a district there is nothing to edit."""
    city = _city_or_404()
    if not edits_goods(officer(), city.code):
        abort(404)
    return city


def _tree_page(city: City, form: CategoryForm, key: str, *, status: int = 200) -> Response:
    locale, tree = reader_locale(), tree_of(db.session(), city.code)
    beside: dict[str, list[Category]] = {}
    for one in tree.all:
        beside.setdefault(one.parent, []).append(one)
    return page(
        "return_policies/bureau_goods.html",
        status=status,
        city_shown=city.name(locale),
        rows=[
            {
                "code": one.code,
                "name": one.name(locale),
                "depth": min(one.depth, 3),
                "retired": one.retired,
                "first": beside[one.parent][0] is one,
                "last": beside[one.parent][-1] is one,
            }
            for one in tree.all
        ],
        edits=edits_goods(officer(), city.code),
        form=form,
        key=key,
    )


def _category_page(
    city: City,
    tree: Tree,
    code: str,
    *,
    form: CategoryForm | None = None,
    add_form: CategoryForm | None = None,
    key: str = "",
    status: int = 200,
) -> Response:
    known = tree.get(code)
    if known is None:
        abort(404)
    locale = reader_locale()
    names = {"name_zh": known.zh, "name_en": known.en}
    return page(
        "return_policies/bureau_category.html",
        status=status,
        known=known,
        name=known.name(locale),
        above=[tree.name(one, locale) for one in reversed(tree.path(code)[1:])],
        below=[(one.code, one.name(locale), one.retired) for one in tree.all if one.parent == code],
        form=form or CategoryForm(at="own", formdata=None, data=names),
        add_form=add_form or CategoryForm(formdata=None, data={"parent": code}),
        key=key or new_key(),
    )
