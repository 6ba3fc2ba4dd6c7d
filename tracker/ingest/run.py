"""One run of a source, from the first request to the last row.

The run's facts are one transaction: killed at any moment it leaves nothing behind, and the next run does it
all. What could not be believed is rolled back too, and only the report of it is kept.
"""

from __future__ import annotations

import gc
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Engine, Table, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from scrapers import records
from scrapers.bodies import Bodies
from scrapers.collect import (
    Event,
    Harvested,
    Listed,
    Tally,
    collect,
    count,
    judge,
    shrunk,
)
from scrapers.problems import Problem, ProblemKind
from scrapers.progress import Progress, quiet
from scrapers.source import Document, Fetcher, Source
from tracker.changes import Draft
from tracker.db import exclusive, writing
from tracker.ingest.audit_listings import Listings
from tracker.ingest.bills import ITEM, Arrival, Outcome, Stored, read_bills, store_bills
from tracker.ingest.documents import BUNDLED, Arrived, Documents
from tracker.ingest.people import People
from tracker.ingest.reports import store_reports
from tracker.ingest.stores import Stored as StoredRecords
from tracker.ingest.stores import Storing, store
from tracker.ingest.text_news import newest_text, text_drafts
from tracker.ingest.texts import read_again
from tracker.ingest.wanted import wanted as wanted_addresses
from tracker.judgements import store_judgements
from tracker.linking.linker import packaged_content
from tracker.models import Change, Collection, Status

CHANGE = cast(Table, Change.__table__)
COLLECTION = cast(Table, Collection.__table__)

_BATCH = 60


class Report(msgspec.Struct):
    """What a run did, as `collect --json` prints it."""

    source: str
    status: Status
    documents: int = 0
    records: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    changes: int = 0
    held: int = 0
    held_because: str | None = None
    problems: list[Problem] = msgspec.field(default_factory=list)
    seconds: float = 0.0

    @property
    def needs_a_person(self) -> bool:
        return self.status in (Status.QUARANTINED, Status.FAILED)


class _DisbelievedError(Exception):
    """Rolls the transaction back; the report says why."""


def ingest(
    engine: Engine,
    source: Source,
    fetcher: Fetcher,
    bodies: Bodies,
    options: Mapping[str, str],
    now: Callable[[], datetime],
    progress: Progress = quiet,
    *,
    since: datetime | None = None,
) -> Report:
    """Collect a source and store what it brought. Never raises for what the source did."""
    began = time.monotonic()
    started_at = now()
    with writing(engine) as connection:
        collection_id = connection.execute(
            insert(COLLECTION).returning(COLLECTION.c.id).values(
                source=source.key, parser_version=source.parser_version, options=dict(options),
                started_at=started_at, status=Status.RUNNING,
            )
        ).scalar_one()  # fmt: skip
    report = Report(source.key, Status.OK)
    try:
        with _calm_collector(), writing(engine) as connection, exclusive(connection, f"collect {source.key}"):
            run = _Run(connection, source, collection_id, started_at, report)
            if source.wanted:
                read_again(connection)
                run.texts_before = newest_text(connection)
            wanted = wanted_addresses(connection, options) if source.wanted else ()
            for event in collect(
                source, fetcher, run.documents, bodies, options, progress, since=since, wanted=wanted
            ):
                run.take(event)
            bodies.settle()
            run.finish()
            report.seconds = round(time.monotonic() - began, 3)
            _close(connection, collection_id, report, now())
    except _DisbelievedError:
        _close_alone(engine, collection_id, report, now(), began, Status.QUARANTINED)
    except Exception as error:  # noqa: BLE001  # the boundary: one failing source never stops the rest
        where = traceback.extract_tb(error.__traceback__)[-1]
        report.problems.append(Problem(
            ProblemKind.CRASH, source.key, source.home_url, f"{type(error).__name__}: {_first_line(error)}",
            f"{where.name}, line {where.lineno}",
        ))  # fmt: skip
        _close_alone(engine, collection_id, report, now(), began, Status.FAILED)
    return report


def _first_line(error: Exception) -> str:
    """A database's error carries its statement and all its values behind the first line."""
    return str(error).partition("\n")[0][:300]


