"""GAO's products: records of reports on security assistance, and pages that say what became of recommendations.

Two documents of one thing. The record (a public scrape of GAO's listings, kept by GovHawk as one file for each
product and day) has the title, both dates, the summary, topics and files; those that we read stand in
`gao_products.txt`, a line each, and are read once. After GAO corrected a date there are two records of a product,
in the order of their days. The page is asked for when the tracker wants to know how a recommendation that left
the list of open ones was closed; GAO asks for seven minutes between visits, so that a run asks for one page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

from scrapers.errors import DriftError
from scrapers.gao import PRODUCTS, PUBLISHER, SITE, WATCHDOG, is_same, number_of, product_number, product_type
from scrapers.gao_pages import read_page
from scrapers.plain_text import one_line, tidy, unescaped, without_contacts
from scrapers.records import AuditRecommendation, PublisherKind, Report, ReportLink
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import parse_date

RECORDS = "https://raw.githubusercontent.com/GovHawkDC/gaoreports/master/data/"

_READ_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
_RECORD = re.compile(r"\d{4}-\d\d-\d\d/[A-Z0-9-]+")


class _Version(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    url: str


class _Product(msgspec.Struct, forbid_unknown_fields=True):
    gao_id: str
    title: str
    url: str
    published: str
    released: str
    summary: str
    type: str
    topics: list[str]
    versions: list[_Version]


@cache
def listed_records() -> tuple[str, ...]:
    """The records that we read, as `2024-12-12/GAO-25-107003`, in the order of their days."""
    text = files("scrapers.sources").joinpath("gao_products.txt").read_text(encoding="ascii")
    return tuple(sorted(line for line in text.splitlines() if line and not line.startswith("#")))


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The records of the list, or one by its name; or the page of one product."""
    record, page = options.get("record"), options.get("page")
    if record is not None and not _RECORD.fullmatch(record):
        raise ValueError(
            f"record takes a day and a number such as 2024-12-12/GAO-25-107003, not {record[:40]!r}"
        )
    if page is not None:
        if not re.fullmatch(r"[A-Za-z0-9-]+", page):
            raise ValueError(f"page takes a product's number such as gao-24-106198, not {page[:40]!r}")
        yield Request(f"{PRODUCTS}{page.lower()}")
        return
    for name in [record] if record else listed_records():
        yield Request(f"{RECORDS}{name}.json", changed_at=_READ_ONCE)


def wanted(options: Mapping[str, str], products: Iterable[Iterable[str]]) -> Iterator[Request]:
    """The first page of those whose recommendations are to be looked up."""
    if options:
        return
    for addresses in products:
        for address in addresses:
            if address.startswith(PRODUCTS):
                yield Request(address)
                return


def parse(document: Document) -> Iterator[Report | AuditRecommendation]:
    """The product of a record; or the product and its recommendations of a page."""
    if document.url.startswith(RECORDS):
        yield _record(document)
    else:
        yield from read_page(document)


def _record(document: Document) -> Report:
    try:
        found = msgspec.json.decode(document.body, type=_Product)
        number = product_number(found.gao_id)
        if not is_same(number_of(found.url), number):
            raise DriftError(f"the record of {number} names the page {found.url[:80]!r}")
        return Report(
            watchdog=WATCHDOG,
            publisher=PUBLISHER,
            publisher_kind=PublisherKind.LEGISLATIVE,
            title=one_line(unescaped(found.title)),
            url=found.url,
            number=number,
            type=product_type(number),
            published_on=_day(found.published),
            released_on=_day(found.released),
            summary=without_contacts(tidy(unescaped(found.summary))) or None,
            topics=tuple(
                sorted({one_line(unescaped(topic)) for topic in found.topics})
            ),  # in no order of GAO's
            links=tuple(ReportLink(one_line(version.title), version.url) for version in found.versions),
        )
    except msgspec.DecodeError as error:
        raise DriftError(f"not the record of a product: {error}", url=document.url) from error
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _day(text: str) -> date:
    """The date only: the clock times beside it are made up, noon or the scraper's own zone."""
    return parse_date(text[:10])


SOURCE = Source(
    key="gao_products",
    name="GAO reports",
    publisher="U.S. Government Accountability Office; records kept by GovHawk",
    covers="Reports, testimonies and letters of GAO on security assistance, foreign aid and arms, with both dates, "
    "summary and topics; from a product's page the status of each of its recommendations.",
    home_url=f"{SITE}/reports-testimonies",
    licence="U.S. government work, public domain",
    rhythm=timedelta(hours=2),
    hosts=frozenset({"raw.githubusercontent.com", "www.gao.gov"}),
    parser_version=1,
    # No least number: a day on which one page is read is an ordinary one.
    healthy=Healthy(normal_day=60),
    requests=requests,
    wanted=wanted,
    parse=parse,
    options={
        "record": "one record by day and number, such as 2024-12-12/GAO-25-107003",
        "page": "the page of one product, such as gao-24-106198",
    },
    content_types=frozenset({"application/json", "text/plain", "text/html"}),
    maximum_bytes=5 * 1024 * 1024,
)
