"""Shops verified by hand, moved to another licence, merged, suspended."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
