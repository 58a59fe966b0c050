"""A city's own colour and texts, and disputes passed on to another city."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
