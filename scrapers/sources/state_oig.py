"""Reports of the State Department's inspector general, from the list that all inspectors general share.

The office's own site, stateoig.gov, answers plain clients with 403 and has no feed, so it is not asked. oversight.gov
lists the reports and how many recommendations each makes, with a link to that site in place of the file; the
recommendations themselves and what became of them can be read there only by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.oversight import HOST, is_list, list_url, listed, page_number, report_page
from scrapers.records import Report
from scrapers.source import Document, Healthy, Request, Source

LIST = list_url("field_report_submitting_oig%5B%5D=223")
PAGES = 5
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
    key="state_oig",
    name="Reports of the State Department’s inspector general",
    publisher="U.S. Department of State, Office of Inspector General",
    covers="Inspections, audits and evaluations of the Department and its posts, by oversight.gov: title, "
    "number, day and how many recommendations. Not the recommendations: the office’s site lets no "
    "program in.",
    home_url="https://www.stateoig.gov/reports",
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
