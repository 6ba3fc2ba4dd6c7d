"""Reports of watchdogs: each document is kept as it speaks, and a report is what its documents say together.

The number is the report. A feed, a product record and a listing that tell of one number are one report, and so are
two records of it with different dates. What is new is told once, whoever told it first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Table, bindparam, insert, select, update

from scrapers.records import Report, ReportLink
from scrapers.times import EASTERN
from tracker.bulk import allocate_ids, insert_rows
from tracker.changes import Draft, digest
from tracker.linking.apply import link_again, link_new
from tracker.linking.describe import describe_report
from tracker.linking.linker import packaged_linker
from tracker.linking.stored import described_items
from tracker.models import Item, ReportDocument, SourceDocument
from tracker.models import Report as ReportRow
from tracker.sanitise import plain_words
from tracker.search import SearchText, index_items, search_text
from tracker.watchdogs.facts import (
    ReportFacts,
    public_on,
    ranked_by_fullness,
    summary_of,
    together,
    version_order,
)
from tracker.watchdogs.names import REPORT, fold, report_key, report_slug

ITEM = cast(Table, Item.__table__)
REPORTS = cast(Table, ReportRow.__table__)
TOLD = cast(Table, ReportDocument.__table__)
DOCUMENT = cast(Table, SourceDocument.__table__)

_BATCH = 500
_OLD = timedelta(days=366)
"""A report that has been public for longer is no news when it is first met: somebody asked for old ones."""


class Outcome(NamedTuple):
    """What became of some records; changes by item, each with the document that says so."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    drafts: Sequence[tuple[int, Draft, int]] = ()


class Held(NamedTuple):
    """A report as it is stored, with what each of its documents says: by document, the source and the record."""

    item_id: int
    facts: ReportFacts
    summary: str | None
    public_on: date
    first_seen_at: datetime
    told: dict[int, tuple[str, Report]]


Told = tuple[Report, int]
"""A record, and the document that it stands in."""


def store_reports(
    connection: Connection, told: Sequence[Told], now: datetime, is_news: Callable[[Report], bool]
) -> Outcome:
    """The reports that documents of one source tell of, in the documents' order."""
    outcome = Outcome()
    for wave in _waves(told):
        created, updated, drafts = _store_wave(connection, wave, now, is_news)
        outcome = Outcome(
            outcome.created + created,
            outcome.updated + updated,
            outcome.unchanged + len(wave) - created - updated,
            [*outcome.drafts, *sorted(drafts, key=lambda one: one[0])],
        )
    return outcome


def _waves(told: Sequence[Told]) -> Iterator[dict[str, Told]]:
    """Records by the report that they are of. A further document on one of them comes in a later wave."""
    wave: dict[str, Told] = {}
    for record, document_id in told:
        key = report_key(record)
        if key in wave and wave[key][1] != document_id:
            yield wave
            wave = {}
        wave[key] = clean_report(record), document_id
    if wave:
        yield wave


def _store_wave(
    connection: Connection, wave: Mapping[str, Told], now: datetime, is_news: Callable[[Report], bool]
) -> tuple[int, int, list[tuple[int, Draft, int]]]:
    """How many were new and how many differ, and the changes with the documents that say so."""
    held = read_held(connection, list(wave))
    fresh = {key: told for key, told in wave.items() if key not in held}
    drafts: list[tuple[int, Draft, int]] = []
    ids = _create(connection, fresh, now)
    for key, (record, document_id) in fresh.items():
        drafts += [(ids[key], draft, document_id) for draft in _published(record, now, is_news)]
    source = _source_of(connection, wave) if held else ""
    updated = 0
    for key in wave.keys() & held.keys():
        record, document_id = wave[key]
        told = _Telling(connection, held[key], record, document_id, source, now)
        if told.store():
            updated += 1
            drafts += [(held[key].item_id, draft, document_id) for draft in told.changes(is_news)]
    drafts += _reissues(connection, fresh, is_news, now)
    return len(fresh), updated, drafts


def _source_of(connection: Connection, wave: Mapping[str, Told]) -> str:
    """The source of the documents, which is one for all."""
    _, document_id = next(iter(wave.values()))
    return str(connection.execute(select(DOCUMENT.c.source).where(DOCUMENT.c.id == document_id)).scalar_one())


def clean_report(record: Report) -> Report:
    """Only web addresses, and words without markup or control characters: a record comes from anywhere."""
    links = tuple(ReportLink(plain_words(one.label), one.url) for one in record.links if _is_web(one.url))
    return msgspec.structs.replace(
        record,
        title=" ".join(plain_words(record.title).split()) or (record.number or record.url),
        number=" ".join(plain_words(record.number).split()) if record.number else None,
        summary=(plain_words(record.summary) or None) if record.summary else None,
        topics=tuple(map(plain_words, record.topics)),
        agencies=tuple(map(plain_words, record.agencies)),
        links=links,
    )


def _is_web(url: str) -> bool:
    return url.startswith(("https://", "http://"))


# --- reading back -----------------------------------------------------------------------------------


