"""How good the links to countries are: recall against the Congressional Research Service, precision on labelled links.

Recall: bills of the 117th on foreign affairs and defence, all titles and the latest summary but no subjects. A pair
counts when CRS files the bill under a country and any of the country's words stands in that text, also where a
near-miss hides it. It is found when the rules make a link that is shown.

Precision: `labelled/places.tsv`, each line judged by reading the words: does the item mean the country? Lines are
`sample` (drawn at random from the links of both Congresses while the rules were made), `fresh` (drawn after that)
and `made` (sentences written for every near-miss and its opposite). A war with a country's name counts as the
country: seven of the eight measures on the Korean and Vietnam wars that CRS has filed stand under it. Its veterans,
their era and their charities do not.
"""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrapers.records import Bill
from scrapers.source import Document
from scrapers.sources.govinfo_billstatus import parse
from tracker.linking.describe import describe_bill
from tracker.linking.evidence import CONFIDENT, Described, Field, FieldName, Proposed
from tracker.linking.match import Matcher
from tracker.linking.places import link_places
from tracker.linking.vocabulary import Vocabulary, load_vocabulary

LABELLED = Path(__file__).parent / "labelled" / "places.tsv"
AREAS = frozenset({"International Affairs", "Armed Forces and National Security"})

RECALL = 0.97
PRECISION = 0.97


class Missed(NamedTuple):
    """A country that CRS gives and the rules do not show: its best score (0: none) and the words that stood there."""

    bill: str
    country: str
    score: int
    words: str


class Recall(NamedTuple):
    pairs: int
    shown: int
    missed: list[Missed]

    @property
    def share(self) -> float:
        return self.shown / self.pairs

    @property
    def waiting(self) -> int:
        """Pairs whose link waits for an editor."""
        return sum(bool(each.score) for each in self.missed)


class Label(NamedTuple):
    """One judged link: `yes` if the item means the country."""

    origin: str
    item: str
    field: str
    target: str
    verdict: str
    words: str
    text: str
    note: str


class Precision(NamedTuple):
    """Labels by what the rules do now with them."""

    right: list[Label]
    wrong: list[Label]
    lost: list[Label]
    refused: list[Label]

    @property
    def share(self) -> float:
        return len(self.right) / (len(self.right) + len(self.wrong))

    @property
    def recall(self) -> float:
        """Of the links that should be shown, the share that is."""
        return len(self.right) / (len(self.right) + len(self.lost))

    def of(self, *origins: str) -> Precision:
        return Precision(*([label for label in labels if label.origin in origins] for labels in self))


@cache
def matcher() -> Matcher:
    return Matcher(load_vocabulary())


@cache
def matcher_without_near_misses() -> Matcher:
    entries = load_vocabulary().entries.values()
    return Matcher(Vocabulary(entry for entry in entries if entry.kind in ("country", "region")))


def links(item: Described) -> dict[str, Proposed]:
    found = [matcher().find(field.text) for field in item.fields]
    return {link.target: link for link in link_places(item, found, load_vocabulary())}


def without_subjects(bill: Bill) -> Described:
    item = describe_bill(bill)
    return item._replace(fields=tuple(field for field in item.fields if field.name is not FieldName.SUBJECT))


# --- recall -------------------------------------------------------------------------------------------


def measure_recall(bills: Iterable[Bill]) -> Recall:
    pairs = 0
    missed: list[Missed] = []
    for bill in bills:
        if bill.policy_area not in AREAS:
            continue
        item = without_subjects(bill)
        words = countries_named(item)
        expected = countries_of_subjects(bill.subjects) & words.keys()
        made = links(item)
        pairs += len(expected)
        for country in sorted(expected):
            score = made[country].score if country in made else 0
            if score < CONFIDENT:
                missed.append(Missed(bill.key, country, score, words[country]))
    return Recall(pairs, pairs - len(missed), missed)


def countries_of_subjects(subjects: Iterable[str]) -> set[str]:
    """The countries among CRS's subjects; its "Georgia" is the State."""
    item = Described("", "bill", tuple(Field(FieldName.SUBJECT, subject) for subject in subjects))
    return {target for target in links(item) if target.startswith("country:")}


def countries_named(item: Described) -> dict[str, str]:
    """Countries any of whose words stand in the item, whatever they mean there, with what stands around one."""
    named: dict[str, str] = {}
    for field in item.fields:
        for match in matcher_without_near_misses().find(field.text):
            if match.entry.startswith("country:"):
                around = field.text[max(0, match.start - 40) : match.end + 40]
                named.setdefault(match.entry, " ".join(around.split()))
    return named


# --- precision ----------------------------------------------------------------------------------------


def labels(path: Path = LABELLED) -> list[Label]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [Label(*row) for row in rows]


def measure_precision(labelled: Iterable[Label], mirror: Path) -> Precision:
    labelled = list(labelled)
    items = described_items({label.item for label in labelled if label.item != "-"}, mirror)
    return judge(labelled, items)


def judge(labelled: Iterable[Label], items: Mapping[str, Described]) -> Precision:
    """What the rules do now with each labelled link of these items, by key."""
    answer = Precision([], [], [], [])
    for label in labelled:
        made = links(items[label.item] if label.item != "-" else _made_up(label))
        shown = label.target in made and made[label.target].score >= CONFIDENT
        if label.verdict == "yes":
            (answer.right if shown else answer.lost).append(label)
        else:
            (answer.wrong if shown else answer.refused).append(label)
    return answer


def _made_up(label: Label) -> Described:
    return Described("made", "bill", (Field(FieldName(label.field), label.text),))


def described_items(keys: Iterable[str], mirror: Path) -> dict[str, Described]:
    """The named bills (`bill:119-hr-260`) out of the mirror's zips."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in keys:
        congress, kind, number = key.removeprefix("bill:").split("-")
        wanted[congress, kind].append(number)
    return {
        f"bill:{bill.key}": without_subjects(bill)
        for (congress, kind), numbers in wanted.items()
        for bill in read_bills(mirror, congress, kind, frozenset(numbers))
    }


def read_bills(
    mirror: Path, congress: str, kind: str, numbers: frozenset[str] | None = None
) -> Iterator[Bill]:
    """All bills of a type, or those with the numbers."""
    folder = mirror / "www.govinfo.gov/bulkdata/BILLSTATUS" / congress / kind
    with zipfile.ZipFile(folder / f"BILLSTATUS-{congress}-{kind}.zip") as archive:
        for name in archive.namelist():
            number = name.removeprefix(f"BILLSTATUS-{congress}{kind}").removesuffix(".xml")
            if numbers is None or number in numbers:
                document = Document(
                    url=name,
                    body=archive.read(name),
                    content_type="application/xml",
                    fetched_at=datetime.now(UTC),
                    sha256="",
                )
                yield from (record for record in parse(document) if isinstance(record, Bill))
