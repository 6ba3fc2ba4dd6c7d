"""Our findings against the watchdogs' own words in the mirror: the right report, exact numbers, no borrowed prose."""

from __future__ import annotations

import csv
import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from tests.mirror import mirror_root
from tracker.content import ReportContent
from tracker.linking.linker import packaged_content

PRODUCTS = "raw.githubusercontent.com/GovHawkDC/gaoreports/master/data"
OPEN = "www.gao.gov/open-recs2-csv?q="

BORROWED = 8
"""From this many words in a row on, a sentence is not ours."""

REPORTS = packaged_content().reports.values()


class Held(NamedTuple):
    """What the mirror has of a report: titles, addresses with their days, and all its words but the titles."""

    titles: set[str]
    pages: set[tuple[str, str]]
    words: list[str]

    @property
    def text(self) -> str:
        return "\n".join([*self.titles, *self.words])


@cache
def held() -> dict[str, Held]:
    """Reports with a summary or a recommendation, by number."""
    found: dict[str, Held] = defaultdict(lambda: Held(set(), set(), []))
    for number, title, page, words in [*_products(), *_open_recommendations()]:
        if words:
            found[number].titles.add(_plain(title))
            found[number].pages.update(page)
            found[number].words.append(_plain(words))
    return found


Piece = tuple[str, str, set[tuple[str, str]], str]


def _products() -> Iterator[Piece]:
    for path in (mirror_root() / PRODUCTS).glob("*/*.json"):
        record = json.loads(path.read_bytes())
        days = {record["published"][:10], record["released"][:10]}
        yield record["gao_id"], record["title"], {(record["url"], day) for day in days}, record["summary"]


def _open_recommendations() -> Iterator[Piece]:
    """The export names its day above the table."""
    preamble, table = (mirror_root() / OPEN).read_text("utf-8").split("\n,,,,,,,,\n,,,,,,,,\n")
    assert "status as of Sep 28, 2026" in preamble
    page = {("https://www.gao.gov/open-recs2-csv?q=", "2026-09-28")}
    for row in csv.DictReader(table.splitlines()):
        yield row["Publication  Number"], row["Publication Name"], page, row["Recommendation"]


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).replace("\u2019", "'").split())


def sentences(report: ReportContent) -> list[str]:
    return [report.finding, *(test.how for test in report.tests)]


def test_there_are_findings_enough() -> None:
    assert len(REPORTS) >= 40


@pytest.mark.mirror
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_a_finding_rests_on_words_of_that_report(report: ReportContent) -> None:
    source = held()[report.number]
    assert _plain(report.title) in source.titles
    assert {(basis.url, str(basis.date)) for basis in report.rests_on} <= source.pages


@pytest.mark.mirror
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_a_finding_has_only_numbers_of_that_report(report: ReportContent) -> None:
    source = held()[report.number]
    known = set(numbers(source.text)) | {
        "20" + short for short in re.findall(r"FYs? .*?\b(\d\d)\b", source.text)
    }
    known |= {number for basis in report.rests_on for number in str(basis.date).split("-")}
    assert set(numbers(report.finding)) <= known


@pytest.mark.mirror
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
def test_a_finding_is_in_our_own_words(report: ReportContent) -> None:
    theirs = runs(held()[report.number].text)
    assert [run for sentence in sentences(report) for run in runs(sentence) if run in theirs] == []


def test_borrowed_words_would_be_found() -> None:
    assert runs("The U.S. gave one, two: three four five") == {
        ("the", "u.s", "gave", "one", "two", "three", "four", "five")
    }
    assert numbers("$1.5 billion and 1,300%, in 2018.") == ["1.5", "1300", "2018"]


def numbers(text: str) -> list[str]:
    return [found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]


def runs(text: str) -> set[tuple[str, ...]]:
    """Every so many words in a row, without case and signs."""
    words = re.findall(r"\w+(?:[.'’-]\w+)*", text.lower())
    return {tuple(words[at : at + BORROWED]) for at in range(len(words) - BORROWED + 1)}
