"""The newest reports of all federal inspectors general, from the list they share.

Ten reports a page, 38,000 in all: a run reads the first pages, further ones by option. Reports of the State
Department and of USAID are also read from lists of their own, which reach further back (`state_oig`, `usaid_oig`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.oversight import HOST, LIST, is_list, list_url, listed, page_number, report_page
from scrapers.records import Report
from scrapers.source import Document, Healthy, Request, Source

PAGES = 3


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The newest page, or the one from which to read on; or one report."""
    if "report" in options:
        yield Request(f"{LIST.removesuffix('/federal')}/{options['report'].strip('/')}")
        return
    start = options.get("start", "0")
    if not (start.isascii() and start.isdigit() and len(start) < 5) or int(start) % PAGES:
        raise ValueError(f"start takes a page's number, from 0 and by {PAGES}, not {start[:20]!r}")
    yield Request(list_url(page=int(start)))


def parse(document: Document) -> Iterator[Report | Request]:
    """What a page of the list asks for, or the report that a page is of."""
    if is_list(document.url):
        yield from listed(document, following=PAGES - 1 - page_number(document.url) % PAGES)
    else:
        yield report_page(document)


SOURCE = Source(
    key="oversight_gov",
    name="Reports of inspectors general",
    publisher="Council of the Inspectors General on Integrity and Efficiency",
    covers="Audits, inspections and evaluations of federal inspectors general: title, number, day, agencies reviewed, "
    "how many recommendations, and where the report is.",
    home_url=LIST,
    licence="U.S. government work, public domain",
    rhythm=timedelta(days=1),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=60),
    requests=requests,
    parse=parse,
    listing=lambda _: LIST,
    options={
        "start": f"the page to begin at, from 0 and by {PAGES}; {PAGES} pages are read",
        "report": "one report by the end of its address, such as audit/audit-of-x",
    },
    content_types=frozenset({"text/html"}),
    maximum_bytes=5 * 1024 * 1024,
)
