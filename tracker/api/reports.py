"""Reports of watchdogs and what they recommended, for programs: lists, one of each, feeds and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

import msgspec
from flask import abort

from scrapers.records import AuditKind, PublisherKind
from tracker.api import compose
from tracker.api.answers import (
    ChangeItem,
    Instant,
    LinkAnswer,
    Links,
    Next,
    PageUrl,
    SourceDocument,
    Sources,
    Total,
    Url,
    note,
)
from tracker.api.asking import Args, every, site
from tracker.api.feeds import tag
from tracker.api.formats import Entry
from tracker.api.parameters import read_place
from tracker.api.tables import PROVENANCE, Table
from tracker.db import db
from tracker.queries.audit_recommendations import (
    AuditDetail,
    AuditRow,
    audits_of,
    list_audits,
    read_audit,
    read_audit_filter,
    read_audit_sort,
)
from tracker.queries.paging import Page, Place
from tracker.queries.reports import (
    Reference,
    ReportDetail,
    ReportRow,
    ReportSource,
    list_reports,
    read_report,
    read_report_filter,
    read_report_sort,
)
from tracker.watchdogs.lifecycle import Addressee
from tracker.watchdogs.statuses import AuditStatus, status_label
from tracker.web.clock import today

Key = Annotated[str, msgspec.Meta(examples=["gao-25-107622"])]


# --- shapes -----------------------------------------------------------------------------------------


class FindingAnswer(msgspec.Struct, frozen=True):
    """What the report found, in the editors' words, and the pages that they rest on."""

    text: str
    rests_on: tuple[str, ...]
    reviewed_on: date


class ReportItem(msgspec.Struct, frozen=True, kw_only=True):
    """What a watchdog published. Its number is its identity; its dates are as printed and may be wrong."""

    key: Key
    kind: str = "report"
    name: str
    title: str
    url: Url
    page: PageUrl
    watchdog: Annotated[str, msgspec.Meta(examples=["gao"])]
    publisher: str
    publisher_kind: PublisherKind
    number: Annotated[str | None, note("As printed; null where the publisher gives none.")]
    type: Annotated[str | None, note("In the publisher's word.")]
    published_on: Annotated[date | None, note("As printed.")]
    released_on: Annotated[date | None, note("As printed.")]
    public_on: Annotated[date, note("Since when anybody could read it, as far as its dates can be believed.")]
    version: str | None
    topics: Annotated[tuple[str, ...], note("That its publisher files it under.")]
    agencies: Annotated[tuple[str, ...], note("Whom it examines.")]
    finding: Annotated[FindingAnswer | None, note("In our words; null where none is written.")]
    recommendations: Annotated[dict[AuditStatus, int], note("How many that we hold of it stand where.")]
    recommendations_made: Annotated[int | None, note("By its publisher's count.")]
    changed_at: Instant
    links: Links = ()
    sources: Sources


class ReportLinkAnswer(msgspec.Struct, frozen=True):
    """Where it, or the page on it, can be read."""

    label: str
    url: str


class ReportDocumentAnswer(msgspec.Struct, frozen=True):
    """What one document says of it, and the bytes that it was read from."""

    title: str
    published_on: date | None
    released_on: date | None
    source: SourceDocument


class TiedAnswer(msgspec.Struct, frozen=True):
    """Another report or measure that it is tied to; `page` is null where that is not held."""

    name: str
    title: str
    page: PageUrl | None


class CommentAnswer(msgspec.Struct, frozen=True):
    """What the watchdog said of an addressee's doings, in its list since that day."""

    addressee: str
    text: str
    since: date


class AddresseeAnswer(msgspec.Struct, frozen=True):
    """Somebody who was told to do it, and where it stands with them."""

    name: str
    status: AuditStatus
    printed: Annotated[str, note("The status in the publisher's spelling.")]
    is_priority: bool | None
    comment: Annotated[str | None, note("The watchdog's words on what was done.")]
    closed_on: date | None
    gone_on: Annotated[date | None, note("Since when a list of open ones has it no more.")]


