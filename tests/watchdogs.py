"""Reports and audit recommendations for tests: a publisher of records as JSON, and records with sensible defaults.

`listing_source` reads what `put_listing` publishes, so that a test says in records what a listing has; everything
behind a source is the real thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from scrapers.records import (
    AnyRecord,
    AuditKind,
    AuditListing,
    AuditRecommendation,
    PublisherKind,
    Report,
    ReportLink,
)
from scrapers.source import Document, Healthy, Request, Source
from tests.publishing import Mirror

LIST = "https://www.gao.gov/open-recs.json"
FIRST_WEEK = datetime(2026, 9, 28, 23, 5, tzinfo=UTC)
NEXT_WEEK = FIRST_WEEK + timedelta(days=7)


class _Listing(msgspec.Struct):
    reports: list[Report] = []
    audits: list[AuditRecommendation] = []


def listing_source(key: str = "gao_listing", address: str = LIST, normal_day: int = 1_000) -> Source:
    """A source whose documents are JSON: `reports`, then `audits`. `pages=` says of how many pages the list is."""
    return Source(
        key=key, name="A list of GAO", publisher="U.S. Government Accountability Office", covers="test",
        home_url="https://www.gao.gov/", licence="public domain", rhythm=timedelta(days=1),
        hosts=frozenset({"www.gao.gov"}), parser_version=1, healthy=Healthy(normal_day=normal_day),
        requests=lambda options: _requests(options, address), parse=_parse, listing=lambda _: address,
        options={"pages": "how many"}, content_types=frozenset({"application/json"}),
    )  # fmt: skip


def _requests(options: Mapping[str, str], address: str) -> Iterator[Request]:
    yield Request(address)
    for page in range(2, int(options.get("pages", "1")) + 1):
        yield Request(f"{address}?page={page}")


def _parse(document: Document) -> Iterator[AnyRecord]:
    found = msgspec.json.decode(document.body, type=_Listing)
    yield from found.reports
    yield from found.audits


def put_listing(
    mirror: Mirror,
    audits: Iterable[AuditRecommendation] = (),
    reports: Iterable[Report] = (),
    address: str = LIST,
) -> None:
    """Publish a listing."""
    mirror.put(address, msgspec.json.encode(_Listing(list(reports), list(audits))))


def audit(
    number: str | None = "1", addressee: str = "Department of State", **fields: Any
) -> AuditRecommendation:
    """An open recommendation of GAO-25-107622."""
    usual: dict[str, Any] = {
        "watchdog": "gao",
        "report": "GAO-25-107622",
        "kind": AuditKind.RECOMMENDATION,
        "text": f"The Secretary should vet units of Egypt that receive arms. (Recommendation {number})",
        "status": "Open",
        "listing": AuditListing.OPEN_ONLY,
        "report_title": "Human Rights: Vetting of Foreign Security Forces",
        "issued_on": date(2025, 3, 4),
        "is_priority": False,
        "comments": "When we confirm what was done, we will say so.",
        "topics": ("International Affairs",),
        "as_of": FIRST_WEEK,
    }
    return AuditRecommendation(number=number, addressee=addressee, **{**usual, **fields})


def later(record: AuditRecommendation, **fields: Any) -> AuditRecommendation:
    """The same a week on."""
    return msgspec.structs.replace(record, as_of=NEXT_WEEK, **fields)


def report(number: str | None = "GAO-25-107622", **fields: Any) -> Report:
    """A report of GAO on vetting."""
    name = (number or "a-page").lower()
    usual: dict[str, Any] = {
        "watchdog": "gao",
        "publisher": "U.S. Government Accountability Office",
        "publisher_kind": PublisherKind.LEGISLATIVE,
        "title": "Human Rights: Vetting of Foreign Security Forces",
        "url": f"https://www.gao.gov/products/{name}",
        "published_on": date(2026, 10, 1),
        "released_on": date(2026, 10, 1),
        "summary": "Egypt received arms; its units were vetted under the Leahy law.",
        "topics": ("International Affairs",),
        "links": (ReportLink("Full report", f"https://www.gao.gov/assets/{name}.pdf"),),
    }
    return Report(number=number, **{**usual, **fields})
