"""How right the links to countries are, with every miss and every false one named, and what a bill costs.

`make bench BENCH=links`. The measures stand in `tests/linking/evaluation.py`.
"""

from __future__ import annotations

import time

from scrapers.records import Bill, BillType
from tests.benchmarks.table import print_table
from tests.linking.evaluation import (
    PRECISION,
    RECALL,
    labels,
    links,
    matcher,
    measure_precision,
    measure_recall,
    read_bills,
    without_subjects,
)
from tests.linking.report_evaluation import measure_report_scope, measure_reports
from tests.linking.scope_evaluation import scope_report
from tests.mirror import mirror_root
from tracker.linking.places import link_places
from tracker.linking.vocabulary import load_vocabulary


def main() -> None:
    mirror = mirror_root()
    bills = [bill for kind in BillType for bill in read_bills(mirror, "117", kind)]
    recall = measure_recall(bills)
    later = measure_recall(bill for kind in BillType for bill in read_bills(mirror, "119", kind))
    precision = measure_precision(labels(), mirror)
    drawn, fresh, made = precision.of("sample", "fresh"), precision.of("fresh"), precision.of("made")
    print_table(
        "Links to countries",
        [
            (
                "recall against CRS, foreign affairs and defence, 117th",
                f"{recall.share:.4f}",
                f"goal ≥ {RECALL}",
            ),
            ("  pairs of bill and country named in the text", str(recall.pairs), ""),
            ("  of the missed, waiting for an editor", str(recall.waiting), ""),
            (
                "recall in the 119th, where CRS has filed",
                f"{later.share:.4f}",
                f"{later.pairs} pairs, {len(later.missed)} missed",
            ),
            ("precision, all labelled links", f"{precision.share:.4f}", f"goal ≥ {PRECISION}"),
            (
                "  drawn from both Congresses",
                f"{drawn.share:.4f}",
                f"{len(drawn.right) + len(drawn.wrong)} links",
            ),
            (
                "  of these, drawn after the rules",
                f"{fresh.share:.4f}",
                f"{len(fresh.right) + len(fresh.wrong)} links",
            ),
            ("near-misses refused", str(len(made.refused)), f"of {len(made.refused) + len(made.wrong)}"),
            (
                "sentences beside them that are linked",
                str(len(made.right)),
                f"of {len(made.right) + len(made.lost)}",
            ),
            ("finding and linking one bill, mean", f"{microseconds(bills):.0f} µs", ""),
            ("  of that, linking places", f"{microseconds(bills, linking_only=True):.0f} µs", "goal ≤ 40 µs"),
        ],
    )
    reports = measure_reports(mirror)
    scope = measure_report_scope(mirror)
    print_table(
        "Links of reports to countries",
        [
            ("recall where a country's words stand", f"{reports.recall:.4f}", f"goal ≥ {RECALL}"),
            ("precision", f"{reports.share:.4f}", f"goal ≥ {PRECISION}"),
            ("  labelled pairs of report and country", str(sum(map(len, reports))), ""),
            (
                "near-misses refused",
                str(len(reports.refused)),
                f"of {len(reports.refused) + len(reports.wrong)}",
            ),
            ("scope of reports, precision", f"{scope.precision:.3f}", "goal ≥ 0.9"),
            ("  judged and called in scope", str(len(scope.right) + len(scope.wrong)), ""),
            *((f"  wrong: {label.report}", label.note, label.title[:90]) for label in scope.wrong),
        ],
    )
    print_table("Scope: which items concern U.S. security assistance", scope_report())
    print("\nMissed")
    for miss in [*recall.missed, *later.missed]:
        print(f"  {miss.bill} {miss.country} ({miss.score}): {miss.words}")
    print("\nWrong")
    for label in [*precision.wrong, *reports.wrong]:
        print(f"  {label.item} {label.target} [{label.words}] {label.note}: {label.text[:120]}")
    print("\nLabelled right but not linked")
    for label in [*precision.lost, *reports.lost]:
        print(f"  {label.item} {label.target} [{label.words}]: {label.text[:120]}")


def microseconds(bills: list[Bill], *, linking_only: bool = False) -> float:
    items = [without_subjects(bill) for bill in bills]
    vocabulary = load_vocabulary()
    found = [[matcher().find(field.text) for field in item.fields] for item in items]
    began = time.perf_counter()
    if linking_only:
        for item, matches in zip(items, found, strict=True):
            link_places(item, matches, vocabulary)
    else:
        for item in items:
            links(item)
    return (time.perf_counter() - began) / len(items) * 1_000_000
