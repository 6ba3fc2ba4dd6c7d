"""Figures of assistance: each release of a publisher's file is stored beside the ones before it.

The same figures again, however quoted, are the same release and write nothing. No change is declared: a
revised figure is no new aid, and the pages show revisions as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from scrapers import records
from scrapers.times import EASTERN, fiscal_year_order
from tracker.bulk import insert_rows
from tracker.ingest.documents import DOCUMENT
from tracker.linking.vocabulary import load_vocabulary
from tracker.models import AssistanceFigure, AssistanceRelease

RELEASE = cast(Table, AssistanceRelease.__table__)
FIGURE = cast(Table, AssistanceFigure.__table__)

_SPELLINGS = {
    "foreign_assistance_rows": "foreign_assistance",
    "state_budget_tables": "state_budget",
}
"""Whose spellings of countries a source uses, where they are not its own."""

_NO_COUNTRIES = {
    "foreign_assistance": re.compile(
        r"World|.* Region|.* \(former( \w+)*\)|.*\(former P\.D\.R\.\)|Berlin, West|Pacific Island Trust Territory"
    ),
    "security_assistance_monitor": re.compile(
        r"Global|.* Regional|African Union|Guam|Puerto Rico|Netherlands Antilles|Serbia and Montenegro"
        r"|Panama Canal Area Military School"
    ),
    # Offices, programmes and banks without end stand among the countries of these closed tables.
    "state_budget": re.compile(r".*"),
}
"""What a source lists beside countries: regions, states of old, offices."""

_VINTAGE = re.compile(r"copy=vintages/(\d{4}-\d{2})/")


class Release(NamedTuple):
    """A publisher's file as it was at one time."""

    source: str
    url: str
    vintage: str
    sha256: str
    fetched_at: datetime
    document_id: int
    fetched_until: date | None = None


class Outcome(NamedTuple):
    """How many figures were new, differed or stood as they were, and places that we cannot tell."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    unknown: Sequence[str] = ()


def store_figures(
    connection: Connection, found: Sequence[records.AssistanceFigure], document_id: int
) -> Outcome:
    """A document's figures, as a release of its publisher's file."""
    document = connection.execute(select(DOCUMENT).where(DOCUMENT.c.id == document_id)).one()
    return store_release(connection, release_of(document), found)


def store_release(
    connection: Connection, release: Release, found: Sequence[records.AssistanceFigure]
) -> Outcome:
    """The figures of a release, unless they are stored. The same bytes read otherwise replace what they were."""
    countries, unknown = resolve(release.source, found)
    digest = digest_of(found)
    stored = connection.execute(select(RELEASE).where(RELEASE.c.url == release.url)).all()
    for one in stored:
        if one.digest == digest:
            moved = _resolve_again(connection, one.id, countries)
            return Outcome(updated=moved, unchanged=len(found) - moved, unknown=unknown)
    values = {**release._asdict(), "digest": digest}
    reread = next((one.id for one in stored if one.sha256 == release.sha256), None)
    if reread is None:
        release_id = connection.execute(insert(RELEASE).values(values).returning(RELEASE.c.id)).scalar_one()
    else:
        release_id = reread
        connection.execute(delete(FIGURE).where(FIGURE.c.release_id == reread))
        connection.execute(update(RELEASE).where(RELEASE.c.id == reread).values(digest=digest))
    insert_rows(connection, FIGURE, _rows(release_id, found, countries))
    if reread is None:
        return Outcome(created=len(found), unknown=unknown)
    return Outcome(updated=len(found), unknown=unknown)


def digest_of(found: Iterable[records.AssistanceFigure]) -> str:
    """The SHA-256 of the figures, in whatever order they came."""
    return sha256(b"\n".join(sorted(map(msgspec.json.encode, found)))).hexdigest()


def release_of(document: Row[Any]) -> Release:
    """Which release a stored document is."""
    url, _, fragment = document.url.partition("#")
    return Release(
        source=document.source,
        url=url,
        vintage=vintage_of(fragment, document.last_modified, document.fetched_at),
        sha256=document.sha256,
        fetched_at=document.fetched_at,
        document_id=document.id,
        fetched_until=document.fetched_until,
    )


def vintage_of(
    fragment: str, last_modified: str | None, fetched_at: datetime, fetched_until: date | None = None
) -> str:
    """The month that an older release was asked for by, the publisher's own day, or the day we saw it.

    Of a copy that somebody took on a day which is not known it is the month, or the first year in which that may be.
    """
    asked = _VINTAGE.match(fragment)
    if asked:
        return asked[1]
    try:
        at = parsedate_to_datetime(last_modified) if last_modified else fetched_at
    except ValueError:
        at = fetched_at
    first = at.astimezone(EASTERN).date()
    if last_modified or fetched_until in (None, first):
        return first.isoformat()
    assert fetched_until is not None
    is_one_month = (first.year, first.month) == (fetched_until.year, fetched_until.month)
    return f"{first:%Y-%m}" if is_one_month else f"{first:%Y}"


def resolve(
    source: str, found: Iterable[records.AssistanceFigure]
) -> tuple[dict[str, str | None], list[str]]:
    """The country of each printed place, and the places that may be a country unknown to us: never guessed."""
    vocabulary, spelled_by = load_vocabulary(), _SPELLINGS.get(source, source)
    countries: dict[str, str | None] = {}
    unknown = []
    for place in dict.fromkeys(figure.place for figure in found):
        entry = vocabulary.country_by_spelling(spelled_by, place)
        countries[place] = entry.key.partition(":")[2] if entry else None
        if entry is None and not _NO_COUNTRIES[spelled_by].fullmatch(place):
            unknown.append(place)
    return countries, unknown


def _rows(
    release_id: int, found: Iterable[records.AssistanceFigure], countries: Mapping[str, str | None]
) -> Iterator[tuple[Any, ...]]:
    for figure in found:
        yield (
            release_id, figure.type, fiscal_year_order(figure.fiscal_year), figure.code or "", figure.place,
            figure.account or "", figure.fiscal_year, countries[figure.place], figure.account_name,
            figure.dollars, figure.constant, figure.base_year, figure.rows,
        )  # fmt: skip


def _resolve_again(connection: Connection, release_id: int, countries: Mapping[str, str | None]) -> int:
    """Give figures the country that their place means by now; the number that differed."""
    stored = connection.execute(
        select(FIGURE.c.place, FIGURE.c.country).where(FIGURE.c.release_id == release_id).distinct()
    )
    moved = [row.place for row in stored if row.country != countries[row.place]]
    return sum(
        connection.execute(
            update(FIGURE)
            .where(FIGURE.c.release_id == release_id, FIGURE.c.place == place)
            .values(country=countries[place])
        ).rowcount
        for place in moved
    )
