"""What we remember of documents: the runner's memory, and where facts came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Table, func, select, update

from scrapers.source import Document, Known
from tracker.bulk import allocate_ids, insert_rows
from tracker.models import SourceDocument

DOCUMENT = cast(Table, SourceDocument.__table__)
BUNDLED = 0
"""The `parser_version` of a document known only from the bundled facts: it was not fetched here."""
_KNOWN = (
    DOCUMENT.c.sha256, DOCUMENT.c.fetched_at, DOCUMENT.c.parser_version, DOCUMENT.c.etag,
    DOCUMENT.c.last_modified, DOCUMENT.c.crc,
)  # fmt: skip


class Arrived(NamedTuple):
    """A document to store, the row of the archive it stands in, and the key of the item it is about.

    `until` is the last day on which it may have been fetched, where the instant is not known.
    """

    document: Document
    container_id: int | None = None
    about: str | None = None
    until: date | None = None


class Documents:
    """The documents of one source within one transaction. Also the `Memory` that a collection reads."""

    def __init__(self, connection: Connection, source: str, parser_version: int) -> None:
        self._connection = connection
        self._source = source
        self._parser_version = parser_version

    def known(self, url: str) -> Known | None:
        row = self._connection.execute(
            select(*_KNOWN).where(DOCUMENT.c.url == url, DOCUMENT.c.parser_version != BUNDLED)
        ).one_or_none()
        return None if row is None else _known(tuple(row))

    def known_members(self, container: str) -> Mapping[str, Known]:
        inner = select(DOCUMENT.c.id).where(DOCUMENT.c.url == container).scalar_subquery()
        rows = self._connection.execute(
            select(DOCUMENT.c.url, *_KNOWN).where(
                DOCUMENT.c.container_id == inner, DOCUMENT.c.parser_version != BUNDLED
            )
        )
        return {row.url: _known(tuple(row[1:])) for row in rows}

    def ids(self, urls: list[str]) -> dict[str, int]:
        """The ids of those addresses that are stored."""
        rows = self._connection.execute(select(DOCUMENT.c.url, DOCUMENT.c.id).where(DOCUMENT.c.url.in_(urls)))
        return {row.url: row.id for row in rows}

    def reserve(self, container: str, member: Document) -> int:
        """A row for an archive that is still being read, for its members to point at."""
        whole = Document(container, b"", "application/zip", member.fetched_at, sha256="")
        return self.store(whole, validators=False)

    def members_before(self, container: str) -> int:
        """How many members the archive had when it was last read to its end."""
        inner = select(DOCUMENT.c.id).where(DOCUMENT.c.url == container, DOCUMENT.c.sha256 != "")
        return self._connection.execute(
            select(func.count(DOCUMENT.c.crc)).where(DOCUMENT.c.container_id == inner.scalar_subquery())
        ).scalar_one()

    def forget_members(self, container_id: int, listed: frozenset[str]) -> list[str]:
        """The items of stored members that the archive no longer has; their checksums are forgotten."""
        rows = self._connection.execute(
            select(DOCUMENT.c.url, DOCUMENT.c.id, DOCUMENT.c.about).where(
                DOCUMENT.c.container_id == container_id, DOCUMENT.c.crc.is_not(None)
            )
        )
        gone = [row for row in rows if row.url not in listed]
        if gone:
            ids = [row.id for row in gone]
            self._connection.execute(update(DOCUMENT).where(DOCUMENT.c.id.in_(ids)).values(crc=None))
        return [row.about for row in gone if row.about]

    def store_all(self, documents: Sequence[Arrived]) -> list[int]:
        """The ids of the documents, stored or brought up to date, in order."""
        stored = self.ids([arrived.document.url for arrived in documents])
        missing = sum(arrived.document.url not in stored for arrived in documents)
        fresh = iter(allocate_ids(self._connection, DOCUMENT, missing))
        ids, rows = [], []
        for arrived in documents:
            known_id = stored.get(arrived.document.url)
            values = self._values(arrived)
            if known_id is None:
                known_id = next(fresh)
                rows.append((known_id, *values.values()))
            else:
                self._connection.execute(update(DOCUMENT).where(DOCUMENT.c.id == known_id).values(**values))
            ids.append(known_id)
        insert_rows(self._connection, DOCUMENT, rows)
        return ids

    def store(self, document: Document, *, validators: bool = True) -> int:
        """One document; without validators it will be asked for again, because something in it failed."""
        (stored_id,) = self.store_all([Arrived(document)])
        if not validators:
            self.drop_validators([stored_id])
        return stored_id

    def drop_validators(self, ids: Sequence[int]) -> None:
        """Have these documents fetched anew next time, even if their publisher says they did not change."""
        self._connection.execute(
            update(DOCUMENT).where(DOCUMENT.c.id.in_(ids)).values(etag=None, last_modified=None)
        )

    def _values(self, arrived: Arrived) -> dict[str, object]:
        document = arrived.document
        return {
            "source": self._source,
            "url": document.url,
            "container_id": arrived.container_id,
            "sha256": document.sha256,
            "crc": document.crc,
            "etag": document.etag,
            "last_modified": document.last_modified,
            "fetched_at": document.fetched_at,
            "parser_version": self._parser_version,
            "about": arrived.about,
            "fetched_until": arrived.until,
        }


def _known(row: Sequence[Any]) -> Known:
    sha256, fetched_at, parser_version, etag, last_modified, crc = row
    return Known(sha256, fetched_at, parser_version, etag, last_modified, crc)