class AuditItem(msgspec.Struct, frozen=True, kw_only=True):
    """What a watchdog told somebody to do. `status` is that of its most open addressee."""

    key: Annotated[str, msgspec.Meta(examples=["gao-25-107622-4"])]
    kind: str = "audit-recommendation"
    name: str
    title: Annotated[str, note("What its report is called.")]
    url: Url
    page: PageUrl
    report: Key
    asks: Annotated[AuditKind, note("A recommendation to an agency, or a matter for Congress.")]
    number: Annotated[str | None, note("As printed; null where none is.")]
    text: Annotated[str | None, note("The watchdog's words; null where only facts are held.")]
    addressees: tuple[AddresseeAnswer, ...]
    status: AuditStatus
    status_in_words: str
    is_priority: bool | None
    made_on: Annotated[date, note("The day of its report, from which its age counts.")]
    age: Annotated[str, note("In words, as of today in Washington.")]
    gone_on: Annotated[
        date | None, note("Since when it is no longer listed, where nobody says that it was closed.")
    ]
    topics: tuple[str, ...]
    questioned_cents: Annotated[int | None, note("US cents, nominal.")]
    better_use_cents: Annotated[int | None, note("US cents, nominal.")]
    first_seen_at: Instant
    last_seen_at: Annotated[Instant, note("Of the newest listing that had it.")]
    changed_at: Instant
    links: Links = ()
    sources: Sources


class AuditAnswer(AuditItem, frozen=True, kw_only=True):
    """A recommendation with its history. `links` has what its report is about as well."""

    comments: Annotated[tuple[CommentAnswer, ...], note("All that there were, the oldest first.")]
    changes: tuple[ChangeItem, ...]


class ReportAnswer(ReportItem, frozen=True, kw_only=True):
    """A report with its recommendations, its documents, and what is odd about its dates."""

    summary: Annotated[str | None, note("The publisher's, in plain words; null where only facts are held.")]
    oddities: tuple[str, ...]
    documents: tuple[ReportDocumentAnswer, ...]
    to_read: tuple[ReportLinkAnswer, ...]
    original: TiedAnswer | None
    reissues: tuple[TiedAnswer, ...]
    bills: tuple[TiedAnswer, ...]
    audit_recommendations: tuple[AuditItem, ...]
    first_seen_at: Instant
    changes: tuple[ChangeItem, ...]


class ReportList(msgspec.Struct, frozen=True):
    """Part of the list of reports."""

    items: tuple[ReportItem, ...]
    next: Next
    total: Total


class AuditList(msgspec.Struct, frozen=True):
    """Part of the list of audit recommendations."""

    items: tuple[AuditItem, ...]
    next: Next
    total: Total


# --- asking -----------------------------------------------------------------------------------------


def report_page(args: Args, place: Place) -> Page[ReportRow]:
    return list_reports(db.session, read_report_filter(args), sort=read_report_sort(args), place=place)


def reports(args: Args) -> ReportList:
    page = report_page(args, read_place(args))
    return ReportList(tuple(map(_report, page.items)), page.next, page.total)


def every_report(args: Args) -> Iterator[ReportRow]:
    which, sort = read_report_filter(args), read_report_sort(args)
    return every(lambda session, place: list_reports(session, which, sort=sort, place=place))


def report_detail(key: str) -> ReportDetail:
    found = read_report(db.session, key) if key.isascii() and key.isprintable() else None
    return found or abort(404, f"There is no report {key[:80]} here.")


def report(key: str) -> ReportAnswer:
    detail = report_detail(key)
    return _report_answer(detail, audits_of(db.session, detail.report.id, today()))


def audits_in(key: str) -> tuple[AuditRow, ...]:
    """The recommendations of one report."""
    return audits_of(db.session, report_detail(key).report.id, today())


