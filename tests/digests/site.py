"""A site with readers for tests of digests: real bill files collected, changed and collected again, and a day later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast
from xml.sax.saxutils import escape

import msgspec
from sqlalchemy import Engine, Table, func, insert, select, update
from sqlalchemy.orm import Session

from scrapers.bodies import Bodies
from tests.conftest import FakeClock, collector
from tests.publishing import Mirror, action, bill_file, file_url
from tests.small_site import IN_SCOPE
from tracker.db import writing
from tracker.digests.bodies import Kept, read_kept, words_of
from tracker.digests.message import Sender, Words
from tracker.digests.picking import Picked
from tracker.digests.plan import plan
from tracker.digests.report import Report
from tracker.ingest import Report as Collected
from tracker.models import Change, Digest, DigestBody, DigestState, Follow, Item, Mute, Subscriber

SENDER = Sender("Security Assistance Tracker", "https://tracker.example", "alerts@tracker.example")
SECRET = "a secret of tests"

SUBSCRIBER = cast(Table, Subscriber.__table__)
FOLLOW = cast(Table, Follow.__table__)
MUTE = cast(Table, Mute.__table__)
DIGEST = cast(Table, Digest.__table__)
BODY = cast(Table, DigestBody.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)

FIRST = "2026-06-01T10:00:00Z"


class Got(msgspec.Struct, frozen=True):
    """A digest row with its body."""

    id: int
    kind: str
    period: str
    state: str
    span: tuple[int, int]
    message_id: str
    carried_in: int | None
    words: Words
    kept: Kept
    values: Any

    @property
    def picked(self) -> Picked:
        return self.kept.picked


class Site:
    """A publisher, a database that follows it, and readers. Every step happens when the clock says."""

    def __init__(self, engine: Engine, mirror: Mirror, bodies: Bodies, clock: FakeClock) -> None:
        self.engine, self.mirror, self.clock = engine, mirror, clock
        self.collect = collector(engine, mirror.root, bodies, clock)
        self._numbers = count(1)
        self._stamps = count(1)
        self._parts: dict[str, dict[str, Any]] = {}

    def begin(self, *keys: str, **parts: Any) -> None:
        """Bills that are there from the beginning, on the books as a whole Congress: no news. All are in scope."""
        for key in keys:
            self._parts[key] = {**IN_SCOPE, "actions": action("2025-01-03"), **parts}
        self.mirror.put_zip({key: self._file(key, FIRST) for key in keys})
        assert self.collect(congress="119", type="hr").status == "ok"

    def publish(self, *keys: str, **parts: Any) -> Collected:
        """The publisher changes these bills, or prints new ones, and we collect them."""
        self.clock.forward(minutes=1)
        stamp = f"2026-06-02T{10 + next(self._stamps):02}:00:00Z"
        for key in keys:
            self._parts[key] = {**self._parts.get(key, IN_SCOPE), **parts}
            self.mirror.put_bill(self._file(key, stamp), key)
        self.mirror.put_feed([(self.clock().strftime("%a, %d %b %Y %H:%M:%S GMT"), map(file_url, keys))])
        return self.collect()

    def _file(self, key: str, stamp: str) -> bytes:
        parts = dict(self._parts[key])
        if "title" in parts:
            parts["title"] = escape(parts["title"])
        return bill_file(key, updated=stamp, **parts)

    # --- readers -------------------------------------------------------------------------------------

    def reader(
        self,
        *targets: str,
        address: str = "",
        kinds: tuple[str, ...] | None = None,
        at_once: bool = False,
        **more: Any,
    ) -> int:
        """A confirmed reader who follows these from now on, daily at nine o'clock UTC."""
        number = next(self._numbers)
        now = self.clock()
        row = {
            "public_id": f"reader{number:016}", "address": address or f"reader{number}@example.org",
            "address_key": f"{number:064}", "state": "confirmed", "zone": "UTC", "hour": 9, "frequency": "daily",
            "weekday": 0, "heartbeat": False, "created_at": now, "confirmed_at": now, "seen_to": self.newest(),
            "matched_to": 0, "soft_bounces": 0, "due_at": now, **more,
        }  # fmt: skip
        with writing(self.engine) as connection:
            (reader,) = cast(Any, connection.execute(insert(SUBSCRIBER).values(**row)).inserted_primary_key)
        for target in targets:
            self.follow(reader, target, kinds=kinds, at_once=at_once)
        return cast(int, reader)

    def follow(
        self, reader: int, target: str, *, kinds: tuple[str, ...] | None = None, at_once: bool = False
    ) -> int:
        """One more follow, from now on."""
        row = {
            "public_id": f"follow{next(self._numbers):016}", "subscriber_id": reader, "target": target,
            "kinds": kinds, "at_once": at_once, "state": "active", "since": self.newest(),
            "created_at": self.clock(),
        }  # fmt: skip
        with writing(self.engine) as connection:
            (follow,) = cast(Any, connection.execute(insert(FOLLOW).values(**row)).inserted_primary_key)
        return cast(int, follow)

    def mute(self, follow: int, key: str) -> None:
        with writing(self.engine) as connection:
            item = connection.execute(select(ITEM.c.id).where(ITEM.c.key == key)).scalar_one()
            connection.execute(insert(MUTE).values(follow_id=follow, item_id=item))

    def change(self, reader: int, **values: Any) -> None:
        """Something about a reader."""
        with writing(self.engine) as connection:
            connection.execute(update(SUBSCRIBER).where(SUBSCRIBER.c.id == reader).values(**values))

    # --- the planner ---------------------------------------------------------------------------------

    def plan(self, *, days: float = 1, **options: Any) -> Report:
        """A day later, plan what is due."""
        self.clock.forward(days=days)
        return plan(self.engine, SENDER, SECRET, self.clock(), **options)

    def sent(self, reader: int | None = None, state: DigestState = DigestState.SENT) -> None:
        """What is queued goes out, or ends otherwise."""
        which = (DIGEST.c.state == DigestState.QUEUED) & (
            (DIGEST.c.subscriber_id == reader) if reader else DIGEST.c.id.is_not(None)
        )
        with writing(self.engine) as connection:
            connection.execute(update(DIGEST).where(which).values(state=state, sent_at=self.clock()))

    def digests(self, reader: int, kind: str = "digest") -> list[Got]:
        """All mails of a kind to a reader, oldest first."""
        with Session(self.engine) as session:
            rows = session.connection().execute(
                select(DIGEST, BODY.c.subject, BODY.c.text, BODY.c.html, BODY.c.entries)
                .join(BODY, BODY.c.id == DIGEST.c.body_id, isouter=True)
                .where(DIGEST.c.subscriber_id == reader, DIGEST.c.kind == kind)
                .order_by(DIGEST.c.id)
            )
            return [
                Got(
                    row.id, row.kind, row.period, row.state, (row.span_from, row.span_to), row.message_id,
                    row.carried_in,
                    words_of(row.subject, row.text, row.html, row.entries) if row.body_id else Words("", "", ""),
                    read_kept(row.entries) if row.body_id else Kept(Picked(), ()), row._mapping["values"],
                )
                for row in rows
            ]  # fmt: skip

    def last(self, reader: int) -> Got:
        """A reader's newest digest."""
        return self.digests(reader)[-1]

    def newest(self) -> int:
        with self.engine.connect() as connection:
            return connection.execute(select(func.max(CHANGE.c.id))).scalar() or 0

    def changes(self, key: str) -> list[tuple[int, str]]:
        """What the ledger has on a bill: ids and kinds."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                select(CHANGE.c.id, CHANGE.c.kind)
                .join(ITEM, ITEM.c.id == CHANGE.c.item_id)
                .where(ITEM.c.key == key)
                .order_by(CHANGE.c.id)
            )
            return [(number, kind) for number, kind in rows]


def told(got: Got) -> set[int]:
    """The changes that a digest told."""
    return {one.id for one in got.picked.changes}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


__all__ = ["SECRET", "SENDER", "Got", "Site", "at", "timedelta", "told"]
