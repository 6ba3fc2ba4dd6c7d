"""Proposed arms sales and the documents that tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "arms_sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(3), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("sale_kind", sa.String(40), nullable=False),
        sa.Column("transmittal", sa.String(20), nullable=True),
        sa.Column("original", sa.String(20), nullable=True),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name="fk_arms_sale_id_item"),
        sa.ForeignKeyConstraint(["same_as_id"], ["arms_sale.id"], name="fk_arms_sale_same_as_id_arms_sale"),
        sa.PrimaryKeyConstraint("id", name="pk_arms_sale"),
    )
    op.create_index("ix_arms_sale_notified", "arms_sale", ["notified_on", "id"])
    op.create_index("ix_arms_sale_country", "arms_sale", ["country", "notified_on", "id"])
    op.create_index("ix_arms_sale_original", "arms_sale", ["original"])
    op.create_table(
        "arms_sale_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["arms_sale.id"], name="fk_arms_sale_document_item_id_arms_sale"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name="fk_arms_sale_document_document_id_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_arms_sale_document"),
        sa.UniqueConstraint("url", name="uq_arms_sale_document_url"),
    )
    op.create_index("ix_arms_sale_document_item_id", "arms_sale_document", ["item_id"])


def downgrade() -> None:
    op.drop_table("arms_sale_document")
    op.drop_table("arms_sale")
