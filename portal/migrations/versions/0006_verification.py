"""Shops verified by hand, moved to another licence, merged, suspended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.migrations import guards

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANGE = "store_id, merchant_id, officer_id, kind, reason, details, at"
PROMISED = "standard_id, version, category_code, terms, starts_on, made_at, made_by"


def upgrade() -> None:
    # One by one and not in a batch: a batch would rebuild the table on SQLite and lose its triggers.
    op.add_column("stores", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("stores", sa.Column("licence_since", sa.Date(), nullable=True))
    op.add_column("stores", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("stores", sa.Column("suspension", sa.String(30), server_default="", nullable=False))
    op.add_column("stores", sa.Column("suspension_said", sa.String(200), server_default="", nullable=False))
    op.add_column("stores", sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    op.create_index(op.f("ix_stores_merged_into"), "stores", ["merged_into"])
    op.create_table(
        "store_changes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("store_id", BIG, nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_store_changes_store_id")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_store_changes_merchant_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_store_changes_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_changes")),
    )
    op.create_index(op.f("ix_store_changes_store_id"), "store_changes", ["store_id"])
    guards.refuse("store_changes", CHANGE)
    # Two records of one shop become one: what is promised never changes, the number of the record does.
    guards.allow("pledges")
    guards.refuse("pledges", PROMISED)


def downgrade() -> None:
    guards.allow("pledges")
    guards.refuse("pledges", f"store_id, merchant_id, {PROMISED}")
    guards.allow("store_changes")
    op.drop_table("store_changes")
    op.drop_index(op.f("ix_stores_merged_into"), "stores")
    for name in (
        "changes", "suspension_said", "suspension", "suspended_at", "licence_since", "merged_into",
    ):  # fmt: skip
        op.drop_column("stores", name)
