"""Signed in by default: a view is open to nobody in particular only where it says `@public`."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark a view that needs no sign-in; a test compares all of them with a short list."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def only(*kinds: str) -> Callable[[View], View]:
    """Mark a view for people of these kinds; for everybody else it does not exist (404)."""

    def mark(view: View) -> View:
        view.kinds = frozenset(kinds)  # type: ignore[attr-defined]
        return view

    return mark


def next_path(text: str | None) -> str | None:
    """Where to go on, where that is a plain path of this portal; else None (trust.md S29)."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 0x21 or character == "\\" for character in text):
        return None
    return text


def init_app(app: Flask) -> None:
    @app.before_request
    def _gate() -> ResponseReturnValue | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or request.endpoint == "static" or getattr(view, "is_public", False):
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("accounts.phone", next=_here()), 303)
        kinds = getattr(view, "kinds", None)
        if kinds is not None and current_user.kind not in kinds:
            abort(404)
        return None


def _here() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/disputes"
