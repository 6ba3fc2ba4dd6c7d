"""The saved files of assistance, put where their sources find them and collected: three releases, and the rest."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scrapers.registry import all_sources
from scrapers.source import Request, Source
from tests.conftest import Collect
from tests.publishing import Mirror
from tests.sources.saved import addresses
from tracker.ingest import Report

SAVED = Path(__file__).parent / "sources"
ALL, ROWS = "foreign_assistance", "foreign_assistance_rows"
MILITARY, BUDGET = "security_assistance_monitor", "state_budget_tables"

RUNS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (ALL, {}), (ALL, {"vintage": "2024-12"}), (ALL, {"vintage": "2023-09"}), (MILITARY, {}), (BUDGET, {}), (ROWS, {}),
)  # fmt: skip


def small(key: str) -> Source:
    """The source, which may bring little: the saved files are cut, and of the budget tables four are saved."""
    source = all_sources()[key]
    kept = set(addresses(key).values())

    def requests(options: Mapping[str, str]) -> list[Request]:
        return [request for request in source.requests(options) if request.url in kept]

    return replace(source, requests=requests, healthy=replace(source.healthy, minimum={}))


def put_money(mirror: Mirror) -> None:
    """Publish every saved file."""
    for key in (ALL, ROWS, MILITARY, BUDGET):
        for name, url in addresses(key).items():
            put_file(mirror, url, (SAVED / key / name).read_bytes())


def put_file(mirror: Mirror, url: str, body: bytes) -> None:
    """Publish a file; a copy that a mirror keeps compressed is compressed."""
    mirror.put(url, gzip.compress(body) if url.endswith(".gz") else body)


def collect_money(collect: Collect) -> list[Report]:
    """Run all sources of money."""
    return [collect(small(key), **options) for key, options in RUNS]
