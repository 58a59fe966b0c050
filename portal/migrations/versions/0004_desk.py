"""The officers' desk: the words of disputes, saved replies, the handling of reports, the queue's index."""

from alembic import op
import sqlalchemy as sa

from portal.core.words import unigrams
from portal.migrations import dispute_search

revision = "0004"
down_revision = "0003"

RUNNING = sa.text("statutory_due_at IS NOT NULL")
BREAK = " xxbreakxx "  # portal.disputes.words
HEADS = """SELECT d.id, d.ref, d.goods, d.order_no, s.name, m.legal_name
    FROM disputes d JOIN stores s ON s.id = d.store_id JOIN merchants m ON m.id = d.merchant_id
    WHERE d.id > :last ORDER BY d.id LIMIT 500"""
STATEMENTS = """SELECT dispute_id, seq, text FROM statements
    WHERE dispute_id > :last AND dispute_id <= :up_to AND erased_at IS NULL"""


def upgrade() -> None:
    op.create_table(
        "dispute_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("dispute_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_dispute_words_dispute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_words")),
        sa.UniqueConstraint("dispute_id", "seq", name=op.f("uq_dispute_words_dispute_id")),
    )
    _fill()
    dispute_search.install()
    op.create_table(
        "saved_replies",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_saved_replies_city_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
    )
    op.create_index(op.f("ix_saved_replies_city_code"), "saved_replies", ["city_code"], unique=False)
    # One by one and not in a batch: a batch would rebuild the table on SQLite and lose its triggers.
    op.add_column(
        "reports", sa.Column("state", sa.String(length=10), server_default="received", nullable=False)
    )
    op.add_column("reports", sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reports", sa.Column("officer_id", sa.BigInteger(), nullable=True))
    op.add_column("reports", sa.Column("result", sa.Text(), server_default="", nullable=False))
    op.add_column("reports", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reports", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_disputes_queue",
        "disputes",
        ["district_code", "statutory_due_at", "id"],
        unique=False,
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )


def downgrade() -> None:
    op.drop_index("ix_disputes_queue", table_name="disputes")
    for column in ("closed_at", "handled_at", "result", "officer_id", "anonymous", "state"):
        op.drop_column("reports", column)
    op.drop_index(op.f("ix_saved_replies_city_code"), table_name="saved_replies")
    op.drop_table("saved_replies")
    dispute_search.remove()
    op.drop_table("dispute_words")


def _fill() -> None:
    """The words of the disputes there are, a few hundred at a time."""
    connection, last = op.get_bind(), 0
    add = sa.text("INSERT INTO dispute_words (dispute_id, seq, text) VALUES (:dispute_id, :seq, :text)")
    while heads := connection.execute(sa.text(HEADS), {"last": last}).all():
        span = {"last": last, "up_to": heads[-1].id}
        rows = [
            {"dispute_id": head.id, "seq": 0, "text": BREAK.join(unigrams(part) for part in head[1:] if part)}
            for head in heads
        ]
        rows += [
            {"dispute_id": said.dispute_id, "seq": said.seq, "text": unigrams(said.text)}
            for said in connection.execute(sa.text(STATEMENTS), span)
        ]
        connection.execute(add, rows)
        last = heads[-1].id
