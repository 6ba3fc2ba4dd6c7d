"""From a file of facts to rows: what is missing is added, what is there stays.

Loaded facts are a baseline: they make no changes. Bills go through the code that a collection uses. Every
source with something new gets a Collection row of its own, with `options` {"snapshot": the file's name,
"as_of": when those facts were taken, "until": the last day on which that may have been}; its `finished_at` is
when they were loaded here. Nothing was fetched: the documents are marked `BUNDLED`, so that the first real
collection reads them all, and what it then finds in a listing for the first time is history and no news.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

from msgspec.structs import astuple
from sqlalchemy import Connection, Engine, Select, Table, Text, exists, insert, select, type_coerce
from sqlalchemy.exc import DBAPIError

from scrapers import records
from scrapers import source as scraped
from tracker.bulk import insert_rows
from tracker.changes import Told
from tracker.config import PROJECT
from tracker.db import exclusive, writing
from tracker.ingest.arms_sales import store_notices
from tracker.ingest.assistance import RELEASE, Release, store_release
from tracker.ingest.audit_recommendations import create_bundled
from tracker.ingest.bills import ITEM, Arrival, create_bills, tell_again
from tracker.ingest.documents import BUNDLED, DOCUMENT, Arrived, Documents
from tracker.ingest.people import COMMITTEE, LEGISLATOR, SEAT, TERM, People
from tracker.ingest.reports import Known, create_known, store_reports
from tracker.ingest.texts import TEXT, store_facts
from tracker.ingest.votes import VOTE, store_votes
from tracker.models import ArmsSaleDocument, Status
from tracker.models import Collection as Run
from tracker.snapshot import facts, watchdogs
from tracker.snapshot.errors import SnapshotError
from tracker.snapshot.texts import provision_of
from tracker.snapshot.votes import roll_call_of
from tracker.watchdogs.names import AUDIT, REPORT

COLLECTION = cast(Table, Run.__table__)
SALE_DOCUMENT = cast(Table, ArmsSaleDocument.__table__)
BUNDLE = PROJECT / "content" / "snapshot"
_BATCH = 100


class Bundled(NamedTuple):
    """What a source owes to a file of facts, for the status page."""

    source: str
    file: str
    as_of: datetime
    loaded_at: datetime


def ensure_bundled(engine: Engine, now: datetime, folder: Path = BUNDLE) -> list[facts.Summary]:
    """At first start: load every file of the folder into a database that has no items. Else do nothing."""
    with engine.connect() as connection:
        if connection.execute(select(exists().select_from(ITEM))).scalar_one():
            return []
    files = sorted((*folder.glob("*.jsonl"), *folder.glob("*.jsonl.zst")))
    return [load(engine, file, now) for file in files]


def load(engine: Engine, path: Path, now: datetime) -> facts.Summary:
    """Add what the file has and the database has not, in one transaction. Raises SnapshotError."""
    found = facts.read(path)
    try:
        with writing(engine) as connection, exclusive(connection, "snapshot load"):
            return _Loading(connection, found, path.name, now).run()
    except DBAPIError as error:
        raise SnapshotError(f"the database refused it: {error.orig}", file=path.name) from error


def bundled(connection: Connection) -> list[Bundled]:
    """What was loaded from files of facts, oldest load first."""
    rows = connection.execute(
        select(COLLECTION)
        .where(type_coerce(COLLECTION.c.options, Text).contains('"snapshot"'))
        .order_by(COLLECTION.c.id)
    )
    return [
        Bundled(
            row.source, row.options["snapshot"], datetime.fromisoformat(row.options["as_of"]), row.finished_at
        )
        for row in rows
    ]


class _Loading:
    """One file on its way into one database."""

    def __init__(self, connection: Connection, found: facts.Facts, file: str, now: datetime) -> None:
        self._connection = connection
        self._facts = found
        self._file = file
        self._now = now
        self._fetched = self._listings_fetched()
        self._ids: dict[str, int] = {}

    def run(self) -> facts.Summary:
        legislators = self._new_legislators()
        committees = self._new_committees()
        seats = self._new_seats(legislators, committees)
        bills = self._new_bills()
        releases = self._new_releases()
        assistance = [line for lines in releases.values() for line in lines]
        arms_sales = self._new_arms_sales()
        texts = self._new_texts()
        reports = self._new_reports()
        audits = self._new_audits(reports)
        votes = self._new_votes()
        added: list[facts.Fact] = [
            *legislators, *committees, *seats, *bills, *assistance, *arms_sales, *texts, *reports, *audits,
            *votes,
        ]  # fmt: skip
        documents = self._add_documents(
            {line.document for line in added} | {line.listed_in for line in audits if line.listed_in}
        )
        self._add_legislators(legislators)
        self._add_committees(committees)
        insert_rows(
            self._connection, SEAT, [(s.committee, s.bioguide, s.side, s.rank, s.title) for s in seats]
        )
        for start in range(0, len(bills), _BATCH):
            self._add_bills(bills[start : start + _BATCH])
        for url, lines in releases.items():
            self._add_release(url, lines)
        self._add_arms_sales(arms_sales)
        self._add_texts(texts)
        self._add_reports(reports)
        create_bundled(self._connection, list(watchdogs.audits_of(audits, self._ids)), self._now)
        self._add_votes(votes)
        self._add_collections(added, documents)
        counts = Counter(line.kind for line in (*documents, *added))
        written = self._facts.header.counts
        return facts.Summary(
            self._file,
            self._facts.header.as_of,
            {kind: counts[kind] for kind in written},
            {kind: count - counts[kind] for kind, count in written.items()},
        )

    # --- what is missing ---

    def _listings_fetched(self) -> frozenset[str]:
        """Listings that a collection has read here: whom they no longer name must not come back."""
        return self._stored(
            select(DOCUMENT.c.url).where(
                DOCUMENT.c.parser_version != BUNDLED, DOCUMENT.c.container_id.is_(None)
            )
        )

    def _stored(self, query: Select[Any]) -> frozenset[Any]:
        return frozenset(self._connection.execute(query).scalars())

    def _new_legislators(self) -> list[facts.Legislator]:
        stored = self._stored(select(LEGISLATOR.c.bioguide))
        return [
            person
            for person in self._facts.legislators
            if person.bioguide not in stored and person.document not in self._fetched
        ]

    def _new_committees(self) -> list[facts.Committee]:
        stored = self._stored(select(COMMITTEE.c.code))
        return [
            committee
            for committee in self._facts.committees
            if committee.code not in stored and committee.document not in self._fetched
        ]

    def _new_seats(
        self, legislators: Iterable[facts.Legislator], committees: Iterable[facts.Committee]
    ) -> list[facts.Seat]:
        """Seats whose two ends are there, or about to be."""
        people = self._stored(select(LEGISLATOR.c.bioguide)) | {person.bioguide for person in legislators}
        codes = self._stored(select(COMMITTEE.c.code)) | {committee.code for committee in committees}
        stored = {tuple(row) for row in self._connection.execute(select(SEAT.c.committee, SEAT.c.bioguide))}
        return [
            seat
            for seat in self._facts.seats
            if seat.key not in stored
            and seat.document not in self._fetched
            and seat.bioguide in people
            and seat.committee in codes
        ]

    def _new_bills(self) -> list[facts.Bill]:
        stored = self._stored(select(ITEM.c.key).where(ITEM.c.kind == "bill"))
        return [bill for bill in self._facts.bills if f"bill:{record_of(bill).key}" not in stored]

    def _new_releases(self) -> dict[str, list[facts.Assistance]]:
        """By document, the lines of releases that are not stored."""
        stored = {
            (row.url, row.sha256) for row in self._connection.execute(select(RELEASE.c.url, RELEASE.c.sha256))
        }
        found: dict[str, list[facts.Assistance]] = defaultdict(list)
        for line in self._facts.assistance:
            if (_published_at(line.document), self._facts.documents[line.document].sha256) not in stored:
                found[line.document].append(line)
        return found

    def _new_arms_sales(self) -> list[facts.ArmsSaleNotice]:
        stored = self._stored(select(SALE_DOCUMENT.c.url))
        return [notice for notice in self._facts.arms_sales if notice.url not in stored]

    def _new_texts(self) -> list[facts.BillText]:
        stored = {tuple(row) for row in self._connection.execute(select(TEXT.c.bill_key, TEXT.c.version))}
        return [text for text in self._facts.texts if text.key not in stored]

    def _new_reports(self) -> list[facts.Report]:
        """What the file's documents say of reports of which nothing is stored."""
        stored = self._stored(select(ITEM.c.key).where(ITEM.c.kind == REPORT))
        return [line for line in self._facts.reports if f"{REPORT}:{line.slug}" not in stored]

    def _new_audits(self, reports: Iterable[facts.Report]) -> list[facts.AuditRecommendation]:
        """Recommendations that are not stored, of reports that are or are about to be."""
        stored = self._stored(select(ITEM.c.key).where(ITEM.c.kind.in_((AUDIT, REPORT))))
        known = {key.partition(":")[2] for key in stored} | {line.slug for line in reports}
        return [
            line
            for line in self._facts.audit_recommendations
            if f"{AUDIT}:{line.slug}" not in stored and line.report in known
        ]

    def _new_votes(self) -> list[facts.Vote]:
        stored = self._stored(select(VOTE.c.key))
        return [line for line in self._facts.votes if line.vote not in stored]

    # --- writing ---

    def _add_documents(self, urls: Collection[str]) -> list[facts.Document]:
        """Store the documents that new rows point at, archives first; remember the ids of all."""
        wanted = [self._facts.documents[url] for url in urls]
        archives = {document.container for document in wanted if document.container}
        whole = [self._facts.documents[url] for url in archives - set(urls)]
        added: list[facts.Document] = []
        for documents in (whole, [d for d in wanted if not d.container], [d for d in wanted if d.container]):
            added += self._store_missing(sorted(documents, key=lambda document: document.key))
        return added

    def _store_missing(self, documents: Sequence[facts.Document]) -> list[facts.Document]:
        missing = []
        for start in range(0, len(documents), _BATCH):
            batch = documents[start : start + _BATCH]
            for source in sorted({document.source for document in batch}):
                store = Documents(self._connection, source, BUNDLED)
                own = [document for document in batch if document.source == source]
                stored = store.ids([document.url for document in own])
                fresh = [document for document in own if document.url not in stored]
                ids = store.store_all([
                    Arrived(
                        _fetched(document), self._ids.get(document.container or ""), until=document.fetched_until
                    )
                    for document in fresh
                ])  # fmt: skip
                self._ids |= stored | dict(zip((document.url for document in fresh), ids, strict=True))
                missing += fresh
        return missing

    def _add_legislators(self, people: Sequence[facts.Legislator]) -> None:
        insert_rows(self._connection, LEGISLATOR, [
            (p.bioguide, p.full_name, p.last_name, p.first_name, p.is_current, p.chamber, p.party, p.state,
             p.district, p.website, p.lis, self._ids[p.document], self._now)
            for p in people
        ])  # fmt: skip
        insert_rows(self._connection, TERM, [
            (person.bioguide, position, *astuple(term))
            for person in people
            for position, term in enumerate(person.terms)
        ])  # fmt: skip

    def _add_committees(self, committees: Sequence[facts.Committee]) -> None:
        insert_rows(self._connection, COMMITTEE, [
            (c.code, c.name, c.chamber, c.parent, c.website, c.is_current, self._ids[c.document])
            for c in committees
        ])  # fmt: skip

    def _add_bills(self, bills: Sequence[facts.Bill]) -> None:
        people = People(self._connection, self._now)
        created = [
            (Arrival(told.bill, self._ids[bill.document], is_news=False), told)
            for bill in bills
            for told in (told_of(bill),)
        ]
        create_bills(self._connection, created, people, self._now)

    def _add_release(self, url: str, lines: Sequence[facts.Assistance]) -> None:
        """A release is as of its own document, whatever the address has brought here since."""
        document = self._facts.documents[url]
        release = Release(
            document.source, _published_at(url), lines[0].vintage, document.sha256, document.fetched_at,
            self._ids[url], document.fetched_until,
        )  # fmt: skip
        store_release(self._connection, release, [figure for line in lines for figure in figures_of(line)])

    def _add_arms_sales(self, notices: Sequence[facts.ArmsSaleNotice]) -> None:
        for line in notices:
            store_notices(
                self._connection, [notice_of(line)], self._ids[line.document], self._now, lambda _: False
            )

    def _add_texts(self, texts: Sequence[facts.BillText]) -> None:
        for line in texts:
            provisions = [provision_of(part) for part in line.provisions]
            store_facts(self._connection, text_of(line), provisions, self._ids[line.document])

    def _add_reports(self, reports: Sequence[facts.Report]) -> None:
        told: dict[str, list[tuple[records.Report, int]]] = defaultdict(list)
        known: dict[int, list[Known]] = defaultdict(list)
        for line in reports:
            document_id = self._ids[line.document]
            if line.is_known_only:
                known[document_id].append(watchdogs.known_of(line))
            else:
                source = self._facts.documents[line.document].source
                told[source].append((watchdogs.told_of(line), document_id))
        for of_source in told.values():
            store_reports(self._connection, of_source, self._now, lambda _: False)
        for document_id, found in known.items():
            create_known(self._connection, found, document_id, self._now)

    def _add_votes(self, votes: Sequence[facts.Vote]) -> None:
        """What they tell to nobody: whatever the measures' histories have told, these facts are older."""
        for line in votes:
            store_votes(self._connection, [roll_call_of(line)], self._ids[line.document], self._now)

    def _add_collections(self, added: Sequence[facts.Fact], documents: Sequence[facts.Document]) -> None:
        """A row for each source that had something new. See the module's first words."""
        records_of = Counter(self._facts.documents[line.document].source for line in added)
        documents_of = Counter(document.source for document in documents)
        for source, created in sorted(records_of.items()):
            part = self._facts.header.sources[source]
            self._connection.execute(insert(COLLECTION).values(
                source=source,
                parser_version=part.parser_version,
                options={
                    "snapshot": self._file,
                    "as_of": part.as_of.isoformat(),
                    **({"until": part.until.isoformat()} if part.until else {}),
                },
                started_at=self._now,
                finished_at=self._now,
                status=Status.OK,
                documents=documents_of[source],
                records=created,
                created=created,
            ))  # fmt: skip


