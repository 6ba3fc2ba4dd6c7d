"""Mails: what goes to whom, where each stands, and the bodies that many share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, Json, UtcDateTime, enum_type

_Many = BigInteger().with_variant(Integer, "sqlite")
"""A row number that a million a day do not use up. SQLite's own integer is as long already."""


class DigestKind(StrEnum):
    """What a mail is for. The first two have a body; the rest is short and made from `values`."""

    DIGEST = "digest"
    URGENT = "urgent"
    CONFIRMATION = "confirmation"
    MANAGE = "manage"
    REMINDER = "reminder"
    WELCOME = "welcome"
    HEARTBEAT = "heartbeat"


class DigestState(StrEnum):
    """Where a mail stands. `committing` is written for a batch before the first of its final dots goes out.

    A mail left over as `claimed` was never sent; one left over as `committing` may have been. Where the sender's log
    (`tracker.digests.dots`) does not say otherwise it is `uncertain`: not sent again, its items are carried into the
    next one.
    """

    HELD = "held"
    QUEUED = "queued"
    CLAIMED = "claimed"
    COMMITTING = "committing"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"


class DigestBody(Base):
    """What a digest says, once for all who get the same, as sent.

    `key` is the sha256 of the selection with its reasons. `text` and `html` are zstd, with placeholders for the few
    personal links. `entries` are the change ids with the reasons, so that what anybody was told can be looked up.
    """

    __tablename__ = "digest_body"

    id: Mapped[int] = mapped_column(_Many, primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[bytes] = mapped_column(LargeBinary)
    html: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[Any] = mapped_column(Json(Any))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Digest(Base):
    """One mail to one subscriber.

    `period` is the local date (`2026-06-01`) or ISO week (`2026-W23`) of a digest, and a key of its own for every
    other kind, so that one period never brings two. `span_from` (excluded) and `span_to` are the change ids
    covered. `values` is what a mail without a body says (`tracker.subscriptions.mails`); it never holds a token.
    `retry_at` is also the earliest instant of a mail that must wait. `answer` is the last of the server.
    `carried_in` is the later digest that took over the items of an uncertain one.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "kind", "period"),
        # Kind second: what somebody waits for is found among a million digests without a look at them.
        Index("ix_digest_state", "state", "kind", "retry_at"),
        Index("ix_digest_body", "body_id"),
    )

    id: Mapped[int] = mapped_column(_Many, primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    kind: Mapped[DigestKind] = mapped_column(enum_type(DigestKind))
    period: Mapped[str] = mapped_column(String(80))
    span_from: Mapped[int | None]
    span_to: Mapped[int | None]
    body_id: Mapped[int | None] = mapped_column(_Many, ForeignKey("digest_body.id"))
    values: Mapped[Any] = mapped_column(Json(Any), nullable=True)
    state: Mapped[DigestState] = mapped_column(enum_type(DigestState))
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(Text)
    carried_in: Mapped[int | None] = mapped_column(
        _Many, ForeignKey("digest.id", ondelete="SET NULL"), index=True
    )
