"""From rows to a file of facts: the chosen measures, those who sponsor them, and the committees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Engine, Row, Table, select

from scrapers import records
from scrapers.progress import Progress, quiet
from scrapers.sources.legislators import SEATS
from tracker.changes import Told
from tracker.ingest.assistance import FIGURE, RELEASE, vintage_of
from tracker.ingest.bills import BILL, DOSSIER, ITEM, read_bills
from tracker.ingest.documents import BUNDLED, DOCUMENT
from tracker.ingest.people import COMMITTEE, LEGISLATOR, SEAT, TERM
from tracker.ingest.texts import TEXT, stored_provisions
from tracker.linking.linker import packaged_content
from tracker.models import ArmsSaleDocument, BillCommittee, Status
from tracker.models import Collection as Run
from tracker.selection import CONGRESS, Candidate, choose
from tracker.snapshot import facts, votes, watchdogs
from tracker.snapshot.copies import Period, path_of, read_period, taken
from tracker.snapshot.errors import SnapshotError
from tracker.snapshot.texts import part_of

RUN = cast(Table, Run.__table__)
BILL_COMMITTEES = cast(Table, BillCommittee.__table__)
SALE_DOCUMENT = cast(Table, ArmsSaleDocument.__table__)

_BATCH = 500


def export(
    engine: Engine,
    path: Path,
    *,
    keys: Collection[str] | None = None,
    taken: Mapping[str, Period] | None = None,
    copies: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> facts.Summary:
    """Write the measures with these keys, or those that the selection chooses, and all that belongs to them.

    Beside the measures that the selection chooses stand the texts of all that carry appropriations described here.
    A measure that its publisher no longer lists is left out.

    Documents that this database read from a mirror were taken from their publishers before: `copies` is what the
    mirror says of that by path, `taken` what is known by source where the mirror says less or nothing. With a
    mirror that says something, a document of which neither does is refused: it would pass for fetched today.
    """
    with engine.connect() as connection:
        found = _Export(connection, taken or {}, copies or {})
        chosen = chosen_keys(connection, progress) if keys is None else keys
        found.bills(chosen)
        found.texts({*chosen, *(() if keys is not None else _carriers())})
        found.votes(chosen)
        found.people()
        found.assistance()
        found.arms_sales()
        found.reports()
        return facts.write(path, found.lines(), found.sources())


def _carriers() -> set[str]:
    """The keys of the bills and acts that carry the appropriations measures that our content describes."""
    return {key for measure in packaged_content().measures.values() for key in measure.carriers}


def chosen_keys(connection: Connection, progress: Progress = quiet) -> list[str]:
    """The keys of the measures that the selection's rules choose."""
    return sorted(choose(_candidates(connection, progress)))


def _candidates(connection: Connection, progress: Progress) -> Iterator[Candidate]:
    committees = _committees(connection)
    listed = connection.execute(
        select(BILL.c.id, BILL.c.type, BILL.c.number, BILL.c.policy_area, ITEM.c.title,
               DOSSIER.c.titles, DOSSIER.c.subjects)
        .join_from(ITEM, BILL, ITEM.c.id == BILL.c.id)
        .join(DOSSIER, DOSSIER.c.item_id == BILL.c.id)
        .where(BILL.c.congress == CONGRESS, ITEM.c.missing_since.is_(None))
    ).all()  # fmt: skip
    for done, row in enumerate(listed, 1):
        progress("choosing measures", done, len(listed))
        yield Candidate(
            key=f"{CONGRESS}-{row.type.value}-{row.number}",
            titles=(row.title, *(title.title for title in row.titles)),
            policy_area=row.policy_area,
            subjects=frozenset(row.subjects),
            committees=frozenset(committees[row.id]),
        )


def _committees(connection: Connection) -> Mapping[int, list[str]]:
    """The codes of every measure's committees."""
    found: dict[int, list[str]] = defaultdict(list)
    query = (
        select(BILL_COMMITTEES.c.item_id, BILL_COMMITTEES.c.code)
        .join(BILL, BILL.c.id == BILL_COMMITTEES.c.item_id)
        .where(BILL.c.congress == CONGRESS)
    )
    for item_id, code in connection.execute(query):
        found[item_id].append(code)
    return found