def read_held(connection: Connection, keys: Sequence[str]) -> dict[str, Held]:
    """The stored ones of these reports with all that their documents say."""
    found: dict[str, Held] = {}
    for start in range(0, len(keys), _BATCH):
        rows = connection.execute(
            select(
                ITEM.c.key, REPORTS.c.id, REPORTS.c.facts, REPORTS.c.summary, REPORTS.c.public_on,
                ITEM.c.first_seen_at,
            )
            .join_from(REPORTS, ITEM, ITEM.c.id == REPORTS.c.id)
            .where(ITEM.c.key.in_(keys[start : start + _BATCH]))
        ).all()  # fmt: skip
        told = _told(connection, [row.id for row in rows])
        for row in rows:
            found[row.key] = Held(
                row.id, row.facts, row.summary, row.public_on, row.first_seen_at, told[row.id]
            )
    return found


def _told(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, tuple[str, Report]]]:
    found: dict[int, dict[int, tuple[str, Report]]] = defaultdict(dict)
    for row in connection.execute(
        select(TOLD.c.item_id, TOLD.c.document_id, TOLD.c.told, DOCUMENT.c.source)
        .join_from(TOLD, DOCUMENT, DOCUMENT.c.id == TOLD.c.document_id)
        .where(TOLD.c.item_id.in_(ids))
    ):
        found[row.item_id][row.document_id] = (row.source, row.told)
    return found


# --- new ones ---------------------------------------------------------------------------------------


def _create(connection: Connection, fresh: Mapping[str, Told], now: datetime) -> dict[str, int]:
    """Reports that we do not have yet, by key."""
    if not fresh:
        return {}
    ids = dict(zip(fresh, allocate_ids(connection, ITEM, len(fresh)), strict=True))
    items, reports, described, words = [], [], [], []
    for key, (record, document_id) in fresh.items():
        facts = together([record])
        day = public_on(facts, _washington(now))
        items.append((ids[key], key, REPORT, facts.title, facts.url, day, document_id, now, now, None))
        reports.append((
            ids[key], record.watchdog, record.publisher, record.publisher_kind, record.number, day, 0,
            record.summary, facts,
        ))  # fmt: skip
        described.append((ids[key], describe_report(key.partition(":")[2], facts.title, record.summary)))
        words.append(_words(ids[key], facts, record.summary, record))
    insert_rows(connection, ITEM, items)
    insert_rows(connection, REPORTS, reports)
    telling = zip(allocate_ids(connection, TOLD, len(fresh)), fresh.items(), strict=True)
    insert_rows(
        connection, TOLD,
        [(number, ids[key], document_id, record) for number, (key, (record, document_id)) in telling],
    )  # fmt: skip
    index_items(connection, words)
    link_new(connection, described, packaged_linker())
    return ids


class Known(NamedTuple):
    """As much of a report as its recommendations tell: it is held by that until a document of its own comes."""

    watchdog: str
    publisher: str
    publisher_kind: Any
    number: str
    title: str
    issued_on: date | None
    topics: tuple[str, ...]
    url: str


def create_known(
    connection: Connection, found: Sequence[Known], document_id: int, now: datetime
) -> dict[str, int]:
    """Reports that are known only from their recommendations, by key. They have no documents and make no news.

    They are linked with the recommendations, whose words are theirs.
    """
    keys = [f"{REPORT}:{report_slug(one.watchdog, one.number, one.number)}" for one in found]
    ids = dict(zip(keys, allocate_ids(connection, ITEM, len(found)), strict=True))
    items, reports, words = [], [], []
    for key, one in zip(keys, found, strict=True):
        facts = ReportFacts(title=one.title, url=one.url, published_on=one.issued_on, topics=one.topics)
        day = public_on(facts, _washington(now))
        items.append((ids[key], key, REPORT, one.title, one.url, day, document_id, now, now, None))
        reports.append(
            (ids[key], one.watchdog, one.publisher, one.publisher_kind, one.number, day, 0, None, facts)
        )
        words.append(_words(ids[key], facts, None, None, one.number))
    insert_rows(connection, ITEM, items)
    insert_rows(connection, REPORTS, reports)
    index_items(connection, words)
    return ids


def _words(
    item_id: int, facts: ReportFacts, summary: str | None, record: Report | None, number: str = ""
) -> SearchText:
    """What a search finds it by."""
    number = (record.number if record else number) or ""
    names = [number, spaced(number), *([record.publisher] if record else []), *facts.agencies]
    return search_text(
        item_id,
        title=facts.title,
        other_titles=filter(None, names),
        summary=summary or "",
        words=facts.topics,
    )


def spaced(number: str) -> str:
    """A number's parts as words: engines do not agree on what a hyphen before digits means."""
    return number.replace("-", " ")


def _washington(now: datetime) -> date:
    return now.astimezone(EASTERN).date()


# --- known ones -------------------------------------------------------------------------------------


