"""Reports of the Defense Department's inspector general, found in the list that all inspectors general share.

The office is missing from that list's own filter; its reports are found by the beginning of their numbers. The
office's site (dodig.mil) is not read: no copy of a page was found, and the sites of its family refuse programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.oversight import HOST, is_list, list_url, listed, page_number, report_page
from scrapers.records import Report
from scrapers.source import Document, Healthy, Request, Source

LIST = list_url("search_api_fulltext=DODIG")
PAGES = 3
"""How many pages of ten a run reads."""


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The newest page."""
    yield Request(LIST)


def parse(document: Document) -> Iterator[Report | Request]:
    """What a page of the list asks for, or the report that a page is of."""
    if is_list(document.url):
        yield from listed(document, following=PAGES - 1 - page_number(document.url))
    else:
        yield report_page(document)


SOURCE = Source(
    key="dod_oig",
    name="Reports of the Defense Department’s inspector general",
    publisher="U.S. Department of Defense, Office of Inspector General",
    covers="Audits and evaluations of the Department, among them of assistance to Ukraine and of end-use "
    "monitoring, by oversight.gov: title, number, day and how many recommendations.",
    home_url="https://www.dodig.mil/reports.html/",
    licence="U.S. government work, public domain",
    rhythm=timedelta(days=1),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=30),
    requests=requests,
    parse=parse,
    listing=lambda _: LIST,
    content_types=frozenset({"text/html"}),
    maximum_bytes=5 * 1024 * 1024,
)
