"""Is the process alive (/healthz), and is the portal ready to serve (/readyz)."""

from datetime import timedelta

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify

from portal.core.clock import now
from portal.extensions import db
from portal.notices.models import Heartbeat
from portal.web.access import public

bp = Blueprint("health", __name__)
WORKER_SILENT = timedelta(minutes=5)


@bp.get("/healthz")
@public
def alive() -> Response:
    """200 as long as the process answers at all."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """200 when the database answers, its migrations are at head and the worker was heard from."""
    checks = {"database": _database()}
    checks["migrations"] = checks["database"] and _migrations()
    checks["worker"] = checks["database"] and _worker()
    good = all(checks.values())
    return jsonify(status="ok" if good else "not ready", checks=checks), 200 if good else 503


def _database() -> bool:
    try:
        db.session.execute(sa.select(1))
    except sa.exc.DBAPIError:
        return False
    return True


def _migrations() -> bool:
    context = MigrationContext.configure(db.session.connection())
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    return set(context.get_current_heads()) == set(script.get_heads())


def _worker() -> bool:
    last = db.session.scalar(sa.select(sa.func.max(Heartbeat.at)))
    return last is not None and now() - last < WORKER_SILENT
