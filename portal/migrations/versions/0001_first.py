"""The first tables."""

from alembic import op

from portal.core.orm import Base
from portal.migrations import guards, search

revision = "0001"
down_revision = None


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
    guards.install()
    search.install()


def downgrade() -> None:
    search.remove()
    guards.remove()
    Base.metadata.drop_all(op.get_bind())
