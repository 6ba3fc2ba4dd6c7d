"""Audit recommendations from listings to rows and changes.

What a listing has is settled against what is held when it comes. What a list of open ones has no more is only known
when the run is over: see `audit_listings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, delete, func, select, update

from scrapers.records import AuditListing, AuditRecommendation, PublisherKind
from scrapers.registry import all_sources
from tracker.bulk import allocate_ids, insert_rows
from tracker.changes import Draft
from tracker.ingest.reports import DOCUMENT, ITEM, REPORTS, Known, create_known, spaced
from tracker.linking.apply import link_again, link_new
from tracker.linking.describe import describe_audit
from tracker.linking.linker import packaged_linker
from tracker.linking.stored import described_items
from tracker.models import AuditAddressee
from tracker.models import AuditRecommendation as AuditRow
from tracker.sanitise import plain_words
from tracker.search import SearchText, index_items, search_text
from tracker.watchdogs.lifecycle import (
    AuditFacts,
    Heard,
    differences,
    first_held,
    gather,
    listed_on,
    opened,
    settle,
)
from tracker.watchdogs.names import AUDIT, REPORT, agency_slug, audit_name, report_slug
from tracker.watchdogs.statuses import OPEN_STATUSES, AuditStatus

AUDITS = cast(Table, AuditRow.__table__)
ADDRESSEES = cast(Table, AuditAddressee.__table__)

_BATCH = 1_000

_PRODUCT_PAGES = {"gao": "https://www.gao.gov/products/{}"}
"""Where a watchdog shows a report, by its number in small letters, for reports known only from recommendations."""


class Listed(NamedTuple):
    """A list of open ones, by its document: which items stand in it, and the day that it is of."""

    document_id: int
    ids: tuple[int, ...]
    as_of: datetime


class Outcome(NamedTuple):
    """What became of some records, and what a person has to look at."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    drafts: Sequence[tuple[int, Draft]] = ()
    problems: Sequence[str] = ()
    listed: Listed | None = None


class Held(NamedTuple):
    """A recommendation as it is stored, with what its report is called."""

    item_id: int
    facts: AuditFacts
    as_of: datetime
    listed_in: int | None
    report_id: int
    report_title: str
    first_seen_at: datetime
    opened_on: date


def store_audits(
    connection: Connection,
    found: Sequence[AuditRecommendation],
    document_id: int,
    now: datetime,
    is_news: Callable[[AuditRecommendation], bool],
) -> Outcome:
    """The audit recommendations of one document."""
    cleaned = [clean_audit(record) for record in found]
    heard = gather(cleaned)
    reports = _reports(connection, heard.values(), document_id, now)
    held = read_held(connection, list(heard))
    fresh = [one for key, one in heard.items() if key not in held]
    ids = _create(connection, fresh, reports, document_id, now)
    drafts: list[tuple[int, Draft]] = []
    for one in fresh:
        first = AuditStatus(one.facts.status)
        if first in OPEN_STATUSES and is_news(found[0]):  # a document is one listing
            drafts.append((ids[one.key], opened(one.facts, _day(one, now))))
    updated, touched = 0, {reports[_report_key(one)] for one in fresh}
    reworded = set(touched)
    for key in heard.keys() & held.keys():
        one, before = heard[key], held[key]
        if (one.as_of or now) < before.as_of:  # an older telling, read late
            continue
        after = settle(before.facts, one.facts, one.listing, _day(one, now))
        if after == before.facts:
            continue
        update_audit(connection, before, key, after, document_id, now)
        updated += 1
        touched.add(before.report_id)
        if before.facts.text != after.text:
            reworded.add(before.report_id)
        if before.first_seen_at != now:
            told = differences(before.facts, after, _day(one, now), stamp_of(now))
            drafts += [(before.item_id, draft) for draft in told]
    listed = _note_listing(connection, heard, held, ids, document_id, now)
    count_open(connection, touched)
    _link_reports(connection, reworded)
    drafts.sort(key=lambda one: one[0])
    unknown = sorted({
        one.raw for each in heard.values() for one in each.facts.addressees if one.status is AuditStatus.UNKNOWN
    })  # fmt: skip
    problems = [f"no status of an audit recommendation that we know: {raw[:80]}" for raw in unknown]
    return Outcome(len(fresh), updated, len(heard) - len(fresh) - updated, drafts, problems, listed)