def _fetched(document: facts.Document) -> scraped.Document:
    """The document as far as the bundle knows it; with no checksum of the archive's and no validators."""
    return scraped.Document(
        url=document.url, body=b"", content_type="", fetched_at=document.fetched_at,
        sha256=document.sha256, container=document.container,
    )  # fmt: skip


def _published_at(url: str) -> str:
    """The publisher's address of a document that may be a copy only a mirror keeps."""
    return url.partition("#")[0]


def figures_of(line: facts.Assistance) -> Iterator[records.AssistanceFigure]:
    """A line's figures, as their source would yield them."""
    count = len(line.years)
    for year, dollars, account, constant, rows in zip(
        line.years,
        line.dollars,
        line.accounts or [""] * count,
        line.constant or [None] * count,
        line.rows or [1] * count,
        strict=True,
    ):
        yield records.AssistanceFigure(
            place=line.place, fiscal_year=year, type=line.type, dollars=dollars, code=line.code,
            account=account or None, account_name=line.account_names.get(account), constant=constant,
            base_year=line.base_year, rows=rows,
        )  # fmt: skip


def told_of(bill: facts.Bill) -> Told:
    """The measure with our reading of it, as the rest of the program knows it."""
    return tell_again(
        record_of(bill),
        [action.identity for action in bill.actions],
        [action.reading for action in bill.actions],
    )


