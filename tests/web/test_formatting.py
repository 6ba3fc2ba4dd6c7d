"""Every filter, with plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from flask import Flask

from scrapers.problems import Problem, ProblemKind
from scrapers.records import Chamber, CommitteeReport, Law
from tests.conftest import NOW
from tracker.queries.bills import Cosponsor
from tracker.queries.changes import ChangeRow
from tracker.queries.legislators import LegislatorRow
from tracker.queries.people import Person
from tracker.queries.provenance import Provenance
from tracker.web import formatting as f

DAY = date(2025, 4, 3)
INSTANT = datetime(2026, 6, 1, 4, 21, 7, tzinfo=UTC)
DOCUMENT = Provenance("s", "Name", "Publisher", "https://example.org/a.zip#b.xml", INSTANT, "0" * 64)


def person(party: str | None = "I", state: str | None = "VT", district: int | None = None) -> Person:
    return Person("S000033", "Sen. Bernard Sanders", party, state, district)


def legislator(chamber: Chamber | None, state: str | None, district: int | None) -> LegislatorRow:
    return LegislatorRow("S000033", "X", "X", "X", True, chamber, "D", state, district, None, DOCUMENT)


def test_days_and_instants() -> None:
    assert f.day(DAY) == '<time datetime="2025-04-03">3 April 2025</time>'
    assert f.short_day(DAY) == '<time datetime="2025-04-03">3 Apr 2025</time>'
    assert f.short_date(DAY) == "3 Apr 2025"
    assert f.instant_words(INSTANT) == "1 June 2026, 04:21 UTC"
    assert f.instant(INSTANT) == '<time datetime="2026-06-01T04:21:07Z">1 June 2026, 04:21 UTC</time>'
    assert f.washington_day(datetime(2026, 6, 1, 3, 59, tzinfo=UTC)) == date(2026, 5, 31)


@pytest.mark.parametrize(
    ("until", "shown", "words"),
    [
        (None, f.instant(INSTANT), "fetched 1 June 2026"),
        (date(2026, 6, 1), f.day(date(2026, 6, 1)), "fetched 1 June 2026"),
        (date(2026, 6, 30), "in June 2026", "fetched in June 2026"),
        (date(2026, 8, 26), "between 1 June and 26 August 2026", "fetched between 1 June and 26 August 2026"),
    ],
)
def test_when_a_document_was_fetched_as_far_as_it_is_known(
    until: date | None, shown: str, words: str
) -> None:
    document = msgspec.structs.replace(DOCUMENT, fetched_until=until)
    assert (f.fetched(document), f.fetched_words(document)) == (shown, words)


@pytest.mark.parametrize(
    ("every", "words"),
    [(timedelta(hours=4), "every 4 hours"), (timedelta(days=1), "every day"), (timedelta(hours=1), "every hour"),
     (timedelta(minutes=90), "every 90 minutes"), (timedelta(days=7), "every 7 days"),
     (timedelta(days=365), "every year"),
     (timedelta(seconds=5), "every 5 seconds")],
)  # fmt: skip
def test_rhythm(every: timedelta, words: str) -> None:
    assert f.rhythm(every) == words


def test_numbers_and_words() -> None:
    assert f.number(17817) == "17,817"
    assert [f.counted(count, "measure") for count in (0, 1, 2, 1234)] == [
        "no measures", "1 measure", "2 measures", "1,234 measures"
    ]  # fmt: skip
    assert [f.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c"
    ]  # fmt: skip
    assert f.capital("élan") == "Élan"
    assert f.word_count("<p>Two words</p>") == 2
    assert f.plain_words("<p>a &amp; b</p>") == "a & b"


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\r\nb\tc", "a b c"), ("right \u202eto\u202c left", "right to left"), ("a\u200bb\ufeff", "ab"),
     ("\x00\x1b[1m", "[1m"),
     ("Cáceres “x”", "Cáceres “x”"), ("  ", "")],
)  # fmt: skip
def test_tidy(text: str, line: str) -> None:
    assert f.tidy(text) == line


def test_titles_and_shortening() -> None:
    assert f.headline("A joint resolution.") == "A joint resolution"
    assert f.headline("Made in the U.S.") == "Made in the U.S."
    assert f.shortened("one two three", 9) == "one two …"
    assert f.shortened("short", 9) == "short"


def test_marks_are_made_after_escaping() -> None:
    assert f.marked([("<b>", False), ("&", True)]) == "&lt;b&gt;<mark>&amp;</mark>"
    assert f.publisher_html('<p onclick="x">a<script>b</script></p>') == "<p>a</p>"


def test_people() -> None:
    assert f.seat_of(person()) == "I-Vermont"
    assert f.seat_of(person("D", "CA", 12)) == "D-California 12"
    assert f.seat_of(person(None, None)) == ""
    assert f.with_seat(person()) == "Sen. Bernard Sanders (I-Vermont)"
    assert f.with_seat(person(None, None)) == "Sen. Bernard Sanders"
    assert f.party_name("D") == f.party_name("Democrat") == "Democrat"
    assert f.party_name(None) == "party not published"
    assert f.state_name("PR") == "Puerto Rico"
    assert f.state_name("ZZ") == "ZZ"
    assert f.state_name(None) == "state not published"
    assert [f.chamber_name(chamber) for chamber in ("house", Chamber.SENATE, None)] == ["House", "Senate", ""]
    assert f.constituency(legislator(Chamber.SENATE, "VT", None)) == "Vermont"
    assert f.constituency(legislator(Chamber.HOUSE, "CA", 12)) == "California, district 12"
    assert f.constituency(legislator(Chamber.HOUSE, "WY", 0)) == "Wyoming, at large"


def test_party_split() -> None:
    parties = ["D", "R", "D", None]
    people = [Cosponsor(person(party), None, None, None) for party in parties]
    assert f.party_split(people) == [
        ("2 Democrats", 2),
        ("1 without a published party", 1),
        ("1 Republican", 1),
    ]


def test_documents() -> None:
    assert DOCUMENT.document_url == "https://example.org/b.xml"
    assert f.file_kind("https://x/BILLS-119s1is.pdf") == "PDF"
    assert f.file_kind("https://x/xml/BILLS-119s1is.xml") == "XML"
    assert f.file_kind("https://x/uslm/BILLS-119s1is.xml") == "USLM XML"
    assert f.file_kind("https://x/y") == "document"
    assert f.host("https://www.sanders.senate.gov/x") == "sanders.senate.gov"
    assert f.law_page(Law("Private Law", "117-1")).endswith("PLAW-117pvt1")
    assert f.report_page(CommitteeReport("S. Rept. 117-1")) is not None


def test_changes() -> None:
    row = ChangeRow(
        1, "cosponsor_added", "bill:119-s-1", "bill", "S. 1", "T", date(2026, 10, 20), NOW, None,
        {"bioguide": "A000001", "name": "Rep. Able, Ann [D-MD-4]", "party": "D", "state": "MD"}, DOCUMENT,
    )  # fmt: skip
    assert "Ann Able" in f.sentence(row)
    assert f.late(row) == "recorded 13 days later"


@pytest.mark.parametrize("kind", ProblemKind)
def test_problems_are_told_without_our_insides(kind: ProblemKind) -> None:
    problem = Problem(kind, "s", "https://example.org/x.xml", "line one\n[SQL: INSERT …]")
    words = f.problem_words(problem)
    assert words.startswith("x.xml ")
    assert "SQL" not in words


def test_every_filter_is_given_to_the_templates(site: Flask) -> None:
    assert f.FILTERS.items() <= site.jinja_env.filters.items()
