"""The addresses that the store would like to have read, for sources that are asked for by others' records.

A source picks those that it knows how to read, see `Source.wanted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from sqlalchemy import Connection, Table, literal, select

from scrapers.problems import ProblemKind
from scrapers.sources.crs_reports import LIST
from tracker.ingest.texts import wanted_texts
from tracker.ingest.votes import wanted_votes
from tracker.linking.evidence import SCOPE
from tracker.models import AuditRecommendation, Collection, Item, Link, Report, SourceDocument
from tracker.watchdogs.statuses import AuditStatus

ITEM = cast(Table, Item.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)
COLLECTION = cast(Table, Collection.__table__)
REPORT = cast(Table, Report.__table__)
LINK = cast(Table, Link.__table__)

_LAST_RUNS = 100


def wanted(connection: Connection, options: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Pages of reports, texts of measures, their roll calls: each as the addresses of one document in its formats."""
    yield from wanted_pages(connection)
    yield from wanted_details(connection)
    yield from wanted_texts(connection, options)
    yield from wanted_votes(connection, options)


def wanted_pages(connection: Connection) -> Iterator[tuple[str, ...]]:
    """The pages of reports of which a recommendation is no longer listed: they say whether it was closed, and how.

    Those that were never read come first, then those read longest ago, since a source may only ask for one. One that
    did not come when it was last asked for stands behind the others of its kind.
    """
    pages = (
        select(ITEM.c.url, DOCUMENT.c.fetched_at)
        .join_from(AUDIT, ITEM, ITEM.c.id == AUDIT.c.id)
        .outerjoin(DOCUMENT, DOCUMENT.c.url == ITEM.c.url)
        .where(AUDIT.c.status == AuditStatus.NO_LONGER_LISTED)
        .distinct()
    )
    rows = connection.execute(pages).all()
    refused = _refused(connection)
    never, read = [row for row in rows if row.fetched_at is None], [row for row in rows if row.fetched_at]
    ordered = (
        *sorted(never, key=lambda row: (refused.get(row.url, 0), row.url)),
        *sorted(read, key=lambda row: (row.fetched_at, row.url)),
    )
    yield from ((row.url,) for row in ordered)


def _refused(connection: Connection) -> dict[str, int]:
    """Addresses that did not come in one of the last runs of any source, with the newest such run."""
    runs = select(COLLECTION.c.id, COLLECTION.c.problems).order_by(COLLECTION.c.id.desc()).limit(_LAST_RUNS)
    found: dict[str, int] = {}
    for run_id, problems in connection.execute(runs):
        for problem in problems:
            if problem.kind is ProblemKind.FETCH:
                found.setdefault(problem.document, run_id)
    return found


def wanted_details(connection: Connection) -> Iterator[tuple[str, ...]]:
    """The pages of CRS reports in scope of which the summary was not read since they changed, the newest first."""
    detail = literal(f"{LIST}/") + REPORT.c.number + literal("?format=json")
    pages = (
        select(ITEM.c.url)
        .join_from(REPORT, ITEM, ITEM.c.id == REPORT.c.id)
        .join(LINK, (LINK.c.item_id == ITEM.c.id) & (LINK.c.target == SCOPE) & LINK.c.is_shown)
        .outerjoin(DOCUMENT, DOCUMENT.c.url == detail)
        .where(
            REPORT.c.watchdog == "crs",
            DOCUMENT.c.id.is_(None) | (DOCUMENT.c.fetched_at < ITEM.c.changed_at),
        )
        .order_by(REPORT.c.public_on.desc(), ITEM.c.id)
    )
    yield from ((url,) for url in connection.execute(pages).scalars())
