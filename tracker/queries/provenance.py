"""Where a fact comes from: which source, which document, fetched when, and the checksum of its bytes."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

import msgspec
from sqlalchemy import Table

from scrapers.registry import all_sources
from tracker.models import SourceDocument
from tracker.queries.paging import AnyRow

DOCUMENT = cast(Table, SourceDocument.__table__)

COLUMNS = (
    DOCUMENT.c.source.label("document_source"),
    DOCUMENT.c.url.label("document_url"),
    DOCUMENT.c.fetched_at.label("document_fetched_at"),
    DOCUMENT.c.sha256.label("document_sha256"),
    DOCUMENT.c.fetched_until.label("document_fetched_until"),
)
"""What a select needs so that `provenance` can read its rows."""


class Provenance(msgspec.Struct, frozen=True):
    """The document that a fact stands in. `url` has the member after `#` where it came in an archive.

    `sha256` is of the document's bytes as fetched, in hexadecimal; `fetched_at` is UTC. Of a copy that came with the
    program `fetched_until` is the last day on which it may have been fetched, and `fetched_at` noon of the first.
    """

    source: str
    name: str
    publisher: str
    url: str
    fetched_at: datetime
    sha256: str
    fetched_until: date | None = None

    @property
    def document_url(self) -> str:
        """The document's own address: a member of an archive also lies beside the archive.

        Of a copy that only a mirror keeps it is where the publisher has the file today.
        """
        archive, mark, member = self.url.partition("#")
        if member.startswith("copy="):
            return archive
        return f"{archive.rpartition('/')[0]}/{member}" if mark else archive


def provenance(row: AnyRow) -> Provenance:
    """The provenance of a row that has COLUMNS."""
    source = all_sources().get(row.document_source)
    return Provenance(
        row.document_source,
        source.name if source else row.document_source,
        source.publisher if source else row.document_source,
        row.document_url,
        row.document_fetched_at,
        row.document_sha256,
        row.document_fetched_until,
    )
