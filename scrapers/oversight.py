"""Pages of oversight.gov, where most inspectors general publish: lists of reports, and the page of one. Pure.

In a list the title's cell is plain text and the link stands in a cell of its own, between rows that only unfold. The
page of a report has a block for each field. A time of noon means that only the date is known. The State
Department's inspector general has no file there but a link to a site that answers plain clients with 403, so
that for its reports this page is what can be read. The sources `oversight_gov`, `state_oig`, `usaid_oig` and `dod_oig`
are `source_of_list` of their parts of the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from scrapers.errors import DriftError
from scrapers.pages import all_of, attribute, one_of, page_of, words_of
from scrapers.plain_text import one_line
from scrapers.records import PublisherKind, Report, ReportLink
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import parse_date

HOST = "www.oversight.gov"
SITE = f"https://{HOST}"
LIST = f"{SITE}/reports/federal"

_REPORT = re.compile(r"/reports?/[^/?#]+(?:/[^/?#]+)?")
_FOOTER = re.compile(r"Displaying ([\d,]+) - ([\d,]+) of ([\d,]+)")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T12:00:00Z")
_SUFFIX = re.compile(r"\s*\|\s*Oversight\.gov$")
_OFFICES = {
    "Department of State OIG": "state_oig",
    "Department of Defense OIG": "dod_oig",
    "U.S. Agency for International Development OIG": "usaid_oig",
    "Agency for International Development OIG": "usaid_oig",
}


def source_of_list(
    *,
    key: str,
    name: str,
    publisher: str,
    covers: str,
    home_url: str,
    pages: int,
    parameters: str = "",
    normal_day: int = 30,
) -> Source:
    """A source that reads the newest `pages` pages of ten of the list, or of the part that `parameters` choose."""
    newest = list_url(parameters)

    def parse(document: Document) -> Iterator[Report | Request]:
        if is_list(document.url):
            yield from listed(document, following=pages - 1 - page_number(document.url) % pages)
        else:
            yield report_page(document)

    return Source(
        key=key,
        name=name,
        publisher=publisher,
        covers=covers,
        home_url=home_url,
        licence="U.S. government work, public domain",
        rhythm=timedelta(days=1),
        hosts=frozenset({HOST}),
        parser_version=1,
        healthy=Healthy(normal_day=normal_day),
        requests=lambda _: [Request(newest)],
        parse=parse,
        listing=lambda _: newest,
        content_types=frozenset({"text/html"}),
        maximum_bytes=5 * 1024 * 1024,
    )


def list_url(parameters: str = "", page: int = 0) -> str:
    """The address of a page of a list, newest first; pages count from 0."""
    query = "&".join(filter(None, (parameters, f"page={page}" if page else "")))
    return f"{LIST}?{query}" if query else LIST


def is_list(url: str) -> bool:
    return url.partition("?")[0] == LIST


def listed(document: Document, *, following: int) -> Iterator[Request]:
    """The reports that a list names, and the next page if there is one and `following` pages may follow.

    A report's page is asked for when it is new; once published it hardly changes.
    """
    page = page_of(document)
    try:
        rows = all_of(page, "tr.listing-table__row")
        for row in rows:
            yield _listed_report(row)
        count = _FOOTER.search(page.get_text(" "))
        if not rows or count is None:
            raise DriftError("the page is no list of reports")
        if following and int(count[2].replace(",", "")) < int(count[3].replace(",", "")):
            yield Request(_next_page(document.url))
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _listed_report(row: Tag) -> Request:
    title = words_of(one_of(row, "td.views-field-title"))
    address = urljoin(SITE, attribute(one_of(row, "td.action-cell a"), "href"))
    parts = urlsplit(address)
    if parts.hostname != HOST or not _REPORT.fullmatch(parts.path):
        raise DriftError(f"the link of {title[:60]!r} leads elsewhere: {address[:120]!r}")
    day = _day(one_of(row, "td.views-field-field-report-date-issued time"))
    # Two weeks' grace: a page may be corrected while it is new.
    corrected = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=14)
    return Request(f"{SITE}{parts.path}", changed_at=corrected)


def _next_page(url: str) -> str:
    found = re.search(r"([?&])page=(\d+)$", url)
    if found:
        return f"{url[: found.start()]}{found[1]}page={int(found[2]) + 1}"
    return f"{url}{'&' if '?' in url else '?'}page=1"


def page_number(url: str) -> int:
    """Which page of a list an address is of, from 0."""
    found = re.search(r"[?&]page=(\d+)$", url)
    return int(found[1]) if found else 0


def report_page(document: Document) -> Report:
    """The report that a page is of. Raises DriftError."""
    page = page_of(document)
    try:
        office, number = _field(page, "submitting-oig"), _field(page, "number")
        if not office:
            raise DriftError("the page does not say whose report it is")
        issued = all_of(page, ".field--name-field-report-date-issued time")
        return Report(
            watchdog=watchdog_of(office),
            publisher=office,
            publisher_kind=PublisherKind.OFFICIAL,
            title=_title(page),
            url=document.url,
            number=number or None,
            type=_field(page, "type") or None,
            published_on=_day(issued[0]) if issued else None,
            agencies=_agencies(page),
            links=tuple(_links(page)),
            recommendations=_count(_field(page, "number-of-recs")),
        )
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def watchdog_of(office: str) -> str:
    """Our name of an inspector general's office: `state_oig`; of any other its own words."""
    return _OFFICES.get(office) or "_".join(re.findall(r"[a-z0-9]+", office.lower()))


def _field(page: BeautifulSoup, name: str) -> str:
    """The words of a field's one item; empty where the page lacks the field."""
    found = all_of(page, f".field--name-field-report-{name} .field__item")
    if len(found) > 1:
        raise DriftError(f"the page has {len(found)} of {name}")
    return words_of(found[0]) if found else ""


def _title(page: BeautifulSoup) -> str:
    headings = [words for heading in all_of(page, "h1") if (words := words_of(heading))]
    named = [
        _SUFFIX.sub("", one_line(attribute(meta, "content")))
        for meta in all_of(page, "meta[property='og:title']")
    ]
    for title in (*headings, *named):
        if title:
            return title
    raise DriftError("the page has no title")


def _agencies(page: BeautifulSoup) -> tuple[str, ...]:
    items = all_of(page, ".field--name-field-report-agency-reviewed .field__item")
    return tuple(dict.fromkeys(words for item in items if (words := words_of(item))))


def _links(page: BeautifulSoup) -> Iterator[ReportLink]:
    for link in all_of(page, "a.report-download-button"):
        yield ReportLink("PDF", urljoin(SITE, attribute(link, "href")))
    for link in all_of(page, ".field--name-field-report-link .field__item a"):
        yield ReportLink("The inspector general's own page", urljoin(SITE, attribute(link, "href")))


def _count(text: str) -> int | None:
    if text and not (text.isascii() and text.isdigit()):
        raise DriftError(f"the number of recommendations is {text[:20]!r}")
    return int(text) if text else None


def _day(time: Tag) -> date:
    found = _TIME.fullmatch(attribute(time, "datetime"))
    if found is None:
        raise DriftError(f"a time that is no date: {attribute(time, 'datetime')[:40]!r}")
    return parse_date(found[1])
