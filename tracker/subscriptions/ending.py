"""Ending it: one follow, all mail, or everything that we know of somebody. At once, and as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, select, text, update

from tracker.db import writing
from tracker.models import FollowState, PausedBecause, Purpose, SubscriberState, SuppressedBecause
from tracker.subscriptions.files import erase_files
from tracker.subscriptions.links import close_sessions, use_up
from tracker.subscriptions.rules import FORGET_STOPPED_AFTER
from tracker.subscriptions.store import (
    BODY,
    DIGEST,
    FOLLOW,
    REQUEST,
    SUBSCRIBER,
    SUPPRESSION,
    WAITING,
    Row,
    follows_of,
    suppress_waiting,
)
from tracker.tokens import Unsubscribe, Unsubscribes


def named(connection: Connection, token: Unsubscribe) -> Row | None:
    """The follow or the subscriber that an unsubscribe link is of; None where it has ended already."""
    table = FOLLOW if token.what is Unsubscribes.FOLLOW else SUBSCRIBER
    return connection.execute(select(table).where(table.c.public_id == token.public_id)).one_or_none()


def unsubscribe(connection: Connection, token: Unsubscribe, now: datetime) -> None:
    """What the link is of ends. Doing it again does nothing."""
    row = named(connection, token)
    if row is None:
        return
    if token.what is Unsubscribes.FOLLOW:
        stop_follow(connection, row.subscriber_id, row.public_id)
    else:
        stop_all(connection, row.id, now)


def stop_follow(connection: Connection, subscriber_id: int, public_id: str) -> bool:
    """One follow ends, with its mutes. Whether there was one.

    What waits to be sent and has something of another follow still goes; what was of this one alone does not.
    """
    done = connection.execute(
        delete(FOLLOW).where(FOLLOW.c.subscriber_id == subscriber_id, FOLLOW.c.public_id == public_id)
    )
    left = {row.target for row in follows_of(connection, subscriber_id, FollowState.ACTIVE)}
    if not left:
        suppress_waiting(connection, subscriber_id)
    else:
        suppress_waiting(connection, subscriber_id, _without_any_of(connection, subscriber_id, left))
    return done.rowcount == 1


def _without_any_of(connection: Connection, subscriber_id: int, targets: set[str]) -> list[int]:
    """The waiting digests that tell nothing of any of these targets."""
    rows = connection.execute(
        select(DIGEST.c.id, BODY.c.entries)
        .join_from(DIGEST, BODY, BODY.c.id == DIGEST.c.body_id)
        .where(DIGEST.c.subscriber_id == subscriber_id, DIGEST.c.state.in_(WAITING))
    )
    return [row.id for row in rows if not targets & set(row.entries["targets"])]


def stop_all(connection: Connection, subscriber_id: int, now: datetime) -> None:
    """No mail any more, and none that waits. What was followed can be begun again for a month, then it is deleted.

    Who never confirmed is deleted at once.
    """
    row = connection.execute(
        select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id).with_for_update()
    ).one_or_none()
    if row is None or row.state is SubscriberState.STOPPED:
        return
    if row.state is SubscriberState.PENDING:
        connection.execute(delete(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id))
        return
    use_up(connection, subscriber_id, Purpose.CONFIRM, now)
    pending = (FOLLOW.c.subscriber_id == subscriber_id) & (FOLLOW.c.state == FollowState.PENDING)
    connection.execute(delete(FOLLOW).where(pending))
    suppress_waiting(connection, subscriber_id)
    connection.execute(
        update(SUBSCRIBER)
        .where(SUBSCRIBER.c.id == subscriber_id)
        .values(
            state=SubscriberState.STOPPED, due_at=None, paused_until=now + FORGET_STOPPED_AFTER,
            paused_because=PausedBecause.ASKED,
        )
    )  # fmt: skip


def erase(connection: Connection, subscriber_id: int, now: datetime, *, never_again: bool = False) -> bool:
    """Everything that we know of a subscriber is deleted: address, follows, tokens, mails. Whether there was one.

    `never_again` leaves the keyed hash of the address, so that nobody can have us write to it.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))  # overwrite the bytes, not only forget them
    key = connection.execute(
        select(SUBSCRIBER.c.address_key).where(SUBSCRIBER.c.id == subscriber_id)
    ).scalar_one_or_none()
    if key is None:
        return False
    close_sessions(connection, subscriber_id)
    connection.execute(delete(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id))
    connection.execute(delete(REQUEST).where(REQUEST.c.address_key == key))
    known = select(SUPPRESSION.c.address_key).where(SUPPRESSION.c.address_key == key)
    if never_again and connection.execute(known).first() is None:
        values = {"address_key": key, "reason": SuppressedBecause.ASKED, "at": now}
        connection.execute(SUPPRESSION.insert().values(values))
    return True


def erase_for_good(
    engine: Engine,
    subscriber_id: int,
    now: datetime,
    *,
    never_again: bool = False,
    folders: Iterable[Path] = (),
) -> bool:
    """`erase` in a transaction of its own, with the mails that lie as files in these folders; then what SQLite keeps
    beside its file is folded in, too.
    """
    with writing(engine) as connection:
        address = connection.execute(
            select(SUBSCRIBER.c.address).where(SUBSCRIBER.c.id == subscriber_id)
        ).scalar_one_or_none()
        done = erase(connection, subscriber_id, now, never_again=never_again)
        if address is not None:
            erase_files(folders, address)
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            )  # waits for nobody; the next one will do, too
        finally:
            raw.close()
    return done
