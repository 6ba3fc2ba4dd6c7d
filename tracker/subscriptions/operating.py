"""What an operator does and sees of subscriptions: by hand, and in figures without a single address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from tracker.models import DigestState, FollowState, PausedBecause, SubscriberState
from tracker.subscriptions.managing import begin_follows
from tracker.subscriptions.rules import AskedFollow
from tracker.subscriptions.schedule import Schedule
from tracker.subscriptions.store import (
    DIGEST,
    FOLLOW,
    REQUEST,
    SUBSCRIBER,
    SUPPRESSION,
    due_after,
    find_subscriber,
    told_until_now,
)
from tracker.tokens import address_key, fresh_id

MOST_TARGETS = 20


class SuppressedError(Exception):
    """The address must not be written to: it complained, bounced, or asked for that."""


def add_confirmed(
    connection: Connection,
    secret: str,
    address: str,
    follows: Sequence[AskedFollow],
    schedule: Schedule,
    now: datetime,
) -> int:
    """Have an address follow these without a mail to confirm it; answers its number.

    For an address that is known it adds, and begins what waited; its schedule stays as it is.
    """
    key = address_key(secret, address)
    is_suppressed = select(SUPPRESSION.c.address_key).where(SUPPRESSION.c.address_key == key)
    if connection.execute(is_suppressed).first() is not None:
        raise SuppressedError(address)
    row = find_subscriber(connection, key, locked=True)
    begun = {"state": SubscriberState.CONFIRMED, "confirmed_at": now, "due_at": due_after(schedule, now),
             "paused_until": None, "paused_because": None, "soft_bounces": 0, **told_until_now(connection)}  # fmt: skip
    if row is None:
        connection.execute(
            insert(SUBSCRIBER).values(
                public_id=fresh_id(), address=address, address_key=key, zone=schedule.zone,
                hour=schedule.hour, frequency=schedule.frequency, weekday=schedule.weekday, heartbeat=False,
                created_at=now, **begun,
            )
        )  # fmt: skip
        row = find_subscriber(connection, key)
    elif row.state is not SubscriberState.CONFIRMED:
        connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == row.id).values(begun))
    number: int = row.id  # type: ignore[union-attr]  # it was just written
    begin_follows(connection, number, follows, now)
    return number


# --- figures ----------------------------------------------------------------------------------------


class Counts(msgspec.Struct, frozen=True):
    """Subscriptions in figures. `targets` are the most followed, each with how many follow it, where asked for."""

    confirmed: int
    pending: int
    stopped: int
    paused: dict[str, int]
    suppressed: int
    asks_waiting: int
    mails: dict[str, int]
    targets: tuple[tuple[str, int], ...]

    @property
    def in_words(self) -> str:
        """ "12 subscribers, 3 not confirmed, 1 paused because of bounces"."""
        parts = [f"{self.confirmed:,} {'subscriber' if self.confirmed == 1 else 'subscribers'}"]
        parts += [f"{self.pending:,} not confirmed"] if self.pending else []
        parts += [f"{self.stopped:,} stopped"] if self.stopped else []
        parts += [f"{count:,} paused ({because})" for because, count in self.paused.items()]
        return ", ".join(parts)

    @property
    def needs_a_person(self) -> str:
        """Why somebody should look; empty where nobody need."""
        held = self.mails.get(DigestState.HELD, 0)
        return f"{held:,} mails are held until a person lets them go: digest release" if held else ""


def read_counts(connection: Connection, *, targets: int = 0) -> Counts:
    """The figures as they stand; with so many of the most followed targets, which takes a look at every follow."""

    def counted(column: object, *conditions: object) -> dict[str, int]:
        rows = select(column, func.count()).where(*conditions).group_by(column).order_by(column)  # type: ignore[call-overload]
        return {str(value): count for value, count in connection.execute(rows)}

    states = counted(SUBSCRIBER.c.state)
    is_paused = SUBSCRIBER.c.paused_because.is_not(None) & (SUBSCRIBER.c.state == SubscriberState.CONFIRMED)
    paused = counted(SUBSCRIBER.c.paused_because, is_paused)
    unsent = DIGEST.c.state.in_(
        (DigestState.HELD, DigestState.QUEUED, DigestState.RETRY, DigestState.UNCERTAIN)
    )
    return Counts(
        states.get(SubscriberState.CONFIRMED, 0),
        states.get(SubscriberState.PENDING, 0),
        states.get(SubscriberState.STOPPED, 0),
        {because.value: paused[because] for because in PausedBecause if because in paused},
        sum(counted(SUPPRESSION.c.reason).values()),
        sum(counted(REQUEST.c.taken_at, REQUEST.c.taken_at.is_(None)).values()),
        counted(DIGEST.c.state, unsent),
        _most_followed(connection, targets) if targets else (),
    )


def _most_followed(connection: Connection, most: int) -> tuple[tuple[str, int], ...]:
    rows = connection.execute(
        select(FOLLOW.c.target, func.count())
        .where(FOLLOW.c.state == FollowState.ACTIVE)
        .group_by(FOLLOW.c.target)
        .order_by(func.count().desc(), FOLLOW.c.target)
        .limit(most)
    )
    return tuple((target, count) for target, count in rows)
