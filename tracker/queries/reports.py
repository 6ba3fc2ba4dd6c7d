"""Reports of watchdogs: the list, those on a country or a recommendation, and one with all that is held on it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from scrapers import records
from scrapers.records import PublisherKind
from scrapers.times import EASTERN
from tracker.content import ReportContent
from tracker.linking.linker import packaged_content
from tracker.linking.targets import judged_target
from tracker.models import AuditRecommendation, Item, Report, ReportDocument
from tracker.queries.bills import Scope
from tracker.queries.changes import ChangeFilter, ChangeRow, latest_changes, list_changes
from tracker.queries.full_text import matching_ids
from tracker.queries.links import (
    NOTHING,
    About,
    about_items,
    items_about,
    items_in_scope,
    read_country_code,
    read_recommendation_slug,
)
from tracker.queries.paging import (
    START,
    AnyRow,
    Key,
    Ordered,
    Page,
    Place,
    read_choice,
    read_ordered,
    read_word,
)
from tracker.queries.provenance import COLUMNS, DOCUMENT, Provenance, provenance
from tracker.queries.words import read_phrases
from tracker.watchdogs.facts import ReportFacts, oddities
from tracker.watchdogs.names import REPORT as KIND
from tracker.watchdogs.names import report_name, report_slug
from tracker.watchdogs.statuses import AuditStatus

ITEM = cast(Table, Item.__table__)
REPORT = cast(Table, Report.__table__)
TOLD = cast(Table, ReportDocument.__table__)
AUDIT = cast(Table, AuditRecommendation.__table__)


class ReportSort(StrEnum):
    """The orders of the list: the newest first, or those with most open recommendations."""

    LATEST = "latest"
    OPEN = "open"


class ReportFilter(msgspec.Struct, frozen=True):
    """Which reports; None for any.

    `q` is words, or a number as printed, which finds its report whatever the scope. `kind` is who speaks. `country`
    is an ISO 3166 alpha-3 code, `recommendation` the slug of one of our recommendations or of a promise.
    """

    q: str | None = None
    watchdog: str | None = None
    kind: PublisherKind | None = None
    country: str | None = None
    recommendation: str | None = None
    scope: Scope = Scope.ALL


ANY_REPORT = ReportFilter()


class ReportRow(msgspec.Struct, frozen=True):
    """A report in a list. `key` is `gao-25-107622`, `name` its number, or its title where it has none.

    `public_on` is the day since which anybody could read it. `counts` says how many of its recommendations that we
    hold stand where. `finding` is the editors' own sentence on it, None where none is written.
    """

    id: int
    key: str
    name: str
    title: str
    url: str
    watchdog: str
    publisher: str
    publisher_kind: PublisherKind
    number: str | None
    public_on: date
    open_count: int
    facts: ReportFacts
    counts: Mapping[AuditStatus, int]
    about: About
    first_seen_at: datetime
    changed_at: datetime
    document: Provenance
    finding: ReportContent | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/reports/{self.key}"

    @property
    def type(self) -> str:
        """What sort of report it is, in the publisher's word."""
        return self.facts.type or "Report"


class ReportSource(msgspec.Struct, frozen=True):
    """A document that tells of the report: what it says, and the bytes that it was read from."""

    told: records.Report
    document: Provenance


class Reference(msgspec.Struct, frozen=True):
    """Another report that this one is tied to. `path` is None where it is not held."""

    name: str
    title: str
    path: str | None


class ReportDetail(msgspec.Struct, frozen=True):
    """A report with all that is held on it but its recommendations. `oddities` are sentences on its dates, `changes`
    the newest of the report and of its recommendations.
    """

    report: ReportRow
    summary: str | None
    documents: tuple[ReportSource, ...]
    oddities: tuple[str, ...]
    original: Reference | None
    reissues: tuple[Reference, ...]
    bills: tuple[Reference, ...]
    changes: tuple[ChangeRow, ...]


# --- the list ---------------------------------------------------------------------------------------

_KEYS = {
    ReportSort.LATEST: (Key(REPORT.c.public_on, True, date), Key(REPORT.c.id, True, int)),
    ReportSort.OPEN: (
        Key(REPORT.c.open_count, True, int),
        Key(REPORT.c.public_on, True, date),
        Key(REPORT.c.id, True, int),
    ),
}
_REPORTS = (
    select(
        REPORT.c.id, REPORT.c.watchdog, REPORT.c.publisher, REPORT.c.publisher_kind, REPORT.c.number,
        REPORT.c.public_on, REPORT.c.open_count, REPORT.c.facts,
        ITEM.c.key, ITEM.c.title, ITEM.c.url, ITEM.c.first_seen_at, ITEM.c.changed_at, *COLUMNS,
    )
    .join_from(REPORT, ITEM, ITEM.c.id == REPORT.c.id)
    .join(DOCUMENT, DOCUMENT.c.id == ITEM.c.document_id)
)  # fmt: skip
_BY_ID = _REPORTS.where(REPORT.c.id.in_(bindparam("ids", expanding=True)))
_BY_KEY = _REPORTS.where(ITEM.c.key.in_(bindparam("keys", expanding=True)))
_COUNTS = (
    select(AUDIT.c.report_id, AUDIT.c.status, func.count())
    .where(AUDIT.c.report_id.in_(bindparam("ids", expanding=True)))
    .group_by(AUDIT.c.report_id, AUDIT.c.status)
)


