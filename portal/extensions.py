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
from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction

from portal.core.orm import Base


class PortalSession(Session):
    """A session whose transactions only read while `info["read_only"]` says so (portal.web.writes)."""

    def get_bind(self, *args: Any, **options: Any) -> sa.Engine | sa.Connection:
        bind = super().get_bind(*args, **options)
        return reading(bind) if self.info.get("read_only") and isinstance(bind, sa.Engine) else bind


@event.listens_for(PortalSession, "after_begin")
def _scope(session: Session, _transaction: SessionTransaction, connection: sa.Connection) -> None:
    """Tell PostgreSQL's row security whose region this transaction is for: a second line behind `within`."""
    region = session.info.get("region")
    if region and connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT set_config('hejie.region', :region, true)"), {"region": region})


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
