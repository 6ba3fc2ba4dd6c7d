"""Reports and audit recommendations for tests: a publisher of records as JSON, and records with sensible defaults.

`listing_source` reads what `put_listing` publishes, so that a test says in records what a listing has; everything
behind a source is the real thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, create_engine

from scrapers.bodies import Bodies
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
from tests.conftest import FakeClock, collector
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
        hosts=frozenset({"www.gao.gov", "www.oversight.gov"}), parser_version=1, healthy=Healthy(normal_day=normal_day),
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


# --- a site -----------------------------------------------------------------------------------------

PAGE_OF_ONE = "https://www.gao.gov/products/gao-25-107622.json"
OTHERS = "https://www.oversight.gov/reports.json"
AGENCIES = ("Department of State", "Department of Defense", "U.S. Agency for International Development")
HOSTILE = "<script>alert(1)</script> Egypt & \"arms\" 'aid'"


def fill(url: URL, folder: Path) -> None:
    """Reports by several kinds of publishers, and two weeks of recommendations in which things happened."""
    engine = create_engine(url)
    mirror, clock = Mirror(folder / "mirror"), FakeClock()
    collect = collector(engine, mirror.root, Bodies(folder / "bodies"), clock)
    put_listing(mirror, _first_week(), [*_of_gao(), _record_with_wrong_day()])
    assert collect(listing_source("gao_products")).created
    right = msgspec.structs.replace(_record_with_wrong_day(), published_on=date(2024, 12, 12))
    put_listing(mirror, reports=[right], address=PAGE_OF_ONE)
    put_listing(mirror, reports=_of_others(), address=OTHERS)
    assert collect(listing_source("gao_reports", PAGE_OF_ONE)).status == "ok"
    assert collect(listing_source("oversight_gov", OTHERS)).created == 3
    clock.forward(days=1)
    put_listing(mirror, _next_week(), [*_of_gao(), _record_with_wrong_day()])
    assert collect(listing_source("gao_products")).changes == 4
    engine.dispose()


def _of_gao() -> list[Report]:
    return [
        report(recommendations=6),
        report(
            "GAO-24-106315", title="Military Aid to Jordan: Partners Should Take Steps", summary=None,
            published_on=date(2026, 6, 26), released_on=date(2024, 6, 26),
        ),
        report("GAO-20-9", title="Highways: A Report on Roads", summary=None, released_on=date(2020, 1, 1)),
    ]  # fmt: skip


def _record_with_wrong_day() -> Report:
    return report(
        "GAO-25-107003", title="Security Assistance to Lebanon: Speed", summary=None, published_on=date(2004, 12, 12),
        released_on=date(2024, 12, 12),
    )  # fmt: skip


def _of_others() -> list[Report]:
    office = {"watchdog": "state-oig", "publisher": "Office of Inspector General, Department of State"}
    return [
        report(
            "ISP-I-26-12", **office, publisher_kind=PublisherKind.OFFICIAL, type="Inspection",
            title="Inspection of Embassy Cairo: Foreign Military Financing",
            url="https://www.oversight.gov/reports/inspection/embassy-cairo", agencies=("Department of State",),
        ),
        report(
            None, watchdog="an-organisation", publisher="An organisation", type="Statement",
            publisher_kind=PublisherKind.NON_GOVERNMENTAL, title=HOSTILE, guid="https://example.org/?p=1",
            url="https://example.org/statement", summary="Military aid to Egypt should stop.", links=(),
        ),
        report("GAO-26-7", original="GAO-24-106315", title="Military Aid to Jordan: Issued Again", summary=None),
    ]  # fmt: skip


def _first_week() -> list[AuditRecommendation]:
    return [
        *(audit(str(number), is_priority=number == 4) for number in range(1, 5)),
        *(audit("5", agency) for agency in AGENCIES),
        audit("1", "Congress", kind=AuditKind.MATTER, text="Congress should consider arms to Egypt."),
        audit(None, report="GAO-04-1", report_title="Military Aid: Old", issued_on=date(2004, 5, 6),
              text="The Secretary should report on military aid to Colombia.", status="Open--Partially Addressed"),
        audit("1", report="GAO-22-3", report_title="Roads", text="Mend the roads.", issued_on=date(2022, 2, 3)),
    ]  # fmt: skip


def _next_week() -> list[AuditRecommendation]:
    """The first is gone, the second is partly addressed, the third has a comment, the fourth is no priority."""
    rows = [later(one) for one in _first_week()[1:]]
    rows[0] = msgspec.structs.replace(rows[0], status="Open--Partially Addressed")
    rows[1] = msgspec.structs.replace(rows[1], comments="As of October 2026, State had begun <to> vet.")
    rows[2] = msgspec.structs.replace(rows[2], is_priority=False)
    return rows