def read_report_filter(args: Mapping[str, str]) -> ReportFilter:
    """The filter that a query string asks for; unknown parameters are ignored, empty ones mean any.

    A reader's list begins with what is in scope. Raises BadParameterError for a value that its parameter cannot have.
    """
    return ReportFilter(
        q=read_word(args, "q")[:200] or None,
        watchdog=read_word(args, "watchdog").lower()[:40] or None,
        kind=read_choice(args, "kind", PublisherKind),
        country=read_country_code(args.get("country")),
        recommendation=read_recommendation_slug(args.get("recommendation")),
        scope=read_choice(args, "scope", Scope) or Scope.SECURITY_ASSISTANCE,
    )


def read_report_sort(args: Mapping[str, str]) -> ReportSort:
    """The order that a query string asks for. Raises BadParameterError."""
    return read_choice(args, "sort", ReportSort) or ReportSort.LATEST


def list_reports(
    session: Session,
    which: ReportFilter = ANY_REPORT,
    *,
    sort: ReportSort = ReportSort.LATEST,
    place: Place = START,
) -> Page[ReportRow]:
    """A page of reports. Raises BadParameterError for a strange cursor."""
    words = _words(session, which.q) if which.q else []
    if words is None:  # the number of a report
        which = msgspec.structs.replace(which, scope=Scope.ALL)
        words = [_numbered(which.q or "")]
    counted, found = _statements(msgspec.structs.replace(which, q=None), sort)
    if words:
        counted = counted.where(*words)
        found = Ordered(found.statement.where(*words), found.keys)
    total = session.execute(counted).scalar_one()
    return read_ordered(session, found, place, total, lambda rows: _rows(session, rows))


def _words(session: Session, text: str) -> list[ColumnElement[bool]] | None:
    """Reports with all those words in them; None where the text is the number of one that is held."""
    if (
        _NUMBER.fullmatch(text)
        and session.execute(select(REPORT.c.id).where(_numbered(text)).limit(1)).scalar()
    ):
        return None
    phrases = read_phrases(text)
    return [REPORT.c.id.in_(matching_ids(session, phrases)) if phrases else REPORT.c.id.is_(None)]


_NUMBER = re.compile(r"[A-Za-z]*[-\s]?[A-Za-z0-9-]*\d[A-Za-z0-9-]*", re.ASCII)


def _numbered(text: str) -> ColumnElement[bool]:
    return func.upper(REPORT.c.number) == re.sub(r"\s+", "-", text.strip()).upper()


@lru_cache(maxsize=128)
def _statements(which: ReportFilter, sort: ReportSort) -> tuple[Select[int], Ordered]:
    """How many there are, and which: putting the statements together costs more than running them."""
    conditions = _conditions(which)
    counted = select(func.count()).select_from(REPORT).where(*conditions)
    return counted, Ordered(_REPORTS.where(*conditions), _KEYS[sort])


