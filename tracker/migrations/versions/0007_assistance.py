"""Assistance by country: releases of the publishers' files, and their figures."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assistance_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("vintage", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name="fk_assistance_release_document_id_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assistance_release"),
        sa.UniqueConstraint("url", "digest", name="uq_assistance_release_url_digest"),
    )
    op.create_table(
        "assistance_figure",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("year_order", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("fiscal_year", sa.String(6), nullable=False),
        sa.Column("country", sa.String(3), nullable=True),
        sa.Column("account_name", sa.Text(), nullable=True),
        sa.Column("dollars", sa.BigInteger(), nullable=True),
        sa.Column("constant", sa.BigInteger(), nullable=True),
        sa.Column("base_year", sa.Integer(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["assistance_release.id"],
            name="fk_assistance_figure_release_id_assistance_release",
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "type", "year_order", "code", "place", "account", name="pk_assistance_figure"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_assistance_figure_country", "assistance_figure", ["country", "release_id"])


def downgrade() -> None:
    op.drop_table("assistance_figure")
    op.drop_table("assistance_release")
