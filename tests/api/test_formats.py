"""Whatever a text contains, what is written can be read again, and nothing in it is obeyed."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from tracker.api.formats import (
    DatedEvent,
    Entry,
    Feed,
    atom,
    calendar,
    clean_text,
    csv_chunks,
    instant_text,
    json_bytes,
    safe_cell,
)

AT = datetime(2026, 5, 20, 14, 3, tzinfo=UTC)
HOSTILE = [
    "=cmd()",
    "+1+1",
    "-1-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\r\nBcc: all@example.org",
    "<script>alert(1)</script>",
    "]]><!--",
    "\u202egnp.exe\u200f",
    "a\0b",
    "\x1b[31m",
    "🕊️ é \u00a0",
    "\ud800 alone \udfff",
    "\ufffe\uffff",
    'say "this", and; that\\n',
    "x" * 5000,
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=60))


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""), strict=True))


# --- CSV --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1+1", "'+1+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r\nBcc: x", "'\r\nBcc: x"),
        ("＝1", "'＝1"),
        ("\0=1", "'=1"),
        ("-12", "-12"),
        ("+12.5", "+12.5"),
        (-12, "-12"),
        ("a=b", "a=b"),
        (None, ""),
        (True, "yes"),
        (date(2026, 5, 20), "2026-05-20"),
        (AT, "2026-05-20T14:03:00Z"),
        (("a", "b"), "a; b"),
        (("=a", "b"), "'=a; b"),
        ("a\ud800b", "ab"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=5))
def test_csv_reads_back_as_it_was_written(rows: list[list[str]]) -> None:
    header = ["one", "two", "three"]
    content = b"".join(csv_chunks(header, rows))
    assert read_csv(content) == [header, *([safe_cell(cell) for cell in row] for row in rows)]
    assert content.endswith(b"\r\n")


def test_csv_comes_in_chunks_and_never_all_at_once() -> None:
    asked: list[int] = []

    def rows() -> Any:
        for number in range(50_000):
            asked.append(number)
            yield [number, "word " * 10]

    chunks = csv_chunks(["number", "words"], rows())
    first = next(chunks)
    assert len(asked) < 5_000
    assert len(read_csv(first + b"".join(chunks))) == 50_001


# --- JSON -------------------------------------------------------------------------------------------


VALUES = st.one_of(TEXTS, st.lists(TEXTS, max_size=3))


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_json_can_always_be_read(value: dict[str, Any]) -> None:
    assert isinstance(json.loads(json_bytes(value).decode("utf-8")), dict)


@given(st.lists(st.text(st.characters(codec="utf-8")), max_size=4))
def test_json_reads_back_as_it_was_written(value: list[str]) -> None:
    assert json.loads(json_bytes(value).decode("utf-8")) == value


def test_json_keys_always_come_in_the_same_order() -> None:
    assert json_bytes({"b": 1, "a": 2}) == json_bytes({"a": 2, "b": 1}) == b'{"a":2,"b":1}'


def test_a_lone_surrogate_does_not_stop_json() -> None:
    assert json.loads(json_bytes({"a": ["x\ud800y", 1, None]})) == {"a": ["xy", 1, None]}


# --- Atom -------------------------------------------------------------------------------------------

_ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed_of(*texts: str) -> Feed:
    entries = [
        Entry(f"tag:example.org,2026:{number}", text, "https://example.org/1?a=1&b=2", AT, text, "stage",
              "https://example.org/source")
        for number, text in enumerate(texts)
    ]  # fmt: skip
    title = texts[0] if texts else "Empty"
    return Feed("tag:example.org,2026:feed", title, "https://example.org/.atom", "https://example.org/", "A",
                AT, "What changed", entries, "https://example.org/.atom?after=x")  # fmt: skip


@given(st.lists(TEXTS, max_size=4))
def test_atom_is_well_formed_and_says_what_it_was_given(texts: list[str]) -> None:
    content = atom(feed_of(*texts))
    root = etree.fromstring(content)
    summaries = root.findall("a:entry/a:summary", _ATOM)
    assert [summary.text or "" for summary in summaries] == [clean_text(text) for text in texts]
    assert len(root.findall("a:entry/*/*", _ATOM)) == 0


def test_atom_has_all_that_the_standard_asks_for() -> None:
    root = etree.fromstring(atom(feed_of("One", "Two")))
    for path in ("a:id", "a:title", "a:updated", "a:author/a:name"):
        assert len(root.findall(path, _ATOM)) == 1, path
    relations = [link.get("rel") for link in root.findall("a:link", _ATOM)]
    assert relations == ["self", "alternate", "next"]
    for entry in root.findall("a:entry", _ATOM):
        for path in ("a:id", "a:title", "a:updated", "a:summary", "a:category"):
            assert len(entry.findall(path, _ATOM)) == 1, path
    ids = [element.text for element in root.iterfind(".//a:id", _ATOM)]
    assert len(set(ids)) == len(ids)


def test_a_feed_reader_sees_text_and_no_markup() -> None:
    found = feedparser.parse(io.BytesIO(atom(feed_of("<script>alert(1)</script>", "🕊️"))))
    assert not found.bozo
    assert found.entries[0].title_detail.type == "text/plain"
    assert found.entries[0].title == "<script>alert(1)</script>"
    assert found.entries[0].link == "https://example.org/1?a=1&b=2"
    assert found.feed.updated == "2026-05-20T14:03:00Z"


def test_an_empty_feed_keeps_its_own_time() -> None:
    assert b"<updated>2026-05-20T14:03:00Z</updated>" in atom(feed_of())


def test_a_feed_is_as_new_as_its_newest_entry() -> None:
    later = AT + timedelta(days=1)
    entry = Entry("tag:example.org,2026:1", "T", "https://example.org/", later, "S")
    feed = Feed("tag:example.org,2026:feed", "T", "https://e.org", "https://e.org", "A", AT, entries=[entry])
    assert etree.fromstring(atom(feed)).findtext("a:updated", namespaces=_ATOM) == instant_text(later)


# --- iCalendar --------------------------------------------------------------------------------------


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_calendar_has_one_event_for_each_day_given(texts: list[str]) -> None:
    events = [
        DatedEvent(f"{number}@example.org", date(2026, 5, 20), text, text, "https://example.org/")
        for number, text in enumerate(texts)
    ]
    content = calendar("Name", events, AT, "Product")
    read = Calendar.from_ical(content)
    found = read.walk("VEVENT")
    assert [str(event["UID"]) for event in found] == [event.uid for event in events]
    assert all(event.decoded("DTSTART") == date(2026, 5, 20) for event in found)
    assert {str(name) for event in found for name in event} <= {
        "UID", "DTSTAMP", "DTSTART", "SUMMARY", "DESCRIPTION", "URL", "TRANSP"}  # fmt: skip


def test_a_calendar_is_what_the_standard_asks_for() -> None:
    event = DatedEvent("1@example.org", date(2026, 5, 20), "Sum; mary", "Long " * 40, "https://example.org/")
    content = calendar("Name", [event], AT, "Product")
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert b"VERSION:2.0\r\n" in content
    assert b"PRODID:-//Product//EN\r\n" in content
    assert b"DTSTART;VALUE=DATE:20260520\r\n" in content
    assert b"DTSTAMP:20260520T140300Z\r\n" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert content == calendar("Name", [event], AT, "Product")


# --- texts ------------------------------------------------------------------------------------------


@given(TEXTS)
def test_clean_text_can_stand_in_utf8_and_in_xml(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    etree.Element("a").text = cleaned
    assert clean_text(cleaned) == cleaned


def test_an_instant_is_written_in_utc() -> None:
    eastern = timezone(timedelta(hours=-5))
    assert instant_text(datetime(2026, 1, 1, 20, 0, 0, 123, tzinfo=eastern)) == "2026-01-02T01:00:00Z"
