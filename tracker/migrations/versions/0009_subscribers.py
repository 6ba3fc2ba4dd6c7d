"""Subscribers, their follows, and the mails to them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MANY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _subscribers()
    _follows()
    _tokens_and_requests()
    _mails()


def downgrade() -> None:
    for table in (
        "digest", "digest_body", "mail_request", "suppression", "mail_token", "mute", "follow", "subscriber"
    ):  # fmt: skip
        op.drop_table(table)


def _subscribers() -> None:
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.String(40), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("home_state", sa.String(2), nullable=True),
        sa.Column("home_district", sa.Integer(), nullable=True),
        sa.Column("heartbeat", sa.Boolean(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_because", sa.String(40), nullable=True),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_to", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_subscriber"),
        sa.UniqueConstraint("public_id", name="uq_subscriber_public_id"),
        sa.UniqueConstraint("address_key", name="uq_subscriber_address_key"),
    )
    op.create_index("ix_subscriber_due_at", "subscriber", ["due_at"])
    op.create_index("ix_subscriber_state", "subscriber", ["state"])


def _follows() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=True),
        sa.Column("at_once", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _goes_with("follow", "subscriber"),
        sa.PrimaryKeyConstraint("id", name="pk_follow"),
        sa.UniqueConstraint("public_id", name="uq_follow_public_id"),
        sa.UniqueConstraint("subscriber_id", "target", name="uq_follow_subscriber_id_target"),
    )
    op.create_index("ix_follow_target", "follow", ["target"])
    op.create_table(
        "mute",
        sa.Column("follow_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        _goes_with("mute", "follow"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_mute_item_id_item"),
        sa.PrimaryKeyConstraint("follow_id", "item_id", name="pk_mute"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mute_item", "mute", ["item_id"])


def _tokens_and_requests() -> None:
    op.create_table(
        "mail_token",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _goes_with("mail_token", "subscriber"),
        sa.PrimaryKeyConstraint("sha256", name="pk_mail_token"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mail_token_subscriber", "mail_token", ["subscriber_id"])
    op.create_table(
        "suppression",
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_key", name="pk_suppression"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_key", sa.String(64), nullable=False),
        sa.Column("net", sa.String(64), nullable=False),
        sa.Column("ask", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail_request"),
    )
    op.create_index("ix_mail_request_address_key", "mail_request", ["address_key", "at"])
    op.create_index("ix_mail_request_net", "mail_request", ["net", "at"])
    op.create_index("ix_mail_request_taken_at", "mail_request", ["taken_at", "id"])


def _mails() -> None:
    op.create_table(
        "digest_body",
        sa.Column("id", MANY, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_digest_body"),
        sa.UniqueConstraint("key", name="uq_digest_body_key"),
    )
    op.create_table(
        "digest",
        sa.Column("id", MANY, nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("period", sa.String(80), nullable=False),
        sa.Column("span_from", sa.Integer(), nullable=True),
        sa.Column("span_to", sa.Integer(), nullable=True),
        sa.Column("body_id", MANY, nullable=True),
        sa.Column("values", sa.Text(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("claimed_by", sa.String(80), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(200), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("carried_in", MANY, nullable=True),
        _goes_with("digest", "subscriber"),
        sa.ForeignKeyConstraint(["body_id"], ["digest_body.id"], name="fk_digest_body_id_digest_body"),
        sa.ForeignKeyConstraint(
            ["carried_in"], ["digest.id"], name="fk_digest_carried_in_digest", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.UniqueConstraint("message_id", name="uq_digest_message_id"),
        sa.UniqueConstraint("subscriber_id", "kind", "period", name="uq_digest_subscriber_id_kind_period"),
    )
    op.create_index("ix_digest_state", "digest", ["state", "retry_at"])
    op.create_index("ix_digest_body", "digest", ["body_id"])
    op.create_index("ix_digest_carried_in", "digest", ["carried_in"])


def _goes_with(table: str, other: str) -> sa.ForeignKeyConstraint:
    """Deleted together with its row in the other table."""
    return sa.ForeignKeyConstraint(
        [f"{other}_id"], [f"{other}.id"], name=f"fk_{table}_{other}_id_{other}", ondelete="CASCADE"
    )
