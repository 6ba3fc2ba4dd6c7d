"""Links out of mails: whose they are and whether they still hold. Looking changes nothing; using is one transaction."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from tracker.models import Purpose
from tracker.subscriptions.store import TOKEN, keep_token
from tracker.tokens import fresh_seed, token_digest


class Held(StrEnum):
    """Whether a link holds. One that is unknown was never ours, or is of somebody who was deleted since."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Link(NamedTuple):
    """A link that somebody came by; `subscriber_id` is 0 for one that is unknown."""

    held: Held
    subscriber_id: int = 0


def look(connection: Connection, token: str, purpose: Purpose, now: datetime) -> Link:
    """What a link is worth for this purpose, and for no other."""
    wanted = select(TOKEN).where(TOKEN.c.sha256 == token_digest(token), TOKEN.c.purpose == purpose)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return Link(Held.UNKNOWN)
    if row.used_at is not None:
        return Link(Held.USED, row.subscriber_id)
    return Link(Held.OPEN if row.expires_at > now else Held.EXPIRED, row.subscriber_id)


def use_up(connection: Connection, subscriber_id: int, purpose: Purpose, now: datetime) -> None:
    """No open link of this purpose holds any more."""
    connection.execute(
        update(TOKEN)
        .where(
            TOKEN.c.subscriber_id == subscriber_id, TOKEN.c.purpose == purpose, TOKEN.c.used_at.is_(None)
        )
        .values(used_at=now)
    )  # fmt: skip


# --- the open manage page ---------------------------------------------------------------------------


def open_session(connection: Connection, subscriber_id: int, now: datetime, ends_at: datetime) -> str:
    """A fresh word for the cookie of an open manage page. Every link to open one is used up."""
    use_up(connection, subscriber_id, Purpose.MANAGE, now)
    word = fresh_seed()
    keep_token(connection, word, subscriber_id, Purpose.SESSION, ends_at)
    return word


def close_sessions(connection: Connection, subscriber_id: int) -> None:
    """Every open manage page of a subscriber is closed."""
    connection.execute(
        delete(TOKEN).where(TOKEN.c.subscriber_id == subscriber_id, TOKEN.c.purpose == Purpose.SESSION)
    )
