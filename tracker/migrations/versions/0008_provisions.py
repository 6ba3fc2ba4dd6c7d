"""Texts of measures: versions, the sections that matter, and what was read out of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bill_text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("bill_key", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("law", sa.String(20), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("enacted_on", sa.Date(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["bill.id"], name="fk_bill_text_version_item_id_bill"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name="fk_bill_text_version_document_id_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bill_text_version"),
        sa.UniqueConstraint("bill_key", "version", name="uq_bill_text_version_bill_key_version"),
    )
    op.create_index("ix_bill_text_version_item", "bill_text_version", ["item_id"])
    op.create_table(
        "provision",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("heading", sa.Text(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("mentions", sa.Text(), nullable=False),
        _of_text("provision"),
        sa.PrimaryKeyConstraint("text_id", "position", name="pk_provision"),
        sqlite_with_rowid=False,
    )
    _facts(
        "funding_line",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("dollars", sa.BigInteger(), nullable=False),
        sa.Column("effective", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_funding_line_account", "funding_line", ["account", "fiscal_year"])
    _facts("text_condition", sa.Column("kind", sa.String(40), nullable=False))
    _facts("text_deadline", sa.Column("duty", sa.String(40), nullable=False))
    op.create_table(
        "provision_country",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        _of_text("provision_country"),
        sa.PrimaryKeyConstraint("text_id", "position", "country", name="pk_provision_country"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_provision_country_country", "provision_country", ["country", "text_id"])


def downgrade() -> None:
    for table in (
        "provision_country", "text_deadline", "text_condition", "funding_line", "provision", "bill_text_version"
    ):
        op.drop_table(table)


def _of_text(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["text_id"], ["bill_text_version.id"], name=f"fk_{table}_text_id_bill_text_version"
    )


def _facts(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *columns,
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        _of_text(table),
        sa.PrimaryKeyConstraint("text_id", "position", "number", name=f"pk_{table}"),
        sqlite_with_rowid=False,
    )
