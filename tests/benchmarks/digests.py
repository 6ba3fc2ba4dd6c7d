"""Digests: matching follows with changes against the loop that peers write, and mails rendered a second.

`make bench BENCH=digests`; `DIGEST_READERS=1000000` for as many readers. The readers follow three things each, drawn
like a public's: some countries much, most bills little. The loop asks SQLite once for a reader's follows and once for
each follow's changes; it has everything prepared that ours has, and both must find the same. Pairs A B A B …, the
median counts. Bodies are made of the bundled facts with changes as the publisher makes them.
"""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, create_engine, func, select
from sqlalchemy.orm import Session

from tests.benchmarks.table import print_table
from tests.conftest import sqlite_url
from tracker.bulk import insert_rows
from tracker.db import writing
from tracker.digests import brake
from tracker.digests.bodies import Maker, compose
from tracker.digests.ledger_span import lay_out
from tracker.digests.matching import Keys, Reader, due_readers
from tracker.digests.message import Letter, Links, Sender, message_id, render_mail
from tracker.digests.picking import Picked, Span
from tracker.digests.plan import Run
from tracker.digests.reading import Facts
from tracker.digests.report import Report
from tracker.migrations import migrate
from tracker.models import Change, Collection, Follow, Item, Link, Status, Subscriber
from tracker.snapshot import BUNDLE, ensure_bundled

READERS = int(os.environ.get("DIGEST_READERS", "100000"))
CHANGES = 2_000
PAIRS = 3
BATCH = 20_000
NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)
SENDER = Sender("Security Assistance Tracker", "https://tracker.example")

SUBSCRIBER = cast(Table, Subscriber.__table__)
FOLLOW = cast(Table, Follow.__table__)
CHANGE = cast(Table, Change.__table__)
ITEM = cast(Table, Item.__table__)
LINK = cast(Table, Link.__table__)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracker.db"
        engine = create_engine(sqlite_url(path))
        _fill(engine)
        _compare(engine, path)
        _render(engine)
        engine.dispose()


# --- matching ------------------------------------------------------------------------------------------------


def _compare(engine: Engine, path: Path) -> None:
    pairs = PAIRS if READERS <= 200_000 else 1
    ours, loop = [], []
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        span = _span(connection)
        before = _memory()
        for _ in range(pairs):
            began = time.perf_counter()
            found = 0
            distinct: set[int] = set()
            for picked in _ours(connection, span):
                found += len(picked.changes)
                distinct.add(id(picked))
            ours.append(time.perf_counter() - began)
            after = _memory()
            seconds, expected = _loop(path, span)
            loop.append(seconds)
            assert found == expected, (found, expected)
    ratio = statistics.median(b / a for a, b in zip(ours, loop, strict=True))
    print_table(
        f"Matching {READERS:,} readers × 3 follows with {CHANGES:,} changes",
        [
            ("a loop over readers, sqlite3", f"{statistics.median(loop):.2f} s", ""),
            ("ours, set by set", f"{statistics.median(ours):.2f} s", ""),
            ("ratio", f"{ratio:.1f} ×", "goal: 15"),
            ("pairs of reader and change", f"{found:,}", "none is stored"),
            ("different selections", f"{len(distinct):,}", ""),
            (
                "highest memory of the process",
                f"{after:,.0f} MiB",
                f"goal: 200; {before:,.0f} before matching",
            ),
        ],
    )


def _span(connection: Connection) -> Span:
    newest = connection.execute(select(func.max(CHANGE.c.id))).scalar_one()
    return lay_out(
        Session(connection), after=0, newest=newest, matched_after=0, searches=(), today=NOW.date()
    )


def _ours(connection: Connection, span: Span) -> Iterator[Picked]:
    """What each reader is told, as planning works it out; nothing is written."""
    keys = Keys(connection, span)
    run = Run(span, keys, cast(Maker, None), brake.Usual(), Report(NOW))
    last = 0
    while True:
        batch = due_readers(NOW, None).where(SUBSCRIBER.c.id.between(last + 1, last + BATCH)).order_by(None)
        readers = [Reader(*row) for row in connection.execute(batch)]
        if not readers:
            return
        hits = keys.hits_among(connection, SUBSCRIBER.c.id.between(last + 1, last + BATCH))
        picks = run.matched(connection, readers, hits)
        yield from picks.values()
        last += BATCH


