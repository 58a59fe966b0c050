"""The extensions' objects and nothing else; `portal.app` ties them to an app."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from portal.core.orm import Base


class PortalSession(Session):
    """A session whose transactions only read while `info["read_only"]` says so (portal.web.writes)."""

    def get_bind(self, *args: Any, **options: Any) -> sa.Engine | sa.Connection:
        bind = super().get_bind(*args, **options)
        return reading(bind) if self.info.get("read_only") and isinstance(bind, sa.Engine) else bind


@cache
def reading(engine: sa.Engine) -> sa.Engine:
    """The same engine for transactions that only read; one object, or a session opens many connections."""
    return engine.execution_options(read_only=True, postgresql_readonly=True)


db = SQLAlchemy(model_class=Base, session_options={"class_": PortalSession})
migrate = Migrate(render_as_batch=True, compare_type=True, compare_server_default=True)
login_manager = LoginManager()
babel = Babel()
csrf = CSRFProtect()
htmx = Htmx()
