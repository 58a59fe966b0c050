"""Statutory clocks, mediation, identities for official complaints, and the calendar of working days."""

from alembic import op
import sqlalchemy as sa


revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("notice", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "identity_views",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_identity_views_dispute_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_identity_views_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_views")),
    )
    with op.batch_alter_table("identity_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_views_dispute_id"), ["dispute_id"], unique=False)

    op.create_table(
        "official_identities",
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_type", sa.String(length=12), nullable=False),
        sa.Column("id_number", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("entrusted", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_official_identities_dispute_id")
        ),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_official_identities")),
    )
    # One by one and not in a batch: a batch would rebuild the table on SQLite and lose its triggers.
    op.add_column("disputes", sa.Column("officer_id", sa.BigInteger(), nullable=True))
    op.add_column("disputes", sa.Column("acceptance_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disputes", 
            sa.Column("acceptance_late", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.add_column("disputes", sa.Column("mediation_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disputes", sa.Column("testing_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("disputes", sa.Column("proposal_n", sa.Integer(), nullable=True))
    op.add_column("disputes", 
            sa.Column("proposal_taken", sa.String(length=10), server_default="", nullable=False)
        )
    op.add_column("disputes", sa.Column("mediated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("disputes", sa.Column("statutory_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_disputes_statutory", "disputes", ["city_code", "statutory_due_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_index("ix_disputes_statutory")
        batch_op.drop_column("statutory_due_at")
        batch_op.drop_column("mediated")
        batch_op.drop_column("proposal_taken")
        batch_op.drop_column("proposal_n")
        batch_op.drop_column("testing_since")
        batch_op.drop_column("mediation_due_at")
        batch_op.drop_column("acceptance_late")
        batch_op.drop_column("acceptance_due_at")
        batch_op.drop_column("officer_id")

    op.drop_table("official_identities")
    with op.batch_alter_table("identity_views", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_views_dispute_id"))

    op.drop_table("identity_views")
    op.drop_table("calendar_years")
    op.drop_table("calendar_days")
