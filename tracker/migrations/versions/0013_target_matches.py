"""What followed targets match, and how far each subscriber has been told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched_target",
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("target", name="pk_watched_target"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "target_match",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_news", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_target_match_item_id_item"),
        sa.PrimaryKeyConstraint("id", name="pk_target_match"),
        sa.UniqueConstraint("target", "item_id", name="uq_target_match_target_item_id"),
    )
    op.create_index("ix_target_match_news", "target_match", ["is_news", "id"])
    op.add_column("subscriber", sa.Column("matched_to", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("subscriber", "matched_to")
    op.drop_table("target_match")
    op.drop_table("watched_target")
