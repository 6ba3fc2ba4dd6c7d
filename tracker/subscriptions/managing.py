"""What a subscriber sees and changes once a link has proved the address. Each write is one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.models import (
    DigestState,
    FollowState,
    PausedBecause,
    SubscriberState,
    SuppressedBecause,
)
from tracker.queries.changes import item_name, item_path
from tracker.queries.followed import ITEM, list_followed
from tracker.queries.paging import Place
from tracker.subscriptions.mails import FollowedThing
from tracker.subscriptions.outlook import in_words
from tracker.subscriptions.rules import MOST_FOLLOWS, PAUSE, AskedFollow
from tracker.subscriptions.schedule import Schedule, local_words
from tracker.subscriptions.store import (
    DIGEST,
    FOLLOW,
    MUTE,
    SUBSCRIBER,
    SUPPRESSION,
    Row,
    add_follows,
    due_after,
    follows_of,
    read_subscriber,
    schedule_of,
    told_until_now,
)

RECENT_ITEMS = 8
"""So many items with news are offered to be muted inside a follow."""


class Muteable(msgspec.Struct, frozen=True):
    """An item inside a follow, which can be muted or is."""

    key: str
    name: str
    title: str
    path: str


class ManagedFollow(msgspec.Struct, frozen=True):
    """A follow as its owner sees it. `kinds` are groups, None for all."""

    public_id: str
    target: str
    thing: FollowedThing
    kinds: tuple[str, ...] | None
    at_once: bool
    since: datetime
    muted: tuple[Muteable, ...]
    recent: tuple[Muteable, ...]


class Managed(msgspec.Struct, frozen=True):
    """Everything that we hold of a subscriber, for their own page."""

    id: int
    public_id: str
    address: str
    state: SubscriberState
    schedule: Schedule
    home_state: str | None
    home_district: int | None
    heartbeat: bool
    paused_until: datetime | None
    paused_because: PausedBecause | None
    created_at: datetime
    confirmed_at: datetime | None
    due_at: datetime | None
    last_sent_at: datetime | None
    follows: tuple[ManagedFollow, ...]
    waiting: tuple[FollowedThing, ...]

    @property
    def due_in_words(self) -> str:
        """When the next digest can come, by the reader's clock; empty where none is planned."""
        is_planned = self.state is SubscriberState.CONFIRMED and not self.paused_because and self.due_at
        return local_words(self.due_at, self.schedule.zone) if is_planned and self.due_at else ""


def read_managed(connection: Connection, subscriber_id: int, now: datetime) -> Managed | None:
    """A subscriber's own page; None for one that was erased."""
    row = read_subscriber(connection, subscriber_id)
    if row is None:
        return None
    rows = follows_of(connection, subscriber_id)
    with Session(connection) as session:
        muted = _muted(connection, subscriber_id)
        follows = tuple(
            _managed(session, one, muted[one.id], now) for one in rows if one.state is FollowState.ACTIVE
        )
        waiting = tuple(in_words(session, _asked(one)) for one in rows if one.state is FollowState.PENDING)
    last = select(DIGEST.c.sent_at).where(
        DIGEST.c.subscriber_id == subscriber_id, DIGEST.c.state == DigestState.SENT
    )  # fmt: skip
    return Managed(
        row.id, row.public_id, row.address, row.state, schedule_of(row), row.home_state, row.home_district,
        row.heartbeat, row.paused_until, row.paused_because, row.created_at, row.confirmed_at, row.due_at,
        max(filter(None, connection.execute(last).scalars()), default=None), follows, waiting,
    )  # fmt: skip


def _asked(row: Row) -> AskedFollow:
    return AskedFollow(row.target, row.kinds, row.at_once)


def _managed(session: Session, row: Row, muted: tuple[Muteable, ...], now: datetime) -> ManagedFollow:
    return ManagedFollow(
        row.public_id, row.target, in_words(session, _asked(row), now), row.kinds, row.at_once, row.created_at,
        muted, _recent(session, row.target, {one.key for one in muted}),
    )  # fmt: skip


def _muted(connection: Connection, subscriber_id: int) -> dict[int, tuple[Muteable, ...]]:
    rows = connection.execute(
        select(MUTE.c.follow_id, ITEM.c.key, ITEM.c.title)
        .join_from(MUTE, FOLLOW, FOLLOW.c.id == MUTE.c.follow_id)
        .join(ITEM, ITEM.c.id == MUTE.c.item_id)
        .where(FOLLOW.c.subscriber_id == subscriber_id)
        .order_by(ITEM.c.key)
    )
    found: dict[int, tuple[Muteable, ...]] = defaultdict(tuple)
    for follow_id, key, title in rows:
        found[follow_id] += (_muteable(key, title),)
    return found


def _muteable(key: str, title: str) -> Muteable:
    return Muteable(key, item_name(key, title), title, item_path(key))


def _recent(session: Session, target: str, without: set[str]) -> tuple[Muteable, ...]:
    """Items with the newest changes; a follow of one item has none to mute inside."""
    newest = list_followed(session, [target], None, Place(limit=10 * RECENT_ITEMS)).items
    items = {change.item_key: _muteable(change.item_key, change.item_title) for change in newest}
    found = [one for key, one in items.items() if key not in without and key != target]
    return tuple(found[:RECENT_ITEMS])


# --- changing ---------------------------------------------------------------------------------------


def _change(connection: Connection, subscriber_id: int, **values: Any) -> None:
    connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber_id).values(**values))


