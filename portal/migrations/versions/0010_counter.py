"""Complaints taken at the counter, the codes of their slips, and two indexes of the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TESTED = sa.text("testing_since IS NOT NULL")
LATELY = ["city_code", "filed_at", "store_id", "merchant_id", "category", "problem", "excluded"]
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "slips",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ref", sa.String(14), nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.Column("made_by", BIG, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked", sa.String(12), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_slips_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_slips_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slips")),
    )
    op.create_index(op.f("ix_slips_ref"), "slips", ["ref"])
    op.create_index(op.f("ix_slips_person_id"), "slips", ["person_id"])
    op.create_table(
        "counter_complaints",
        sa.Column("dispute_id", BIG, nullable=False),
        sa.Column("city_code", sa.String(6), nullable=False),
        sa.Column("district_code", sa.String(6), nullable=False),
        sa.Column("officer_id", BIG, nullable=True),
        sa.Column("reach", sa.String(10), nullable=False),
        sa.Column("number", sa.String(20), server_default="", nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_counter_complaints_dispute_id")
        ),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_counter_complaints_city_code")),
        sa.ForeignKeyConstraint(
            ["district_code"], ["regions.code"], name=op.f("fk_counter_complaints_district_code")
        ),
        sa.ForeignKeyConstraint(["officer_id"], ["people.id"], name=op.f("fk_counter_complaints_officer_id")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_counter_complaints")),
    )
    op.create_index("ix_counter_complaints_city", "counter_complaints", ["city_code", "dispute_id"])
    op.create_index("ix_counter_complaints_district", "counter_complaints", ["district_code", "dispute_id"])
    op.create_index(
        "ix_disputes_testing",
        "disputes",
        ["city_code", "id"],
        postgresql_where=TESTED,
        sqlite_where=TESTED,
    )
    op.drop_index("ix_disputes_filed", "disputes")
    op.create_index("ix_disputes_filed", "disputes", LATELY)


def downgrade() -> None:
    op.drop_index("ix_disputes_filed", "disputes")
    op.create_index("ix_disputes_filed", "disputes", LATELY[:2])
    op.drop_index("ix_disputes_testing", "disputes")
    op.drop_table("counter_complaints")
    op.drop_table("slips")