def clean_audit(record: AuditRecommendation) -> AuditRecommendation:
    """Words without markup or control characters: a record comes from anywhere."""
    return msgspec.structs.replace(
        record,
        report=" ".join(plain_words(record.report).split()),
        addressee=" ".join(plain_words(record.addressee).split()) or "not stated",
        text=plain_words(record.text),
        status=" ".join(plain_words(record.status).split()),
        number=" ".join(plain_words(record.number).split()) if record.number else None,
        report_title=" ".join(plain_words(record.report_title).split()) if record.report_title else None,
        comments=plain_words(record.comments) if record.comments else None,
        topics=tuple(map(plain_words, record.topics)),
    )


def _day(one: Heard, now: datetime) -> date:
    """The day that a listing is of, or was read on."""
    return listed_on(one.as_of or now)


def stamp_of(now: datetime) -> str:
    """An instant as the keys of changes have it."""
    return now.strftime("%Y%m%dT%H%M%SZ")


def _report_key(one: Heard) -> str:
    return f"{REPORT}:{report_slug(one.watchdog, one.report, one.report)}"


# --- reading back -----------------------------------------------------------------------------------

HELD = (
    select(
        ITEM.c.key, ITEM.c.first_seen_at, AUDITS.c.id, AUDITS.c.facts, AUDITS.c.as_of, AUDITS.c.listed_in,
        AUDITS.c.report_id, AUDITS.c.opened_on, ITEM.c.title,
    )
    .join_from(AUDITS, ITEM, ITEM.c.id == AUDITS.c.id)
)  # fmt: skip


def read_held(connection: Connection, keys: Sequence[str]) -> dict[str, Held]:
    """The stored ones of these recommendations."""
    found: dict[str, Held] = {}
    for start in range(0, len(keys), _BATCH):
        for row in connection.execute(HELD.where(ITEM.c.key.in_(keys[start : start + _BATCH]))):
            found[row.key] = held_of(row)
    return found


def held_of(row: Any) -> Held:
    """A row of HELD."""
    return Held(
        row.id,
        row.facts,
        row.as_of,
        row.listed_in,
        row.report_id,
        row.title,
        row.first_seen_at,
        row.opened_on,
    )


def _reports(
    connection: Connection, heard: Iterable[Heard], document_id: int, now: datetime
) -> dict[str, int]:
    """The ids of the reports that make the recommendations, by key; those that nobody told of are made."""
    wanted = {_report_key(one): one for one in reversed(list(heard))}
    ids: dict[str, int] = {}
    keys = list(wanted)
    for start in range(0, len(keys), _BATCH):
        rows = connection.execute(
            select(ITEM.c.key, ITEM.c.id).where(ITEM.c.key.in_(keys[start : start + _BATCH]))
        )
        ids |= {row.key: row.id for row in rows}
    missing = [one for key, one in wanted.items() if key not in ids]
    if missing:
        row = connection.execute(
            select(DOCUMENT.c.source, DOCUMENT.c.url).where(DOCUMENT.c.id == document_id)
        ).one()
        ids |= create_known(
            connection, [_known(one, row.source, row.url) for one in missing], document_id, now
        )
    return ids


