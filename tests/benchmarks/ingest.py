"""Bringing the whole 117th Congress in, against lxml over the same files in the same run.

`make bench BENCH=ingest`. Two ratios: against `lxml.etree.fromstring` alone, the bytes already read, which the
goal is about; and against a loop that unzips and parses, which we have to do as well. Ratios are taken pair by
pair (A B A B …) because single times move with whatever else the machine does; the median counts. Two
processes share the work, so on a machine that is busy elsewhere the CPU seconds say more than the clock.

The floor is what any program in Python with lxml and SQLite pays here before it has understood anything: it unzips,
parses, looks once at each element's name and text, and hands `sqlite3` the run's own rows, ready made.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from scrapers.bodies import Bodies
from scrapers.mirror import MirrorFetcher
from scrapers.progress import Progress, quiet
from scrapers.registry import all_sources
from tests.benchmarks.table import print_table
from tracker.ingest import Report, ingest

CONGRESS = "117"
PAIRS = 3


def main() -> None:
    from tests.mirror import mirror_root  # here: it imports pytest, which is no part of what is measured

    mirror = mirror_root()
    runs, bares = [], []
    for _ in range(PAIRS):
        bares.append(bare_loop(mirror))
        runs.append(in_a_process_of_its_own(mirror))
    pairs = list(zip(runs, bares, strict=True))
    to_lxml = [run["seconds"] / bare.parsing for run, bare in pairs]
    to_loop = [run["seconds"] / bare.whole for run, bare in pairs]
    both = [run["storing_cpu"] + run["parsing_cpu"] for run in runs]
    cpu = [used / bare.parsing_cpu for used, bare in zip(both, bares, strict=True)]
    floors = [bare.walked_cpu + run["writing_cpu"] for run, bare in pairs]
    floor = [least / bare.parsing_cpu for least, bare in zip(floors, bares, strict=True)]
    to_floor = [used / least for used, least in zip(both, floors, strict=True)]
    print_table(
        "Bringing the 117th Congress in (17,817 bills), SQLite",
        [
            ("lxml.etree.fromstring alone", f"{statistics.median(bare.parsing for bare in bares):.1f} s", ""),
            (
                "unzip and lxml.etree.fromstring",
                f"{statistics.median(bare.whole for bare in bares):.1f} s",
                "",
            ),
            ("fetch, parse, check, store, index", f"{median_of(runs, 'seconds'):.1f} s", ""),
            ("ratio to lxml alone", f"{statistics.median(to_lxml):.2f} ×", "goal ≤ 2.6 ×"),
            ("  pairs", " ".join(f"{ratio:.2f}" for ratio in to_lxml), ""),
            ("ratio to unzip and lxml", f"{statistics.median(to_loop):.2f} ×", ""),
            ("  pairs", " ".join(f"{ratio:.2f}" for ratio in to_loop), ""),
            ("CPU, storing process", f"{median_of(runs, 'storing_cpu'):.1f} s", ""),
            ("CPU, parsing process", f"{median_of(runs, 'parsing_cpu'):.1f} s", ""),
            ("CPU of both, ratio to lxml alone", f"{statistics.median(cpu):.2f} ×", ""),
            (
                "floor: unzip, lxml, each element once",
                f"{statistics.median(b.walked_cpu for b in bares):.1f} s",
                "",
            ),
            ("floor: the same rows by sqlite3", f"{median_of(runs, 'writing_cpu'):.1f} s", ""),
            ("CPU of the floor, ratio to lxml alone", f"{statistics.median(floor):.2f} ×", ""),
            ("CPU of both, ratio to the floor", f"{statistics.median(to_floor):.2f} ×", ""),
            ("unchanged rerun, median", f"{median_of(runs, 'rerun'):.2f} s", "goal ≤ 0.5 s, 0 rows"),
            ("peak memory, storing process", f"{median_of(runs, 'peak'):.0f} MiB", "goal ≤ 150 MiB"),
            ("peak memory, parsing process", f"{median_of(runs, 'helper_peak'):.0f} MiB", ""),
        ],
    )


def median_of(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def in_a_process_of_its_own(mirror: Path) -> dict[str, float]:
    """Seconds and MiB of one first run and one rerun, in a process that did nothing before."""
    command = [sys.executable, "-m", "tests.benchmarks.ingest", str(mirror)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(answer.stdout)
    return figures


def run_once(mirror: Path) -> dict[str, float]:
    helpers = [0.0]

    def watch(_what: str, _done: int, _total: int) -> None:
        helpers.extend(peak(helper.pid) for helper in multiprocessing.active_children() if helper.pid)

    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi", "migrate"]
        subprocess.run(command, check=True, env={**os.environ, "INSTANCE": folder}, stdout=subprocess.DEVNULL)
        engine = create_engine(f"sqlite:///{folder}/tracker.db")
        storing_cpu, parsing_cpu = time.process_time(), cpu_of_ended_children()
        seconds = timed(collected, engine, Path(folder), mirror, watch)
        storing_cpu, parsing_cpu = time.process_time() - storing_cpu, cpu_of_ended_children() - parsing_cpu
        rerun = timed(unchanged, engine, Path(folder), mirror)
        engine.dispose()
        highest = peak(os.getpid())
        writing_cpu = written_again(Path(folder) / "tracker.db", Path(folder) / "again.db")
    return {
        "seconds": seconds, "rerun": rerun, "storing_cpu": storing_cpu, "parsing_cpu": parsing_cpu,
        "peak": highest, "helper_peak": max(helpers), "writing_cpu": writing_cpu,
    }  # fmt: skip


def cpu_of_ended_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak(process: int) -> float:
    """The most memory a process has held, in MiB, as the kernel counts it; 0 where there is no such file."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def timed(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def members(mirror: Path) -> Iterator[bytes]:
    for path in sorted((mirror / "www.govinfo.gov/bulkdata/BILLSTATUS" / CONGRESS).glob("*/*.zip")):
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                yield archive.read(info)


