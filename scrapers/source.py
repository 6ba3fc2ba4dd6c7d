"""What a source is, and the few values that pass between a source, the fetcher and the runner.

A source is one file in `sources/`: who publishes, where, how often, what a healthy run looks like, and
`parse(document)`, which never fetches. Parse yields records, and requests for further documents that the
document names (a feed lists files); the runner in `collect.py` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from scrapers.records import AnyRecord, Record


@dataclass(frozen=True, slots=True)
class Request:
    """A document to bring in. `changed_at`: skip it if we hold a copy fetched at or after that instant."""

    url: str
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What we remember of a document that was stored whole: validators, checksums, and who parsed it."""

    sha256: str
    fetched_at: datetime
    parser_version: int
    etag: str | None = None
    last_modified: str | None = None
    crc: int | None = None


class Memory(Protocol):
    """The runner's view of what earlier runs stored."""

    def known(self, url: str) -> Known | None:
        """The document last stored from this address."""

    def known_members(self, container: str) -> Mapping[str, Known]:
        """The members last stored from this archive, by address."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with their provenance. A member of an archive has the archive's address as `container`."""

    url: str
    body: bytes
    content_type: str
    fetched_at: datetime
    sha256: str
    etag: str | None = None
    last_modified: str | None = None
    container: str | None = None
    crc: int | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The publisher says that what we know is still what there is."""

    url: str


class Fetcher(Protocol):
    """The only door to the world: over the network, or out of a mirror directory."""

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""


@dataclass(frozen=True, slots=True)
class Healthy:
    """What a run must bring to be believed.

    `minimum` is the least number of records of each kind in a run that read a whole listing (a run that only
    reads what changed may be small). `normal_day` is how many changes a day may bring before a person looks.
    `bad_share` is the share of documents that may be unreadable, `shrink_share` the share of a listing that
    may vanish, before the whole run is disbelieved.
    """

    normal_day: int
    minimum: Mapping[str, int] = field(default_factory=dict)
    bad_share: float = 0.1
    shrink_share: float = 0.2


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's series of documents and how to read one."""

    key: str
    name: str
    publisher: str
    covers: str
    home_url: str
    licence: str
    rhythm: timedelta
    hosts: frozenset[str]
    parser_version: int
    healthy: Healthy
    requests: Callable[[Mapping[str, str]], Iterable[Request]]
    parse: Callable[[Document], Iterator[AnyRecord | Request]]
    # What a member of an archive yields, for a source that publishes archives.
    member_type: type[Record] | None = None
    # The whole listing that a record belongs to. A new item is news only once that listing has been read;
    # before, everything in it is history.
    listing: Callable[[AnyRecord], str] | None = None
    # For documents that other sources' records name: which to ask for of those that the store wants. Each is the
    # addresses of one document in the forms that it is published in.
    wanted: Callable[[Mapping[str, str], Iterable[Iterable[str]]], Iterable[Request]] | None = None
    # Takes what is personal out of a document (names of staff, e-mail addresses, telephone numbers) before anything
    # of it is kept or read. The document's checksum is then that of what is kept.
    redact: Callable[[bytes], bytes] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    content_types: frozenset[str] = frozenset({"application/xml", "text/xml", "application/zip"})
    # What one download may have, and what one document that is parsed may: an archive is not parsed as a whole.
    maximum_bytes: int = 200 * 1024 * 1024
    maximum_member_bytes: int = 5 * 1024 * 1024
