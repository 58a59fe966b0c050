"""The first tables."""

from alembic import op

from portal.core.orm import Base
from portal.migrations import guards

revision = "0001"
down_revision = None


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
    guards.install()


def downgrade() -> None:
    guards.remove()
    Base.metadata.drop_all(op.get_bind())
