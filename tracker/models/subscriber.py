"""Who gets mail, what they follow, and the proofs that it is theirs.

An address stands in two tables only: `subscriber`, and `mail_request` until that is taken, seconds later. Everything
else knows it by a keyed hash. Deleting a subscriber takes their follows, mutes, tokens and digests along in the same
statement; `suppression` stays, since "never write to me again" must outlive the subscription.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, Json, UtcDateTime, enum_type


class SubscriberState(StrEnum):
    """Whether the owner of the address has confirmed it. Nobody else gets a digest.

    Who unsubscribed from everything is `stopped`: nothing is sent, the page where it can be begun again is kept until
    `Subscriber.paused_until`, and then all of it is deleted.
    """

    PENDING = "pending"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"


class Frequency(StrEnum):
    """How often a digest may come. What is urgent can come at once besides (`Follow.at_once`)."""

    DAILY = "daily"
    WEEKLY = "weekly"


class PausedBecause(StrEnum):
    """Why no digest goes out until `paused_until`; without that day, until somebody lifts it."""

    ASKED = "asked"
    BOUNCES = "bounces"
    COMPLAINT = "complaint"


class Subscriber(Base):
    """An address that asked for mail, and when it wants it.

    `public_id` is random and the only name that leaves the database (in unsubscribe links and envelope senders).
    `address_key` is a keyed hash of the normalised address. `zone` is an IANA name, `hour` 0-23 local time,
    `weekday` 0 for Monday (of weekly digests). `home_state` is a two-letter code and `home_district` a number
    (0: at large), for the reader's own delegation in votes. `seen_to` is the highest change id that a digest has
    covered: the ledger's own sequence, never a date; `matched_to` the same of `TargetMatch`. `due_at` is the instant
    of the next period, null while pending.
    `soft_bounces` counts temporary refusals in a row.
    """

    __tablename__ = "subscriber"
    __table_args__ = (Index("ix_subscriber_due_at", "due_at"), Index("ix_subscriber_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    address: Mapped[str] = mapped_column(Text)
    address_key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[SubscriberState] = mapped_column(enum_type(SubscriberState))
    zone: Mapped[str] = mapped_column(String(64))
    hour: Mapped[int]
    frequency: Mapped[Frequency] = mapped_column(enum_type(Frequency))
    weekday: Mapped[int]
    home_state: Mapped[str | None] = mapped_column(String(2))
    home_district: Mapped[int | None]
    heartbeat: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_because: Mapped[PausedBecause | None] = mapped_column(enum_type(PausedBecause))
    soft_bounces: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_to: Mapped[int] = mapped_column(default=0)
    matched_to: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FollowState(StrEnum):
    """A follow counts once the owner of the address confirmed it by mail."""

    PENDING = "pending"
    ACTIVE = "active"


class Follow(Base):
    """A subscriber follows a target: `bill:119-s-1780`, `country:EGY`, `topic:arms-sales`, `search:WORDS`, …

    `kinds` names the groups of kinds of change that are wanted (`tracker.subscriptions.kinds`); null is all of them,
    also those that are added later. `at_once` mails urgent kinds without waiting for the digest. `since` is the
    highest change id when it became active: what is older is not news to this follow, so a new one starts silently.
    """

    __tablename__ = "follow"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "target"),
        # All that matching asks of a follow, so that it never looks at the rows (`tracker.digests.matching`).
        Index("ix_follow_target", "target", "subscriber_id", "state", "since", "kinds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    target: Mapped[str] = mapped_column(String(200))
    kinds: Mapped[tuple[str, ...] | None] = mapped_column(Json(tuple[str, ...]))
    at_once: Mapped[bool] = mapped_column(default=False)
    state: Mapped[FollowState] = mapped_column(enum_type(FollowState))
    since: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mute(Base):
    """One item inside a follow that the subscriber does not want to hear of."""

    __tablename__ = "mute"
    __table_args__ = (Index("ix_mute_item", "item_id"), {"sqlite_with_rowid": False})

    follow_id: Mapped[int] = mapped_column(ForeignKey("follow.id", ondelete="CASCADE"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)


class Purpose(StrEnum):
    """What a mailed token may do, and nothing else."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    SESSION = "session"
    """Not mailed: the cookie of an open manage page."""


class MailToken(Base):
    """A token that was mailed, as its sha256 only. Unsubscribe tokens have no row (`tracker.tokens`)."""

    __tablename__ = "mail_token"
    __table_args__ = (Index("ix_mail_token_subscriber", "subscriber_id"), {"sqlite_with_rowid": False})

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SuppressedBecause(StrEnum):
    """Why an address is never written to again."""

    COMPLAINT = "complaint"
    BOUNCES = "bounces"
    ASKED = "asked"


class Suppression(Base):
    """An address that gets no mail, by its keyed hash: the address itself is kept nowhere."""

    __tablename__ = "suppression"
    __table_args__ = ({"sqlite_with_rowid": False},)

    address_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[SuppressedBecause] = mapped_column(enum_type(SuppressedBecause))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailRequest(Base):
    """Somebody asked for mail to an address: to follow things, or for a link to manage what it follows.

    The page that takes it writes this row and answers, the same whoever the address belongs to; who that is, is
    looked at afterwards (`tracker.subscriptions.requests`), where no stranger can measure it. Then `address` and
    `ask` are emptied and the row only counts against the limits, for a day. `net` is a digest of the network that
    it came from, with a salt of the day.
    """

    __tablename__ = "mail_request"
    __table_args__ = (
        Index("ix_mail_request_address_key", "address_key", "at"),
        Index("ix_mail_request_net", "net", "at"),
        Index("ix_mail_request_taken_at", "taken_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str | None] = mapped_column(Text)
    address_key: Mapped[str] = mapped_column(String(64))
    net: Mapped[str] = mapped_column(String(64))
    ask: Mapped[Any] = mapped_column(Json(Any), nullable=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
