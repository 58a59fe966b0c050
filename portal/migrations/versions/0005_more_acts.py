"""Recusal, entrusted mediation, the follow-up, exclusion from the figures, disputes handled together."""

from alembic import op
import sqlalchemy as sa

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # One by one and not in a batch: a batch would rebuild the table on SQLite and lose its triggers.
    for name in ("recusal_asked", "in_group"):
        op.add_column("disputes", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    for name, length in (("entrusted_to", 30), ("follow_up", 10), ("excluded", 30)):
        op.add_column("disputes", sa.Column(name, sa.String(length), server_default="", nullable=False))
    op.add_column("disputes", sa.Column("follow_up_due_at", sa.DateTime(timezone=True), nullable=True))
    for place in ("city", "district"):
        op.create_index(
            f"ix_disputes_followed_{place}",
            "disputes",
            [f"{place}_code", "follow_up", "follow_up_due_at", "id"],
            postgresql_where=sa.text("follow_up <> ''"),
            sqlite_where=sa.text("follow_up <> ''"),
        )


def downgrade() -> None:
    for place in ("district", "city"):
        op.drop_index(f"ix_disputes_followed_{place}", "disputes")
    for name in ("follow_up_due_at", "excluded", "follow_up", "entrusted_to", "in_group", "recusal_asked"):
        op.drop_column("disputes", name)