def audit_page(args: Args, place: Place) -> Page[AuditRow]:
    which, sort = read_audit_filter(args), read_audit_sort(args)
    return list_audits(db.session, which, today=today(), sort=sort, place=place)


def audits(args: Args) -> AuditList:
    page = audit_page(args, read_place(args))
    return AuditList(tuple(map(_audit, page.items)), page.next, page.total)


def every_audit(args: Args) -> Iterator[AuditRow]:
    which, sort, day = read_audit_filter(args), read_audit_sort(args), today()
    return every(lambda session, place: list_audits(session, which, today=day, sort=sort, place=place))


def audit(key: str) -> AuditAnswer:
    is_plain = key.isascii() and key.isprintable()
    found = read_audit(db.session, key, today=today()) if is_plain else None
    return _audit_answer(found or abort(404, f"There is no audit recommendation {key[:80]} here."))


# --- composing --------------------------------------------------------------------------------------


def _report(found: ReportRow) -> ReportItem:
    return ReportItem(**_report_fields(found))


def _report_fields(found: ReportRow) -> dict[str, Any]:
    facts, finding = found.facts, found.finding
    return {
        **{name: getattr(found, name) for name in (
            "key", "name", "title", "url", "watchdog", "publisher", "publisher_kind", "number", "public_on",
            "changed_at",
        )},
        **{name: getattr(facts, name) for name in (
            "type", "published_on", "released_on", "version", "topics", "agencies",
        )},
        "page": f"{site()}{found.path}",
        "finding": FindingAnswer(
            finding.finding, tuple(basis.url for basis in finding.rests_on), finding.reviewed_on
        ) if finding else None,
        "recommendations": dict(found.counts),
        "recommendations_made": facts.recommendations,
        "links": tuple(compose.link_answer(site(), link) for link in found.about.links()),
        "sources": (compose.source_document(found.document),),
    }  # fmt: skip


def _report_answer(detail: ReportDetail, audits: Iterable[AuditRow]) -> ReportAnswer:
    fields = _report_fields(detail.report)
    if detail.documents:
        fields["sources"] = tuple(compose.source_document(one.document) for one in detail.documents)
    return ReportAnswer(
        **fields,
        summary=detail.summary,
        oddities=detail.oddities,
        documents=tuple(map(_document, detail.documents)),
        to_read=tuple(ReportLinkAnswer(link.label, link.url) for link in detail.report.facts.links),
        original=_tied(detail.original) if detail.original else None,
        reissues=tuple(map(_tied, detail.reissues)),
        bills=tuple(map(_tied, detail.bills)),
        audit_recommendations=tuple(map(_audit, audits)),
        first_seen_at=detail.report.first_seen_at,
        changes=tuple(compose.change_item(site(), change) for change in detail.changes),
    )


def _document(one: ReportSource) -> ReportDocumentAnswer:
    told = one.told
    return ReportDocumentAnswer(
        told.title, told.published_on, told.released_on, compose.source_document(one.document)
    )


def _tied(one: Reference) -> TiedAnswer:
    return TiedAnswer(one.name, one.title, f"{site()}{one.path}" if one.path else None)


def _audit(found: AuditRow) -> AuditItem:
    return AuditItem(**_audit_fields(found, tuple(_links(found.about.links()))))


def _links(found: Iterable[Any]) -> Iterator[LinkAnswer]:
    return (compose.link_answer(site(), link) for link in found)


