"""Countries for programs: the list, one country, its measures as a file, its changes and its calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from flask import abort

from tracker.api import compose
from tracker.api.answers import (
    BillItem,
    ChangeItem,
    Links,
    Next,
    PageUrl,
    SourceDocument,
    Sources,
    Total,
    note,
)
from tracker.api.asking import Args, every, site
from tracker.api.feeds import course_events
from tracker.api.formats import DatedEvent
from tracker.api.parameters import read_place
from tracker.api.tables import BILLS, Column, Table
from tracker.content import CountryBrief
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.queries.bills import read_bill_filter
from tracker.queries.countries import (
    CountryDetail,
    CountryRow,
    Measure,
    Together,
    list_measures,
    read_country,
    read_courses,
    read_measures,
)
from tracker.queries.country_names import Country, all_countries, find_countries
from tracker.queries.sources import newest_documents
from tracker.web.caching import current_version, remembered
from tracker.web.clock import today
from tracker.web.countries import country_rows, held_sentence
from tracker.web.freshness import bills_known_until
from tracker.web.measure_rows import committee_names

_BILL_STATUS = "govinfo_billstatus"


# --- shapes -----------------------------------------------------------------------------------------


class RegionAnswer(msgspec.Struct, frozen=True):
    """A region of the vocabulary, as in `about=` of /api/v1/bills."""

    key: Annotated[str, msgspec.Meta(examples=["region:sahel"])]
    name: str


class CountryItem(msgspec.Struct, frozen=True, kw_only=True):
    """A country or territory, and how many measures before Congress are linked to it."""

    key: Annotated[str, msgspec.Meta(description="ISO 3166 alpha-3; XKX is Kosovo.", examples=["EGY"])]
    kind: str = "country"
    title: str
    url: PageUrl
    page: PageUrl
    alpha2: Annotated[str, note("ISO 3166 alpha-2.")]
    official: Annotated[str, note("Its full name; empty where it has no other.")]
    group: Annotated[str, note("The part of the world that the page lists it in.")]
    regions: tuple[RegionAnswer, ...]
    measures: Annotated[int, note("On U.S. security assistance, of every Congress held.")]
    measures_current: Annotated[int, note("Those of them in the newest Congress.")]
    measures_named: Annotated[int, note("On any matter.")]
    changes: Annotated[int, note("Recorded in the last 90 days on measures on security assistance.")]
    reviewed_on: Annotated[date | None, note("When its brief was last reviewed; null where there is none.")]
    links: Links = ()
    sources: Sources


class CitedAnswer(msgspec.Struct, frozen=True):
    """A document that the brief rests on. `date` is ISO, as exactly as it is known."""

    number: int
    publisher: str
    title: str
    date: str
    url: str


class BriefAnswer(msgspec.Struct, frozen=True):
    """What we wrote on the country. The text refers to its sources by their numbers."""

    lead: str
    html: str
    reviewed_on: date
    review_due: date
    cites: tuple[CitedAnswer, ...]


class TogetherAnswer(msgspec.Struct, frozen=True):
    """A programme, law or region, and in how many measures on security assistance it stands."""

    key: Annotated[str, msgspec.Meta(examples=["programme:fmf"])]
    name: str
    measures: int


class CountryAnswer(CountryItem, frozen=True, kw_only=True):
    """A country with the newest measures, by what the editors hold them to do, and the newest changes.

    Each measure's `links` say why it stands here. `concerns` and `names` are parts of what
    /api/v1/bills?country= lists in whole; `regional` has measures that name only a region of the country.
    """

    status: str
    brief: BriefAnswer | None
    advances: tuple[BillItem, ...]
    weakens: tuple[BillItem, ...]
    concerns: tuple[BillItem, ...]
    names: tuple[BillItem, ...]
    regional: tuple[BillItem, ...]
    programmes: Annotated[tuple[TogetherAnswer, ...], note("Named in measures that name the country.")]
    authorities: Annotated[tuple[TogetherAnswer, ...], note("Laws so named.")]
    by_region: Annotated[tuple[TogetherAnswer, ...], note("Measures on its regions, whatever they name.")]
    recent_changes: Annotated[tuple[ChangeItem, ...], note("The newest; /api/v1/changes?country= has all.")]


class CountryList(msgspec.Struct, frozen=True):
    """Part of the list of countries, by key."""

    items: tuple[CountryItem, ...]
    next: Next
    total: Total


# --- asking -----------------------------------------------------------------------------------------


def countries(args: Args) -> CountryList:
    """All of them are counted at once; a page of them goes by key."""
    place, rows = read_place(args), _found(args)
    rest = [row for row in rows if place.after is None or row.country.code > place.after]
    shown = rest[: place.limit]
    following = shown[-1].country.code if len(rest) > len(shown) else None
    return CountryList(tuple(map(_item, shown)), following, len(rows))


def _found(args: Args) -> list[CountryRow]:
    """The rows that a search leaves, by key."""
    return sorted(found_rows(args), key=lambda row: row.country.code)


def found_rows(args: Args) -> list[CountryRow]:
    """The same in the order of names, as on the page."""
    wanted = {country.code for country in find_countries((args.get("q") or "").strip())}
    return [row for row in country_rows() if row.country.code in wanted]


def country_of(key: str) -> Country:
    """The country of a key, else 404."""
    return all_countries().get(key) or abort(404, f"There is no country {key[:80]} here.")


def country(key: str) -> CountryAnswer:
    found = country_of(key)
    detail = read_country(db.session, found, today=today(), known_until=bills_known_until())
    ids = {item_id for group in _GROUPS for item_id in getattr(detail, group)}
    shown = read_measures(db.session, found, sorted(ids), today=today(), names=committee_names())
    return _answer(detail, shown)


_GROUPS = ("advances", "weakens", "concerns", "names", "regional")


def measures(key: str, args: Args) -> Iterator[Measure]:
    """Every measure that is linked to the country, those in scope unless `scope=all`."""
    found, scope, day = country_of(key), read_bill_filter({"scope": args.get("scope", "")}).scope, today()
    return every(lambda session, place: list_measures(session, found, scope, today=day, place=place))


def events(key: str) -> tuple[list[DatedEvent], datetime | None]:
    """The steps of its measures as days of a calendar, and when one of the measures last changed."""
    courses = read_courses(db.session, country_of(key))
    return (
        course_events(site(), courses, committee_names()),
        max((course.changed_at for course in courses), default=None),
    )


# --- composing --------------------------------------------------------------------------------------


def _item(row: CountryRow) -> CountryItem:
    return CountryItem(**_fields(row))


def _fields(row: CountryRow) -> dict[str, Any]:
    country, page = row.country, f"{site()}/countries/{row.country.code}"
    return {
        "key": country.code,
        "title": country.name,
        "url": page,
        "page": page,
        "alpha2": country.alpha2,
        "official": country.official,
        "group": country.group,
        "regions": tuple(RegionAnswer(region.key, region.name) for region in country.regions),
        "measures": row.in_scope,
        "measures_current": row.current,
        "measures_named": row.named,
        "changes": row.changes,
        "reviewed_on": row.reviewed_on,
        "sources": _sources(),
    }


def _sources() -> tuple[SourceDocument, ...]:
    """The document that was fetched last: what the counts are as of."""
    newest = remembered(current_version(), "newest documents", lambda: newest_documents(db.session))
    return (compose.source_document(newest[_BILL_STATUS]),) if _BILL_STATUS in newest else ()


def _answer(detail: CountryDetail, shown: Mapping[int, Measure]) -> CountryAnswer:
    brief = packaged_content().briefs.get(detail.country.code)
    groups: dict[str, Any] = {
        group: tuple(compose.bill_item(site(), shown[item_id].bill) for item_id in getattr(detail, group))
        for group in _GROUPS
    }
    return CountryAnswer(
        **_fields(detail.row),
        status=held_sentence(detail),
        brief=_brief(brief) if brief else None,
        **groups,
        programmes=tuple(map(_together, detail.programmes)),
        authorities=tuple(map(_together, detail.authorities)),
        by_region=tuple(map(_together, detail.regions)),
        recent_changes=tuple(compose.change_item(site(), change) for change in detail.changes),
    )


def _brief(brief: CountryBrief) -> BriefAnswer:
    cites = tuple(
        CitedAnswer(source.number, source.publisher, source.title, str(source.date), source.url)
        for source in brief.sources
    )
    return BriefAnswer(brief.lead, brief.body.html, brief.reviewed_on, brief.review_due, cites)


def _together(one: Together) -> TogetherAnswer:
    return TogetherAnswer(one.target.key, one.target.name, one.count)


# --- files ------------------------------------------------------------------------------------------


COUNTRIES = Table(
    (
        ("key", lambda row, _: row.country.code),
        ("alpha2", lambda row, _: row.country.alpha2),
        ("name", lambda row, _: row.country.name),
        ("official", lambda row, _: row.country.official),
        ("group", lambda row, _: row.country.group),
        ("measures", lambda row, _: row.in_scope),
        ("measures_current", lambda row, _: row.current),
        ("measures_named", lambda row, _: row.named),
        ("changes", lambda row, _: row.changes),
        ("brief_reviewed_on", lambda row, _: row.reviewed_on),
        ("page", lambda row, site: f"{site}/countries/{row.country.code}"),
    )
)


def _of_bill(column: Column) -> Column:
    name, value = column
    return name, lambda measure, site: value(measure.bill, site)


def _of_evidence(name: str, field: str) -> Column:
    """A field of the strongest evidence; empty where an editor added the link."""
    return (
        name,
        lambda measure, _site: getattr(measure.link.evidence[0], field) if measure.link.evidence else None,
    )


MEASURES = Table(
    (
        *map(_of_bill, BILLS.columns[:9]),
        _of_evidence("linked_by_rule", "rule"),
        _of_evidence("linked_in_field", "field"),
        _of_evidence("linked_words", "words"),
        _of_evidence("linked_quote", "quote"),
        ("linked_score", lambda measure, _: measure.link.score),
        ("confirmed_by", lambda measure, _: measure.link.decided_by),
        *map(_of_bill, BILLS.columns[9:]),
    )
)
