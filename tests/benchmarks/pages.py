"""Pages against a hello-world view on the same server, in the same run. `make bench BENCH=pages`; needs wrk.

Two gunicorn workers, eight connections. Each round measures hello world and every page in turn, so a change of
the machine's mood hits all alike; the ratio is the median over rounds. *Fresh* pages carry a counter in their query,
so that no kept page can answer: the page is built afresh and asks its own questions again. What stands as it was made
that day, as it does for readers, is what many pages share or a page has from another room: list entries, large tables
and their counts, the form over a list, on a country's page the sections on money, conditions, deadlines, sales and
reports and what is named beside it, the laws and the countries of a recommendation, and the sentence on the sources. Of
a bill's page nothing is kept. *Repeat* views may be kept; *unchanged* sends the page's ETag back.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.benchmarks.table import print_table

ROUNDS = 3
SECONDS = 3
PROJECT = Path(__file__).resolve().parents[2]
LIST, BILL = "/bills?scope=all", "/bills/119-sjres-33"
FRESH = {
    "list of 50 bills, fresh": LIST,
    "list in scope, fresh": "/bills",
    "bill page, fresh": BILL,
    "all countries, fresh": "/countries",
    "country page, fresh": "/countries/ISR",
    "recommendation, fresh": "/recommendations/restrict-alliances-with-abusers",
}

hello = Flask(__name__)


@hello.get("/")
def world() -> str:
    return "Hello, world"


def main() -> None:
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("this benchmark needs wrk (Debian: apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder, serving("tests.benchmarks.pages:hello", folder) as bare:
        subprocess.run(
            [Path(sys.executable).with_name("flask"), "--app", "wsgi", "bootstrap"],
            env=environment(folder), cwd=PROJECT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        with serving("wsgi:app", folder) as site:
            subjects = {
                "hello world": (bare + "/", []),
                **{name: (site + path, [fresh()]) for name, path in FRESH.items()},
                "list, repeat view": (site + LIST, []),
                "bill page, repeat view": (site + BILL, []),
                "bill page, unchanged": (site + BILL, ["-H", f"If-None-Match: {etag(site + BILL)}"]),
            }
            rates: dict[str, list[float]] = {name: [] for name in subjects}
            tails: dict[str, list[float]] = {name: [] for name in subjects}
            for _ in range(ROUNDS):
                for name, (url, extra) in subjects.items():
                    rate, tail = load(wrk, url, extra)
                    rates[name].append(rate)
                    tails[name].append(tail)
            sizes = (
                f"{compressed(site + LIST) / 1000:.0f} kB list, {compressed(site + BILL) / 1000:.0f} kB bill"
            )
    goals = {**dict.fromkeys(FRESH, "goal ≥ 20%"),
             "list, repeat view": "goal ≥ 60%", "bill page, repeat view": "goal ≥ 60%"}  # fmt: skip
    rows = [
        (
            name,
            f"{statistics.median(rates[name]):6.0f} a second, p99 {statistics.median(tails[name]):6.1f} ms, "
            f"{100 * statistics.median(a / b for a, b in zip(rates[name], rates['hello world'], strict=True)):4.0f}%",
            goals.get(name, ""),
        )
        for name in subjects
    ]
    print_table("Pages, share of hello world on the same server", [*rows, ("compressed HTML", sizes, "")])


def environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "INSTANCE": folder, "PYTHONPATH": str(PROJECT)}


@contextmanager
def serving(application: str, folder: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--log-level", "error", application],
        env=environment(folder), cwd=PROJECT,
    )  # fmt: skip
    try:
        await_answer(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def await_answer(port: int) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def fresh() -> str:
    return f"--script={Path(__file__).with_name('fresh.lua')}"


def load(wrk: str, url: str, extra: list[str]) -> tuple[float, float]:
    """Requests a second, and the 99th percentile in milliseconds."""
    command = [wrk, "-t1", "-c8", f"-d{SECONDS}s", "--latency", *extra, url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)", printed)
    if rate is None or tail is None or "Non-2xx" in printed:
        raise RuntimeError(f"{url}:\n{printed}")
    return float(rate[1]), float(tail[1]) * {"us": 0.001, "ms": 1, "s": 1000}[tail[2]]


def etag(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return str(answer.headers["ETag"])


def compressed(url: str) -> int:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        return len(answer.read())
