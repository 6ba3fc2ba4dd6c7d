"""The page of a GAO product: what it is, and each of its recommendations with the status today.

Two tables, one of recommendations for executive action and one of matters for Congress. The columns of a row are
found by their classes. A page without recommendations is an ordinary page; a page of nothing that we know is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bs4 import BeautifulSoup, Tag

from scrapers.errors import DriftError
from scrapers.gao import (
    CLOSED,
    CONGRESS,
    OPEN,
    PUBLISHER,
    WATCHDOG,
    is_same,
    kind_of,
    number_of,
    numbered,
    short_day,
)
from scrapers.gao import product_type as type_of
from scrapers.pages import all_of, attribute, one_of, page_of, words_of
from scrapers.plain_text import one_line, tidy, unescaped, without_contacts
from scrapers.records import AuditListing, AuditRecommendation, PublisherKind, Report
from scrapers.source import Document

_DATES = re.compile(r"(Published|Publicly Released): (\w{3,9}\.? \d{1,2}, \d{4})\.")
_PREFIX = "U.S. GAO - "
_PRIORITY = re.compile(r"\bPriority Rec\.?", re.IGNORECASE)
_TABLES = (
    ("section.view--recommendations--block-1", False),
    ("section.view--recommendations--block-3", True),
)


def read_page(document: Document) -> Iterator[Report | AuditRecommendation]:
    """The product, then its recommendations in the page's order. Raises DriftError."""
    page = page_of(document)
    try:
        report = _report(page, document.url)
        yield report
        for selector, is_matter in _TABLES:
            for section in all_of(page, selector):
                for row in all_of(section, "tbody tr"):
                    yield _recommendation(row, report, is_matter=is_matter)
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _report(page: BeautifulSoup, url: str) -> Report:
    number, header = _header(page, number_of(url))
    dates = {name: short_day(day.replace(".", "")) for name, day in _DATES.findall(words_of(header))}
    description = all_of(page, "meta[name=description]")
    return Report(
        watchdog=WATCHDOG,
        publisher=PUBLISHER,
        publisher_kind=PublisherKind.LEGISLATIVE,
        title=_title(page),
        url=url,
        number=number,
        type=type_of(number),
        published_on=_dated(dates, "Published"),
        released_on=dates.get("Publicly Released"),
        summary=without_contacts(tidy(attribute(description[0], "content"))) or None if description else None,
        topics=tuple(
            sorted({words_of(link) for link in all_of(page, ".views-field-field-topic .field-content a")})
        ),
    )


def _header(page: BeautifulSoup, number: str) -> tuple[str, Tag]:
    """The line with the product's number and days, and the number as it is printed there."""
    for line in all_of(page, "span.d-block.text-small:has(strong)"):
        printed = words_of(all_of(line, "strong")[0]).upper()
        if is_same(printed, number):
            return printed, line
    raise DriftError(f"the page does not say that it is of {number}")


def _dated(dates: dict[str, date], name: str) -> date:
    if name not in dates:
        raise DriftError("the page does not say when the product was published")
    return dates[name]


def _title(page: BeautifulSoup) -> str:
    title = one_line(attribute(one_of(page, "meta[property='og:title']"), "content")).removeprefix(_PREFIX)
    if not title:
        raise DriftError("the page has no title")
    return unescaped(title)


def _recommendation(row: Tag, report: Report, *, is_matter: bool) -> AuditRecommendation:
    agency = " ".join(words_of(cell) for cell in all_of(row, "td.views-field-name"))
    addressee = one_line(_PRIORITY.sub("", agency)) or (CONGRESS if is_matter else "")
    words, number, says_matter = numbered(one_of(row, "td.views-field-field-recommendation").get_text("\n"))
    status = words_of(one_of(row, "td.views-field-field-status-code .code"))
    if status not in OPEN | CLOSED:
        raise DriftError(f"a status that no page had: {status[:60]!r}")
    if not addressee or not words:
        raise DriftError("a row without an agency or a recommendation")
    comments = "\n\n".join(
        tidy(cell.get_text("\n")) for cell in all_of(row, "td.views-field-field-status-code .comment")
    )
    return AuditRecommendation(
        watchdog=WATCHDOG,
        report=report.number or "",
        kind=kind_of(addressee, is_matter=is_matter or says_matter),
        addressee=addressee,
        text=without_contacts(words),
        status=status,
        listing=AuditListing.WHOLE_REPORT,
        number=number,
        report_title=report.title,
        issued_on=report.published_on,
        is_priority=bool(_PRIORITY.search(agency)),
        comments=without_contacts(comments) or None,
        topics=report.topics,
    )
