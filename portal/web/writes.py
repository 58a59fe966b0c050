"""When a request writes: reads run without the write lock, one act is one short transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, request

from portal.extensions import db

View = TypeVar("View", bound=Callable[..., Any])
SAFE = {"GET", "HEAD", "OPTIONS"}


def writes_later(view: View) -> View:
    """Mark a view that has slow work (a photo to decode) before it calls `begin_write()` itself."""
    view.writes_later = True  # type: ignore[attr-defined]
    return view


def begin_write() -> None:
    """Let the transaction that begins with the next statement write; what was read before is read anew."""
    db.session.rollback()
    db.session.info["read_only"] = False


def begin_read() -> None:
    """Give the write lock back, undoing what was not committed; from here on the request only reads."""
    db.session.rollback()
    db.session.info["read_only"] = True


@contextmanager
def of_every_region() -> Iterator[None]:
    """Let an officer's transaction write what is the whole country's; the next one is scoped again.

    Begin the transaction inside of it: PostgreSQL is told the region where a transaction begins.
    """
    region = db.session.info.pop("region", None)
    begin_write()
    try:
        yield
    finally:
        if region is not None:
            db.session.info["region"] = region


def open_to_every_region() -> None:
    """Let the rest of this transaction reach into another region too; the next one is scoped again.

    Only for an act that hands something over to another region. SQLite has no row security to open.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT set_config('hejie.region', '', true)"))


def init_app(app: Flask) -> None:
    @app.before_request
    def _writes() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method in SAFE or getattr(view, "writes_later", False):
            return
        request.form  # noqa: B018 - a slow sender must have sent everything before the lock is taken
        begin_write()
