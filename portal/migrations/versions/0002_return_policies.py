"""Goods categories, standards, pledges, and what a dispute was entitled to."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from portal.migrations import guards

revision = "0002"
down_revision = "0001"

VERSION_TEXT = "standard_id, n, terms, basis_zh, basis_en, valid_from, published_at, published_by"
PLEDGE_TEXT = "store_id, merchant_id, standard_id, version, category_code, terms, starts_on, made_at, made_by"


def upgrade() -> None:
    op.create_table(
        "goods_categories",
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("parent_code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_goods_categories_city_code")),
        sa.PrimaryKeyConstraint("city_code", "code", name=op.f("pk_goods_categories")),
    )
    op.create_table(
        "standards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("city_code", sa.String(length=6), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("title_zh", sa.String(length=60), nullable=False),
        sa.Column("title_en", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["city_code"], ["cities.code"], name=op.f("fk_standards_city_code")),
        sa.ForeignKeyConstraint(["region_code"], ["regions.code"], name=op.f("fk_standards_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standards")),
        sa.UniqueConstraint("slug", name=op.f("uq_standards_slug")),
    )
    with op.batch_alter_table("standards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standards_city_code"), ["city_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_standards_region_code"), ["region_code"], unique=False)

    op.create_table(
        "standard_versions",
        sa.Column("standard_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("basis_zh", sa.Text(), nullable=False),
        sa.Column("basis_en", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["drafted_by"], ["people.id"], name=op.f("fk_standard_versions_drafted_by")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["people.id"], name=op.f("fk_standard_versions_published_by")
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standards.id"], name=op.f("fk_standard_versions_standard_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["people.id"], name=op.f("fk_standard_versions_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("standard_id", "n", name=op.f("pk_standard_versions")),
    )
    with op.batch_alter_table("standard_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standard_versions_published_at"), ["published_at"], unique=False)

    op.create_table(
        "pledges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("store_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merchant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("standard_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category_code", sa.String(length=40), nullable=False),
        sa.Column("terms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_month", sa.String(length=7), nullable=False),
        sa.Column("used_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ended_by"], ["people.id"], name=op.f("fk_pledges_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_pledges_made_by")),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchants.id"], name=op.f("fk_pledges_merchant_id")),
        sa.ForeignKeyConstraint(
            ["standard_id", "version"],
            ["standard_versions.standard_id", "standard_versions.n"],
            name="fk_pledges_version",
        ),
        sa.ForeignKeyConstraint(["standard_id"], ["standards.id"], name=op.f("fk_pledges_standard_id")),
        sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=op.f("fk_pledges_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )
    with op.batch_alter_table("pledges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pledges_merchant_id"), ["merchant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pledges_store_id"), ["store_id"], unique=False)

    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("category", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("condition", sa.String(length=12), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("accepts_pledge", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("entitled", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )

    guards.refuse("standard_versions", VERSION_TEXT, when="OLD.published_at IS NOT NULL")
    guards.refuse("pledges", PLEDGE_TEXT)
    guards.refuse("disputes", "entitled", delete=False)


def downgrade() -> None:
    for table in ("standard_versions", "pledges", "disputes"):
        guards.allow(table)
    with op.batch_alter_table("disputes", schema=None) as batch_op:
        batch_op.drop_column("entitled")
        batch_op.drop_column("accepts_pledge")
        batch_op.drop_column("condition")
        batch_op.drop_column("category")

    with op.batch_alter_table("pledges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pledges_store_id"))
        batch_op.drop_index(batch_op.f("ix_pledges_merchant_id"))

    op.drop_table("pledges")
    with op.batch_alter_table("standard_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_versions_published_at"))

    op.drop_table("standard_versions")
    with op.batch_alter_table("standards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standards_region_code"))
        batch_op.drop_index(batch_op.f("ix_standards_city_code"))

    op.drop_table("standards")
    op.drop_table("goods_categories")
