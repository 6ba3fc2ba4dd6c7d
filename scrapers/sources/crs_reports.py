"""Reports of the Congressional Research Service: the API's list of what was edited, newest first, and its exports.

The list says what there is; the detail of one report, which the store asks for when it wants more, has the summary
and the topics. A run reads back a month, so that what one missed the next ones see; all fourteen thousand are read
by option `everything`, oldest edit first. Two older forms, a file of everything and a day's list, are read from
copies. Dates are Eastern midnights. Who wrote a report is not read.

The API counts versions otherwise than the printed report does (93-792 is 125 there, and 12 in print and in the old
export). What all forms have, and what moves with every version, is the day on the cover: so that is the version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from scrapers.congress_api import API, HOST, Pagination, next_page, page_size, read
from scrapers.csv_tables import rows_of, text_of
from scrapers.errors import DriftError
from scrapers.plain_text import one_line, plain, without_contacts
from scrapers.records import PublisherKind, Report, ReportLink
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import eastern_date, parse_instant

LIST = f"{API}crsreport"
SITE = "https://www.congress.gov"
PRODUCTS = f"{SITE}/crs-product/"
EXPORT = "https://crsreports.congress.gov/search/SearchResults.csv"
DAILY = f"{SITE}/crs-products"

EXPORT_HEADER = ("RowNumber", "ProductNumber", "CoverDate", "Title", "Url", "Version", "PublicationDate")
DAILY_HEADER = ("Product Number", "Title", "URL", "Publication Date", "Author(s)", "Topic(s)")
ASCENDING = "sort=updateDate+asc"
READ_BACK = timedelta(days=30)
MOST_DETAILS = 50

_NUMBER = re.compile(r"(?:R|RL|RS|IF|IN|LSB|TE|IG)\d{4,6}|\d{2}-\d{2,4}")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_TYPES = {
    "Reports": "Report", "Posts": "Post", "Resources": "Resource", "Infographics": "Infographic",
    "Testimony": "Testimony",
}  # fmt: skip
_STATUSES = ("Active", "Archived")


class _Listed(msgspec.Struct):
    id: str
    title: str
    contentType: str  # noqa: N815
    status: str
    publishDate: str  # noqa: N815
    updateDate: str  # noqa: N815


class _List(msgspec.Struct):
    CRSReports: list[_Listed]
    pagination: Pagination | None = None


class _Format(msgspec.Struct):
    format: str
    url: str


class _Topic(msgspec.Struct):
    topic: str


class _Detailed(_Listed):
    summary: str | None = None
    formats: list[_Format] = []
    topics: list[_Topic] = []


class _Detail(msgspec.Struct):
    CRSReport: _Detailed


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The list; or one report, or a copy of an export."""
    limit = page_size(options.get("limit"))
    report, export = options.get("report"), options.get("export")
    if report is not None:
        yield _detail_of(report)
    elif export == "2025-03":
        yield Request(EXPORT)
    elif export is not None:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", export):
            raise ValueError(f"export takes 2025-03, or a day such as 2026-04-20, not {export[:20]!r}")
        yield Request(f"{DAILY}#copy=www.congress.gov/crs-products/daily-csv/{export}.csv")
    else:
        order = ASCENDING if "everything" in options else "sort=updateDate+desc"
        yield Request(f"{LIST}?{order}&limit={limit}&format=json")


def wanted(options: Mapping[str, str], reports: Iterable[Iterable[str]]) -> Iterator[Request]:
    """The details of those reports whose pages are named, so many a run."""
    if options:
        return
    numbers = (
        address.removeprefix(PRODUCTS)
        for addresses in reports
        for address in addresses
        if address.startswith(PRODUCTS)
    )
    for _, number in zip(range(MOST_DETAILS), numbers, strict=False):
        yield _detail_of(number)


def _detail_of(number: str) -> Request:
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"report takes a number such as R45122 or 93-792, not {number[:20]!r}")
    return Request(f"{LIST}/{number}?format=json")


def parse(document: Document) -> Iterator[Report | Request]:
    """What a list, a detail or an export says."""
    if document.url.startswith(f"{LIST}/"):
        yield _detail(document)
    elif document.url.startswith(LIST):
        yield from _listed(document)
    elif document.url == EXPORT:
        yield from _export(document)
    else:
        yield from _daily(document)


# --- the API ------------------------------------------------------------------------------------------------


def _listed(document: Document) -> Iterator[Report | Request]:
    found = read(document, _List)
    for place, one in enumerate(found.CRSReports, 1):
        try:
            yield _report(one)
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"entry {place}") from error
    following = next_page(found.pagination, document, "crsreport")
    edits = [parse_instant(one.updateDate) for one in found.CRSReports]
    if following and edits and (ASCENDING in document.url or min(edits) > document.fetched_at - READ_BACK):
        yield Request(following)