class _Export:
    """Gathers lines, and notes which documents they come from."""

    def __init__(
        self, connection: Connection, given: Mapping[str, Period], copies: Mapping[str, str]
    ) -> None:
        self._connection = connection
        self._given = given
        self._copies = copies
        self._bills: list[facts.Bill] = []
        self._people: list[facts.Record] = []
        self._assistance: list[facts.Assistance] = []
        self._arms_sales: list[facts.ArmsSaleNotice] = []
        self._texts: list[facts.BillText] = []
        self._watchdogs: list[facts.Record] = []
        self._votes: list[facts.Vote] = []
        self._voters: set[str] = set()
        self._documents: dict[str, facts.Document] = {}

    def lines(self) -> Iterator[facts.Record]:
        yield from self._documents.values()
        yield from self._people
        yield from self._bills
        yield from self._assistance
        yield from self._arms_sales
        yield from self._texts
        yield from self._watchdogs
        yield from self._votes

    def sources(self) -> dict[str, facts.SourceFacts]:
        """As of when each source's facts are: its newest document."""
        newest: dict[str, facts.Document] = {}
        for document in self._documents.values():
            known = newest.setdefault(document.source, document)
            if _fetched(known) < _fetched(document):
                newest[document.source] = document
        if not newest:
            raise SnapshotError("there is nothing to export")
        return {
            source: facts.SourceFacts(
                document.fetched_at, self._parser_version(source), document.fetched_until
            )
            for source, document in newest.items()
        }

    def _parser_version(self, source: str) -> int:
        """Of the last run that was believed, or of the bundle that these facts came with."""
        found: int = self._connection.execute(
            select(RUN.c.parser_version)
            .where(RUN.c.source == source, RUN.c.status.in_([Status.OK, Status.UNCHANGED]))
            .order_by(RUN.c.id.desc())
            .limit(1)
        ).scalar_one()
        return found

    def bills(self, keys: Collection[str]) -> None:
        ordered = sorted(set(keys))
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            stored = read_bills(self._connection, batch)
            unknown = [key for key in batch if key not in stored]
            if unknown:
                raise SnapshotError(f"no such measure: {', '.join(unknown[:10])}")
            urls = self._documents_of(
                select(ITEM.c.id, ITEM.c.document_id).where(
                    ITEM.c.id.in_([held.item_id for held in stored.values()])
                )
            )
            self._bills += [
                _bill(held.told, urls[held.item_id]) for held in stored.values() if held.missing_since is None
            ]

    def people(self) -> None:
        """Everyone in office, on a measure or in a roll call; every committee there is or that a measure names."""
        sponsors = {person.bioguide for bill in self._bills for person in bill.sponsors}
        sponsors |= {person.bioguide for bill in self._bills for person in bill.cosponsors}
        sponsors |= self._voters
        codes = {committee.code for bill in self._bills for committee in bill.committees}
        legislators = self._rows(LEGISLATOR, "bioguide", sponsors)
        committees = self._rows(COMMITTEE, "code", codes)
        self._people += self._legislators(legislators)
        self._people += self._committees(committees)
        self._people += self._seats(set(legislators), set(committees))

    def _rows(self, table: Table, key: str, named: set[str]) -> dict[str, Row[Any]]:
        rows = self._connection.execute(select(table))
        return {row._mapping[key]: row for row in rows if row.is_current or row._mapping[key] in named}

    def _legislators(self, rows: Mapping[str, Row[Any]]) -> list[facts.Record]:
        urls = self._documents_of(select(LEGISLATOR.c.bioguide, LEGISLATOR.c.document_id), rows)
        terms: dict[str, list[records.Term]] = defaultdict(list)
        for row in self._connection.execute(select(TERM).order_by(TERM.c.bioguide, TERM.c.position)):
            terms[row.bioguide].append(records.Term(*row[2:]))
        return [
            facts.Legislator(
                **_columns(row, facts.Legislator), document=urls[bioguide], terms=tuple(terms[bioguide])
            )
            for bioguide, row in rows.items()
        ]

    def _committees(self, rows: Mapping[str, Row[Any]]) -> list[facts.Record]:
        urls = self._documents_of(select(COMMITTEE.c.code, COMMITTEE.c.document_id), rows)
        return [
            facts.Committee(**_columns(row, facts.Committee), document=urls[code])
            for code, row in rows.items()
        ]

    def _seats(self, people: set[str], committees: set[str]) -> list[facts.Record]:
        """Seats have no document of their own in the tables: all come from one listing."""
        listing = self._documents_of(select(DOCUMENT.c.url, DOCUMENT.c.id).where(DOCUMENT.c.url == SEATS))
        return [
            facts.Seat(**_columns(row, facts.Seat), document=listing[SEATS])
            for row in self._connection.execute(select(SEAT))
            if listing and row.bioguide in people and row.committee in committees
        ]

    def assistance(self) -> None:
        """Every release whose document is still here: the newest of each file, and older ones that were asked for.

        A release that was known by the day on which it was read here is known by when it was taken.
        """
        releases = self._connection.execute(
            select(RELEASE, DOCUMENT.c.url.label("document_url"), DOCUMENT.c.last_modified)
            .join_from(RELEASE, DOCUMENT, DOCUMENT.c.id == RELEASE.c.document_id)
            .where(DOCUMENT.c.sha256 == RELEASE.c.sha256)
            .order_by(RELEASE.c.id)
        ).all()
        self._note_documents([release.document_id for release in releases])
        for release in releases:
            document = self._documents[release.document_url]
            vintage = release.vintage
            if document.fetched_at != release.fetched_at:
                _, _, fragment = release.document_url.partition("#")
                vintage = vintage_of(
                    fragment, release.last_modified, document.fetched_at, document.fetched_until
                )
            self._assistance += _assistance(
                self._connection.execute(select(FIGURE).where(FIGURE.c.release_id == release.id)),
                release.document_url,
                vintage,
            )

    def arms_sales(self) -> None:
        """Every document on a proposed arms sale."""
        rows = self._connection.execute(
            select(SALE_DOCUMENT.c.notice, SALE_DOCUMENT.c.document_id).order_by(SALE_DOCUMENT.c.url)
        ).all()
        urls = self._note_documents(sorted({row.document_id for row in rows}))
        self._arms_sales += [_arms_sale(row.notice, urls[row.document_id]) for row in rows]

    def reports(self) -> None:
        """Watchdogs' reports on security assistance, and what they recommended."""
        reports = watchdogs.report_rows(self._connection)
        audits = watchdogs.audit_rows(self._connection)
        ids = {row.document_id or row.item_document_id for row in reports}
        ids |= {number for row in audits for number in (row.document_id, row.listed_in) if number}
        urls = self._note_documents(sorted(ids))
        self._watchdogs += [
            facts.Report(
                document=urls[row.document_id or row.item_document_id], **watchdogs.report_fields(row)
            )
            for row in reports
        ]
        self._watchdogs += [
            facts.AuditRecommendation(
                document=urls[row.document_id],
                listed_in=urls[row.listed_in] if row.listed_in else None,
                **watchdogs.audit_fields(row),
            )
            for row in audits
        ]

    def votes(self, keys: Collection[str]) -> None:
        """The roll calls on these measures."""
        rows = votes.vote_rows(self._connection, keys)
        urls = self._note_documents([row.document_id for row in rows])
        self._voters |= votes.voters(self._connection, [row.id for row in rows])
        self._votes += [
            facts.Vote(document=urls[row.document_id], **votes.vote_fields(self._connection, row))
            for row in rows
        ]

    def texts(self, keys: Collection[str]) -> None:
        """The printed versions of these measures that were read."""
        rows = [
            row for row in self._connection.execute(select(TEXT).order_by(TEXT.c.id)) if row.bill_key in keys
        ]
        urls = self._note_documents([row.document_id for row in rows])
        for row in rows:
            self._texts.append(facts.BillText(
                document=urls[row.document_id], bill=row.bill_key, version=row.version, title=row.title,
                law=row.law, issued_on=row.issued_on, enacted_on=row.enacted_on,
                provisions=tuple(map(part_of, stored_provisions(self._connection, row.id))),
            ))  # fmt: skip

    def _documents_of(self, query: Any, wanted: Iterable[Any] | None = None) -> dict[Any, str]:
        """By key, the address of its document; the document, and its archive, join the file."""
        ids: dict[Any, int] = dict(self._connection.execute(query).all())
        if wanted is not None:
            ids = {key: ids[key] for key in wanted}
        urls = self._note_documents(sorted(set(ids.values())))
        return {key: urls[document_id] for key, document_id in ids.items()}

    def _note_documents(self, ids: Sequence[int]) -> dict[int, str]:
        urls: dict[int, str] = {}
        archive = DOCUMENT.alias()
        for start in range(0, len(ids), _BATCH):
            rows = self._connection.execute(
                select(DOCUMENT, archive.c.url.label("container"))
                .outerjoin(archive, archive.c.id == DOCUMENT.c.container_id)
                .where(DOCUMENT.c.id.in_(ids[start : start + _BATCH]))
            ).all()
            for row in rows:
                urls[row.id] = row.url
                self._documents.setdefault(row.url, self._document(row))
            archives = {
                row.container_id for row in rows if row.container and row.container not in self._documents
            }
            if archives:
                self._note_documents(sorted(archives))
        return urls

    def _document(self, row: Row[Any]) -> facts.Document:
        fetched_at, until = row.fetched_at, row.fetched_until
        if period := self._taken(row):
            fetched_at, until = period.fetched_at, period.last
        return facts.Document(
            url=row.url, source=row.source, sha256=row.sha256, fetched_at=fetched_at,
            container=row.container, fetched_until=until,
        )  # fmt: skip

    def _taken(self, row: Row[Any]) -> Period | None:
        """When the copy of a document was taken; None where it was read from its publisher, or in a bundle."""
        told = self._copies.get(path_of(row.url, row.container), "") if self._copies else ""
        period = taken(read_period(told), self._given.get(row.source))
        if period is None and self._copies and row.parser_version != BUNDLED:
            raise SnapshotError(
                f"nothing says when the copy of {row.url} was taken: say it with --taken {row.source}=WHEN"
            )
        return period


