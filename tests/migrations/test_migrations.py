"""The migrations make what the models say, on both databases, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from portal.core.orm import Base
from portal.extensions import db


def test_the_migrated_database_is_what_the_models_say(app: Flask):
    with app.app_context(), db.engine.connect() as connection:
        by_hand = ("store_search", "dispute_search")
        options = {"include_name": lambda name, kind, parents: not str(name).startswith(by_hand)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_first_migration_can_be_taken_back_and_made_again(app: Flask):
    with app.app_context():
        before = set(sa.inspect(db.engine).get_table_names())
        downgrade(revision="base")
        assert set(sa.inspect(db.engine).get_table_names()) == {"alembic_version"}
        upgrade()
        assert set(sa.inspect(db.engine).get_table_names()) == before
