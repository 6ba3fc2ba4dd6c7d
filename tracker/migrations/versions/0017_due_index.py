"""Mails are found by state and kind: what somebody waits for, without a look at all that is queued."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_digest_state", table_name="digest")
    op.create_index("ix_digest_state", "digest", ["state", "kind", "retry_at"])


def downgrade() -> None:
    op.drop_index("ix_digest_state", table_name="digest")
    op.create_index("ix_digest_state", "digest", ["state", "retry_at"])
