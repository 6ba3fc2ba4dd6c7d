"""Reports of USAID's inspector general, found in the list that all inspectors general share.

The office's dashboard of recommendations (oig.usaid.gov/our-work/recommendations) warned for two years that its
numbers may be wrong, and no copy of its pages was found to read it by, so that statuses and sums of single
recommendations are not read. The list is searched for the agency's name, since the number by which
oversight.gov filters for the office is not known; other offices' reports on USAID are found with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.oversight import HOST, is_list, list_url, listed, page_number, report_page
from scrapers.records import Report
from scrapers.source import Document, Healthy, Request, Source

LIST = list_url("search_api_fulltext=USAID")
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
    key="usaid_oig",
    name="Reports of USAID’s inspector general",
    publisher="U.S. Agency for International Development, Office of Inspector General",
    covers="Audits and evaluations of USAID, by oversight.gov: title, number, day and how many "
    "recommendations. Not the status of each: no reliable list of them is published.",
    home_url="https://oig.usaid.gov/our-work/reports",
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
