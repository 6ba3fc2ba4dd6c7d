"""A copy whose time of fetching is known to the day, the month or less says so."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("source_document", "assistance_release")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("fetched_until", sa.Date(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "fetched_until")
