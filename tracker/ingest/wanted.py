"""The addresses that the store would like to have read, for sources that are asked for by others' records.

A source picks those that it knows how to read, see `Source.wanted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from sqlalchemy import Connection, Table, select

from tracker.ingest.texts import wanted_texts
from tracker.models import AuditRecommendation, Item, SourceDocument
from tracker.watchdogs.statuses import AuditStatus

ITEM = cast(Table, Item.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)


def wanted(connection: Connection, options: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The pages of reports and the texts of measures, each as the addresses of one document in its formats."""
    yield from wanted_pages(connection)
    yield from wanted_texts(connection, options)


def wanted_pages(connection: Connection) -> Iterator[tuple[str, ...]]:
    """The pages of reports of which a recommendation is no longer listed: they say whether it was closed, and how.

    Those that were never read come first, then those read longest ago, since a source may only ask for one.
    """
    pages = (
        select(ITEM.c.url, DOCUMENT.c.fetched_at)
        .join_from(AUDIT, ITEM, ITEM.c.id == AUDIT.c.id)
        .outerjoin(DOCUMENT, DOCUMENT.c.url == ITEM.c.url)
        .where(AUDIT.c.status == AuditStatus.NO_LONGER_LISTED)
        .distinct()
    )
    rows = connection.execute(pages).all()
    never, read = [row for row in rows if row.fetched_at is None], [row for row in rows if row.fetched_at]
    ordered = (
        *sorted(never, key=lambda row: row.url),
        *sorted(read, key=lambda row: (row.fetched_at, row.url)),
    )
    yield from ((row.url,) for row in ordered)
