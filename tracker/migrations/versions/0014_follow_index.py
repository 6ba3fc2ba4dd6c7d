"""The index of follows by target holds all that matching asks of them."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_follow_target", table_name="follow")
    op.create_index("ix_follow_target", "follow", ["target", "subscriber_id", "state", "since", "kinds"])


def downgrade() -> None:
    op.drop_index("ix_follow_target", table_name="follow")
    op.create_index("ix_follow_target", "follow", ["target"])