def _audit_fields(found: AuditRow, links: tuple[LinkAnswer, ...]) -> dict[str, Any]:
    facts = found.facts
    return {
        **{name: getattr(found, name) for name in (
            "key", "name", "title", "url", "status", "is_priority", "age", "gone_on", "first_seen_at",
            "last_seen_at", "changed_at",
        )},
        **{name: getattr(facts, name) for name in (
            "number", "text", "topics", "questioned_cents", "better_use_cents",
        )},
        "page": f"{site()}{found.path}",
        "report": found.report_key,
        "asks": found.kind,
        "addressees": tuple(map(_addressee, facts.addressees)),
        "status_in_words": found.sentence,
        "made_on": found.opened_on,
        "links": links,
        "sources": (compose.source_document(found.document),),
    }  # fmt: skip


def _addressee(one: Addressee) -> AddresseeAnswer:
    return AddresseeAnswer(
        one.name, one.status, one.raw, one.is_priority, one.comment, one.closed_on, one.gone_on
    )


def _audit_answer(detail: AuditDetail) -> AuditAnswer:
    return AuditAnswer(
        **_audit_fields(detail.audit, tuple(_links(detail.about.links()))),
        comments=tuple(
            CommentAnswer(one.addressee, one.text, one.since) for one in detail.audit.facts.comments
        ),
        changes=tuple(compose.change_item(site(), change) for change in detail.changes),
    )


# --- feeds ------------------------------------------------------------------------------------------


def report_entries(found: Iterable[ReportRow]) -> list[Entry]:
    """Reports as they stand now."""
    return [
        Entry(
            id=tag(site(), f"report:{one.key}"),
            title=f"{one.number}: {one.title}" if one.number else one.title,
            url=f"{site()}{one.path}",
            updated=one.changed_at,
            summary="\n".join([*([one.finding.finding] if one.finding else []), one.publisher]),
            category=one.publisher_kind.value,
            source_url=one.url,
        )
        for one in found
    ]


def audit_entries(found: Iterable[AuditRow]) -> list[Entry]:
    """Recommendations as they stand now."""
    return [
        Entry(
            id=tag(site(), f"audit-recommendation:{one.key}"),
            title=f"{one.name}: {status_label(one.status)}",
            url=f"{site()}{one.path}",
            updated=one.changed_at,
            summary="\n".join(filter(None, [one.facts.text, one.sentence, one.title])),
            category=one.status.value,
            source_url=one.url,
        )
        for one in found
    ]


# --- files ------------------------------------------------------------------------------------------


def _own(name: str) -> tuple[str, Any]:
    return name, lambda row, _site: getattr(row, name)


def _fact(name: str) -> tuple[str, Any]:
    return name, lambda row, _site: getattr(row.facts, name)


def _slugs(kind: str) -> tuple[str, Any]:
    return kind, lambda row, _site: " ".join(link.target.slug for link in getattr(row.about, kind))


REPORTS = Table(
    (
        *map(_own, ("key", "number", "title", "watchdog", "publisher", "publisher_kind")),
        *map(_fact, ("type", "published_on", "released_on")),
        _own("public_on"),
        ("finding", lambda row, _: row.finding.finding if row.finding else None),
        _own("open_count"),
        ("held_count", lambda row, _: sum(row.counts.values())),
        _fact("topics"),
        _slugs("countries"),
        _slugs("concerns"),
        _own("url"),
        ("page", lambda row, address: f"{address}{row.path}"),
        *PROVENANCE,
    )
)

AUDITS = Table(
    (
        _own("key"),
        ("report", lambda row, _: row.report_key),
        ("title", lambda row, _: row.title),
        ("asks", lambda row, _: row.kind),
        _fact("number"),
        ("addressees", lambda row, _: list(row.addressees)),
        _fact("text"),
        _own("status"),
        ("printed", lambda row, _: list(dict.fromkeys(one.raw for one in row.facts.addressees))),
        _own("is_priority"),
        ("made_on", lambda row, _: row.opened_on),
        *map(_own, ("age", "gone_on", "first_seen_at", "last_seen_at")),
        _slugs("countries"),
        _slugs("concerns"),
        _own("url"),
        ("page", lambda row, address: f"{address}{row.path}"),
        *PROVENANCE,
    )
)
