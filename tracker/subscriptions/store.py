"""The tables of subscriptions, and the small reads and writes that the rest shares, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Table, func, insert, select, update

from tracker.digests.due import next_due
from tracker.models import (
    Change,
    Digest,
    DigestBody,
    DigestKind,
    DigestState,
    Follow,
    FollowState,
    MailRequest,
    MailToken,
    Mute,
    Purpose,
    Subscriber,
    Suppression,
    TargetMatch,
)
from tracker.subscriptions.mails import to_values
from tracker.subscriptions.rules import AskedFollow
from tracker.subscriptions.schedule import Schedule, is_zone
from tracker.tokens import fresh_id, fresh_seed, mailed_token, token_digest

SUBSCRIBER = cast(Table, Subscriber.__table__)
FOLLOW = cast(Table, Follow.__table__)
MUTE = cast(Table, Mute.__table__)
TOKEN = cast(Table, MailToken.__table__)
SUPPRESSION = cast(Table, Suppression.__table__)
REQUEST = cast(Table, MailRequest.__table__)
DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)
CHANGE = cast(Table, Change.__table__)
MATCH = cast(Table, TargetMatch.__table__)

Row = Any
"""A row of a select, read by its columns' names."""

WAITING = (
    DigestState.HELD,
    DigestState.QUEUED,
    DigestState.RETRY,
    DigestState.CLAIMED,
    DigestState.COMMITTING,
)
"""States of mails that may not have been handed over. The sender of one that was, says so afterwards."""


def find_subscriber(connection: Connection, key: str, *, locked: bool = False) -> Row | None:
    """The subscriber of an address's key; locked against anybody else until the transaction ends."""
    wanted = select(SUBSCRIBER).where(SUBSCRIBER.c.address_key == key)
    return connection.execute(wanted.with_for_update() if locked else wanted).one_or_none()


def read_subscriber(connection: Connection, subscriber_id: int, *, locked: bool = False) -> Row | None:
    """The subscriber of that number."""
    wanted = select(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id)
    return connection.execute(wanted.with_for_update() if locked else wanted).one_or_none()


def follows_of(connection: Connection, subscriber_id: int, *states: FollowState) -> list[Row]:
    """What a subscriber follows, oldest first."""
    wanted = select(FOLLOW).where(FOLLOW.c.subscriber_id == subscriber_id).order_by(FOLLOW.c.id)
    return list(connection.execute(wanted.where(FOLLOW.c.state.in_(states)) if states else wanted))


def schedule_of(subscriber: Row) -> Schedule:
    return Schedule(subscriber.zone, subscriber.hour, subscriber.frequency, subscriber.weekday)


def newest_change(connection: Connection) -> int:
    """The highest number of a published change: what is older is not news to who begins now."""
    newest = select(func.max(CHANGE.c.id)).where(CHANGE.c.held.is_(False))
    return connection.execute(newest).scalar() or 0


def told_until_now(connection: Connection) -> dict[str, int]:
    """The watermarks of a subscriber who begins now: nothing that there is already is news."""
    found = connection.execute(select(func.max(MATCH.c.id))).scalar() or 0
    return {"seen_to": newest_change(connection), "matched_to": found}


def due_after(schedule: Schedule, now: datetime) -> datetime:
    """When the next digest is due; by UTC where the machine's tables have the zone no more."""
    zone = schedule.zone if is_zone(schedule.zone) else "UTC"
    return next_due(zone, schedule.hour, schedule.frequency.value, schedule.weekday, now)


def add_follows(
    connection: Connection,
    subscriber_id: int,
    wanted: Iterable[AskedFollow],
    state: FollowState,
    now: datetime,
) -> None:
    """Follow what is not followed yet; what is stays as it is."""
    connection.execute(
        insert(FOLLOW),
        [
            {
                "public_id": fresh_id(),
                "subscriber_id": subscriber_id,
                "target": one.target,
                "kinds": one.kinds,
                "at_once": one.at_once,
                "state": state,
                "since": newest_change(connection) if state is FollowState.ACTIVE else 0,
                "created_at": now,
            }
            for one in wanted
        ],
    )


# --- mails ------------------------------------------------------------------------------------------


def fresh_token(
    connection: Connection, secret: str, subscriber_id: int, purpose: Purpose, expires_at: datetime
) -> str:
    """Make a token that a mail will carry; answers the seed of which the mail makes it."""
    seed = fresh_seed()
    keep_token(connection, mailed_token(secret, purpose, seed), subscriber_id, purpose, expires_at)
    return seed


def keep_token(
    connection: Connection, token: str, subscriber_id: int, purpose: Purpose, expires_at: datetime
) -> None:
    """Remember a token by its digest."""
    connection.execute(
        insert(TOKEN).values(
            sha256=token_digest(token), purpose=purpose, subscriber_id=subscriber_id, expires_at=expires_at
        )
    )


def queue_mail(
    connection: Connection,
    subscriber_id: int,
    kind: DigestKind,
    values: msgspec.Struct,
    now: datetime,
    *,
    not_before: datetime | None = None,
    is_held: bool = False,
) -> None:
    """A short mail, to be sent by whoever sends; `is_held` waits for a person."""
    connection.execute(
        insert(DIGEST).values(
            subscriber_id=subscriber_id,
            kind=kind,
            period=f"{now:%Y-%m-%dT%H:%M:%SZ}-{fresh_id()}",
            values=to_values(values),
            state=DigestState.HELD if is_held else DigestState.QUEUED,
            attempts=0,
            retry_at=not_before,
            queued_at=now,
        )
    )


def suppress_waiting(connection: Connection, subscriber_id: int, which: Sequence[int] | None = None) -> None:
    """Nothing that waits goes out any more, or of it those mails alone."""
    waits = (DIGEST.c.subscriber_id == subscriber_id) & DIGEST.c.state.in_(WAITING)
    wanted = waits if which is None else waits & DIGEST.c.id.in_(which)
    connection.execute(update(DIGEST).where(wanted).values(state=DigestState.SUPPRESSED))
