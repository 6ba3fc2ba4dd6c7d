"""Bringing the whole 117th Congress in, against a bare lxml loop over the same bytes in the same run.

`make bench BENCH=ingest`. The ratio is taken pair by pair (A B A B …) because single times move with whatever
else the machine does; the median counts.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from scrapers.bodies import Bodies
from scrapers.mirror import MirrorFetcher
from scrapers.registry import all_sources
from tests.benchmarks.table import print_table
from tests.mirror import mirror_root
from tracker.ingest import Report, ingest
from tracker.migrations import migrate

CONGRESS = "117"
PAIRS = 3


def main() -> None:
    mirror = mirror_root()
    ratios, reruns, walls = [], [], []
    for _ in range(PAIRS):
        bare = timed(bare_loop, mirror)
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(f"sqlite:///{folder}/tracker.db")
            migrate(engine)
            whole = timed(collected, engine, Path(folder), mirror)
            rerun = timed(unchanged, engine, Path(folder), mirror)
            engine.dispose()
        ratios.append(whole / bare)
        reruns.append(rerun)
        walls.append((bare, whole))
    helper = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print_table(
        "Bringing the 117th Congress in (17,817 bills), SQLite",
        [
            ("bare lxml.etree.fromstring", f"{min(bare for bare, _ in walls):.1f} s", ""),
            ("fetch, parse, check, store, index", f"{min(whole for _, whole in walls):.1f} s", ""),
            ("ratio, median of pairs", f"{statistics.median(ratios):.2f} ×", "goal ≤ 2.6 ×"),
            ("ratios", " ".join(f"{ratio:.2f}" for ratio in ratios), ""),
            ("unchanged rerun, median", f"{statistics.median(reruns):.2f} s", "goal ≤ 0.5 s, 0 rows"),
            ("peak memory, this process", f"{_peak():.0f} MiB", "goal ≤ 150 MiB"),
            ("peak memory, parsing process", f"{helper:.0f} MiB", ""),
        ],
    )


def timed(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def members(mirror: Path) -> Iterator[bytes]:
    for path in sorted((mirror / "www.govinfo.gov/bulkdata/BILLSTATUS" / CONGRESS).glob("*/*.zip")):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield archive.read(info)


def bare_loop(mirror: Path) -> None:
    for body in members(mirror):
        etree.fromstring(body)


def collected(engine: Engine, folder: Path, mirror: Path) -> Report:
    source = all_sources()["govinfo_billstatus"]
    options = {"congress": CONGRESS}
    report = ingest(
        engine, source, MirrorFetcher(mirror), Bodies(folder / "bodies"), options, lambda: datetime.now(UTC)
    )
    assert report.status in ("ok", "unchanged"), report
    return report


def unchanged(engine: Engine, folder: Path, mirror: Path) -> None:
    """Everything again; only the report of the run itself may be written."""
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and "collection" not in statement:
            written.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    collected(engine, folder, mirror)
    event.remove(engine, "before_cursor_execute", note)
    assert not written, written


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