def set_schedule(
    connection: Connection,
    subscriber_id: int,
    schedule: Schedule,
    *,
    home_state: str | None,
    home_district: int | None,
    heartbeat: bool,
    now: datetime,
) -> None:
    """How often and when, by whose clock, and whose delegation. The next digest is due by the new schedule."""
    row = read_subscriber(connection, subscriber_id, locked=True)
    _change(
        connection, subscriber_id,
        zone=schedule.zone, hour=schedule.hour, frequency=schedule.frequency, weekday=schedule.weekday,
        home_state=home_state, home_district=home_district, heartbeat=heartbeat,
        due_at=due_after(schedule, now) if row and row.state is SubscriberState.CONFIRMED else None,
    )  # fmt: skip


def set_follow(
    connection: Connection, subscriber_id: int, public_id: str, kinds: Sequence[str] | None, *, at_once: bool
) -> bool:
    """Which kinds of change a follow brings, and whether urgent ones come at once. Whether there is such a follow."""
    done = connection.execute(
        update(FOLLOW)
        .where(FOLLOW.c.subscriber_id == subscriber_id, FOLLOW.c.public_id == public_id)
        .values(kinds=None if kinds is None else tuple(kinds), at_once=at_once)
    )
    return done.rowcount == 1


def begin_follows(
    connection: Connection, subscriber_id: int, asked: Iterable[AskedFollow], now: datetime
) -> int:
    """Follow more, at once: who is here has proved the address. Answers how many are new."""
    rows = follows_of(connection, subscriber_id)
    waiting = {row.target for row in rows if row.state is FollowState.PENDING}
    active = {row.target for row in rows if row.state is FollowState.ACTIVE}
    wanted = [one for one in asked if one.target not in active][: max(0, MOST_FOLLOWS - len(active))]
    replaced = [one.target for one in wanted if one.target in waiting]
    connection.execute(
        delete(FOLLOW).where(FOLLOW.c.subscriber_id == subscriber_id, FOLLOW.c.target.in_(replaced))
    )
    if wanted:
        add_follows(connection, subscriber_id, wanted, FollowState.ACTIVE, now)
    return len(wanted)


def pause(connection: Connection, subscriber_id: int, now: datetime) -> None:
    """No digest for two weeks; the first one after tells all that was missed. Other reasons to pause stay."""
    connection.execute(
        update(SUBSCRIBER)
        .where(
            SUBSCRIBER.c.id == subscriber_id, SUBSCRIBER.c.state == SubscriberState.CONFIRMED,
            SUBSCRIBER.c.paused_because.is_(None),
        )
        .values(paused_until=now + PAUSE, paused_because=PausedBecause.ASKED)
    )  # fmt: skip


def resume(connection: Connection, subscriber_id: int, now: datetime) -> bool:
    """Mail again. After a pause nothing is missed; after a stop it begins anew. A complaint is final.

    Whoever is here opened a link out of a mail: so a mailbox that had bounced takes mail again.
    """
    row = read_subscriber(connection, subscriber_id, locked=True)
    if row is None or row.paused_because is PausedBecause.COMPLAINT or row.state is SubscriberState.PENDING:
        return False
    began = told_until_now(connection) if row.state is SubscriberState.STOPPED else {}
    _change(
        connection, subscriber_id,
        state=SubscriberState.CONFIRMED, paused_until=None, paused_because=None, soft_bounces=0,
        due_at=due_after(schedule_of(row), now), **began,
    )  # fmt: skip
    connection.execute(
        delete(SUPPRESSION).where(
            SUPPRESSION.c.address_key == row.address_key, SUPPRESSION.c.reason == SuppressedBecause.BOUNCES
        )
    )
    return True


def mute(connection: Connection, subscriber_id: int, public_id: str, item_key: str) -> bool:
    """Hear no more of one item inside a follow. Whether there are such a follow and item."""
    pair = _pair(connection, subscriber_id, public_id, item_key)
    if pair is None:
        return False
    values = {"follow_id": pair[0], "item_id": pair[1]}
    is_muted = select(MUTE).where(MUTE.c.follow_id == pair[0], MUTE.c.item_id == pair[1])
    if connection.execute(is_muted).first() is None:
        connection.execute(insert(MUTE).values(values))
    return True


def unmute(connection: Connection, subscriber_id: int, public_id: str, item_key: str) -> bool:
    """Hear of it again."""
    pair = _pair(connection, subscriber_id, public_id, item_key)
    if pair is None:
        return False
    connection.execute(delete(MUTE).where(MUTE.c.follow_id == pair[0], MUTE.c.item_id == pair[1]))
    return True


def _pair(
    connection: Connection, subscriber_id: int, public_id: str, item_key: str
) -> tuple[int, int] | None:
    follow_id = connection.execute(
        select(FOLLOW.c.id)
        .where(FOLLOW.c.subscriber_id == subscriber_id, FOLLOW.c.public_id == public_id)
        .with_for_update()
    ).scalar_one_or_none()
    item_id = connection.execute(select(ITEM.c.id).where(ITEM.c.key == item_key)).scalar_one_or_none()
    return None if follow_id is None or item_id is None else (follow_id, item_id)


# --- what we hold of somebody -----------------------------------------------------------------------


def export(connection: Connection, subscriber_id: int, now: datetime) -> dict[str, Any] | None:
    """All of it, as plain values: the subscriber, what is followed and muted, and every mail by kind and time."""
    managed = read_managed(connection, subscriber_id, now)
    if managed is None:
        return None
    mails = connection.execute(
        select(DIGEST.c.kind, DIGEST.c.period, DIGEST.c.state, DIGEST.c.queued_at, DIGEST.c.sent_at)
        .where(DIGEST.c.subscriber_id == subscriber_id)
        .order_by(DIGEST.c.id)
    )
    plain: dict[str, Any] = msgspec.to_builtins(managed)
    for follow in plain["follows"]:
        del follow["recent"]  # what could be muted is not about them
    del plain["id"]
    return {**plain, "mails": [dict(row._mapping) for row in mails]}
