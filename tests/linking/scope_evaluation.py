"""How well scope is told: recall against the Congressional Research Service, precision on labelled links.

Recall: bills of the 117th that CRS files under "Military assistance, sales, and agreements", read without that
subject: titles, latest summary, other subjects, policy area, committees. A bill is found when its link is shown.

Precision: `scope_labelled.tsv`, drawn at random (seed "scope") from the links that were shown for both Congresses and
judged by reading title and summary. `yes` is what `tracker/linking/scope.py` says is in scope. Its basis is `title`
or `summary` where that says so, and `subjects` where neither does and CRS, who read the text, files the bill under
military assistance; a bill that is plainly about something else is `no` wherever it is filed.
"""

from __future__ import annotations

import csv
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from scrapers.records import Bill
from scrapers.source import Document
from scrapers.sources.govinfo_billstatus import parse
from tests.linking.evaluation import matcher
from tests.mirror import mirror_root
from tracker.linking.describe import describe_bill
from tracker.linking.evidence import CONFIDENT, SCOPE, Described, Field, FieldName, Proposed
from tracker.linking.scope import link_scope
from tracker.linking.vocabulary import load_vocabulary

LABELLED = Path(__file__).with_name("scope_labelled.tsv")
SUBJECT = "Military assistance, sales, and agreements"
RECALL = 0.95
PRECISION = 0.9
MICROSECONDS = 40


class Label(NamedTuple):
    """One judged link."""

    bill: str
    verdict: str
    basis: str
    note: str
    title: str


class Miss(NamedTuple):
    """A bill that CRS files under military assistance and the rules do not show: its score (0: none)."""

    bill: str
    score: int
    title: str


class Recall(NamedTuple):
    filed: int
    missed: list[Miss]

    @property
    def share(self) -> float:
        return 1 - len(self.missed) / self.filed


class Precision(NamedTuple):
    """Labelled links that are shown now, each with the rule that is strongest."""

    right: list[tuple[Label, str]]
    wrong: list[tuple[Label, str]]
    lost: list[Label]

    @property
    def share(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))

    @property
    def share_by_reading(self) -> float:
        """As if CRS's filing alone were no reason."""
        read = [label for label, _ in self.right if label.basis != "subjects"]
        return len(read) / (len(self.right) + len(self.wrong))


def scope_of(item: Described) -> Proposed | None:
    found = [matcher().find(field.text) for field in item.fields]
    return next((link for link in link_scope(item, found, load_vocabulary()) if link.target == SCOPE), None)


def without_subject(item: Described) -> Described:
    return item._replace(
        fields=tuple(field for field in item.fields if field != Field(FieldName.SUBJECT, SUBJECT))
    )


def labels() -> list[Label]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [Label(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def measure_recall(bills: Iterable[Bill]) -> Recall:
    filed, missed = 0, []
    for bill in bills:
        if SUBJECT in bill.subjects:
            filed += 1
            link = scope_of(without_subject(describe_bill(bill)))
            if link is None or link.score < CONFIDENT:
                missed.append(Miss(bill.key, link.score if link else 0, bill.title))
    return Recall(filed, missed)


def measure_precision(judged: Iterable[Label], bills: Iterable[Bill]) -> Precision:
    described = {bill.key: describe_bill(bill) for bill in bills}
    right: list[tuple[Label, str]] = []
    wrong: list[tuple[Label, str]] = []
    lost: list[Label] = []
    for label in judged:
        link = scope_of(described[label.bill])
        if link is None or link.score < CONFIDENT:
            lost.append(label)
        else:
            (right if label.verdict == "yes" else wrong).append((label, link.evidence[0].rule))
    return Precision(right, wrong, lost)


def bills_of(
    mirror: Path, congress: int, wanted: Callable[[str, bytes], bool] = lambda *_: True
) -> Iterator[Bill]:
    """Bills of a Congress from its archives: those whose key and raw file are wanted."""
    for path in sorted((mirror / "www.govinfo.gov/bulkdata/BILLSTATUS" / str(congress)).glob("*/*.zip")):
        kind = path.parent.name
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                number = name.removeprefix(f"BILLSTATUS-{congress}{kind}").removesuffix(".xml")
                body = archive.read(name)
                if wanted(f"{congress}-{kind}-{number}", body):
                    document = Document(name, body, "application/xml", datetime.now(UTC), "")
                    yield from (record for record in parse(document) if isinstance(record, Bill))


def filed_bills(mirror: Path) -> list[Bill]:
    """Bills of the 117th whose file says the subject anywhere; few are read to find them."""
    needle = SUBJECT.encode()
    return list(bills_of(mirror, 117, lambda _, body: needle in body))


def labelled_bills(mirror: Path, judged: Iterable[Label]) -> list[Bill]:
    keys = {label.bill for label in judged}
    return [
        bill for congress in (117, 119) for bill in bills_of(mirror, congress, lambda key, _: key in keys)
    ]


def scope_report() -> list[tuple[str, str, str]]:
    """Rows of a table: the figures, then each miss and each wrong link by name."""
    mirror = mirror_root()
    bills = list(bills_of(mirror, 117))
    judged = labels()
    recall = measure_recall(bills)
    precision = measure_precision(judged, labelled_bills(mirror, judged))
    links = [link for bill in bills if (link := scope_of(describe_bill(bill)))]
    shown = sum(link.score >= CONFIDENT for link in links)
    return [
        (
            "recall of what CRS files under military assistance, 117th",
            f"{recall.share:.3f}",
            f"goal ≥ {RECALL}",
        ),
        ("  bills filed so", str(recall.filed), ""),
        ("precision on labelled links", f"{precision.share:.3f}", f"goal ≥ {PRECISION}"),
        ("  were CRS's filing alone no reason", f"{precision.share_by_reading:.3f}", ""),
        ("  links labelled and still shown", str(len(precision.right) + len(precision.wrong)), ""),
        ("in scope, 117th", str(shown), f"of {len(bills)}"),
        ("doubts for an editor, 117th", str(len(links) - shown), ""),
        ("linking scope of one bill, mean", f"{microseconds(bills):.0f} µs", f"goal ≤ {MICROSECONDS} µs"),
        *((f"missed: {miss.bill}", str(miss.score), miss.title[:90]) for miss in recall.missed),
        *(
            (f"wrong: {label.bill}", rule, f"{label.note}: {label.title[:70]}")
            for label, rule in precision.wrong
        ),
        *((f"no longer shown: {label.bill}", label.verdict, label.title[:90]) for label in precision.lost),
    ]


def microseconds(bills: list[Bill]) -> float:
    items = [describe_bill(bill) for bill in bills]
    vocabulary = load_vocabulary()
    found = [[matcher().find(field.text) for field in item.fields] for item in items]
    began = time.perf_counter()
    for item, matches in zip(items, found, strict=True):
        link_scope(item, matches, vocabulary)
    return (time.perf_counter() - began) / len(items) * 1_000_000
