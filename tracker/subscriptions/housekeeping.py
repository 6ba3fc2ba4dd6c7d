"""What time alone does: one reminder, and forgetting. Run every hour or so; running it twice changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, exists, select
from sqlalchemy.orm import Session

from scrapers.times import EASTERN
from tracker.db import exclusive, writing
from tracker.models import DigestKind, DigestState, FollowState, Purpose, SubscriberState
from tracker.subscriptions.files import erase_files
from tracker.subscriptions.mails import Reminder
from tracker.subscriptions.outlook import in_words
from tracker.subscriptions.rules import (
    CONFIRM_FOR,
    DAY,
    FORGET_UNCONFIRMED_AFTER,
    KEEP_TOKENS_FOR,
    REMIND_AFTER,
    AskedFollow,
)
from tracker.subscriptions.store import (
    DIGEST,
    FOLLOW,
    REQUEST,
    SUBSCRIBER,
    TOKEN,
    Row,
    follows_of,
    fresh_token,
    queue_mail,
    schedule_of,
)


class Kept(NamedTuple):
    """What a round of housekeeping did: reminders queued, and rows forgotten."""

    reminded: int
    unconfirmed: int
    stopped: int
    follows: int
    requests: int
    tokens: int

    def counts(self) -> dict[str, int]:
        """In words."""
        return {
            "reminders": self.reminded, "unconfirmed addresses": self.unconfirmed,
            "stopped subscriptions": self.stopped, "unconfirmed follows": self.follows,
            "old asks": self.requests, "old links": self.tokens,
        }  # fmt: skip


def keep_house(engine: Engine, secret: str, now: datetime, *, folders: Sequence[Path] = ()) -> Kept:
    """Remind who did not confirm, once; forget what has had its time, also in these folders of mails."""
    with writing(engine) as connection, exclusive(connection, "keep house of subscriptions"):
        return Kept(remind(connection, secret, now), *forget(connection, now, folders))


def remind(connection: Connection, secret: str, now: datetime) -> int:
    """One reminder to each address that was not confirmed within two days of the mail that asked for it."""
    was_sent = exists().where(
        DIGEST.c.subscriber_id == SUBSCRIBER.c.id, DIGEST.c.kind == DigestKind.CONFIRMATION,
        DIGEST.c.state == DigestState.SENT, DIGEST.c.sent_at <= now - REMIND_AFTER,
    )  # fmt: skip
    was_reminded = exists().where(
        DIGEST.c.subscriber_id == SUBSCRIBER.c.id, DIGEST.c.kind == DigestKind.REMINDER
    )
    due = select(SUBSCRIBER).where(
        SUBSCRIBER.c.state == SubscriberState.PENDING, was_sent, ~was_reminded,
        SUBSCRIBER.c.created_at > now - FORGET_UNCONFIRMED_AFTER,
    )  # fmt: skip
    rows = list(connection.execute(due))
    for row in rows:
        _remind(connection, secret, row, now)
    return len(rows)


def _remind(connection: Connection, secret: str, subscriber: Row, now: datetime) -> None:
    pending = follows_of(connection, subscriber.id, FollowState.PENDING)
    with Session(connection) as session:
        things = tuple(in_words(session, AskedFollow(row.target, row.kinds, row.at_once)) for row in pending)
    deleted_at = subscriber.created_at + FORGET_UNCONFIRMED_AFTER
    expires_at = min(now + CONFIRM_FOR, deleted_at)
    values = Reminder(
        seed=fresh_token(connection, secret, subscriber.id, Purpose.CONFIRM, expires_at),
        expires_at=expires_at,
        asked_on=subscriber.created_at.astimezone(EASTERN).date(),
        deleted_on=deleted_at.astimezone(EASTERN).date(),
        follows=things,
        schedule=schedule_of(subscriber).in_words,
    )
    queue_mail(connection, subscriber.id, DigestKind.REMINDER, values, now)


def forget(
    connection: Connection, now: datetime, folders: Sequence[Path] = ()
) -> tuple[int, int, int, int, int]:
    """Delete who never confirmed or stopped long ago, follows that were never confirmed, old asks and old tokens."""
    long_ago = now - FORGET_UNCONFIRMED_AFTER

    def left(*conditions: ColumnElement[bool]) -> int:
        addresses = connection.execute(delete(SUBSCRIBER).where(*conditions).returning(SUBSCRIBER.c.address))
        return len([erase_files(folders, address) for address in addresses.scalars().all()])

    def gone(table: Table, *conditions: ColumnElement[bool]) -> int:
        return connection.execute(delete(table).where(*conditions)).rowcount

    return (
        left(SUBSCRIBER.c.state == SubscriberState.PENDING, SUBSCRIBER.c.created_at <= long_ago),
        left(SUBSCRIBER.c.state == SubscriberState.STOPPED, SUBSCRIBER.c.paused_until <= now),
        gone(FOLLOW, FOLLOW.c.state == FollowState.PENDING, FOLLOW.c.created_at <= long_ago),
        gone(REQUEST, REQUEST.c.at <= now - DAY),
        gone(TOKEN, TOKEN.c.expires_at <= now - KEEP_TOKENS_FOR),
    )
