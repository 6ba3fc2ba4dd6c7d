"""Subscribers and mails on their way, for tests of what sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, func, insert, select

from tests.conftest import NOW
from tracker.db import writing
from tracker.digests.message import Letter, Links, Mail, Sender, Words, render_mail
from tracker.digests.outbox import DIGEST, SUBSCRIBER, Claimed
from tracker.models import DigestKind, DigestState, Frequency, SubscriberState

SENDER = Sender("Security Assistance Tracker", "https://tracker.example", "alerts@tracker.example")


def queue(
    engine: Engine,
    count: int,
    kind: DigestKind = DigestKind.DIGEST,
    *,
    first: int = 0,
    period: str = "2026-11-02",
    queued_at: datetime = NOW,
) -> list[int]:
    """So many confirmed subscribers (or those of an earlier call), each with a mail that is queued. The mails' ids."""
    with writing(engine) as connection:
        known = connection.execute(select(func.count()).select_from(SUBSCRIBER)).scalar_one()
        fresh = [_subscriber(number) for number in range(max(first, known), first + count)]
        if fresh:
            connection.execute(insert(SUBSCRIBER), fresh)
        readers = connection.execute(
            select(SUBSCRIBER.c.id).order_by(SUBSCRIBER.c.id).offset(first).limit(count)
        ).scalars().all()  # fmt: skip
        connection.execute(insert(DIGEST), [
            {"subscriber_id": reader, "kind": kind, "period": period, "state": DigestState.QUEUED, "attempts": 0,
             "queued_at": queued_at, "message_id": f"<{kind}.{period}.{reader}@tracker.example>"}
            for reader in readers
        ])  # fmt: skip
        return list(connection.execute(
            select(DIGEST.c.id).where(DIGEST.c.kind == kind, DIGEST.c.period == period).order_by(DIGEST.c.id)
        ).scalars())  # fmt: skip


def _subscriber(number: int) -> dict[str, object]:
    return {
        "public_id": f"public-{number}", "address": f"reader{number}@example.org", "address_key": f"key-{number}",
        "state": SubscriberState.CONFIRMED, "zone": "UTC", "hour": 7, "frequency": Frequency.DAILY, "weekday": 0,
        "heartbeat": False, "soft_bounces": 0, "created_at": NOW, "confirmed_at": NOW, "seen_to": 0,
    }  # fmt: skip


WORDS = Words(
    "Egypt: a measure was introduced", "One thing changed.\n" * 20, "<p>One thing changed.</p>" * 20
)


def plain_mails(connection: Connection, rows: Sequence[Claimed]) -> Mapping[int, Mail | Exception]:
    """Real mails, all with the same words."""
    del connection
    return {
        row.id: render_mail(
            Letter(row.kind, row.period, row.message_id or "", row.queued_at, row.address, WORDS,
                   Links(f"https://tracker.example/u/{row.public_id}")),
            SENDER,
        )
        for row in rows
    }  # fmt: skip


def states(engine: Engine) -> dict[int, DigestState]:
    """The state of every mail by its id."""
    with engine.connect() as connection:
        return dict(map(tuple, connection.execute(select(DIGEST.c.id, DIGEST.c.state))))
