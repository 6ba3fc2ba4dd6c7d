"""Takes in returned mail and does what it means: note it with the digest, pause the subscriber, suppress for ever.

Mail comes as files of a maildir, where any mail server can put it. Only a mail that came to an address that we made
counts: else anybody could unsubscribe anybody. A mail to the address in List-Unsubscribe ends the subscription; what it
says does not matter, nor who sent it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Engine, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.bounces.leaving import leaver_of
from tracker.bounces.notice import addresses_of, parsed, read_notice
from tracker.bounces.rules import Notice, Returned, verdict
from tracker.bounces.verp import digest_of_verp
from tracker.db import writing
from tracker.models import Digest, DigestState, PausedBecause, Subscriber, SuppressedBecause, Suppression
from tracker.tokens import Unsubscribe

log = logging.getLogger(__name__)

DIGEST = cast(Table, Digest.__table__)
SUBSCRIBER = cast(Table, Subscriber.__table__)
SUPPRESSION = cast(Table, Suppression.__table__)

_MARK = "returned"
LEFT = "unsubscribed"
"""How mails that end a subscription are counted."""
_BEFORE = re.compile(rf"{_MARK} (hard|soft)\b")
_LOOKED_BACK = 10
_UNSENT = (DigestState.HELD, DigestState.QUEUED, DigestState.RETRY)
_ENHANCED = re.compile(r"\d{3} (5\.\d{1,3}\.\d{1,3})\b")


class Taken(NamedTuple):
    """What a look into the folder brought: mails that counted, by what they said, and others."""

    counted: dict[str, int]
    others: int


Leave = Callable[[Connection, Unsubscribe, datetime], None]
"""What ends a subscription."""


def take_in(
    engine: Engine, folder: Path, bounce_address: str, secret: str, now: datetime, leave: Leave
) -> Taken:
    """Read every new mail of a maildir and file it under `cur`, where it stays for a person to look at."""
    counted: dict[str, int] = {}
    others = 0
    for path in sorted((folder / "new").glob("*")):
        raw = path.read_bytes()
        if take_leave(engine, raw, bounce_address, secret, now, leave):
            kind: str | None = LEFT
        else:
            notice = take_mail(engine, raw, bounce_address, secret, now)
            kind = notice.kind if notice else None
        if kind is None:
            others += 1
        else:
            counted[kind] = counted.get(kind, 0) + 1
        (folder / "cur").mkdir(exist_ok=True)
        path.replace(folder / "cur" / f"{path.name}:2,S")
    return Taken(counted, others)


def take_leave(
    engine: Engine, raw: bytes, bounce_address: str, secret: str, now: datetime, leave: Leave
) -> bool:
    """End what a mail to the address in List-Unsubscribe is to end. Doing it again does nothing. Whether it is one."""
    ours = (leaver_of(bounce_address, secret, address) for address in addresses_of(parsed(raw)))
    leaver = next((one for one in ours if one is not None), None)
    if leaver is None:
        return False
    with writing(engine) as connection:
        leave(connection, leaver, now)
    return True


def take_mail(engine: Engine, raw: bytes, bounce_address: str, secret: str, now: datetime) -> Notice | None:
    """Act on one returned mail; None for one that is none, or that came to no address of ours."""
    mail = parsed(raw)
    ours = (digest_of_verp(bounce_address, secret, address) for address in addresses_of(mail))
    digest = next((number for number in ours if number is not None), None)
    notice = None if digest is None else read_notice(mail)
    if digest is None or notice is None:
        return None
    with writing(engine) as connection:
        apply(connection, digest, notice, now)
    return notice


def note_refusal(connection: Connection, digest: int, answer: str, now: datetime) -> None:
    """A server refused a mail's address for good while we were talking to it."""
    match = _ENHANCED.match(answer)
    apply(connection, digest, Notice(Returned.HARD, match[1] if match else "", answer), now)


def apply(connection: Connection, digest: int, notice: Notice, now: datetime) -> PausedBecause | None:
    """Note what came back with the mail, and pause its subscriber where the rules say so. Once for each mail."""
    found = connection.execute(
        select(DIGEST.c.subscriber_id, DIGEST.c.answer, SUBSCRIBER.c.address_key)
        .join_from(DIGEST, SUBSCRIBER, SUBSCRIBER.c.id == DIGEST.c.subscriber_id)
        .where(DIGEST.c.id == digest)
    ).one_or_none()
    if found is None or notice.kind is Returned.DELAYED:
        return None
    if notice.kind is not Returned.COMPLAINT and (found.answer or "").startswith(_MARK):
        return None
    others = _others(connection, found.subscriber_id, digest)
    before = [kind for number, kind in others if number < digest]
    soft = next((number for number, kind in enumerate(before) if kind != Returned.SOFT), len(before))
    hard = sum(kind == Returned.HARD for _, kind in others)
    because = verdict(notice, hard, soft)
    told = f"{_MARK} {notice.kind} {notice.status or '-'}: {notice.words}"[:300]
    connection.execute(update(DIGEST).where(DIGEST.c.id == digest).values(answer=told))
    softs = soft + 1 if notice.kind is Returned.SOFT else 0
    connection.execute(
        update(SUBSCRIBER).where(SUBSCRIBER.c.id == found.subscriber_id).values(soft_bounces=softs)
    )
    if because is not None:
        _pause(connection, found.subscriber_id, because)
        log.info("subscriber %d is paused: %s", found.subscriber_id, because)
    if because is PausedBecause.COMPLAINT:
        _suppress(connection, found.address_key, now)
    return because


def _others(connection: Connection, subscriber: int, digest: int) -> list[tuple[int, str]]:
    """What the subscriber's other mails that went out came back with, newest first; "" for those that did not."""
    rows = connection.execute(
        select(DIGEST.c.id, DIGEST.c.answer)
        .where(
            DIGEST.c.subscriber_id == subscriber, DIGEST.c.id != digest,
            DIGEST.c.state.in_((DigestState.SENT, DigestState.FAILED)),
        )
        .order_by(DIGEST.c.id.desc())
        .limit(_LOOKED_BACK)
    )  # fmt: skip
    matches = ((number, _BEFORE.match(answer or "")) for number, answer in rows)
    return [(number, match[1] if match else "") for number, match in matches]


def _pause(connection: Connection, subscriber: int, because: PausedBecause) -> None:
    """No more digests until somebody lifts it; a complaint is never overwritten by less."""
    reason = update(SUBSCRIBER).where(SUBSCRIBER.c.id == subscriber)
    if because is not PausedBecause.COMPLAINT:
        reason = reason.where(SUBSCRIBER.c.paused_because.is_distinct_from(PausedBecause.COMPLAINT))
    connection.execute(reason.values(paused_because=because, paused_until=None))
    connection.execute(
        update(DIGEST)
        .where(DIGEST.c.subscriber_id == subscriber, DIGEST.c.state.in_(_UNSENT))
        .values(state=DigestState.SUPPRESSED, answer=f"paused: {because}")
    )


def _suppress(connection: Connection, address_key: str, now: datetime) -> None:
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(SUPPRESSION)
        .values(address_key=address_key, reason=SuppressedBecause.COMPLAINT, at=now)
        .on_conflict_do_nothing(index_elements=["address_key"])
    )
