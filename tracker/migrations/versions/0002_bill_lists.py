"""Indexes for the orders in which measures are listed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_bill_congress_latest", "bill", ["congress", "latest_action_on", "id"])
    op.create_index("ix_bill_introduced", "bill", ["introduced_on", "id"])
    op.create_index("ix_bill_cosponsors", "bill", ["cosponsor_count", "id"])


def downgrade() -> None:
    op.drop_index("ix_bill_cosponsors", "bill")
    op.drop_index("ix_bill_introduced", "bill")
    op.drop_index("ix_bill_congress_latest", "bill")
