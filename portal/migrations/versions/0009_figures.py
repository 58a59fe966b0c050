"""The board counts what is left out of its figures, and why; devices are known by a digest; looks have a kind."""

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for table in ("board_cells", "store_counts"):
        op.add_column(table, sa.Column("x", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "board_left_out",
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_code"], ["regions.code"], name=op.f("fk_board_left_out_district_code")
        ),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_board_left_out_city_code")),
        sa.PrimaryKeyConstraint("district_code", "month", "ground", name=op.f("pk_board_left_out")),
    )
    op.create_index(op.f("ix_board_left_out_city_code"), "board_left_out", ["city_code"])
    op.create_table(
        "device_marks",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_device_marks_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "mark", name=op.f("pk_device_marks")),
    )
    op.create_index(op.f("ix_device_marks_mark"), "device_marks", ["mark"])
    op.create_index(op.f("ix_device_marks_seen_at"), "device_marks", ["seen_at"])
    op.add_column(
        "identity_views",
        sa.Column("what", sa.String(length=12), server_default="identity", nullable=False),
    )
    _count_anew()


def downgrade() -> None:
    op.execute("DELETE FROM identity_views WHERE what <> 'identity'")
    op.drop_column("identity_views", "what")
    op.drop_table("device_marks")
    op.drop_table("board_left_out")
    for table in ("store_counts", "board_cells"):
        op.drop_column(table, "x")
    _count_anew()


def _count_anew() -> None:
    """Mark what is left out of the figures, which the portal before and after this counts differently."""
    op.execute(sa.text("UPDATE disputes SET uncounted = :yes WHERE excluded <> ''").bindparams(yes=True))