def notice_of(line: facts.ArmsSaleNotice) -> records.ArmsSaleNotice:
    """The record, as its source would yield it."""
    kept = {
        name: getattr(line, name)
        for name in facts.ArmsSaleNotice.__struct_fields__
        if name not in ("document", "sale_kind")
    }
    return records.ArmsSaleNotice(kind=line.sale_kind, **kept)


def text_of(line: facts.BillText) -> records.BillText:
    """The record, as its source would yield it if the text had no sections."""
    congress, kind, number = line.bill.split("-")
    return records.BillText(
        int(congress), records.BillType(kind), int(number), line.version, line.document, (),
        title=line.title, law=line.law, issued_on=line.issued_on, enacted_on=line.enacted_on,
    )  # fmt: skip


def record_of(bill: facts.Bill) -> records.Bill:
    """The record, as its source would yield it if the publisher wrote no texts."""
    kept = {
        name: getattr(bill, name)
        for name in facts.Bill.__struct_fields__
        if name not in ("document", "actions", "summaries")
    }
    actions = tuple(
        records.Action(
            acted_on=action.acted_on, code=action.code, type=action.type, system=action.system,
            acted_at=action.acted_at, committees=action.committees, votes=action.votes,
        )
        for action in bill.actions
    )  # fmt: skip
    summaries = tuple(
        records.Summary(summary.version_code, summary.acted_on, updated_at=summary.updated_at)
        for summary in bill.summaries
    )
    return records.Bill(**kept, actions=actions, summaries=summaries)
