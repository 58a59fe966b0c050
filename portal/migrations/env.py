"""Alembic's entry: migrates the app's database, one transaction a migration."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from portal.core.orm import BigId, UtcDateTime

target_metadata = current_app.extensions["migrate"].db.metadata


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types into migrations as what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and item is BigId:
        return "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out what the migrations make by hand for the search (portal/migrations/*search.py)."""
    made_by_hand = name is not None and name.startswith(("store_search", "dispute_search"))
    return not (kind in ("table", "column", "index") and made_by_hand)


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A rebuilt parent table would otherwise take its children along (ON DELETE CASCADE).
            connection.connection.dbapi_connection.execute("pragma foreign_keys=off")
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            render_item=render_item,
            include_name=include_name,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            connection.connection.dbapi_connection.execute("pragma foreign_keys=on")


run()
