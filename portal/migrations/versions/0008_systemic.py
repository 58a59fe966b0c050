"""The same trouble at many: issues, their disputes, groups."""

from alembic import op
import sqlalchemy as sa

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_index("ix_disputes_filed", "disputes", ["city_code", "filed_at"])
    op.create_index("ix_disputes_alike", "disputes", ["merchant_id", "problem", "filed_at"])
    _issues()
    _groups()


def _issues() -> None:
    op.create_table(
        "systemic_issues",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ref", sa.String(length=14), nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("district_code", sa.String(length=6), server_default="", nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", BIG, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_systemic_issues_city_code")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f("fk_systemic_issues_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_systemic_issues")),
        sa.UniqueConstraint("ref", name=op.f("uq_systemic_issues_ref")),
    )
    op.create_index(op.f("ix_systemic_issues_city_code"), "systemic_issues", ["city_code"])
    name = "systemic_issue_disputes"
    op.create_table(
        name,
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("dispute_id", BIG, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by", BIG, nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["systemic_issues.id"], name=op.f(f"fk_{name}_issue_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f(f"fk_{name}_dispute_id")),
        sa.ForeignKeyConstraint(["added_by"], ["people.id"], name=op.f(f"fk_{name}_added_by")),
        sa.PrimaryKeyConstraint("issue_id", "dispute_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_dispute_id"), name, ["dispute_id"])
    name = "systemic_issue_publications"
    op.create_table(
        name,
        sa.Column("issue_id", BIG, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("named", sa.String(length=200), server_default="", nullable=False),
        sa.Column("ground", sa.String(length=30), server_default="", nullable=False),
        sa.Column("disputes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", AT, nullable=False),
        sa.Column("published_by", BIG, nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["systemic_issues.id"], name=op.f(f"fk_{name}_issue_id")),
        sa.ForeignKeyConstraint(["published_by"], ["people.id"], name=op.f(f"fk_{name}_published_by")),
        sa.PrimaryKeyConstraint("issue_id", "n", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_published_at"), name, ["published_at"])


def _groups() -> None:
    name = "dispute_groups"
    op.create_table(
        name,
        sa.Column("id", BIG, nullable=False),
        sa.Column("ref", sa.String(length=14), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("merchant_id", BIG, nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("district_code", sa.String(length=6), server_default="", nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("opened_by", BIG, nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f(f"fk_{name}_merchant_id")),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f(f"fk_{name}_city_code")),
        sa.ForeignKeyConstraint(["opened_by"], ["people.id"], name=op.f(f"fk_{name}_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{name}_ref")),
    )
    op.create_index(op.f(f"ix_{name}_city_code"), name, ["city_code"])
    name = "dispute_group_members"
    op.create_table(
        name,
        sa.Column("dispute_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("invited_at", AT, nullable=False),
        sa.Column("stands_at", AT, nullable=True),
        sa.Column("first", BIG, nullable=True),
        sa.Column("second", BIG, nullable=True),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f(f"fk_{name}_dispute_id")),
        sa.ForeignKeyConstraint(["group_id"], ["dispute_groups.id"], name=op.f(f"fk_{name}_group_id")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_group_id"), name, ["group_id"])


def downgrade() -> None:
    for table in (
        "dispute_group_members",
        "dispute_groups",
        "systemic_issue_publications",
        "systemic_issue_disputes",
        "systemic_issues",
    ):
        op.drop_table(table)
    op.drop_index("ix_disputes_alike", "disputes")
    op.drop_index("ix_disputes_filed", "disputes")
