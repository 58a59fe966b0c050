"""The board keeps what it has counted of each dispute, counts replies, performance and money, and times."""

from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"

TABLES = ("board_cells", "store_counts")
COUNTS = ("reply_due", "reply_in_time", "performance_due", "performance_in_time", "refunds")
SUMS = ("returned_fen", "asked_fen")


def upgrade() -> None:
    _forget()
    for table in TABLES:
        for name in COUNTS:
            op.add_column(table, sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        for name in SUMS:
            op.add_column(table, sa.Column(name, sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "board_outcomes",
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("district_code", sa.String(length=6), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("trade", sa.String(length=30), nullable=False),
        sa.Column("store_id", sa.BigInteger(), nullable=False),
        sa.Column("bucket", sa.String(length=2), nullable=False),
        sa.Column("reply", sa.String(length=10), nullable=False),
        sa.Column("performance", sa.String(length=10), nullable=False),
        sa.Column("reply_hours", sa.Integer(), nullable=True),
        sa.Column("agreement_hours", sa.Integer(), nullable=True),
        sa.Column("money_hours", sa.Integer(), nullable=True),
        sa.Column("asked_fen", sa.BigInteger(), nullable=False),
        sa.Column("returned_fen", sa.BigInteger(), nullable=False),
        sa.Column("withdrawal", sa.String(length=30), nullable=False),
        sa.Column("left_out", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_board_outcomes_dispute_id")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_board_outcomes")),
    )
    op.create_index("ix_board_outcomes_month", "board_outcomes", ["city_code", "month"])
    op.create_table(
        "board_distributions",
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["city_code"], ["cities.code"], name=op.f("fk_board_distributions_city_code")
        ),
        sa.PrimaryKeyConstraint("city_code", "what", "value", name=op.f("pk_board_distributions")),
    )
    op.create_table(
        "board_days",
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=2), nullable=False),
        sa.Column("target", sa.String(length=2), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_board_days_city_code")),
        sa.PrimaryKeyConstraint("city_code", "day", "source", "target", name=op.f("pk_board_days")),
    )
    op.create_table(
        "board_withdrawals",
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_board_withdrawals_city_code")),
        sa.PrimaryKeyConstraint("city_code", "reason", name=op.f("pk_board_withdrawals")),
    )


def downgrade() -> None:
    _forget()
    for table in ("board_withdrawals", "board_days", "board_distributions", "board_outcomes"):
        op.drop_table(table)
    for table in TABLES:
        for name in (*SUMS, *COUNTS):
            op.drop_column(table, name)


def _forget() -> None:
    """The worker counts every dispute anew: what was counted before knows neither times nor money."""
    for table in (*TABLES, "board_left_out"):
        op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours
    op.execute(sa.text("UPDATE disputes SET uncounted = :yes").bindparams(yes=True))
