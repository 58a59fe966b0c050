"""create_app(): what the portal is made of, in the order it is put together."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config
from portal.accounts.people import viewer_of
from portal.accounts.sessions import ServerSessions
from portal.accounts.viewer import Viewer
from portal.board.queries import store_figures
from portal.core.channels import channels_from
from portal.core.sqlite import prepare_sqlite
from portal.extensions import babel, csrf, db, htmx, login_manager, migrate
from portal.notices.queries import unread
from portal.regions.accents import ACCENTS
from portal.regions.models import City
from portal.regions.queries import city_among
from portal.return_policies.views.papers import store_promises
from portal.return_policies.views.store_page import PledgeFilter, store_pledges
from portal.web import access, errors, headers, language, page, place, sanity, shown, static, writes

# The features, by the modules that hold their views; each has a blueprint `bp`.
VIEWS = (
    "portal.front.landing",
    "portal.front.preferences",
    "portal.front.health",
    "portal.front.demo",
    "portal.accounts.views",
    "portal.merchants.views",
    "portal.return_policies.views",
    "portal.disputes.views",
    "portal.disputes.views.elsewhere",
    "portal.notices.views",
    "portal.board.views",
    "portal.bureau.views",
    "portal.bureau.published",
    "portal.bureau.calendar_page",
    "portal.bureau.exchange_page",
    "portal.bureau.decisions_page",
)

# Every table, whether a view of this process reads it or not (the worker and the migrations read all).
MODELS = (
    "portal.accounts.models",
    "portal.accounts.slips",
    "portal.merchants.models",
    "portal.return_policies.models",
    "portal.disputes.models",
    "portal.disputes.official",
    "portal.disputes.transfers",
    "portal.disputes.words",
    "portal.disputes.replies",
    "portal.disputes.groups",
    "portal.disputes.counter",
    "portal.bureau.models",
    "portal.notices.models",
    "portal.board.models",
)


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The portal as a WSGI application; `settings` go before those of the environment (HEJIE_…)."""
    values = config.settings_from(os.environ) | dict(settings or {})
    config.check(values)
    app = Flask(
        "portal",
        root_path=str(config.ROOT / "portal"),
        template_folder=str(config.ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(config.flask_settings(values))
    app.config["INSTANCE"].mkdir(parents=True, exist_ok=True)
    app.session_interface = ServerSessions()
    _extensions(app)
    for part in (language, headers, errors, static, sanity, access, writes, page, shown):
        part.init_app(app)
    for module in MODELS:
        import_module(module)
    app.extensions["channels"] = channels_from(values, lambda: db.engine)
    # For the pages of stores, which may import neither the board nor return policies.
    app.extensions["store_figures"] = store_figures
    app.extensions |= {"store_pledges": store_pledges, "pledge_filter": PledgeFilter}
    app.extensions["store_promises"] = store_promises  # for the poster on the door
    for module in VIEWS:
        app.register_blueprint(import_module(module).bp)
    _templates(app)
    hops = values["PROXY_HOPS"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, hops)  # type: ignore[method-assign]
    return app


def _extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "portal" / "migrations"))
    babel.init_app(app, locale_selector=language.reader_babel_locale)
    login_manager.init_app(app)
    login_manager.session_protection = None  # the session's own number and row protect it (sessions.py)
    csrf.init_app(app)
    htmx.init_app(app)
    login_manager.user_loader(_viewer)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)


def _viewer(person_id: str) -> Viewer | None:
    viewer = viewer_of(db.session(), int(person_id))
    if viewer is not None and viewer.region is not None:
        db.session.info["region"] = viewer.region
        db.session.rollback()  # the transactions from here on are scoped (portal.extensions)
    return viewer


def _templates(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def _layout() -> dict[str, Any]:
        return {
            "locale": language.reader_locale(),
            "elder": request.cookies.get("view") == "elder",
            "theme": theme if (theme := request.cookies.get("theme", "")) in ("light", "dark") else "",
            "demo": current_app.config["DEMO"],
            "city": _city(),
            "accents": ACCENTS,
            "person": current_user if current_user.is_authenticated else None,
            "unread": _unread(),
        }


def _city() -> City | None:
    """The city that this page speaks of; no query where the page has read it already."""
    session, codes = db.session(), place.city_codes()
    known = session.get(City, g.city_code) if g.get("city_code") else None
    return known or city_among(session, codes)


def _unread() -> int:
    return unread(db.session(), current_user.id) if current_user.is_authenticated else 0
