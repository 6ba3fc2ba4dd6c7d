"""Mails a second: ours, from rows in the database to Postfix's sink, against Postfix's own `smtp-source`.

The second half of `make bench BENCH=digests`; `MAILS=40000` for more. Ours claims, writes each mail from its stored
body with the reader's own links, hands it over and writes down every step: in its log for a mail, in the database for
a batch, so that a kill leaves at most one uncertain. `smtp-source -s 4 -d` says as many bytes and keeps no book. Rounds
A B A B …, the median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec
import zstandard
from sqlalchemy import Engine, NullPool, Table, create_engine, insert, select, update

from tests import postgresql
from tests.benchmarks.table import print_table
from tests.conftest import sqlite_url
from tests.mail_servers import Sink, sink, smtp_tool
from tests.outgoing import queue, states
from tests.processes import begin, finish
from tracker.config import Settings
from tracker.db import patient, writing
from tracker.digests.bodies import Kept
from tracker.digests.message import UNSUBSCRIBE, Mail, own_link, stop_link
from tracker.digests.outbox import DIGEST, claim, give_back
from tracker.digests.picking import Picked
from tracker.digests.sending import send_due, writer_from
from tracker.migrations import migrate
from tracker.models import DigestBody, DigestState

MAILS = int(os.environ.get("MAILS", "6000"))
ROUNDS = 3
BODIES = 1_500  # a quarter of the mails: what distinct bodies are to readers
SENTENCE = "Introduced: a resolution to disapprove of a sale of 4,000 bombs to Egypt, H. J. Res. 71 (119th Congress). "
BODY = cast(Table, DigestBody.__table__)


def main() -> None:
    smtp_tool("smtp-source")
    rows: list[tuple[str, str, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(folder) as found:
            for engine_name, engine in found:
                rows += measure(engine_name, engine, folder)
    print_table(f"Sending {MAILS:,} mails to smtp-sink, median of {ROUNDS} rounds", rows)


def measure(name: str, engine: Engine, folder: Path) -> list[tuple[str, str, str]]:
    """Rounds of the reference, one sender of ours, two of ours."""
    size = fill(engine, folder)
    engine.dispose()
    with sink() as server:
        takers: dict[str, Callable[[], float]] = {
            "reference": lambda: reference(server, size),
            "one": lambda: ours(engine, server.url, folder, 1),
            "two": lambda: ours(engine, server.url, folder, 2),
            "wide": lambda: ours(engine, f"{server.url}?connections=16&window=16", folder, 1),
        }
        speeds: dict[str, list[float]] = {taker: [] for taker in takers}
        for _ in range(ROUNDS):
            for taker, take in takers.items():
                speeds[taker].append(MAILS / take())
    median = {taker: statistics.median(found) for taker, found in speeds.items()}
    ratios = {
        taker: statistics.median(
            ours / theirs for ours, theirs in zip(speeds[taker], speeds["reference"], strict=True)
        )
        for taker in ("one", "two", "wide")
    }
    return [
        (f"{name}: smtp-source -s 4 -d, {size:,} bytes", f"{median['reference']:,.0f}/s", ""),
        *(
            (f"{name}: {words}", f"{median[taker]:,.0f}/s, {ratios[taker]:.0%}", "goal 1,000/s, 40%")
            for taker, words in (
                ("one", "one sender, end to end"),
                ("two", "two senders"),
                ("wide", "one sender, window=16"),
            )
        ),
    ]


@contextmanager
def databases(folder: Path) -> Iterator[list[tuple[str, Engine]]]:
    """One on each engine; PostgreSQL where it is installed."""
    found = [("SQLite", create_engine(sqlite_url(folder / "tracker.db"), poolclass=NullPool))]
    programs = postgresql.binaries()
    server = postgresql.start(programs) if programs else None
    if server:
        found.append(("PostgreSQL", create_engine(server.create("bench"), poolclass=NullPool)))
    try:
        yield found
    finally:
        for _, engine in found:
            engine.dispose()
        if server:
            server.stop()


def fill(engine: Engine, folder: Path) -> int:
    """Readers, bodies and mails; answers the size of a mail."""
    migrate(engine)
    pack = zstandard.ZstdCompressor().compress
    kept = msgspec.to_builtins(Kept(Picked(), ("country:EGY",)))
    with writing(engine) as connection:
        connection.execute(insert(BODY), [
            {"key": f"{number:064x}", "subject": f"Egypt: a resolution of disapproval was introduced ({number})",
             "text": pack((SENTENCE * 25 + own_link(UNSUBSCRIBE) + stop_link(0)).encode()),
             "html": pack((f"<p>{SENTENCE}</p>" * 40 + own_link(UNSUBSCRIBE) + stop_link(0)).encode()),
             "entries": kept, "made_at": datetime.now(UTC)}
            for number in range(BODIES)
        ])  # fmt: skip
    queue(engine, MAILS)
    with writing(engine) as connection:
        bodies = select(BODY.c.id).order_by(BODY.c.id)
        numbers = connection.execute(bodies).scalars().all()
        connection.execute(update(DIGEST).values(body_id=numbers[0] + DIGEST.c.id % BODIES))
        (row,) = claim(connection, "measures", datetime.now(UTC), 1)
        give_back(connection, "measures")
        (mail,) = writer_from(Settings(instance=folder, secret_key="x"))(connection, [row]).values()
    assert isinstance(mail, Mail)
    return len(mail.message)


def reference(server: Sink, size: int) -> float:
    began = time.perf_counter()
    subprocess.run(
        [smtp_tool("smtp-source"), "-s", "4", "-d", "-m", str(MAILS), "-l", str(size), f"127.0.0.1:{server.port}"],
        check=True,
    )  # fmt: skip
    return time.perf_counter() - began


def send_alone(engine: Engine, settings: Settings) -> None:
    send_due(patient(engine), settings, lambda: datetime.now(UTC))


def ours(engine: Engine, relay: str, folder: Path, senders: int) -> float:
    settings = Settings(instance=folder, secret_key="x", database_url="", smtp_url=relay)
    with writing(engine) as connection:
        connection.execute(update(DIGEST).values(state=DigestState.QUEUED))
    engine.dispose()
    began = time.perf_counter()
    others = [begin(send_alone, engine, settings) for _ in range(senders)]
    assert [finish(other) for other in others] == [0] * senders
    took = time.perf_counter() - began
    assert set(states(engine).values()) == {DigestState.SENT}
    return took


if __name__ == "__main__":
    main()
