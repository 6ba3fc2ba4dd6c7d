"""What a run will ask of the world, asked before its transaction begins.

A run stores everything in one transaction, and SQLite has one writer: were documents fetched inside it, at a
publisher's pace, nobody else could write for minutes. So over the network a run is gone through twice. The first time
asks the publisher and remembers each answer, its bytes in the evidence locker; the second finds them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from scrapers.bodies import Bodies
from scrapers.collect import collect, redacted
from scrapers.errors import FetchError
from scrapers.progress import Progress, quiet
from scrapers.source import Document, Fetcher, Known, NotModified, Request, Source
from tracker.ingest.documents import Documents
from tracker.ingest.wanted import wanted as wanted_addresses

Answer = Document | NotModified | FetchError


class FetchedAhead:
    """A fetcher that answers from what it was told before, and asks the world only for what it was not."""

    def __init__(self, world: Fetcher, bodies: Bodies) -> None:
        self._world = world
        self._bodies = bodies
        self._answers: dict[tuple[str, str | None], Answer] = {}

    def fetch(self, request: Request, source: Source, known: Known | None) -> Document | NotModified:
        """The document, or word that `known` still holds. Raises FetchError."""
        asked = request.url, known.etag if known else None
        if asked in self._answers:
            return self._again(self._answers[asked])
        try:
            answer = self._world.fetch(request, source, known)
        except FetchError as error:
            self._answers[asked] = error
            raise
        if isinstance(answer, Document):
            answer = redacted(source, answer)
            self._bodies.put(answer.body, answer.sha256)
            self._answers[asked] = replace(answer, body=b"")
        else:
            self._answers[asked] = answer
        return answer

    def _again(self, answer: Answer) -> Document | NotModified:
        if isinstance(answer, FetchError):
            raise answer
        if isinstance(answer, Document):
            return replace(answer, body=self._bodies.get(answer.sha256))
        return answer


def fetched_ahead(
    engine: Engine,
    source: Source,
    world: Fetcher,
    bodies: Bodies,
    options: Mapping[str, str],
    progress: Progress = quiet,
    *,
    since: datetime | None = None,
) -> FetchedAhead:
    """A fetcher that has everything this run will ask for, fetched without holding the database."""
    ahead = FetchedAhead(world, bodies)
    wanted: tuple[tuple[str, ...], ...] = ()
    if source.wanted:
        with engine.connect() as connection:
            wanted = tuple(wanted_addresses(connection, options))
    memory = _Memory(engine, source)
    for _event in collect(source, ahead, memory, bodies, options, progress, since=since, wanted=wanted):
        pass
    return ahead


class _Memory:
    """The memory of earlier runs, a short look each: no transaction stays open while a publisher thinks."""

    def __init__(self, engine: Engine, source: Source) -> None:
        self._engine = engine
        self._source = source

    def known(self, url: str) -> Known | None:
        with self._engine.connect() as connection:
            return Documents(connection, self._source.key, self._source.parser_version).known(url)

    def known_members(self, container: str) -> Mapping[str, Known]:
        with self._engine.connect() as connection:
            return Documents(connection, self._source.key, self._source.parser_version).known_members(
                container
            )
