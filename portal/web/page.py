"""One page, with and without HTMX: the whole page, or the part of it that was asked for."""

from typing import Any
from urllib.parse import unquote

from flask import Flask, Response, make_response, render_template, request

from portal.web.writes import SAFE, begin_read


def page(template: str, *, parts: tuple[str, ...] = (), status: int = 200, **context: Any) -> Response:
    """Render a page, or one of its parts where htmx asked for that part by the id of its target.

    `disputes/show.html` with the part `thread` has the part in `disputes/_thread.html`, whose one root
    element has id="thread". A page that answers an act has nothing to commit, so the write lock goes back.
    """
    if request.method not in SAFE:
        begin_read()
    part = asked_part()
    if part in parts:
        folder, _, _ = template.rpartition("/")
        template = f"{folder}/_{part}.html"
    return make_response(render_template(template, **context), status)


def asked_part() -> str | None:
    """The id of the element htmx will put the answer in; None for a whole page (also on history restore)."""
    if request.headers.get("HX-Request") != "true" or "HX-History-Restore-Request" in request.headers:
        return None
    target = request.headers.get("HX-Target")
    if target and request.headers.get("HX-Target-URI-AutoEncoded") == "true":
        return unquote(target)
    return target


def init_app(app: Flask) -> None:
    @app.after_request
    def _vary(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(["HX-Request", "HX-Target", "Cookie"])
        return response