class Bare(NamedTuple):
    """What lxml alone needs, the whole loop with the unzipping, and that with a look at each element."""

    parsing: float
    parsing_cpu: float
    whole: float
    walked_cpu: float


def bare_loop(mirror: Path) -> Bare:
    parsing = parsing_cpu = walking = 0.0
    began, began_cpu = time.perf_counter(), time.process_time()
    for body in members(mirror):
        before, before_cpu = time.perf_counter(), time.process_time()
        root = etree.fromstring(body)
        parsing_cpu += time.process_time() - before_cpu
        parsed = time.perf_counter()
        parsing += parsed - before
        for element in root.iter():
            element.tag, element.text  # noqa: B018
        walking += time.perf_counter() - parsed
    whole = time.perf_counter() - began - walking
    return Bare(parsing, parsing_cpu, whole, time.process_time() - began_cpu)


def written_again(stored: Path, empty: Path) -> float:
    """CPU seconds of handing a database's rows to `sqlite3` once more, in one transaction, and nothing else."""
    source, target = sqlite3.connect(stored), sqlite3.connect(empty, isolation_level=None)
    made = source.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    own = [(kind, name, sql) for kind, name, sql in made if not name.startswith(("item_search_", "sqlite_"))]
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=NORMAL")
    for _, _, sql in own:
        target.execute(sql)
    target.execute("BEGIN IMMEDIATE")
    writing = 0.0
    for name in [name for kind, name, _ in own if kind == "table"]:
        columns = "rowid, title, body" if name == "item_search" else "*"
        rows = source.execute(f"SELECT {columns} FROM {name}")
        marks = ", ".join("?" for _ in rows.description)
        into = f"{name} ({columns})" if name == "item_search" else name
        while batch := rows.fetchmany(1_000):
            before = time.process_time()
            target.executemany(f"INSERT INTO {into} VALUES ({marks})", batch)
            writing += time.process_time() - before
    before = time.process_time()
    target.execute("COMMIT")
    writing += time.process_time() - before
    source.close()
    target.close()
    return writing


def collected(engine: Engine, folder: Path, mirror: Path, progress: Progress = quiet) -> Report:
    source = all_sources()["govinfo_billstatus"]
    options = {"congress": CONGRESS}
    report = ingest(
        engine,
        source,
        MirrorFetcher(mirror),
        Bodies(folder / "bodies"),
        options,
        lambda: datetime.now(UTC),
        progress,
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


if __name__ == "__main__":
    print(json.dumps(run_once(Path(sys.argv[1]))))