def _detail(document: Document) -> Report:
    one = read(document, _Detail).CRSReport
    if document.url.partition("?")[0].rpartition("/")[2] != one.id:
        raise DriftError(f"the answer is of {one.id[:20]}", url=document.url)
    try:
        return msgspec.structs.replace(
            _report(one),
            summary=without_contacts(plain(one.summary)) or None if one.summary else None,
            topics=tuple(one_line(topic.topic) for topic in one.topics),
            links=tuple(ReportLink(form.format, form.url) for form in one.formats),
        )
    except DriftError as error:
        raise DriftError(error.message, url=document.url) from error


def _report(one: _Listed) -> Report:
    if one.contentType not in _TYPES or one.status not in _STATUSES:
        raise DriftError(
            f"{one.id} is of a kind that was not before: {one.contentType[:20]}, {one.status[:20]}"
        )
    archived = " (archived)" if one.status == "Archived" else ""
    return msgspec.structs.replace(
        _of(one.id, one.title, eastern_date(one.publishDate)),
        type=_TYPES[one.contentType] + archived,
        updated_at=parse_instant(one.updateDate),
    )


def _of(number: str, title: str, day: date) -> Report:
    if not _NUMBER.fullmatch(number):
        raise DriftError(f"not a report's number: {number[:20]!r}")
    return Report(
        watchdog="crs",
        publisher="Congressional Research Service",
        publisher_kind=PublisherKind.LEGISLATIVE,
        title=one_line(plain(title)),
        url=f"{PRODUCTS}{number}",
        number=number,
        published_on=day,
        version=day.isoformat(),
    )


# --- the exports --------------------------------------------------------------------------------------------


def _export(document: Document) -> Iterator[Report]:
    """Everything there was in March 2025: the cover's date is that of the newest version."""
    rows = rows_of(document, text_of(document))
    _, header = next(rows, (1, []))
    if tuple(header) != EXPORT_HEADER:
        raise DriftError(f"the columns changed: {header[:8]}", url=document.url, place="line 1")
    for line, cells in rows:
        try:
            row = dict(zip(EXPORT_HEADER, cells, strict=True))
            yield msgspec.structs.replace(
                _of(row["ProductNumber"], row["Title"], _day(row["CoverDate"])),
                links=(ReportLink("PDF", row["Url"].rstrip("/")),),
            )
        except ValueError as error:
            raise DriftError(
                f"a row has {len(cells)} cells", url=document.url, place=f"line {line}"
            ) from error
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"line {line}") from error


def _daily(document: Document) -> Iterator[Report]:
    """The reports of a day, saved by hand: with or without a header and lines above it, and empty rows below."""
    seen: set[str] = set()
    for line, cells in rows_of(document, text_of(document)):
        if not any(cells) or cells[0] in ("Downloaded on", "Search URL") or tuple(cells) == DAILY_HEADER:
            continue
        try:
            number, title, url, day, _, topics = cells
            report = _of(number, title, _day(day))
        except ValueError as error:
            raise DriftError(
                f"a row has {len(cells)} cells", url=document.url, place=f"line {line}"
            ) from error
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"line {line}") from error
        if url != report.url:
            raise DriftError(f"{number} has the page {url[:80]!r}", url=document.url, place=f"line {line}")
        if number not in seen:
            seen.add(number)
            yield msgspec.structs.replace(
                report, topics=tuple(topic for part in topics.split(";") if (topic := one_line(part)))
            )


def _day(text: str) -> date:
    """`3/7/2025` or `03/05/2018`. Raises DriftError."""
    found = _DAY.fullmatch(text.strip())
    try:
        if found:
            return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError as error:
        raise DriftError(f"not a day: {text[:20]!r}") from error
    raise DriftError(f"not a day: {text[:20]!r}")


SOURCE = Source(
    key="crs_reports",
    name="Reports of the Congressional Research Service",
    publisher="Library of Congress",
    covers="What Congress's own researchers publish: reports and shorter papers with number, version, date and topics; "
    "of those that matter here the summary.",
    home_url=f"{SITE}/crs-products",
    licence="U.S. government work, public domain",
    rhythm=timedelta(hours=12),
    hosts=frozenset({HOST, "www.congress.gov", "crsreports.congress.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=120, minimum={"Report": 1}),
    requests=requests,
    wanted=wanted,
    parse=parse,
    listing=lambda _: f"{LIST}?sort=updateDate+desc&limit=250&format=json",
    options={
        "limit": "entries a page, at most 250",
        "everything": "yes: the whole list, some sixty pages",
        "report": "one report by its number, such as R45122",
        "export": "2025-03 (everything then), or a day's list from a mirror, such as 2026-04-20",
    },
    content_types=frozenset({"application/json", "text/csv"}),
    maximum_bytes=10 * 1024 * 1024,
)