def _conditions(which: ReportFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if which.scope is Scope.SECURITY_ASSISTANCE:
        conditions.append(REPORT.c.id.in_(items_in_scope()))
    if which.watchdog is not None:
        conditions.append(REPORT.c.watchdog == which.watchdog)
    if which.kind is not None:
        conditions.append(REPORT.c.publisher_kind == which.kind)
    if which.country is not None:
        conditions.append(REPORT.c.id.in_(items_about(f"country:{which.country}")))
    if which.recommendation is not None:
        conditions.append(REPORT.c.id.in_(items_about(judged_target(which.recommendation) or "")))
    return conditions


def reports_by_id(session: Session, ids: Sequence[int]) -> dict[int, ReportRow]:
    """Reports by item id, for lists that another question ordered."""
    rows = session.execute(_BY_ID, {"ids": list(ids)}).all() if ids else ()
    return {row.id: row for row in _rows(session, rows)}


def reports_by_key(session: Session, keys: Sequence[str]) -> list[ReportRow]:
    """Those of the reports that are held, in the order of their keys (`gao-25-107622`)."""
    if not keys:
        return []
    rows = session.execute(_BY_KEY, {"keys": [f"report:{key}" for key in keys]}).all()
    return sorted(_rows(session, rows), key=lambda report: keys.index(report.key))


def _rows(session: Session, rows: Sequence[AnyRow]) -> list[ReportRow]:
    ids = [row.id for row in rows]
    if not ids:
        return []
    about = about_items(session, ids)
    counts: dict[int, dict[AuditStatus, int]] = defaultdict(dict)
    for report_id, status, count in session.execute(_COUNTS, {"ids": ids}):
        counts[report_id][status] = count
    return [_row(row, about.get(row.id, NOTHING), counts.get(row.id, {})) for row in rows]


def _row(row: AnyRow, about: About, counts: Mapping[AuditStatus, int]) -> ReportRow:
    key = row.key.partition(":")[2]
    return ReportRow(
        id=row.id,
        key=key,
        name=row.number or report_name(row.key, row.title),
        title=row.title,
        url=row.url,
        watchdog=row.watchdog,
        publisher=row.publisher,
        publisher_kind=row.publisher_kind,
        number=row.number,
        public_on=row.public_on,
        open_count=row.open_count,
        facts=row.facts,
        counts=counts,
        about=about,
        first_seen_at=row.first_seen_at,
        changed_at=row.changed_at,
        document=provenance(row),
        finding=packaged_content().reports.get(key),
    )


class Held(msgspec.Struct, frozen=True):
    """What a filter can choose from: watchdogs with their publishers and numbers of reports, and how many in all."""

    watchdogs: tuple[tuple[str, str, int], ...]
    kinds: tuple[PublisherKind, ...]
    total: int


def held_reports(session: Session) -> Held:
    """The watchdogs of which reports are held."""
    rows = session.execute(
        select(REPORT.c.watchdog, func.max(REPORT.c.publisher), REPORT.c.publisher_kind, func.count())
        .group_by(REPORT.c.watchdog, REPORT.c.publisher_kind)
        .order_by(REPORT.c.watchdog)
    ).all()
    names: dict[str, tuple[str, int]] = {}
    for watchdog, publisher, _, count in rows:
        names[watchdog] = (publisher, names.get(watchdog, ("", 0))[1] + count)
    kinds = {row.publisher_kind for row in rows}
    return Held(
        tuple((watchdog, publisher, count) for watchdog, (publisher, count) in names.items()),
        tuple(kind for kind in PublisherKind if kind in kinds),
        sum(row[3] for row in rows),
    )


# --- one of them ------------------------------------------------------------------------------------


def read_report(session: Session, key: str) -> ReportDetail | None:
    """The report of that key (`gao-25-107622`) with all that is held on it; None if there is none."""
    if not key.isprintable():
        return None
    found = session.execute(
        _REPORTS.add_columns(REPORT.c.summary).where(ITEM.c.key == f"{KIND}:{key}")
    ).one_or_none()
    if found is None:
        return None
    (row,) = _rows(session, [found])
    return ReportDetail(
        report=row,
        summary=found.summary,
        documents=_documents(session, row.id),
        oddities=tuple(oddities(row.facts, row.first_seen_at.astimezone(EASTERN).date())),
        original=_original(session, row),
        reissues=_reissues(session, row),
        bills=_bills(session, row.facts.bills),
        changes=list_changes(session, ChangeFilter(item=found.key), Place(limit=20)).items,
    )


def _documents(session: Session, item_id: int) -> tuple[ReportSource, ...]:
    rows = session.execute(
        select(TOLD.c.told, *COLUMNS)
        .join_from(TOLD, DOCUMENT, DOCUMENT.c.id == TOLD.c.document_id)
        .where(TOLD.c.item_id == item_id)
    )
    found = [ReportSource(row.told, provenance(row)) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.document.fetched_at, one.document.url), reverse=True))


def _original(session: Session, row: ReportRow) -> Reference | None:
    original = row.facts.original
    if original is None:
        return None
    key = report_slug(row.watchdog, original, original)
    title = session.execute(select(ITEM.c.title).where(ITEM.c.key == f"{KIND}:{key}")).scalar()
    return Reference(original, title or "", f"/reports/{key}" if title else None)


def _reissues(session: Session, row: ReportRow) -> tuple[Reference, ...]:
    """Later reports that say they are issued in place of this one; their numbers stand in the log of changes."""
    told = (change.new for change in latest_changes(session, item_id=row.id, limit=50)
            if change.kind == "report_reissued" and isinstance(change.new, dict))  # fmt: skip
    keys = {str(new.get("key")): str(new.get("number") or new.get("key")) for new in told}
    if not keys:
        return ()
    rows: Any = session.execute(
        select(ITEM.c.key, ITEM.c.title).where(ITEM.c.key.in_([f"{KIND}:{key}" for key in keys]))
    )
    titles = {row.key.partition(":")[2]: row.title for row in rows}
    return tuple(
        Reference(name, titles.get(key, ""), f"/reports/{key}" if key in titles else None)
        for key, name in keys.items()
    )


def _bills(session: Session, keys: Sequence[str]) -> tuple[Reference, ...]:
    if not keys:
        return ()
    rows = session.execute(
        select(ITEM.c.key, ITEM.c.title).where(ITEM.c.key.in_([f"bill:{key}" for key in keys]))
    )
    titles = {row.key.partition(":")[2]: row.title for row in rows}
    return tuple(
        Reference(key, titles.get(key, ""), f"/bills/{key}" if key in titles else None) for key in keys
    )
