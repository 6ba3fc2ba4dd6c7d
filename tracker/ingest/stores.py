"""How each kind of record is stored, but for bills, which come by the ten thousand and have a path of their own.

A new kind of record is one function here below and one line in `STORES`; it takes a document's records of that
kind and says what became of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from scrapers import records
from tracker.changes import Draft
from tracker.ingest.arms_sales import store_notices
from tracker.ingest.assistance import store_figures
from tracker.ingest.audit_recommendations import Listed, store_audits
from tracker.ingest.people import store_committees, store_legislators, store_seats
from tracker.ingest.reports import store_reports
from tracker.ingest.texts import store_texts
from tracker.ingest.votes import name_senators, store_votes


class Storing(NamedTuple):
    """Where records go, which document they stand in, and when it is.

    `is_news` says of a record whether an item that we do not have yet would be news: not before its whole
    listing has been read once.
    """

    connection: Connection
    document_id: int
    now: datetime
    is_news: Callable[[records.AnyRecord], bool]


class Stored(NamedTuple):
    """What became of a document's records: rows that were new, differed or stood, and changes by item id.

    `left_out` counts records that cannot be stored yet, since what they point at is not here; the document is
    then asked for again. `problems` say in words what was stored and yet needs a person. `listed` is a list of open
    audit recommendations: what it has no more is known when the run is over.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left_out: int = 0
    drafts: Sequence[tuple[int, Draft]] = ()
    problems: Sequence[str] = ()
    listed: Listed | None = None


Store = Callable[[Storing, Sequence[Any]], Stored]

STORES: Mapping[type[records.Record], Store] = {
    records.Legislator: lambda to, found: _legislators(to, found),
    records.Committee: lambda to, found: Stored(*store_committees(to.connection, found, to.document_id)),
    records.CommitteeMembership: lambda to, found: _seats(to, found),
    records.BillText: lambda to, found: Stored(*store_texts(to.connection, found, to.document_id)),
    records.AssistanceFigure: lambda to, found: _figures(to, found),
    records.ArmsSaleNotice: lambda to, found: _notices(to, found),
    records.Report: lambda to, found: _reports(to, found),
    records.AuditRecommendation: lambda to, found: _audits(to, found),
    records.RollCall: lambda to, found: _votes(to, found),
}
"""By kind. Of a document with several kinds, those that stand first here are stored first."""


def store(to: Storing, found: Sequence[records.AnyRecord]) -> list[Stored]:
    """Store a document's records, kind by kind. Raises TypeError for a kind that has no store."""
    kinds = {type(record) for record in found}
    for kind in kinds - STORES.keys():
        raise TypeError(f"nothing stores a {kind.__name__}")
    return [
        put(to, [record for record in found if type(record) is kind])
        for kind, put in STORES.items()
        if kind in kinds
    ]


def _legislators(to: Storing, found: Sequence[records.Legislator]) -> Stored:
    tally = store_legislators(to.connection, found, to.document_id, to.now)
    name_senators(to.connection)
    return Stored(*tally)


def _votes(to: Storing, found: Sequence[records.RollCall]) -> Stored:
    outcome = store_votes(to.connection, found, to.document_id, to.now)
    return Stored(outcome.created, outcome.updated, outcome.unchanged, drafts=outcome.drafts)


def _seats(to: Storing, found: Sequence[records.CommitteeMembership]) -> Stored:
    tally, left_out = store_seats(to.connection, found)
    return Stored(*tally, left_out=left_out)


def _figures(to: Storing, found: Sequence[records.AssistanceFigure]) -> Stored:
    outcome = store_figures(to.connection, found, to.document_id)
    problems = [f"no country or region that we know: {place}" for place in outcome.unknown]
    return Stored(outcome.created, outcome.updated, outcome.unchanged, problems=problems)


def _notices(to: Storing, found: Sequence[records.ArmsSaleNotice]) -> Stored:
    outcome = store_notices(to.connection, found, to.document_id, to.now, to.is_news)
    return Stored(
        outcome.created, outcome.updated, outcome.unchanged, drafts=outcome.drafts, problems=outcome.problems
    )


def _audits(to: Storing, found: Sequence[records.AuditRecommendation]) -> Stored:
    outcome = store_audits(to.connection, found, to.document_id, to.now, to.is_news)
    return Stored(
        outcome.created, outcome.updated, outcome.unchanged, drafts=outcome.drafts, problems=outcome.problems,
        listed=outcome.listed,
    )  # fmt: skip


def _reports(to: Storing, found: Sequence[records.Report]) -> Stored:
    told = [(record, to.document_id) for record in found]
    outcome = store_reports(to.connection, told, to.now, to.is_news)
    drafts = [(item_id, draft) for item_id, draft, _ in outcome.drafts]
    return Stored(outcome.created, outcome.updated, outcome.unchanged, drafts=drafts)