def _known(one: Heard, source: str, document_url: str) -> Known:
    named = all_sources().get(source)
    page = _PRODUCT_PAGES.get(one.watchdog)
    return Known(
        watchdog=one.watchdog,
        publisher=named.publisher if named else one.watchdog,
        publisher_kind=PublisherKind.LEGISLATIVE if one.watchdog == "gao" else PublisherKind.OFFICIAL,
        number=one.report,
        title=one.report_title or one.report,
        issued_on=one.facts.issued_on,
        topics=one.facts.topics,
        url=page.format(one.report.lower()) if page else document_url.partition("#")[0],
    )


# --- writing ----------------------------------------------------------------------------------------


class Bundled(NamedTuple):
    """A recommendation as it is to be held: by its key and its report's, with the list of open ones that has it."""

    key: str
    report: str
    facts: AuditFacts
    as_of: datetime
    document_id: int
    listed_in: int | None = None


def create_bundled(connection: Connection, found: Sequence[Bundled], now: datetime) -> None:
    """Recommendations that came with the program. Their reports are stored; they make no news."""
    reports: dict[str, int] = {}
    wanted = sorted({one.report for one in found})
    for start in range(0, len(wanted), _BATCH):
        rows = connection.execute(
            select(ITEM.c.key, ITEM.c.id).where(ITEM.c.key.in_(wanted[start : start + _BATCH]))
        )
        reports |= {row.key: row.id for row in rows}
    _insert(connection, found, reports, now)
    count_open(connection, set(reports.values()))
    _link_reports(connection, set(reports.values()))


def _create(
    connection: Connection,
    fresh: Sequence[Heard],
    reports: Mapping[str, int],
    document_id: int,
    now: datetime,
) -> dict[str, int]:
    """Recommendations that we do not have yet, by key."""
    found = [
        Bundled(
            one.key, _report_key(one), first_held(one.facts, _day(one, now)), one.as_of or now, document_id
        )
        for one in fresh
    ]
    return _insert(connection, found, reports, now)


def _insert(
    connection: Connection, found: Sequence[Bundled], reports: Mapping[str, int], now: datetime
) -> dict[str, int]:
    ids = dict(zip((one.key for one in found), allocate_ids(connection, ITEM, len(found)), strict=True))
    known = _titles(connection, {reports[one.report] for one in found})
    items, audits, addressees, described, words = [], [], [], [], []
    for one in found:
        item_id, report_id, facts = ids[one.key], reports[one.report], one.facts
        title, url, public_on = known[report_id]
        day = facts.issued_on or public_on
        gone = [addressee.gone_on for addressee in facts.addressees if addressee.gone_on]
        items.append((item_id, one.key, AUDIT, title, url, day, one.document_id, now, now, None))
        audits.append((
            item_id, report_id, facts.kind, facts.number, facts.status, facts.is_priority, day, one.as_of,
            one.listed_in, max(gone) if gone and facts.status is AuditStatus.NO_LONGER_LISTED else None, facts,
        ))  # fmt: skip
        addressees += _addressee_rows(item_id, facts)
        described.append((item_id, describe_audit(one.key.partition(":")[2], title, facts.text)))
        words.append(_words(item_id, one.key, title, facts))
    insert_rows(connection, ITEM, items)
    insert_rows(connection, AUDITS, audits)
    insert_rows(connection, ADDRESSEES, addressees)
    index_items(connection, words)
    link_new(connection, described, packaged_linker())
    return ids


def _titles(connection: Connection, ids: set[int]) -> dict[int, tuple[str, str, date]]:
    """What reports are called, where they are, and since when they are public."""
    found: dict[int, tuple[str, str, date]] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        for row in connection.execute(
            select(ITEM.c.id, ITEM.c.title, ITEM.c.url, REPORTS.c.public_on)
            .join_from(ITEM, REPORTS, REPORTS.c.id == ITEM.c.id)
            .where(ITEM.c.id.in_(ordered[start : start + _BATCH]))
        ):
            found[row.id] = (row.title, row.url, row.public_on)
    return found