@contextmanager
def _calm_collector() -> Iterator[None]:
    """Records hold no cycles; looking for some among half a million of them costs a tenth of a run."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _close_alone(
    engine: Engine, collection_id: int, report: Report, at: datetime, began: float, status: Status
) -> None:
    """Nothing of the run is kept but its report."""
    report.status = status
    report.created = report.updated = report.unchanged = report.stale = report.changes = report.held = 0
    report.seconds = round(time.monotonic() - began, 3)
    with writing(engine) as connection:
        _close(connection, collection_id, report, at)


def _close(connection: Connection, collection_id: int, report: Report, at: datetime) -> None:
    values = {
        field: getattr(report, field)
        for field in ("status", "documents", "records", "created", "updated", "unchanged", "stale",
                      "changes", "held", "held_because")
    }  # fmt: skip
    connection.execute(
        update(COLLECTION).where(COLLECTION.c.id == collection_id)
        .values(**values, problems=tuple(report.problems[:200]), finished_at=at)
    )  # fmt: skip


class _Run:
    """Takes a collection's events into rows."""

    def __init__(
        self, connection: Connection, source: Source, collection_id: int, now: datetime, report: Report
    ) -> None:
        self.documents = Documents(connection, source.key, source.parser_version)
        self._connection = connection
        self._source = source
        self._collection_id = collection_id
        self._now = now
        self._report = report
        self._tally = Tally()
        self._people = People(connection, now)
        self._bills: list[tuple[Document, records.Bill]] = []
        self._reports: list[Harvested] = []
        self._containers: dict[str, int] = {}
        self._known_listings: dict[str, bool] = {}
        self._indexes: list[int] = []
        self._listings = Listings(connection)
        self._doubted = 0
        self.texts_before: int | None = None

    def take(self, event: Event) -> None:
        count(self._tally, event)
        match event:
            case Harvested(document, found) if found and isinstance(found[0], records.Bill):
                if document.container is None:
                    self._is_news(found[0])
                elif document.container not in self._containers:
                    self._open_container(event)
                self._bills += [(document, bill) for bill in found if isinstance(bill, records.Bill)]
                if len(self._bills) >= _BATCH:
                    self._flush()
            case Harvested(document, found) if found and all(type(one) is records.Report for one in found):
                self._is_news(found[0])
                if any(document.url == before.document.url for before in self._reports):
                    self._flush_reports()
                self._reports.append(event)
                if len(self._reports) >= _BATCH:
                    self._flush_reports()
            case Harvested():
                self._flush_reports()
                self._store(event)
            case Listed():
                self._flush()
                self._close_container(event)
            case Problem():
                self._report.problems.append(event)
            case _:
                pass

    def finish(self) -> None:
        """Store the rest, decide whether to believe the run, and whether its changes wait for a person."""
        self._flush()
        self._flush_reports()
        report, tally = self._report, self._tally
        report.documents = tally.documents
        report.records = tally.records.total()
        reasons = judge(self._source, tally)
        report.problems[:0] = reasons  # first, for only so many are kept
        if tally.failed or tally.drifted:  # ask again for the lists that named what did not come
            self.documents.drop_validators(self._indexes)
        if reasons or any(problem.kind is ProblemKind.SHRUNK for problem in report.problems):
            raise _DisbelievedError
        if not tally.failed and tally.drifted == self._doubted:  # every document could be read
            self._close_listings()
        if tally.drifted:
            report.status = Status.QUARANTINED
        elif tally.failed and not tally.documents and not tally.unchanged:
            report.status = Status.FAILED
        elif not (report.created or report.updated):
            report.status = Status.UNCHANGED
        if report.created:
            store_judgements(self._connection, packaged_content())
        if self.texts_before is not None:
            drafts = text_drafts(self._connection, self.texts_before)
            self._write_changes(
                [(item_id, draft, document_id, False) for item_id, draft, document_id in drafts]
            )
        self._hold()

    # --- bills ---

    def _flush(self) -> None:
        """Store the bills gathered so far; of several files of one bill, and of what we hold, the newest counts."""
        if not self._bills:
            return
        gathered, self._bills = self._bills, []
        keys = [bill.key for _, bill in gathered]
        held = read_bills(self._connection, keys)
        newest = {key: one.told.bill.updated_at for key, one in held.items()}
        for key, (_, bill) in zip(keys, gathered, strict=True):
            newest[key] = max(bill.updated_at, newest.get(key, bill.updated_at))
        fresh: list[tuple[Document, records.Bill]] = []
        stale: list[tuple[Document, records.Bill]] = []
        for key, found in zip(keys, gathered, strict=True):
            (stale if found[1].updated_at < newest[key] else fresh).append(found)
        self._put_aside(stale, held)
        ids = self.documents.store_all([self._arrived(document, bill) for document, bill in fresh])
        arrivals = {
            bill.key: Arrival(bill, document_id, self._is_news(bill))
            for (_, bill), document_id in zip(fresh, ids, strict=True)
        }
        outcomes = store_bills(self._connection, list(arrivals.values()), held, self._people, self._now)
        verdicts = Counter(outcome.verdict for outcome in outcomes)
        self._report.created += verdicts["created"]
        self._report.updated += verdicts["updated"]
        self._report.unchanged += verdicts["unchanged"]
        self._declare(outcomes, held)

    def _put_aside(self, stale: Sequence[tuple[Document, records.Bill]], held: Mapping[str, Stored]) -> None:
        """Files older than what we hold: noted, remembered so as not to be read again, and not used.

        The document that newer facts rest on keeps its checksum: an older copy must not pass for the evidence.
        """
        stored = self.documents.ids([document.url for document, _ in stale])
        evidence = {one.document_id for one in held.values()}
        self.documents.store_all([
            self._arrived(document, bill)
            for document, bill in stale if stored.get(document.url) not in evidence
        ])  # fmt: skip
        listed_again = [
            held[bill.key].item_id
            for document, bill in stale
            if document.container and bill.key in held and held[bill.key].missing_since
        ]
        if listed_again:
            self._connection.execute(
                update(ITEM).where(ITEM.c.id.in_(listed_again)).values(missing_since=None)
            )
        self._report.stale += len(stale)
        self._report.problems += [
            Problem(ProblemKind.STALE, self._source.key, document.url,
                    f"{bill.key}: older than what we hold, so it was not used")
            for document, bill in stale
        ]  # fmt: skip

    def _arrived(self, document: Document, bill: records.Bill) -> Arrived:
        return Arrived(document, self._containers.get(document.container or ""), f"bill:{bill.key}")

    def _is_news(self, record: records.AnyRecord) -> bool:
        """A new item is news once its whole listing has been read before; until then it is history."""
        if self._source.listing is None:
            return False
        listing = self._source.listing(record)
        if listing not in self._known_listings:
            self._known_listings[listing] = self.documents.known(listing) is not None
        return self._known_listings[listing]

    def _declare(self, outcomes: Sequence[Outcome], held: Mapping[str, Stored]) -> None:
        """Write the changes; one that is already in the ledger stays as it was.

        What a new parser sees in a bill that an older one had read is held: it may be the parser that changed.
        """
        reread = {
            key
            for key, one in held.items()
            if one.parser_version not in (BUNDLED, self._source.parser_version)
        }
        self._write_changes([
            (outcome.item_id, draft, outcome.document_id, outcome.key in reread)
            for outcome in outcomes
            for draft in outcome.drafts
        ])  # fmt: skip

    def _write_changes(self, found: Sequence[tuple[int, Draft, int, bool]]) -> None:
        """Into the ledger: item, change, the document that says so, and whether it waits for a person."""
        rows = [
            {
                "item_id": item_id,
                "kind": draft.kind,
                "natural_key": draft.natural_key,
                "occurred_on": draft.occurred_on,
                "first_seen_at": self._now,
                "old": draft.old,
                "new": draft.new,
                "document_id": document_id,
                "collection_id": self._collection_id,
                "held": is_held,
            }
            for item_id, draft, document_id, is_held in found
        ]
        if rows:
            dialect: Any = postgresql if self._connection.dialect.name == "postgresql" else sqlite
            written = self._connection.execute(
                dialect.insert(CHANGE).on_conflict_do_nothing(
                    index_elements=["item_id", "kind", "natural_key"]
                ).returning(CHANGE.c.held),
                rows,
            )  # fmt: skip
            for is_held in written.scalars():
                self._report.held += is_held
                self._report.changes += not is_held

    def _hold(self) -> None:
        """Say why changes wait for a person; more of them than a normal day brings all wait."""
        report, normal_day = self._report, self._source.healthy.normal_day
        if report.held:
            report.held_because = f"read anew by parser version {self._source.parser_version}"
        if report.changes + report.held > normal_day:
            brought = report.changes + report.held
            report.held_because = f"{brought} changes, a normal day brings at most {normal_day}"
            self._connection.execute(
                update(CHANGE).where(CHANGE.c.collection_id == self._collection_id).values(held=True)
            )
            report.held, report.changes = brought, 0

    # --- archives ---

    def _open_container(self, first: Harvested) -> None:
        """The archive needs a row before its members; it becomes a known listing only when read to its end."""
        container = first.document.container
        assert container is not None
        self._is_news(first.records[0])
        known = self.documents.ids([container])
        self._containers[container] = known.get(container) or self.documents.reserve(
            container, first.document
        )

    def _close_container(self, listed: Listed) -> None:
        url = listed.document.url
        members_before = self.documents.members_before(url)
        container_id = self.documents.store(listed.document, validators=listed.is_complete)
        problem = shrunk(self._source, listed, members_before)
        if problem:
            self._report.problems.append(problem)
            return
        gone = self.documents.forget_members(container_id, listed.members)
        if gone:
            self._connection.execute(
                update(ITEM).where(ITEM.c.key.in_(gone), ITEM.c.missing_since.is_(None))
                .values(missing_since=self._now)
            )  # fmt: skip

    # --- everything else ---

    def _store(self, harvested: Harvested) -> None:
        """A document of any other kind of record."""
        found = harvested.records
        if found:
            for first in {type(record): record for record in reversed(found)}.values():
                self._is_news(first)
        else:  # a listing that only names documents: what they hold is news if it was read in an earlier run
            url = harvested.document.url
            self._known_listings.setdefault(url, self.documents.known(url) is not None)
        document_id = self.documents.store(harvested.document)
        if not found:
            self._indexes.append(document_id)
            return
        for stored in store(Storing(self._connection, document_id, self._now, self._is_news), found):
            self._take_stored(stored, harvested.document.url, document_id)

    def _flush_reports(self) -> None:
        """Store the documents gathered so far that tell of reports, which may come one a document, together."""
        if not self._reports:
            return
        gathered, self._reports = self._reports, []
        ids = self.documents.store_all([Arrived(harvested.document) for harvested in gathered])
        told = [
            (cast(records.Report, record), document_id)
            for harvested, document_id in zip(gathered, ids, strict=True)
            for record in harvested.records
        ]
        outcome = store_reports(self._connection, told, self._now, self._is_news)
        self._report.created += outcome.created
        self._report.updated += outcome.updated
        self._report.unchanged += outcome.unchanged
        self._write_changes([(*draft, False) for draft in outcome.drafts])

    def _take_stored(self, stored: StoredRecords, url: str, document_id: int) -> None:
        """Count what became of a document's records of one kind, and write the changes."""
        if stored.left_out or stored.problems:  # what they point at may come tomorrow
            self.documents.drop_validators([document_id])
        self._doubt(stored.problems, url)
        if stored.listed is not None:
            self._listings.add(stored.listed)
        self._report.created += stored.created
        self._report.updated += stored.updated
        self._report.unchanged += stored.unchanged
        self._write_changes([(item_id, draft, document_id, False) for item_id, draft in stored.drafts])

    def _doubt(self, problems: Sequence[str], url: str) -> None:
        """What was stored and yet is not what the source promised."""
        if problems:
            self._doubted += 1
            self._tally.drifted += 1
            self._report.problems += [
                Problem(ProblemKind.DRIFT, self._source.key, url, words) for words in problems
            ]

    def _close_listings(self) -> None:
        """What lists that were read whole have no more. One that lost too much is read again."""
        gone, problems = self._listings.close(self._now)
        self._write_changes([(item_id, draft, document_id, False) for item_id, draft, document_id in gone])
        self._report.updated += len(gone)
        if problems:
            self._doubt(problems, self._source.home_url)
            self.documents.drop_validators(self._listings.documents)
