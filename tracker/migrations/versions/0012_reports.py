"""Reports of watchdogs, the documents that tell of them, and audit recommendations with their addressees."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("watchdog", sa.String(40), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("publisher_kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("public_on", sa.Date(), nullable=False),
        sa.Column("open_count", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name="fk_report_id_item"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_public", "report", ["public_on", "id"])
    op.create_index("ix_report_open", "report", ["open_count", "public_on", "id"])
    op.create_index("ix_report_watchdog", "report", ["watchdog", "public_on", "id"])
    op.create_table(
        "report_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["report.id"], name="fk_report_document_item_id_report"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["source_document.id"], name="fk_report_document_document_id_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report_document"),
        sa.UniqueConstraint("item_id", "document_id", name="uq_report_document_item_id_document_id"),
    )
    op.create_table(
        "audit_recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("audit_kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("is_priority", sa.Boolean(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_in", sa.Integer(), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["item.id"], name="fk_audit_recommendation_id_item"),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_audit_recommendation_report_id_report"),
        sa.ForeignKeyConstraint(
            ["listed_in"], ["source_document.id"], name="fk_audit_recommendation_listed_in_source_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_recommendation"),
    )
    op.create_index("ix_audit_recommendation_report_id", "audit_recommendation", ["report_id"])
    op.create_index("ix_audit_recommendation_listed_in", "audit_recommendation", ["listed_in"])
    op.create_index("ix_audit_recommendation_opened", "audit_recommendation", ["opened_on", "id"])
    op.create_index("ix_audit_recommendation_status", "audit_recommendation", ["status", "opened_on", "id"])
    op.create_table(
        "audit_addressee",
        sa.Column("agency", sa.String(80), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["audit_recommendation.id"], name="fk_audit_addressee_item_id_audit_recommendation"
        ),
        sa.PrimaryKeyConstraint("agency", "item_id", name="pk_audit_addressee"),
    )
    op.create_index("ix_audit_addressee_item_id", "audit_addressee", ["item_id"])


def downgrade() -> None:
    for table in ("audit_addressee", "audit_recommendation", "report_document", "report"):
        op.drop_table(table)
