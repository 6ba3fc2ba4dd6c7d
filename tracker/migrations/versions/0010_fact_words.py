"""Facts of texts have a key, and editors a word on them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FACTS = ("funding_line", "text_condition", "text_deadline")


def upgrade() -> None:
    op.execute(sa.text("ALTER TABLE bill_text_version ADD COLUMN rules INTEGER NOT NULL DEFAULT 0"))
    op.execute(sa.text("ALTER TABLE provision ADD COLUMN concerns_aid BOOLEAN NOT NULL DEFAULT true"))
    for name in _FACTS:
        op.execute(sa.text(f"ALTER TABLE {name} ADD COLUMN key VARCHAR(160) NOT NULL DEFAULT ''"))
        op.execute(sa.text(f"ALTER TABLE {name} ADD COLUMN state VARCHAR(40) NOT NULL DEFAULT 'auto'"))
    op.create_table(
        "fact_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bill_key", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("fact", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_fact_word"),
        sa.UniqueConstraint("bill_key", "version", "kind", "key", name="uq_fact_word_bill_key_version_kind_key"),
    )


def downgrade() -> None:
    op.drop_table("fact_word")
    for name in _FACTS:
        op.execute(sa.text(f"ALTER TABLE {name} DROP COLUMN state"))
        op.execute(sa.text(f"ALTER TABLE {name} DROP COLUMN key"))
    op.execute(sa.text("ALTER TABLE provision DROP COLUMN concerns_aid"))
    op.execute(sa.text("ALTER TABLE bill_text_version DROP COLUMN rules"))
