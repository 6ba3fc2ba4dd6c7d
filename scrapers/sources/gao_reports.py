"""GAO's feed of its newest reports: what came out since yesterday, before any other list has it.

The description is plain text with headings as bare lines; entities are escaped twice. There is no number but the
one in the page's address, no status, topic or agency: `gao_products` and `gao_open_recommendations` have them.
The site asks for seven minutes between visits; once a day the feed's 25 entries overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.errors import DriftError
from scrapers.feeds import MAXIMUM_BYTES, entries_of
from scrapers.gao import PUBLISHER, SITE, WATCHDOG, number_of, product_type
from scrapers.people import without_people
from scrapers.records import PublisherKind, Report
from scrapers.source import Document, Healthy, Request, Source

URL = f"{SITE}/rss/reports.xml"


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The one feed."""
    yield Request(URL)


def parse(document: Document) -> Iterator[Report]:
    """A report for each entry."""
    for place, entry in enumerate(entries_of(document), 1):
        try:
            number = number_of(entry.url)
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"entry {place}") from error
        yield Report(
            watchdog=WATCHDOG,
            publisher=PUBLISHER,
            publisher_kind=PublisherKind.LEGISLATIVE,
            title=entry.title,
            url=entry.url,
            number=number,
            type=product_type(number),
            released_on=entry.published_on,
            summary=entry.text or None,
        )


SOURCE = Source(
    key="gao_reports",
    name="New reports of GAO",
    publisher="U.S. Government Accountability Office",
    covers="GAO's newest reports and testimonies: title, what was found and why it was asked.",
    home_url=f"{SITE}/reports-testimonies",
    licence="U.S. government work, public domain",
    rhythm=timedelta(days=1),
    hosts=frozenset({"www.gao.gov"}),
    parser_version=1,
    healthy=Healthy(normal_day=40, minimum={"Report": 2}),
    requests=requests,
    parse=parse,
    redact=without_people,
    listing=lambda _: URL,
    content_types=frozenset({"application/rss+xml", "application/xml", "text/xml"}),
    maximum_bytes=MAXIMUM_BYTES,
    maximum_member_bytes=MAXIMUM_BYTES,
)
