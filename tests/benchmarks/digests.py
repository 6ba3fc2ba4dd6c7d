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
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Table, create_engine, func, select
from sqlalchemy.orm import Session

from tests.benchmarks.table import print_table
from tests.conftest import sqlite_url
from tracker.bulk import insert_rows
from tracker.db import writing
from tracker.digests.bodies import Maker, compose
from tracker.digests.ledger_span import lay_out
from tracker.digests.matching import Hits, Keys
from tracker.digests.message import Letter, Links, Sender, Words, message_id, render_mail
from tracker.digests.picking import Span, Want, pick, settle
from tracker.digests.reading import Facts
from tracker.migrations import migrate
from tracker.models import Change, Collection, Follow, Item, Link, Subscriber
from tracker.snapshot import BUNDLE, ensure_bundled

Printed = tuple[str, list[tuple[str, str, str]]]
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
    """Each part in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tracker.db"
        for part in (_fill, _match, _render):
            with get_context("spawn").Pool(1) as pool:
                tables = pool.apply(part, (path, READERS))
            for title, rows in tables:
                print_table(title, rows)


# --- matching ------------------------------------------------------------------------------------------------


def _match(path: Path, readers: int) -> list[Printed]:
    """Who is hit by which targets, against the loop; and then what each different one is told."""
    pairs = PAIRS if readers <= 200_000 else 1
    engine = create_engine(sqlite_url(path))
    hit, told, loop = [], [], []
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        span = _span(connection)
        memory = [_memory()]
        for _ in range(pairs):
            seconds, counts = _ours(connection, span, readers)
            hit.append(seconds[0])
            told.append(seconds[1])
            memory.append(_memory())
            took, expected = _loop(path, span)
            loop.append(took)
            assert counts[0] == expected, (counts, expected)
    by_turns = [sum(two) for two in zip(hit, told, strict=True)]
    return [
        (
            f"Matching {readers:,} readers × 3 follows with {CHANGES:,} changes",
            [
                ("a loop over readers, sqlite3", f"{statistics.median(loop):.2f} s", ""),
                ("which targets hit whom", f"{statistics.median(hit):.2f} s", ""),
                (
                    "what each different wish is told",
                    f"{statistics.median(told):.2f} s",
                    f"{counts[1]:,} wishes",
                ),
                ("the loop / which targets hit whom", _ratio(loop, hit), "goal: 15"),
                ("the loop / both", _ratio(loop, by_turns), ""),
                ("pairs of reader and change", f"{expected:,}", "none is stored"),
                (
                    "highest memory of the process",
                    f"{memory[1]:,.0f} MiB",
                    f"goal: 200; {memory[0]:,.0f} before",
                ),
            ],
        )
    ]


def _ratio(loop: Sequence[float], ours: Sequence[float]) -> str:
    return f"{statistics.median(b / a for a, b in zip(ours, loop, strict=True)):.1f} ×"


def _span(connection: Connection) -> Span:
    newest = connection.execute(select(func.max(CHANGE.c.id))).scalar_one()
    return lay_out(
        Session(connection), after=0, newest=newest, matched_after=0, searches=(), today=NOW.date()
    )


def _batches(keys: Keys, connection: Connection, readers: int) -> Iterator[dict[int, Hits]]:
    """All who are due, as planning goes through them, by the ids that it has read."""
    for start in range(1, readers + 1, BATCH):
        yield keys.hits(connection, range(start, min(start + BATCH, readers + 1)), 0)


def _ours(connection: Connection, span: Span, readers: int) -> tuple[tuple[float, float], tuple[int, int]]:
    """Seconds for the hits and for what each wish is told; how many pairs that makes, and how many wishes."""
    began = time.perf_counter()
    keys = Keys(connection, span)
    counts: Counter[Hits] = Counter()
    for hits in _batches(keys, connection, readers):
        counts.update(hits.values())
    hit = time.perf_counter() - began
    began = time.perf_counter()
    settled = settle(span, 0)
    pairs = 0
    for one, count in counts.items():
        wants = keys.wants(connection, {0: one}, {})[0][0]
        pairs += count * len(pick(span, wants, seen_to=0, matched_to=0, settled=settled).changes)
    return (hit, time.perf_counter() - began), (pairs, len(counts))


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

_MAILS = 10_000


def _render(path: Path, readers: int) -> list[Printed]:
    """Mails of the first readers: bodies are made where they are new, every mail gets its own links and headers."""
    engine = create_engine(sqlite_url(path))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        session = Session(connection)
        span = _span(connection)
        maker = Maker(SENDER, "secret", "18 of 20 sources are current.", NOW, Facts(NOW.date()))
        keys, settled = Keys(connection, span), settle(span, 0)
        wants: list[tuple[Want, ...]] = []
        for hits in _batches(keys, connection, readers):
            wants += keys.wants(connection, hits, {})[0].values()
        wants = wants[:_MAILS]
        began = time.perf_counter()
        picks = {wish: pick(span, wish, seen_to=0, matched_to=0, settled=settled) for wish in {*wants}}
        maker.facts.read(session, picks.values())
        bodies: dict[tuple[Want, ...], Words] = {}
        size = things = 0
        for number, wish in enumerate(wants):
            words = bodies.get(wish)
            if words is None:
                picked = picks[wish]
                selection = maker.facts.selection(session, picked)
                frame = maker.frame(session, selection, maker.span(session, 0), "/mail/" + 64 * "a", "digest")
                words = bodies[wish] = compose(selection, frame)[0]
                things += picked.size
            size += len(render_mail(_letter(number, words), SENDER).message)
        whole = time.perf_counter() - began
        began = time.perf_counter()
        for number, wish in enumerate(wants):
            render_mail(_letter(number, bodies[wish]), SENDER)
        mime = time.perf_counter() - began
    count = len(wants)
    return [
        (
            f"Rendering {count:,} mails, {things / len(bodies):.1f} things each, {size / count / 1000:.1f} kB",
            [
                ("different bodies", f"{len(bodies):,}", f"{100 * len(bodies) / count:.0f}%"),
                ("words and bytes", f"{count / whole:,.0f} mails/s", "goal: 2,000"),
                ("bytes alone", f"{count / mime:,.0f} mails/s", ""),
                ("highest memory of the process", f"{_memory():,.0f} MiB", ""),
            ],
        )
    ]


def _letter(number: int, words: Words) -> Letter:
    named = message_id(str(number), "digest", "2026-06-02", SENDER.host)
    links = Links(f"https://tracker.example/u/v1.s{number:022}.{'p' * 22}")
    return Letter("digest", "2026-06-02", named, NOW, f"reader{number}@example.org", words, links)


# --- a public ------------------------------------------------------------------------------------------------

_KINDS = ("cosponsor_added", "stage", "text_version", "committee_referral", "cosponsor_withdrawn", "summary")


def _fill(path: Path, readers: int) -> list[Printed]:
    engine = create_engine(sqlite_url(path))
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
        _add_readers(connection, chance, readers, [row.key for row in bills], [row[0] for row in countries])
    engine.dispose()
    return []


def _value(kind: str, number: int) -> Any:
    person = {"bioguide": f"A{number:06}", "name": f"Rep. Number{number}, Ann [D-MD-4]"}
    return {
        "stage": "in_committee",
        "text_version": {"type": "Introduced in House", "url": None},
        "committee_referral": {"name": "Foreign Affairs Committee", "chamber": "House"},
        "summary": {"description": "Introduced in House", "acted_on": "2026-06-01"},
    }.get(kind, person)


def _add_readers(
    connection: Connection,
    chance: random.Random,
    readers: int,
    bills: Sequence[str],
    countries: Sequence[str],
) -> None:
    """Three follows each, the popular ones much more than the others; half of what is followed has no news."""
    quiet = [f"bill:119-hr-{number}" for number in range(20_000, 20_000 + 2 * len(bills))]
    followed = [*bills, *countries]
    chance.shuffle(followed)
    popular = accumulate(1 / (rank + 1) ** 1.1 for rank in range(len(followed)))
    weights, number = list(popular), 0
    for start in range(0, readers, BATCH):
        rows, follows = [], []
        for reader in range(start + 1, min(start + BATCH, readers) + 1):
            rows.append(
                (reader, f"reader{reader:016}", f"reader{reader}@example.org", f"{reader:064}", "confirmed", "UTC", 9,
                 "daily", 0, None, None, False, None, None, 0, NOW, NOW, 0, 0, NOW - timedelta(hours=1))
            )  # fmt: skip
            targets: set[str] = set()
            while len(targets) < 3:
                has_news = chance.random() < 0.5
                targets.add(
                    chance.choices(followed, cum_weights=weights)[0] if has_news else chance.choice(quiet)
                )
            for target in sorted(targets):
                number += 1
                follows.append((number, f"follow{number:016}", reader, target, None, False, "active", 0, NOW))
        insert_rows(connection, SUBSCRIBER, rows)
        insert_rows(connection, FOLLOW, follows)


def _memory() -> float:
    """The most memory that this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
