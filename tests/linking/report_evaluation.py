"""How good the links of reports to countries are: the measures of bills, on reports of the mirror.

The items are GAO's product records (title and summary), its open recommendations (title and texts) and the titles of
CRS reports. What is judged is a report and a country any of whose words stand in it, whatever they mean there:
`labelled/reports.tsv`, each line judged by reading as in `evaluation`. Lines are `drawn` (100 of GAO's links and 120
of CRS's, with the seed "reports"), `refused` (every pair in the mirror whose words made no link when the sample was
drawn, so that recall is told at its lowest) and `read` (false links found by reading all 1,635 that were made).

Scope: `labelled/report_scope.tsv`, 100 of the 168 reports without a finding of ours that rules called in scope (seed
"report scope"), judged by title and summary as `tracker/linking/scope.py` says what is in scope. What was found wrong
was mended where a rule could tell it, so the figure is one of the rules as they were taught, not of fresh reports.
"""

from __future__ import annotations

import csv
import html
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.linking.evaluation import Precision, judge, labels
from tests.linking.scope_evaluation import scope_of
from tracker.linking.describe import describe_report
from tracker.linking.evidence import CONFIDENT, Described

LABELLED = Path(__file__).parent / "labelled" / "reports.tsv"
SCOPE_LABELLED = LABELLED.with_name("report_scope.tsv")

PRODUCTS = "raw.githubusercontent.com/GovHawkDC/gaoreports/master/data"
OPEN_RECOMMENDATIONS = "www.gao.gov/open-recs2-csv?q="
CRS_OLD = "crsreports.congress.gov/search/SearchResults.csv"
CRS_NEW = "www.congress.gov/crs-products/daily-csv"


def measure_reports(mirror: Path) -> Precision:
    """Labelled links by what the rules do now with them."""
    return judge(labels(LABELLED), {f"report:{key}": item for key, item in reports(mirror).items()})


class ScopeLabel(NamedTuple):
    """One judged report: `yes` where it is on security assistance."""

    report: str
    verdict: str
    note: str
    title: str


class ScopeOfReports(NamedTuple):
    """Judged reports by what the rules say now. `left` are those that they no longer call in scope."""

    right: list[ScopeLabel]
    wrong: list[ScopeLabel]
    left: list[ScopeLabel]

    @property
    def precision(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))


def measure_report_scope(mirror: Path) -> ScopeOfReports:
    """Judged reports by what the rules say of them without our findings."""
    items = reports(mirror)
    answer = ScopeOfReports([], [], [])
    with SCOPE_LABELLED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            label = ScopeLabel(**row)
            link = scope_of(items[label.report])
            if link is None or link.score < CONFIDENT:
                answer.left.append(label)
            else:
                (answer.right if label.verdict == "yes" else answer.wrong).append(label)
    return answer


def reports(mirror: Path) -> dict[str, Described]:
    """Every report of the mirror by its key, GAO's first."""
    found: dict[str, Described] = {}
    for key, title, summary, recommendations in [*_gao(mirror), *_crs(mirror)]:
        found.setdefault(key, describe_report(key, title, summary, recommendations))
    return found


Piece = tuple[str, str, str | None, list[tuple[str, str]]]


def _gao(mirror: Path) -> Iterator[Piece]:
    asked: dict[str, list[tuple[str, str]]] = defaultdict(list)
    titles: dict[str, str] = {}
    # Five lines stand above the table.
    table = (mirror / OPEN_RECOMMENDATIONS).read_text("utf-8").split("\n", 5)[5]
    for row in csv.DictReader(table.splitlines(keepends=True)):
        number = row["Publication  Number"].lower()
        titles[number] = _plain(row["Publication Name"])
        asked[number].append((_plain(row["Recommendation"]), "recommendation"))
    for path in sorted((mirror / PRODUCTS).glob("*/*.json")):
        record = json.loads(path.read_bytes())
        number = record["gao_id"].lower()
        yield number, _plain(record["title"]), _plain(record["summary"]) or None, asked[number]
    for number, title in titles.items():
        yield number, title, None, asked[number]


def _crs(mirror: Path) -> Iterator[Piece]:
    with (mirror / CRS_OLD).open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["ProductNumber"].lower(), _plain(row["Title"]), None, []
    for path in sorted((mirror / CRS_NEW).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            # Some lines on the search stand above, and empty ones below.
            rows = [row for row in csv.reader(file) if len(row) > 3 and "/crs-product/" in row[2]]
        for number, title, *_ in rows:
            yield number.lower(), _plain(title), None, []


def _plain(text: str | None) -> str:
    return " ".join(html.unescape(text or "").split())