def _loop(path: Path, span: Span) -> tuple[float, int]:
    """The same as peers write it: seconds, and how many pairs there are."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TEMP TABLE about (target TEXT, change_id INTEGER)")
    connection.executemany(
        "INSERT INTO about VALUES (?, ?)",
        ((target, number) for target, ids in span.about.items() for number in ids),
    )
    connection.execute("CREATE INDEX temp.about_target ON about (target, change_id)")
    began = time.perf_counter()
    found = 0
    due = "SELECT id, seen_to FROM subscriber WHERE state = 'confirmed' AND due_at <= ?"
    readers = connection.execute(due, (NOW.strftime("%Y-%m-%d %H:%M:%S.%f"),)).fetchall()
    for reader, seen_to in readers:
        told: set[int] = set()
        follows = connection.execute(
            "SELECT target, since FROM follow WHERE subscriber_id = ? AND state = 'active'", (reader,)
        )
        for target, since in follows.fetchall():
            rows = connection.execute(
                "SELECT change_id FROM about WHERE target = ? AND change_id > ?",
                (target, max(seen_to, since)),
            )
            told.update(row[0] for row in rows)
        found += len(told)
    seconds = time.perf_counter() - began
    connection.close()
    return seconds, found


# --- rendering -----------------------------------------------------------------------------------------------

_MAILS = 6_000


def _render(engine: Engine) -> None:
    """Mails of the first readers: bodies are made where they are new, every mail gets its own links and headers."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        session = Session(connection)
        span = _span(connection)
        maker = Maker(SENDER, "secret", "18 of 20 sources are current.", NOW, Facts(NOW.date()))
        picks = []
        for picked in _ours(connection, span):
            if not picked.is_empty:
                picks.append(picked)
            if len(picks) == _MAILS:
                break
        began = time.perf_counter()
        bodies: dict[int, Any] = {}
        size = 0
        for number, picked in enumerate(picks):
            words = bodies.get(id(picked))
            if words is None:
                selection = maker.facts.selection(session, picked)
                frame = maker.frame(session, selection, maker.span(session, 0), "/mail/" + 64 * "a", "digest")
                words = bodies[id(picked)] = compose(selection, frame)[0]
            named = message_id(str(number), "digest", "2026-06-02", SENDER.host)
            links = Links(f"https://tracker.example/u/v1.s{number:022}.{'p' * 22}")
            letter = Letter("digest", "2026-06-02", named, NOW, f"reader{number}@example.org", words, links)
            size += len(render_mail(letter, SENDER).message)
        whole = time.perf_counter() - began
        began = time.perf_counter()
        for number, picked in enumerate(picks):
            named = message_id(str(number), "digest", "2026-06-02", SENDER.host)
            links = Links(f"https://tracker.example/u/v1.s{number:022}.{'p' * 22}")
            words = bodies[id(picked)]
            render_mail(
                Letter("digest", "2026-06-02", named, NOW, f"reader{number}@example.org", words, links),
                SENDER,
            )
        mime = time.perf_counter() - began
    things = statistics.mean(picked.size for picked in picks)
    print_table(
        f"Rendering {len(picks):,} mails, {things:.1f} things each, {size / len(picks) / 1000:.1f} kB",
        [
            ("different bodies", f"{len(bodies):,}", f"{100 * len(bodies) / len(picks):.0f}%"),
            ("words and bytes", f"{len(picks) / whole:,.0f} mails/s", "goal: 2,000"),
            ("bytes alone", f"{len(picks) / mime:,.0f} mails/s", ""),
        ],
    )


# --- a public ------------------------------------------------------------------------------------------------

_KINDS = ("cosponsor_added", "stage", "text_version", "committee_referral", "cosponsor_withdrawn", "summary")


def _fill(engine: Engine) -> None:
    migrate(engine)
    ensure_bundled(engine, NOW - timedelta(days=2), BUNDLE)
    chance = random.Random(7)
    with writing(engine) as connection:
        bills = connection.execute(
            select(ITEM.c.id, ITEM.c.key, ITEM.c.document_id).where(ITEM.c.kind == "bill")
        ).all()
        collection = connection.execute(select(func.max(Collection.id))).scalar_one()
        rows = []
        for number in range(1, CHANGES + 1):
            item = chance.choice(bills)
            kind = chance.choice(_KINDS)
            rows.append(
                (number, item.id, kind, f"made-{number}", NOW.date() - timedelta(days=1), NOW - timedelta(hours=5),
                 None, _value(kind, number), item.document_id, collection, False)
            )  # fmt: skip
        insert_rows(connection, CHANGE, rows)
        countries = connection.execute(
            select(LINK.c.target, func.count())
            .where(LINK.c.is_shown, LINK.c.target.startswith("country:"))
            .group_by(LINK.c.target)
            .order_by(func.count().desc())
        ).all()
        _add_readers(connection, chance, [row.key for row in bills], [row[0] for row in countries])


def _value(kind: str, number: int) -> Any:
    person = {"bioguide": f"A{number:06}", "name": f"Rep. Number{number}, Ann [D-MD-4]"}
    return {
        "stage": "in_committee",
        "text_version": {"type": "Introduced in House", "url": None},
        "committee_referral": {"name": "Foreign Affairs Committee", "chamber": "House"},
        "summary": {"description": "Introduced in House", "acted_on": "2026-06-01"},
    }.get(kind, person)


def _add_readers(
    connection: Connection, chance: random.Random, bills: Sequence[str], countries: Sequence[str]
) -> None:
    """Three follows each: a country that is much in the news, or one that is not, and bills."""
    quiet = [f"bill:119-hr-{number}" for number in range(20_000, 20_000 + len(bills))]
    weights = [1 / (rank + 3) for rank in range(len(countries))]
    number = 0
    for start in range(0, READERS, BATCH):
        readers, follows = [], []
        for reader in range(start + 1, min(start + BATCH, READERS) + 1):
            readers.append(
                (reader, f"reader{reader:016}", f"reader{reader}@example.org", f"{reader:064}", "confirmed", "UTC", 9,
                 "daily", 0, None, None, False, None, None, 0, NOW, NOW, 0, 0, NOW - timedelta(hours=1))
            )  # fmt: skip
            targets = {chance.choice(bills), chance.choice(quiet)}
            if chance.random() < 0.4:
                targets.add(chance.choices(countries, weights)[0])
            else:
                targets.add(chance.choice(bills))
            for target in sorted(targets):
                number += 1
                follows.append((number, f"follow{number:016}", reader, target, None, False, "active", 0, NOW))
        insert_rows(connection, SUBSCRIBER, readers)
        insert_rows(connection, FOLLOW, follows)


def _memory() -> float:
    """The most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


__all__ = ["Status", "main"]
