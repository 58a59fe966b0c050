"""One's own account: name, language, password, and where one is signed in."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.devices import device_names
from portal.accounts.forms import AccountForm, NewPasswordForm
from portal.accounts.own_account import rename, shown_account
from portal.accounts.sessions import end_all, end_one, open_sessions
from portal.accounts.sign_in import change_password
from portal.accounts.views.blueprint import bp
from portal.accounts.views.password import leave
from portal.accounts.views.welcome import blame_tries, own_ip, own_session, own_session_id, retry_after
from portal.core.clock import now
from portal.core.errors import RuleBroken, TooManyTries
from portal.extensions import db
from portal.web.page import page
from portal.web.writes import begin_write, writes_later


@bp.get("/account")
def account() -> Response:
    return _page()


@bp.post("/account")
def change_account() -> Response:
    """Keep the name and the language; the language also for this device."""
    form = _account_form()
    person_id = current_user.id
    if form.validate():
        try:
            name = form.name.data if form.name else None
            rename(db.session(), person_id, name=name, locale=form.locale.data)
        except RuleBroken as broken:
            form.blame(broken)
        else:
            db.session.commit()
            flash(gettext("Saved."), "good")
            return redirect(
                url_for("preferences.choose", lang=form.locale.data, next=url_for("accounts.account")), 303
            )
    return _page(form=form, status=422)


@bp.post("/account/password")
@writes_later
def change_own_password() -> Response:
    """A new password ends every other session: whoever knew the old one is out."""
    if current_user.is_consumer:
        abort(404)
    form, person_id = NewPasswordForm(), current_user.id
    if not form.validate():
        return _page(new_password=form, status=422)
    begin_write()
    try:
        change_password(
            db.session(), person_id, old=form.old.data, new=form.password.data, ip=own_ip(), now=now()
        )
    except RuleBroken as broken:
        form.blame(broken)
        return _page(new_password=form, status=422)
    except TooManyTries as refused:
        blame_tries(form, refused)
        return retry_after(_page(new_password=form, status=429), refused)
    end_all(db.session(), person_id, but=own_session_id())
    own_session().renew()
    db.session.commit()
    flash(gettext("Your password is changed. All other devices are signed out."), "good")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/sign-outs")
def end_session() -> Response:
    """Sign out on one device (`session`), or with `all` everywhere, here too."""
    wanted, person_id = request.form.get("session", ""), current_user.id
    if wanted == "all":
        end_all(db.session(), person_id)
        db.session.commit()
        return leave(gettext("You are signed out on all devices."))
    end_one(db.session(), person_id, wanted)
    db.session.commit()
    flash(gettext("That device is signed out."), "good")
    return redirect(url_for("accounts.account"), 303)


def _page(
    *, form: AccountForm | None = None, new_password: NewPasswordForm | None = None, status: int = 200
) -> Response:
    return page(
        "accounts/account.html",
        status=status,
        form=form or _account_form(),
        new_password=new_password or NewPasswordForm(formdata=None),
        blamed=new_password or form,
        known=shown_account(db.session(), current_user.id),
        sessions=_sessions(),
    )


def _account_form() -> AccountForm:
    """An officer's name stands in records, so the bureau sets it and not the officer."""
    known = shown_account(db.session(), current_user.id)
    form = AccountForm(data={"name": known.name, "locale": known.locale})
    if current_user.is_officer:
        del form.name
    return form


def _sessions() -> list[dict[str, Any]]:
    here = own_session_id()
    return [
        {
            "id": row.id,
            "device": " · ".join(gettext(name) for name in device_names(row.device)),
            "seen_at": row.seen_at,
            "here": row.id == here,
        }
        for row in open_sessions(db.session(), current_user.id)
    ]
