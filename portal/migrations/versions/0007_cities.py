"""A city's own colour and texts, who changed them, and disputes passed on to another city."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from portal.migrations import guards

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = {
    "accent": 20, "welcome_zh": 200, "welcome_en": 300, "footer_zh": 120, "footer_en": 200,
    "counter_zh": 200, "counter_en": 300, "hours_zh": 120, "hours_en": 160,
}  # fmt: skip
CHANGED = "city_code, by_id, at, what, before, after"


def upgrade() -> None:
    # One by one and not in a batch: a batch would rebuild the table on SQLite and lose its triggers.
    op.add_column("disputes", sa.Column("transfer", sa.String(10), server_default="", nullable=False))
    for name, length in TEXTS.items():
        op.add_column("cities", sa.Column(name, sa.String(length), server_default="", nullable=False))
    op.create_table(
        "transfers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(14), nullable=False),
        sa.Column("from_id", BIG, nullable=False),
        sa.Column("to_id", BIG, nullable=False),
        sa.Column("from_city", sa.String(6), nullable=False),
        sa.Column("to_city", sa.String(6), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["disputes.id"], name=op.f("fk_transfers_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["disputes.id"], name=op.f("fk_transfers_to_id")),
        sa.ForeignKeyConstraint(["from_city"], ["regions.code"], name=op.f("fk_transfers_from_city")),
        sa.ForeignKeyConstraint(["to_city"], ["regions.code"], name=op.f("fk_transfers_to_city")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint("number", name=op.f("uq_transfers_number")),
        sa.UniqueConstraint("from_id", name=op.f("uq_transfers_from_id")),
        sa.UniqueConstraint("to_id", name=op.f("uq_transfers_to_id")),
    )
    op.create_table(
        "city_changes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("city_code", sa.String(6), nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(30), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_city_changes_city_code")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_city_changes_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_changes")),
    )
    op.create_index("ix_city_changes_city_code", "city_changes", ["city_code", "id"])
    guards.refuse("city_changes", CHANGED)


def downgrade() -> None:
    guards.allow("city_changes")
    op.drop_table("city_changes")
    op.drop_table("transfers")
    for name in TEXTS:
        op.drop_column("cities", name)
    op.drop_column("disputes", "transfer")
