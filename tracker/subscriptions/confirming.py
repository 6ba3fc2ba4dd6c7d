"""Proving that an address is one's own: what a confirmation link shows, and what following it does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, update
from sqlalchemy.orm import Session

from tracker.models import DigestKind, FollowState, Purpose, SubscriberState
from tracker.subscriptions.links import Held, look, use_up
from tracker.subscriptions.mails import Welcome
from tracker.subscriptions.outlook import Outlook, read_outlook
from tracker.subscriptions.rules import AskedFollow
from tracker.subscriptions.schedule import Schedule, local_words
from tracker.subscriptions.store import (
    FOLLOW,
    SUBSCRIBER,
    Row,
    due_after,
    follows_of,
    newest_change,
    queue_mail,
    read_subscriber,
    schedule_of,
    told_until_now,
)


class Choice(NamedTuple):
    """A follow that waits to be confirmed: its public id, and what was asked."""

    public_id: str
    asked: AskedFollow


class Confirmable(msgspec.Struct, frozen=True):
    """What a confirmation link shows. `choices` and the outlook's follows are in the same order."""

    is_first: bool
    choices: tuple[Choice, ...]
    outlook: Outlook
    schedule: Schedule


def read_confirmable(connection: Connection, token: str, now: datetime) -> tuple[Held, Confirmable | None]:
    """Whether a confirmation link holds, and what it would confirm. Changes nothing."""
    link = look(connection, token, Purpose.CONFIRM, now)
    subscriber = read_subscriber(connection, link.subscriber_id) if link.held is Held.OPEN else None
    if subscriber is None:
        return link.held, None
    pending = follows_of(connection, subscriber.id, FollowState.PENDING)
    choices = tuple(Choice(row.public_id, AskedFollow(row.target, row.kinds, row.at_once)) for row in pending)
    with Session(connection) as session:
        outlook = read_outlook(session, [choice.asked for choice in choices], now)
    is_first = subscriber.state is SubscriberState.PENDING
    return link.held, Confirmable(is_first, choices, outlook, schedule_of(subscriber))


class Confirmed(NamedTuple):
    """How following a link ended: whether it held, who it was, how many follows began, and when a mail may come."""

    held: Held
    subscriber_id: int = 0
    follows: int = 0
    due_at: datetime | None = None
    zone: str = ""

    @property
    def due_in_words(self) -> str:
        """When the next digest can come, by the reader's clock; empty where none is planned."""
        return local_words(self.due_at, self.zone) if self.due_at else ""


def confirm(connection: Connection, token: str, chosen: Collection[str], now: datetime) -> Confirmed:
    """Begin the chosen follows, by public id, and forget the others that waited. A new follow starts silently.

    Who had stopped all mail begins anew: what was followed before does not come back by itself.
    """
    link = look(connection, token, Purpose.CONFIRM, now)
    if link.held is not Held.OPEN:
        return Confirmed(link.held)
    subscriber = read_subscriber(connection, link.subscriber_id, locked=True)
    pending = follows_of(connection, link.subscriber_id, FollowState.PENDING)
    wanted = [row for row in pending if row.public_id in chosen]
    if subscriber is None or not wanted:
        return Confirmed(link.held, link.subscriber_id)
    use_up(connection, subscriber.id, Purpose.CONFIRM, now)
    if subscriber.state is SubscriberState.STOPPED:
        of_before = (FOLLOW.c.subscriber_id == subscriber.id) & (FOLLOW.c.state == FollowState.ACTIVE)
        connection.execute(delete(FOLLOW).where(of_before))
    newest, schedule = newest_change(connection), schedule_of(subscriber)
    _activate(connection, wanted, pending, newest)
    due_at = subscriber.due_at
    if subscriber.state is not SubscriberState.CONFIRMED:
        due_at = due_after(schedule, now)
        connection.execute(
            update(SUBSCRIBER)
            .where(SUBSCRIBER.c.id == subscriber.id)
            .values(
                state=SubscriberState.CONFIRMED, confirmed_at=now, due_at=due_at, paused_until=None,
                paused_because=None, soft_bounces=0, **told_until_now(connection),
            )
        )  # fmt: skip
        _welcome(connection, subscriber, wanted, schedule, due_at, now)
    return Confirmed(link.held, subscriber.id, len(wanted), due_at, subscriber.zone)


def _activate(connection: Connection, wanted: list[Row], pending: list[Row], newest: int) -> None:
    begun = [row.id for row in wanted]
    connection.execute(
        update(FOLLOW).where(FOLLOW.c.id.in_(begun)).values(state=FollowState.ACTIVE, since=newest)
    )
    dropped = [row.id for row in pending if row.id not in set(begun)]
    connection.execute(delete(FOLLOW).where(FOLLOW.c.id.in_(dropped)))


def _welcome(
    connection: Connection,
    subscriber: Row,
    follows: list[Row],
    schedule: Schedule,
    due_at: datetime,
    now: datetime,
) -> None:
    with Session(connection) as session:
        outlook = read_outlook(
            session, [AskedFollow(row.target, row.kinds, row.at_once) for row in follows], now
        )
    values = Welcome(
        follows=outlook.follows,
        schedule=schedule.in_words,
        volume=outlook.volume.sentence,
        first_due_at=due_at,
        sample=outlook.sample_in_words(),
    )
    queue_mail(connection, subscriber.id, DigestKind.WELCOME, values, now)
