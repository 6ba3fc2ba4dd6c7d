"""Facts as CSV, JSON, Atom and iCalendar. Pure: values in, text or bytes out, whatever the texts contain.

Sits under the views of `tracker/api`; knows no request, no session and no clock.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
from icalendar import Calendar, Component, Timezone, TimezoneStandard
from icalendar import Event as CalendarEvent
from lxml import etree

# --- texts ------------------------------------------------------------------------------------------

_CONTROL = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1 controls, but tab and the line ends
    "\ud800-\udfff"  # lone surrogates, which no encoding has
    "\ufdd0-\ufdef\ufffe\uffff"  # noncharacters
    "]"
)


def clean_text(text: str) -> str:
    """The text without what XML forbids and UTF-8 cannot hold: control characters and lone surrogates."""
    return text if text.isprintable() else _CONTROL.sub("", text)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def instant_text(at: datetime) -> str:
    """An instant as RFC 3339 in UTC, `2026-05-20T14:03:00Z`."""
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


# --- CSV --------------------------------------------------------------------------------------------

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_CSV_CHUNK = 64 * 1024


def safe_cell(value: Any) -> str:
    """A cell that no spreadsheet runs as a formula. Nothing is an empty cell; lists are joined by `; `."""
    text = clean_text(value if type(value) is str else _cell_text(value))
    if text.startswith(_FORMULA_STARTS) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _cell_text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case list() | tuple():
            return "; ".join(map(_cell_text, value))
        case _:
            return str(value)


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, a chunk at a time, so that memory stays flat however many rows there are."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        if buffer.tell() >= _CSV_CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


# --- JSON -------------------------------------------------------------------------------------------

_json = msgspec.json.Encoder(order="deterministic")


def json_bytes(value: Any) -> bytes:
    """A JSON document whose keys always come in the same order: a struct's as declared, a dict's sorted."""
    try:
        return _json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate somewhere; rare, so looked for only now
        return _json.encode(_cleaned(msgspec.to_builtins(value)))


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case dict():
            return {_cleaned(key): _cleaned(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_cleaned(entry) for entry in value]
        case _:
            return value


# --- Atom -------------------------------------------------------------------------------------------


class Entry(msgspec.Struct, frozen=True):
    """One entry of a feed. `id` must never change and never be given twice; `summary` is plain text."""

    id: str
    title: str
    url: str
    updated: datetime
    summary: str
    category: str | None = None
    source_url: str | None = None


class Feed(msgspec.Struct, frozen=True):
    """A feed: where it is itself (`self_url`), which page shows the same (`url`), and its entries.

    Entries come newest first; `updated` stands where there are no entries yet.
    """

    id: str
    title: str
    self_url: str
    url: str
    author: str
    updated: datetime
    subtitle: str | None = None
    entries: Sequence[Entry] = ()
    next_url: str | None = None


_ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACES: Any = {None: _ATOM}  # the stubs know no default namespace


def atom(feed: Feed) -> bytes:
    """The feed as RFC 4287."""
    updated = max((entry.updated for entry in feed.entries), default=feed.updated)
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMESPACES)
    _add(root, "id", clean_text(feed.id))
    _add(root, "title", _one_line(feed.title))
    if feed.subtitle:
        _add(root, "subtitle", _one_line(feed.subtitle))
    _add(root, "updated", instant_text(updated))
    _add(_add(root, "author"), "name", _one_line(feed.author))
    _link(root, "self", feed.self_url, "application/atom+xml")
    _link(root, "alternate", feed.url, "text/html")
    if feed.next_url:
        _link(root, "next", feed.next_url, "application/atom+xml")
    for entry in feed.entries:
        _add_entry(root, entry)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _add_entry(root: etree._Element, entry: Entry) -> None:
    parent = _add(root, "entry")
    _add(parent, "id", clean_text(entry.id))
    _add(parent, "title", _one_line(entry.title))
    _add(parent, "updated", instant_text(entry.updated))
    _link(parent, "alternate", entry.url, "text/html")
    if entry.source_url:
        _link(parent, "via", entry.source_url)
    if entry.category:
        _add(parent, "category", term=clean_text(entry.category))
    _add(parent, "summary", clean_text(entry.summary), type="text")


def _link(parent: etree._Element, relation: str, address: str, media_type: str | None = None) -> None:
    kind = {"type": media_type} if media_type else {}
    _add(parent, "link", rel=relation, href=_one_line(address), **kind)


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{tag}", attributes)
    child.text = text
    return child


# --- iCalendar --------------------------------------------------------------------------------------


class DatedEvent(msgspec.Struct, frozen=True):
    """Something that fills a day of a calendar. `uid` must never change, and `sequence` only grow."""

    uid: str
    on: date
    summary: str
    description: str
    url: str
    sequence: int = 0
    is_cancelled: bool = False


def calendar(title: str, events: Iterable[DatedEvent], stamped_at: datetime, product: str) -> bytes:
    """All-day events as RFC 5545. `stamped_at` says as of when; the same facts give the same bytes."""
    whole = Calendar()
    whole.add("prodid", f"-//{_one_line(product)}//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", "PUBLISH")
    whole.add("x-wr-calname", _one_line(title))
    entries: list[Component] = [_calendar_event(event, stamped_at) for event in events]
    for entry in entries or [_time_zone()]:
        whole.add_component(entry)
    document: bytes = whole.to_ical()
    return document


def _time_zone() -> Timezone:
    """What stands in a calendar without events: RFC 5545 wants one component at least."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001  # local time, as the standard has it
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    zone.add_component(standard)
    return zone


def _calendar_event(event: DatedEvent, stamped_at: datetime) -> CalendarEvent:
    entry = CalendarEvent()
    entry.add("uid", _one_line(event.uid))
    entry.add("dtstamp", stamped_at.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", event.on)
    entry.add("summary", _one_line(event.summary))
    entry.add("description", clean_text(event.description))
    entry.add("url", _one_line(event.url))
    if event.sequence:
        entry.add("sequence", event.sequence)
    if event.is_cancelled:
        entry.add("status", "CANCELLED")
    entry.add("transp", "TRANSPARENT")  # nobody is busy because a bill moved
    return entry
