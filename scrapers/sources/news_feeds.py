"""What committees, the State Department and organisations announce: one source, and a table of feeds.

A feed is a table in `news_feeds.toml`: who speaks, and of what kind. Of an organisation's text only the beginning is
kept, which is enough to find what it is about. A committee's calendar is a feed too: its day is that of the last
edit, and the day of the meeting stands in the words. A feed that died is a problem of each run that names it, and
keeps no other from being read.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import msgspec

from scrapers.errors import DriftError
from scrapers.feeds import MAXIMUM_BYTES, Entry, entries_of
from scrapers.people import without_people
from scrapers.plain_text import tidy
from scrapers.records import PublisherKind, Report
from scrapers.source import Document, Healthy, Request, Source

LONGEST = {PublisherKind.NON_GOVERNMENTAL: 500}
LONGEST_OFFICIAL = 4_000
_DAY = re.compile(r"(?:[A-Z][a-z]{2}, )?\d\d/\d\d/\d{4} - \d\d:\d\d|[A-Z][a-z]+ \d{1,2}, \d{4}")


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the table. `type` is what its entries are."""

    publisher: str
    kind: PublisherKind
    url: str
    type: str = "Statement"


@cache
def table() -> dict[str, Feed]:
    """The feeds by key. Raises msgspec.ValidationError for a line that is none."""
    text = files("scrapers.sources").joinpath("news_feeds.toml").read_text(encoding="utf-8")
    return feeds_of(tomllib.loads(text))


def feeds_of(tables: Mapping[str, Any]) -> dict[str, Feed]:
    """The feeds of such a table. Two with one address, or one that is not on the web, are an error."""
    found = {key: msgspec.convert(line, Feed) for key, line in tables.items()}
    addresses = [feed.url for feed in found.values()]
    if len(set(addresses)) != len(addresses) or not all(url.startswith("https://") for url in addresses):
        raise ValueError("each feed has an https address of its own")
    return found


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """Every feed, or one by its key."""
    key = options.get("feed")
    if key is not None and key not in table():
        raise ValueError(f"no feed {key[:40]!r}; there are {', '.join(table())}")
    for name, feed in table().items():
        if key in (None, name):
            yield Request(feed.url)


def parse(document: Document) -> Iterator[Report]:
    """A report for each entry."""
    key, feed = _feed_at(document)
    for entry in entries_of(document):
        yield Report(
            watchdog=key,
            publisher=feed.publisher,
            publisher_kind=feed.kind,
            title=entry.title,
            url=entry.url,
            guid=entry.guid,
            type=feed.type,
            published_on=entry.published_on,
            updated_at=entry.updated_at,
            summary=_beginning(entry, LONGEST.get(feed.kind, LONGEST_OFFICIAL)) or None,
        )


def _feed_at(document: Document) -> tuple[str, Feed]:
    for key, feed in table().items():
        if feed.url == document.url:
            return key, feed
    raise DriftError("no feed of the table", url=document.url)


def _beginning(entry: Entry, longest: int) -> str:
    """The entry's text without its title and days, which Drupal prints again, and no longer than that."""
    lines = (line for line in entry.text.splitlines() if line != entry.title and not _DAY.fullmatch(line))
    text = tidy("\n".join(lines))
    return text if len(text) <= longest else text[:longest].rpartition(" ")[0] + " …"


SOURCE = Source(
    key="news_feeds",
    name="Statements of committees and organisations",
    publisher="Committees of Congress, the State Department, human-rights and policy organisations",
    covers="What they announce on their own pages, by their feeds: title, day, address, and the beginning of the text.",
    home_url="https://appropriations.house.gov/news",
    licence="Official feeds: public domain. Organisations' feeds: title and beginning, with the address",
    rhythm=timedelta(hours=6),
    hosts=frozenset(filter(None, (urlsplit(feed.url).hostname for feed in table().values()))),
    parser_version=1,
    healthy=Healthy(normal_day=150, bad_share=0.5),
    requests=requests,
    parse=parse,
    redact=without_people,
    listing=lambda report: table()[report.watchdog].url if isinstance(report, Report) else "",
    options={"feed": "one feed of the table by its key"},
    content_types=frozenset({
        "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml",
    }),
    maximum_bytes=MAXIMUM_BYTES,
    maximum_member_bytes=MAXIMUM_BYTES,
)  # fmt: skip
