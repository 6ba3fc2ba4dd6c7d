"""One run of a source: fetch, check, parse. Yields what came, in order; the tracker decides what to keep.

A document that is not what the source promised is set aside with a problem that names it, and the run goes
on. Whether the run as a whole can be believed is judged at the end, by `judge`.
"""

from __future__ import annotations

import tempfile
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import IO

from scrapers.archives import Archive, Reader
from scrapers.bodies import Bodies
from scrapers.errors import DriftError, FetchError
from scrapers.problems import Problem, ProblemKind
from scrapers.progress import Progress, quiet
from scrapers.records import AnyRecord
from scrapers.source import Document, Fetcher, Memory, NotModified, Request, Source


@dataclass(frozen=True, slots=True)
class Harvested:
    """A document that could be read, and the records in it. An archive's member comes without its bytes."""

    document: Document
    records: tuple[AnyRecord, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """An archive read to its end: all its members' addresses, and whether each could be read."""

    document: Document
    members: frozenset[str]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The publisher still has what we know."""

    url: str


Event = Harvested | Listed | Unchanged | Problem


@dataclass(slots=True)
class Tally:
    """What a run brought, for `judge` and for the report."""

    documents: int = 0
    unchanged: int = 0
    drifted: int = 0
    failed: int = 0
    records: Counter[str] = field(default_factory=Counter)


def collect(
    source: Source,
    fetcher: Fetcher,
    memory: Memory,
    bodies: Bodies,
    options: Mapping[str, str],
    progress: Progress = quiet,
    *,
    since: datetime | None = None,
    wanted: Iterable[Iterable[str]] = (),
) -> Iterator[Event]:
    """Everything the source has for us now; with `since`, of what is listed only what changed since then.

    `wanted` are documents that records of other sources named, for a source that takes such.

    Raises ValueError for options that the source does not take.
    """
    unknown = options.keys() - source.options.keys()
    if unknown:
        raise ValueError(f"{source.key} has no option {', '.join(sorted(unknown))}")
    waiting = deque(source.requests(options))
    if source.wanted is not None:
        waiting.extend(source.wanted(options, wanted))
    total, done = len(waiting), 0
    with Reader(source) as reader:
        while waiting:
            request = waiting.popleft()
            for event in _bring(source, request, fetcher, memory, bodies, reader, progress):
                if isinstance(event, Request):
                    if not (since and event.changed_at and event.changed_at < since):
                        waiting.append(event)
                        total += 1
                else:
                    yield event
            done += 1
            progress(source.key, done, total)


def _bring(
    source: Source,
    request: Request,
    fetcher: Fetcher,
    memory: Memory,
    bodies: Bodies,
    reader: Reader,
    progress: Progress,
) -> Iterator[Event | Request]:
    known = memory.known(request.url)
    if known and known.parser_version != source.parser_version:
        known = None  # the same bytes may now say more
    if known and request.changed_at and known.fetched_at >= request.changed_at:
        yield Unchanged(request.url)
        return
    try:
        document = fetcher.fetch(request, source, known)
    except FetchError as error:
        yield Problem(ProblemKind.FETCH, source.key, request.url, error.message, error.place)
        return
    if isinstance(document, NotModified):
        yield Unchanged(request.url)
        return
    try:
        if document.content_type not in source.content_types:
            raise DriftError(f"the content type is {document.content_type}", url=document.url)
        document = redacted(source, document)
        bodies.put(document.body, document.sha256)
        if document.content_type == "application/zip":
            with tempfile.TemporaryFile() as file:  # a file, for an archive may be large
                file.write(document.body)
                file.flush()
                document = replace(document, body=b"")
                yield from _members(source, document, file, memory, reader, progress)
        elif len(document.body) > source.maximum_member_bytes:
            raise DriftError(f"the document has {len(document.body)} bytes", url=document.url)
        else:
            yield from _harvest(source, document)
    except DriftError as error:
        yield _problem(source, document, error)


def redacted(source: Source, document: Document) -> Document:
    """The document without what is personal in it, for a source that says what that is. Doing it twice is harmless."""
    if source.redact is None:
        return document
    body = source.redact(document.body)
    return replace(document, body=body, sha256=sha256(body).hexdigest())


def _harvest(source: Source, document: Document) -> Iterator[Event | Request]:
    """The records of one document, all or none."""
    records: list[AnyRecord] = []
    requests: list[Request] = []
    for found in source.parse(document):
        if isinstance(found, Request):
            requests.append(found)
        else:
            records.append(found)
    if not records and not requests:
        raise DriftError("the document holds nothing that we read", url=document.url)
    yield Harvested(document, tuple(records))
    yield from requests


def _problem(source: Source, document: Document, error: DriftError) -> Problem:
    return Problem(ProblemKind.DRIFT, source.key, error.url or document.url, error.message, error.place)


def _members(
    source: Source, document: Document, file: IO[bytes], memory: Memory, reader: Reader, progress: Progress
) -> Iterator[Event]:
    """The members of an archive that changed since they were last stored: its own checksums say which."""
    archive = Archive(document, file)
    changed = archive.changed(memory.known_members(document.url), source.parser_version)
    is_complete = True
    for done, member in enumerate(reader.read(archive, changed), 1):
        if member.problem:
            is_complete = False
            yield Problem(ProblemKind.DRIFT, source.key, member.url, member.problem, member.place)
        else:
            found = Document(
                url=member.url, body=b"", content_type="application/xml", fetched_at=document.fetched_at,
                sha256=member.sha256, container=document.url, crc=member.crc,
            )  # fmt: skip
            yield Harvested(found, member.records)
        if done % 100 == 0:
            progress(document.url.rpartition("/")[2], done, len(changed))
    yield Listed(document, archive.urls, is_complete)


# --- can the run be believed? -----------------------------------------------------------------------


def count(tally: Tally, event: Event) -> None:
    """Add one event to the tally."""
    match event:
        case Harvested():
            tally.documents += 1
            tally.records.update(type(record).__name__ for record in event.records)
        case Unchanged():
            tally.unchanged += 1
        case Problem(kind=ProblemKind.DRIFT):
            tally.drifted += 1
        case Problem(kind=ProblemKind.FETCH):
            tally.failed += 1
        case _:
            pass


def judge(source: Source, tally: Tally) -> list[Problem]:
    """Why the whole run is not believed; empty when it is.

    The least number of records counts where anything of that kind came at all: an unchanged listing brings
    none and is healthy.
    """
    everything_came = not (tally.unchanged or tally.drifted or tally.failed)
    problems = [
        Problem(
            ProblemKind.SHORT, source.key, source.home_url,
            f"only {tally.records[kind]} records of kind {kind}, a healthy run has at least {least}",
        )
        for kind, least in source.healthy.minimum.items()
        if tally.records[kind] < least and (tally.records[kind] or everything_came)
    ]  # fmt: skip
    read = tally.documents + tally.drifted
    if tally.drifted > 1 and tally.drifted > source.healthy.bad_share * read:
        problems.append(Problem(
            ProblemKind.DRIFT, source.key, source.home_url,
            f"{tally.drifted} of {read} documents are not what the source promises",
        ))  # fmt: skip
    return problems


def shrunk(source: Source, listed: Listed, members_before: int) -> Problem | None:
    """A listing that lost many members is not believed: a publisher does not withdraw a fifth of its bills."""
    if len(listed.members) >= members_before * (1 - source.healthy.shrink_share):
        return None
    return Problem(
        ProblemKind.SHRUNK, source.key, listed.document.url,
        f"the archive has {len(listed.members)} members, last time {members_before}",
    )  # fmt: skip
