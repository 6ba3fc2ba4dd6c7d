"""One run of a source: fetch, check, parse. Yields what came, in order; the tracker decides what to keep.

A document that is not what the source promised is set aside with a problem that names it, and the run goes
on. Whether the run as a whole can be believed is judged at the end, by `judge`.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

import msgspec

from scrapers.bodies import Bodies
from scrapers.errors import DriftError, FetchError
from scrapers.records import AnyRecord
from scrapers.source import Document, Fetcher, Known, Memory, NotModified, Request, Source


class ProblemKind(StrEnum):
    """Why something a run brought was not used as it came."""

    FETCH = "fetch"
    DRIFT = "drift"
    SHORT = "short"
    SHRUNK = "shrunk"
    STALE = "stale"
    CRASH = "crash"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong, where, in words for a person. `place` is inside the document, where known."""

    kind: ProblemKind
    source: str
    document: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Harvested:
    """A document that could be read, and the records in it."""

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
Progress = Callable[[str, int, int], None]


def quiet(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


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
) -> Iterator[Event]:
    """Everything the source has for us now. Raises ValueError for options the source does not take."""
    unknown = options.keys() - source.options.keys()
    if unknown:
        raise ValueError(f"{source.key} has no option {', '.join(sorted(unknown))}")
    waiting = deque(source.requests(options))
    total, done = len(waiting), 0
    while waiting:
        request = waiting.popleft()
        for event in _bring(source, request, fetcher, memory, bodies, progress):
            if isinstance(event, Request):
                waiting.append(event)
                total += 1
            else:
                yield event
        done += 1
        progress(source.key, done, total)


def _bring(
    source: Source, request: Request, fetcher: Fetcher, memory: Memory, bodies: Bodies, progress: Progress
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
        bodies.put(document.body, document.sha256)
        if document.content_type == "application/zip":
            yield from _archive(source, document, memory, progress)
        else:
            yield from _harvest(source, document)
    except DriftError as error:
        yield _problem(source, document, error)


def _harvest(source: Source, document: Document) -> Iterator[Event | Request]:
    """The records of one document, all or none."""
    records: list[AnyRecord] = []
    requests: list[Request] = []
    for found in source.parse(document):
        if isinstance(found, Request):
            requests.append(found)
        else:
            records.append(found)
    yield Harvested(document, tuple(records))
    yield from requests


def _problem(source: Source, document: Document, error: DriftError) -> Problem:
    return Problem(ProblemKind.DRIFT, source.key, error.url or document.url, error.message, error.place)


# --- archives ---------------------------------------------------------------------------------------

MAXIMUM_MEMBERS = 100_000
_BATCH = 24


def _archive(
    source: Source, archive: Document, memory: Memory, progress: Progress
) -> Iterator[Event | Request]:
    """The members that changed since they were last stored: the archive's own checksums say which."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive.body)) as opened:
            infos = [info for info in opened.infolist() if not info.is_dir()]
            if not infos or len(infos) > MAXIMUM_MEMBERS:
                raise DriftError(f"the archive has {len(infos)} members", url=archive.url)
            known = memory.known_members(archive.url)
            changed = [info for info in infos if not _is_known(info, archive, known, source)]
            complete = True
            for done, found in enumerate(_read_ahead(source, archive, opened, changed), 1):
                try:
                    if isinstance(found, DriftError):
                        raise found
                    yield from _harvest(source, found)
                except DriftError as error:
                    complete = False
                    yield _problem(source, found if isinstance(found, Document) else archive, error)
                if done % 100 == 0:
                    progress(archive.url.rpartition("/")[2], done, len(changed))
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise DriftError(f"not a readable archive: {error}", url=archive.url) from error
    yield Listed(archive, frozenset(_member_url(archive, info) for info in infos), complete)


def _member_url(archive: Document, info: zipfile.ZipInfo) -> str:
    return f"{archive.url}#{info.filename}"


def _is_known(info: zipfile.ZipInfo, archive: Document, known: Mapping[str, Known], source: Source) -> bool:
    before = known.get(_member_url(archive, info))
    return before is not None and before.crc == info.CRC and before.parser_version == source.parser_version


def _read_ahead(
    source: Source, archive: Document, opened: zipfile.ZipFile, infos: Iterable[zipfile.ZipInfo]
) -> Iterator[Document | DriftError]:
    """Members in order, unpacked, hashed and decoded by a second thread while the first stores.

    All three are C code that lets other Python code run. A few small batches are under way at a time, so
    memory stays flat however large the archive.
    """

    def read(batch: list[zipfile.ZipInfo]) -> list[Document | DriftError]:
        return [_member(source, archive, opened, info) for info in batch]

    remaining = iter(infos)
    under_way: deque[Future[list[Document | DriftError]]] = deque()
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            while True:
                while len(under_way) < 3 and (batch := list(islice(remaining, _BATCH))):
                    under_way.append(pool.submit(read, batch))
                if not under_way:
                    return
                yield from under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()


def _member(
    source: Source, archive: Document, opened: zipfile.ZipFile, info: zipfile.ZipInfo
) -> Document | DriftError:
    url = _member_url(archive, info)
    if info.file_size > source.maximum_member_bytes:
        return DriftError(f"the member would unpack to {info.file_size} bytes", url=url)
    try:
        body = opened.read(info)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error) as error:
        return DriftError(f"the member cannot be unpacked: {error}", url=url)
    document = Document(
        url=url, body=body, content_type="application/xml", fetched_at=archive.fetched_at,
        sha256=hashlib.sha256(body).hexdigest(), container=archive.url, crc=info.CRC,
    )  # fmt: skip
    if source.read_ahead is not None:
        try:
            document.ahead.append(source.read_ahead(document))
        except DriftError as error:
            return error
    return document


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