class _Telling:
    """A document that tells of a report which is held."""

    def __init__(
        self,
        connection: Connection,
        held: Held,
        record: Report,
        document_id: int,
        source: str,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._held = held
        self._record = record
        self._document_id = document_id
        self._now = now
        self._told_before = {name for name, _ in held.told.values()}
        self._source = source
        self._after = held.facts

    def store(self) -> bool:
        """Write what differs; answers whether anything did."""
        known = self._held.told.get(self._document_id)
        if known is not None and known[1] == self._record:
            return False
        told = {**self._held.told, self._document_id: (self._source, self._record)}
        records = [record for _, record in told.values()]
        self._after, summary = together(records), summary_of(records)
        self._write_telling(is_known=known is not None)
        self._write_report(records, summary)
        return True

    def _write_telling(self, *, is_known: bool) -> None:
        values = {"item_id": self._held.item_id, "document_id": self._document_id}
        if is_known:
            which = (TOLD.c.item_id == self._held.item_id) & (TOLD.c.document_id == self._document_id)
            self._connection.execute(update(TOLD).where(which).values(told=self._record))
        else:
            self._connection.execute(insert(TOLD).values(**values, told=self._record))

    def _write_report(self, records: Sequence[Report], summary: str | None) -> None:
        held, facts = self._held, self._after
        main = ranked_by_fullness(records)[0]
        day = public_on(facts, _washington(held.first_seen_at))
        item: dict[str, Any] = {
            "title": facts.title,
            "url": facts.url,
            "occurred_on": day,
            "changed_at": self._now,
        }
        if main is self._record:
            item["document_id"] = self._document_id
        self._connection.execute(update(ITEM).where(ITEM.c.id == held.item_id).values(**item))
        self._connection.execute(
            update(REPORTS).where(REPORTS.c.id == held.item_id).values(
                publisher=main.publisher, publisher_kind=main.publisher_kind, number=main.number,
                public_on=day, summary=summary, facts=facts,
            )
        )  # fmt: skip
        if (facts.title, facts.topics, summary) == (held.facts.title, held.facts.topics, held.summary):
            return
        link_again(self._connection, described_items(self._connection, [held.item_id]), packaged_linker())
        words = _words(held.item_id, facts, summary, main)
        index_items(self._connection, [words], replace=True)

    def changes(self, is_news: Callable[[Report], bool]) -> Iterator[Draft]:
        """What is new. What one run brings of a report that was new in it is one change."""
        held, before, after = self._held, self._held.facts, self._after
        if held.first_seen_at == self._now:
            return
        if not held.told:
            yield from _published(self._record, self._now, is_news)
            return
        stamp = self._now.strftime("%Y%m%dT%H%M%SZ")
        on = after.released_on or after.published_on
        if before.version and version_order(after.version) > version_order(before.version):
            yield Draft("report_revised", str(after.version), on, before.version, after.version)
            return  # its new day and title are of the new version
        if self._source not in self._told_before:  # a further voice adds, and corrects nobody
            return
        if fold(before.title) != fold(after.title):
            key = f"title:{digest(fold(after.title))}@{stamp}"
            yield Draft("report_corrected", key, None, *_values("title", before.title, after.title))
        for name in ("published_on", "released_on"):
            was, is_ = getattr(before, name), getattr(after, name)
            if was and is_ and was != is_:
                key = f"{name}:{is_}@{stamp}"
                yield Draft("report_corrected", key, on, *_values(name, was.isoformat(), is_.isoformat()))


def _values(field: str, old: str, new: str) -> tuple[dict[str, str], dict[str, str]]:
    return {"field": field, "value": old}, {"field": field, "value": new}


def _published(record: Report, now: datetime, is_news: Callable[[Report], bool]) -> Iterator[Draft]:
    """The change that a new report is, unless it is an old one that somebody asked for."""
    facts = together([record])
    today = _washington(now)
    if not is_news(record) or today - public_on(facts, today) > _OLD:
        return
    new = {
        "publisher": record.publisher,
        "number": record.number,
        "title": facts.title,
        "recommendations": facts.recommendations,
        "original": facts.original,
    }
    yield Draft("report_published", "published", facts.released_on or facts.published_on, None, new)


def _reissues(
    connection: Connection, fresh: Mapping[str, Told], is_news: Callable[[Report], bool], now: datetime
) -> Iterator[tuple[int, Draft, int]]:
    """The change on each original that a new report is issued again for."""
    originals = {
        key: f"{REPORT}:{report_slug(record.watchdog, record.original, record.original)}"
        for key, (record, _) in fresh.items()
        if record.original and is_news(record)
    }
    if not originals:
        return
    ids: dict[str, int] = {
        row.key: row.id
        for row in connection.execute(
            select(ITEM.c.key, ITEM.c.id).where(ITEM.c.key.in_(bindparam("keys", expanding=True))),
            {"keys": list(originals.values())},
        )
    }
    for key, original in originals.items():
        if original in ids and original != key:
            record, document_id = fresh[key]
            day = record.released_on or record.published_on or _washington(now)
            new = {"key": key.partition(":")[2], "number": record.number}
            yield ids[original], Draft("report_reissued", key, day, None, new), document_id