def _fetched(document: facts.Document) -> tuple[datetime, date]:
    """What orders documents by when they were fetched: of two from the same day on, the surer one is older."""
    return document.fetched_at, document.fetched_until or document.fetched_at.date()


def _columns(row: Row[Any], line: type[msgspec.Struct]) -> dict[str, Any]:
    """The row's columns that the line has too."""
    return {name: value for name, value in row._mapping.items() if name in line.__struct_fields__}


def _assistance(rows: Iterable[Row[Any]], document: str, vintage: str) -> Iterator[facts.Assistance]:
    """A line for each place and type of a release."""
    series: dict[tuple[Any, ...], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        series[row.place, row.code, row.type, row.base_year].append(row)
    for (place, code, kind, base_year), unordered in series.items():
        found = sorted(unordered, key=lambda row: (row.year_order, row.account))  # as no engine collates
        yield facts.Assistance(
            document=document,
            vintage=vintage,
            place=place,
            type=kind,
            years=tuple(row.fiscal_year for row in found),
            dollars=tuple(row.dollars for row in found),
            accounts=_unless_all(found, "account", ""),
            constant=_unless_all(found, "constant", None),
            rows=_unless_all(found, "rows", 1),
            code=code or None,
            base_year=base_year,
            account_names={row.account: row.account_name for row in found if row.account_name},
        )


def _unless_all(rows: Iterable[Row[Any]], column: str, usual: Any) -> tuple[Any, ...]:
    """The column's values, or nothing where all of them are the usual one."""
    values = tuple(row._mapping[column] for row in rows)
    return () if all(value == usual for value in values) else values


def _arms_sale(notice: records.ArmsSaleNotice, document: str) -> facts.ArmsSaleNotice:
    kept = {
        name: getattr(notice, name)
        for name in facts.ArmsSaleNotice.__struct_fields__
        if name not in ("document", "sale_kind")
    }
    return facts.ArmsSaleNotice(**kept, sale_kind=notice.kind, document=document)


def _bill(told: Told, document: str) -> facts.Bill:
    """The measure without the publishers' prose."""
    bill = told.bill
    kept = {
        name: getattr(bill, name)
        for name in facts.Bill.__struct_fields__
        if name not in ("document", "actions", "summaries")
    }
    actions = tuple(
        facts.Action(
            acted_on=action.acted_on, identity=identity, code=action.code, type=action.type,
            system=action.system, acted_at=action.acted_at, committees=action.committees,
            votes=action.votes, reading=reading,
        )
        for action, identity, reading in zip(bill.actions, told.identities, told.readings, strict=True)
    )  # fmt: skip
    summaries = tuple(
        facts.SummaryVersion(summary.version_code, summary.acted_on, summary.updated_at)
        for summary in bill.summaries
    )
    return facts.Bill(**kept, document=document, actions=actions, summaries=summaries)
