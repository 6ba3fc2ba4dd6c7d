"""Asking for mail to an address before anybody proved that it is theirs.

Two steps, so that a stranger learns nothing about an address. The page writes down what was asked, with the same
work whoever the address belongs to, and answers (`note`). Who that is, and whether a mail goes out, is found out
afterwards by whoever keeps time (`take`): what was asked, the token and the mail are then one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.orm import Session

from tracker.db import exclusive, writing
from tracker.models import (
    DigestKind,
    DigestState,
    FollowState,
    Purpose,
    SubscriberState,
)
from tracker.subscriptions.mails import Confirmation, ManageLink
from tracker.subscriptions.outlook import read_outlook
from tracker.subscriptions.rules import (
    CONFIRM_FOR,
    DAY,
    KEEP_TOKENS_FOR,
    MANAGE_FOR,
    MANAGE_LINKS_A_DAY,
    MOST_FOLLOWS,
    Ask,
    AskedFollow,
    FollowAsk,
    LastConfirmation,
    Limit,
    Outcome,
    confirmation,
    is_heard,
    surge_limit,
)
from tracker.subscriptions.store import (
    DIGEST,
    REQUEST,
    SUBSCRIBER,
    SUPPRESSION,
    TOKEN,
    Row,
    add_follows,
    find_subscriber,
    follows_of,
    fresh_token,
    queue_mail,
    schedule_of,
)
from tracker.tokens import address_key, fresh_id, network_key

_HOUR = timedelta(hours=1)
_LOOKED_BACK = KEEP_TOKENS_FOR
"""Over so long the median hour is taken."""


def note(connection: Connection, secret: str, address: str, network: str, ask: Ask, now: datetime) -> None:
    """Write down what somebody asks. Past the limits it is only counted; the caller is not told which."""
    key, net = address_key(secret, address), network_key(secret, network, now)
    heard = is_heard(Limit(*(_asked(connection, column == value, now) for column, value in
                             ((REQUEST.c.address_key, key), (REQUEST.c.net, net)))))  # fmt: skip
    connection.execute(
        insert(REQUEST).values(
            address=address if heard else None,
            address_key=key,
            net=net,
            ask=msgspec.to_builtins(ask) if heard else None,
            at=now,
            taken_at=None if heard else now,
        )
    )


def _asked(connection: Connection, of: Any, now: datetime) -> int:
    counted = select(func.count()).select_from(REQUEST).where(of, REQUEST.c.at > now - DAY)
    return connection.execute(counted).scalar_one()


def is_any(engine: Engine) -> bool:
    """Whether anybody waits for an answer. Reads only, so that looking often costs nobody anything."""
    with engine.connect() as connection:
        waiting = select(REQUEST.c.id).where(REQUEST.c.taken_at.is_(None)).limit(1)
        return connection.execute(waiting).first() is not None


def take(engine: Engine, secret: str, now: datetime) -> int:
    """Look at everything that was asked, an address and transaction at a time; answers how many asks there were."""
    taken = 0
    if not is_any(engine):
        return 0
    with engine.connect() as connection:
        surge = Surge(connection, now)
    while True:
        with writing(engine) as connection, exclusive(connection, "mail requests"):
            rows = _next(connection)
            if not rows:
                return taken
            _take(connection, secret, rows, surge, now)
        taken += len(rows)


def _next(connection: Connection) -> list[Row]:
    """All that waits for one address, in the order in which it was asked."""
    waiting = REQUEST.c.taken_at.is_(None)
    oldest = select(REQUEST.c.address_key).where(waiting).order_by(REQUEST.c.id).limit(1).scalar_subquery()
    wanted = select(REQUEST).where(waiting, REQUEST.c.address_key == oldest).order_by(REQUEST.c.id)
    return list(connection.execute(wanted))


def _take(connection: Connection, secret: str, rows: Sequence[Row], surge: Surge, now: datetime) -> None:
    """Do what was asked for one address, and forget the address here."""
    key, address = rows[0].address_key, rows[0].address
    asks = [ask for row in rows if (ask := _read(row.ask)) is not None]
    if not _is_suppressed(connection, key):
        wanted = [ask for ask in asks if isinstance(ask, FollowAsk)]
        subscriber = find_subscriber(connection, key, locked=True)
        if subscriber is None and wanted:
            subscriber = _begin(connection, key, address, wanted[0], now)
        if subscriber is not None:
            _answer(connection, secret, subscriber, wanted, surge, now)
    connection.execute(
        update(REQUEST)
        .where(REQUEST.c.id.in_([row.id for row in rows]))
        .values(address=None, ask=None, taken_at=now)
    )


def _read(kept: Any) -> Ask | None:
    """An ask as it was written down; None for one of a program that is older or newer than this."""
    try:
        read: Ask = msgspec.convert(kept, Ask)
    except msgspec.ValidationError:
        return None
    return read


def _is_suppressed(connection: Connection, key: str) -> bool:
    wanted = select(SUPPRESSION.c.address_key).where(SUPPRESSION.c.address_key == key)
    return connection.execute(wanted).first() is not None


def _begin(connection: Connection, key: str, address: str, ask: FollowAsk, now: datetime) -> Row:
    connection.execute(
        insert(SUBSCRIBER).values(
            public_id=fresh_id(), address=address, address_key=key, state=SubscriberState.PENDING,
            zone=ask.zone, hour=ask.hour, frequency=ask.frequency, weekday=ask.weekday,
            home_state=ask.home_state, home_district=ask.home_district, heartbeat=ask.heartbeat,
            soft_bounces=0, created_at=now, seen_to=0,
        )
    )  # fmt: skip
    return find_subscriber(connection, key)


def _answer(
    connection: Connection,
    secret: str,
    subscriber: Row,
    asks: Sequence[FollowAsk],
    surge: Surge,
    now: datetime,
) -> None:
    """Add what is not followed yet, and send what proves or opens it."""
    had = {row.target: row for row in follows_of(connection, subscriber.id)}
    wanted = {one.target: one for ask in asks for one in ask.follows if one.target not in had}
    room = max(0, MOST_FOLLOWS - len(had))
    if wanted and room:
        add_follows(connection, subscriber.id, list(wanted.values())[:room], FollowState.PENDING, now)
    pending = follows_of(connection, subscriber.id, FollowState.PENDING)
    if pending and (asks or subscriber.state is SubscriberState.PENDING):
        _send_confirmation(connection, secret, subscriber, pending, surge, now)
    elif subscriber.state is not SubscriberState.PENDING:
        _send_link(connection, secret, subscriber, now)


# --- mails ------------------------------------------------------------------------------------------


_SURGE = "more sign-ups in an hour than usual: look whether somebody floods strangers with mail"


def _send_confirmation(
    connection: Connection, secret: str, subscriber: Row, pending: Sequence[Row], surge: Surge, now: datetime
) -> None:
    last = _last_confirmation(connection, subscriber.id, now)
    outcome = confirmation(last, now)
    if outcome is Outcome.NOT:
        return
    goes_at = last.at + DAY if outcome is Outcome.LATER and last else now
    expires_at = goes_at + CONFIRM_FOR
    asked = [AskedFollow(row.target, row.kinds, row.at_once) for row in pending]
    with Session(connection) as session:
        outlook = read_outlook(session, asked, now)
    is_held = not surge.has_room()
    queue_mail(
        connection, subscriber.id, DigestKind.CONFIRMATION,
        Confirmation(
            seed=fresh_token(connection, secret, subscriber.id, Purpose.CONFIRM, expires_at),
            expires_at=expires_at,
            is_first=subscriber.state is SubscriberState.PENDING,
            follows=outlook.follows,
            schedule=schedule_of(subscriber).in_words,
            volume=outlook.volume.sentence,
            sample=outlook.sample_in_words(),
            held_because=_SURGE if is_held else "",
        ),
        now, not_before=goes_at if outcome is Outcome.LATER else None, is_held=is_held,
    )  # fmt: skip


def _last_confirmation(connection: Connection, subscriber_id: int, now: datetime) -> LastConfirmation | None:
    """The newest one, whether or not it went out yet. Its link counts as followed when no open one is left."""
    newest = (
        select(DIGEST.c.queued_at, DIGEST.c.retry_at, DIGEST.c.attempts, DIGEST.c.sent_at)
        .where(DIGEST.c.subscriber_id == subscriber_id, DIGEST.c.kind == DigestKind.CONFIRMATION)
        .order_by(DIGEST.c.id.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    if row is None:
        return None
    still_open = select(TOKEN.c.sha256).where(
        TOKEN.c.subscriber_id == subscriber_id, TOKEN.c.purpose == Purpose.CONFIRM,
        TOKEN.c.used_at.is_(None), TOKEN.c.expires_at > now,
    )  # fmt: skip
    waits = row.retry_at is not None and row.attempts == 0
    at = row.retry_at if waits else row.sent_at or row.queued_at
    return LastConfirmation(at, connection.execute(still_open).first() is None)


def _send_link(connection: Connection, secret: str, subscriber: Row, now: datetime) -> None:
    """The link to the manage page: the next one when the last has run out, and two a day at most."""
    today = select(DIGEST.c.queued_at).where(
        DIGEST.c.subscriber_id == subscriber.id, DIGEST.c.kind == DigestKind.MANAGE,
        DIGEST.c.queued_at > now - DAY,
    )  # fmt: skip
    sent = sorted(connection.execute(today).scalars())
    if len(sent) >= MANAGE_LINKS_A_DAY or (sent and now - sent[-1] < MANAGE_FOR):
        return
    expires_at = now + MANAGE_FOR
    seed = fresh_token(connection, secret, subscriber.id, Purpose.MANAGE, expires_at)
    queue_mail(
        connection, subscriber.id, DigestKind.MANAGE, ManageLink(seed=seed, expires_at=expires_at), now
    )


class Surge:
    """How many confirmation mails this hour may still bring before a person looks. Counted by their tokens."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        since = now + CONFIRM_FOR - _LOOKED_BACK
        ends = select(TOKEN.c.expires_at).where(
            TOKEN.c.purpose == Purpose.CONFIRM, TOKEN.c.expires_at > since
        )
        ago = Counter(int((now + CONFIRM_FOR - end) / _HOUR) for end in connection.execute(ends).scalars())
        self._left = surge_limit([ago[number] for number in range(1, int(_LOOKED_BACK / _HOUR))]) - ago[0]

    def has_room(self) -> bool:
        """Whether one more goes out by itself; counts it."""
        self._left -= 1
        return self._left >= 0


def count_held(connection: Connection) -> int:
    """Confirmation mails that wait for a person."""
    held = select(func.count()).select_from(DIGEST).where(
        DIGEST.c.kind == DigestKind.CONFIRMATION, DIGEST.c.state == DigestState.HELD
    )  # fmt: skip
    return connection.execute(held).scalar_one()
