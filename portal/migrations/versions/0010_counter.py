"""Complaints taken at the counter, and the codes of their slips."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