def update_audit(
    connection: Connection, held: Held, key: str, after: AuditFacts, document_id: int, now: datetime
) -> None:
    """A recommendation of which a listing tells otherwise."""
    item_id, before = held.item_id, held.facts
    gone = [one.gone_on for one in after.addressees if one.gone_on]
    connection.execute(
        update(ITEM).where(ITEM.c.id == item_id)
        .values(changed_at=now, document_id=document_id, missing_since=None)
    )  # fmt: skip
    connection.execute(
        update(AUDITS).where(AUDITS.c.id == item_id).values(
            facts=after, status=after.status, is_priority=after.is_priority, number=after.number,
            opened_on=after.issued_on or held.opened_on,
            gone_on=max(gone) if gone and after.status is AuditStatus.NO_LONGER_LISTED else None,
        )
    )  # fmt: skip
    if [one.name for one in before.addressees] != [one.name for one in after.addressees]:
        connection.execute(delete(ADDRESSEES).where(ADDRESSEES.c.item_id == item_id))
        insert_rows(connection, ADDRESSEES, _addressee_rows(item_id, after))
    if (before.text, before.topics) != (after.text, after.topics):
        described = describe_audit(key.partition(":")[2], held.report_title, after.text)
        link_again(connection, {item_id: described}, packaged_linker())
        index_items(connection, [_words(item_id, key, held.report_title, after)], replace=True)


def _link_reports(connection: Connection, ids: set[int]) -> None:
    """A report is about what its recommendations are about."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        described = described_items(connection, ordered[start : start + _BATCH])
        link_again(connection, described, packaged_linker())


def _addressee_rows(item_id: int, facts: AuditFacts) -> list[tuple[str, int, str]]:
    names = {agency_slug(one.name): one.name for one in facts.addressees}
    return [(agency, item_id, name) for agency, name in names.items()]


def _words(item_id: int, key: str, title: str, facts: AuditFacts) -> SearchText:
    """What a search finds it by."""
    names = [audit_name(key), spaced(audit_name(key)), *(one.name for one in facts.addressees)]
    return search_text(item_id, title=title, other_titles=names, summary=facts.text or "", words=facts.topics)


_OPEN = (
    select(func.count())
    .select_from(AUDITS)
    .where(AUDITS.c.report_id == REPORTS.c.id, AUDITS.c.status.in_(OPEN_STATUSES))
    .scalar_subquery()
)


def count_open(connection: Connection, reports: set[int]) -> None:
    """Bring the numbers of open recommendations of these reports up to date."""
    ordered = sorted(reports)
    for start in range(0, len(ordered), _BATCH):
        connection.execute(
            update(REPORTS).where(REPORTS.c.id.in_(ordered[start : start + _BATCH])).values(open_count=_OPEN)
        )


# --- lists of open ones -----------------------------------------------------------------------------


def _note_listing(
    connection: Connection,
    heard: Mapping[str, Heard],
    held: Mapping[str, Held],
    created: Mapping[str, int],
    document_id: int,
    now: datetime,
) -> Listed | None:
    """Which of them stand in this list of open ones, and the time of the newest listing that has each."""
    times: dict[datetime, list[int]] = defaultdict(list)
    is_open = [key for key, one in heard.items() if one.listing is AuditListing.OPEN_ONLY]
    for key, before in held.items():
        if before.as_of < (heard[key].as_of or now):
            times[heard[key].as_of or now].append(before.item_id)
    for as_of, found in times.items():
        _set(connection, found, as_of=as_of)
    ids = {key: created[key] if key in created else held[key].item_id for key in is_open}
    entered = [ids[key] for key in is_open if key in created or held[key].listed_in != document_id]
    _set(connection, entered, listed_in=document_id)
    if not ids:
        return None
    return Listed(document_id, tuple(ids.values()), max(heard[key].as_of or now for key in is_open))


def _set(connection: Connection, ids: Sequence[int], **values: Any) -> None:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        part = ordered[start : start + _BATCH]
        connection.execute(update(AUDITS).where(AUDITS.c.id.in_(part)).values(**values))
