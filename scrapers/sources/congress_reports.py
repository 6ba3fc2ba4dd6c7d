"""Reports and prints of congressional committees, and the measures that they are about.

The API's lists name what there is in a Congress and when it was edited; the detail of each has its title, day and
measures, and is asked for when it changed. A committee's report on an appropriations bill is where its directions
to the departments stand, and often where a condition on aid is explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import msgspec

from scrapers.congress_api import (
    API,
    HOST,
    AssociatedBill,
    Pagination,
    bill_keys,
    next_page,
    page_size,
    read,
)
from scrapers.errors import DriftError
from scrapers.plain_text import one_line, plain
from scrapers.records import AnyRecord, PublisherKind, Report
from scrapers.source import Document, Healthy, Request, Source
from scrapers.times import eastern_date, parse_instant

REPORTS, PRINTS = f"{API}committee-report/", f"{API}committee-print/"
GOVINFO = "https://www.govinfo.gov/app/details/"
CONGRESS = "119"

_PUBLISHERS = {"House": "U.S. House of Representatives", "Senate": "U.S. Senate"}
_REPORT = re.compile(r"(\d+)-(hrpt|srpt|erpt)-(\d+)")
_PRINT = re.compile(r"(\d+)-(house|senate|nochamber)-(\d+)")
_CITATION = re.compile(r"(?:H|S|Ex)\. Rept\. \d+-\d+(?:, ?(?:Part|Book) [\dA-Z]+)?")


class _ListedReport(msgspec.Struct):
    congress: int
    type: str
    number: int
    updateDate: str  # noqa: N815


class _Reports(msgspec.Struct):
    reports: list[_ListedReport]
    pagination: Pagination | None = None


class _ListedPrint(msgspec.Struct):
    congress: int
    chamber: str
    jacketNumber: int  # noqa: N815
    updateDate: str  # noqa: N815


class _Prints(msgspec.Struct):
    committeePrints: list[_ListedPrint]  # noqa: N815
    pagination: Pagination | None = None


class _Committee(msgspec.Struct):
    name: str


class _Report(_ListedReport):
    chamber: str
    citation: str
    title: str
    issueDate: str | None = None  # noqa: N815
    isConferenceReport: bool = False  # noqa: N815
    part: int = 1
    committees: list[_Committee] = []
    associatedBill: list[AssociatedBill] = []  # noqa: N815


class _ReportAnswer(msgspec.Struct):
    committeeReports: list[_Report]  # noqa: N815


class _Print(_ListedPrint):
    title: str
    citation: str | None = None
    number: str | None = None
    committees: list[_Committee] = []
    associatedBills: list[AssociatedBill] = []  # noqa: N815


class _PrintAnswer(msgspec.Struct):
    committeePrint: list[_Print]  # noqa: N815


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The lists of a Congress; or one report or print."""
    limit, congress = page_size(options.get("limit")), options.get("congress", CONGRESS)
    if not re.fullmatch(r"\d{1,3}", congress):
        raise ValueError(f"congress takes a number such as 119, not {congress[:20]!r}")
    if "report" in options:
        found = _REPORT.fullmatch(options["report"])
        if not found:
            raise ValueError(f"report takes 116-hrpt-617 and the like, not {options['report'][:30]!r}")
        yield Request(_report_url(int(found[1]), found[2], int(found[3])))
    elif "print" in options:
        found = _PRINT.fullmatch(options["print"])
        if not found:
            raise ValueError(f"print takes 117-house-48144 and the like, not {options['print'][:30]!r}")
        yield Request(_print_url(int(found[1]), found[2], int(found[3])))
    else:
        yield Request(f"{REPORTS}{congress}?limit={limit}&format=json")
        yield Request(f"{PRINTS}{congress}?limit={limit}&format=json")


def _report_url(congress: int, kind: str, number: int) -> str:
    return f"{REPORTS}{congress}/{kind.lower()}/{number}?format=json"


def _print_url(congress: int, chamber: str, jacket: int) -> str:
    return f"{PRINTS}{congress}/{chamber.lower()}/{jacket}?format=json"


_IS_LIST = re.compile(r"/v3/committee-(?:report|print)/\d+\?")


def parse(document: Document) -> Iterator[Report | Request]:
    """What a list asks for, or what a report or print is."""
    is_report = document.url.startswith(REPORTS)
    if _IS_LIST.search(document.url):
        yield from _listed_reports(document) if is_report else _listed_prints(document)
        return
    try:
        if is_report:
            for report in read(document, _ReportAnswer).committeeReports:
                yield _report(report)
        else:
            for print_ in read(document, _PrintAnswer).committeePrint:
                yield _print(print_)
    except DriftError as error:
        raise DriftError(error.message, url=document.url, place=error.place) from error


def _listed_reports(document: Document) -> Iterator[Request]:
    found = read(document, _Reports)
    for one in found.reports:
        url = _report_url(one.congress, one.type, one.number)
        yield Request(url, changed_at=parse_instant(one.updateDate))
    yield from _following(found.pagination, document, "committee-report")


def _listed_prints(document: Document) -> Iterator[Request]:
    found = read(document, _Prints)
    for one in found.committeePrints:
        url = _print_url(one.congress, one.chamber, one.jacketNumber)
        yield Request(url, changed_at=parse_instant(one.updateDate))
    yield from _following(found.pagination, document, "committee-print")


def _following(pagination: Pagination | None, document: Document, path: str) -> Iterator[Request]:
    following = next_page(pagination, document, path)
    if following:
        yield Request(following)


def _report(one: _Report) -> Report:
    citation = one_line(one.citation)
    if not _CITATION.fullmatch(citation):
        raise DriftError(f"not a report's citation: {citation[:40]!r}")
    part = f"-pt{one.part}" if "Part" in citation else ""
    return Report(
        watchdog="congress",
        publisher=_publisher(one.chamber),
        publisher_kind=PublisherKind.LEGISLATIVE,
        title=one_line(plain(one.title)),
        url=f"{GOVINFO}CRPT-{one.congress}{one.type.lower()}{one.number}{part}",
        number=citation,
        type="Conference report" if one.isConferenceReport else "Committee report",
        published_on=eastern_date(one.issueDate) if one.issueDate else None,
        updated_at=parse_instant(one.updateDate),
        agencies=tuple(one_line(committee.name) for committee in one.committees),
        bills=bill_keys(one.associatedBill),
    )


def _print(one: _Print) -> Report:
    """A print has no day; its jacket's number and its Congress identify it, as in the Publishing Office's packages."""
    letter = {"House": "H", "Senate": "S"}.get(one.chamber, "J")
    package = f"CPRT-{one.congress}{letter}PRT{one.jacketNumber}"
    return Report(
        watchdog="congress",
        publisher=_publisher(one.chamber),
        publisher_kind=PublisherKind.LEGISLATIVE,
        # Words that the print breaks at its line's end come with the break.
        title=re.sub(r"(?<=[A-Z])- (?=[A-Z])", "", one_line(plain(one.title))),
        url=f"{GOVINFO}{package}",
        number=package,
        type="Committee print",
        updated_at=parse_instant(one.updateDate),
        agencies=tuple(one_line(committee.name) for committee in one.committees),
        bills=bill_keys(one.associatedBills),
    )


def _publisher(chamber: str) -> str:
    if chamber not in (*_PUBLISHERS, "NoChamber"):
        raise DriftError(f"a chamber that was not before: {chamber[:20]!r}")
    return _PUBLISHERS.get(chamber, "U.S. Congress")


def listing_of(record: AnyRecord) -> str:
    """The list of its Congress: what is asked for singly, or has no day as prints have, is not news by that alone."""
    number = (record.number or "") if isinstance(record, Report) else ""
    found = re.search(r"\d+", number)
    series = PRINTS if number.startswith("CPRT-") else REPORTS
    return f"{series}{found[0] if found else CONGRESS}?limit=250&format=json"


SOURCE = Source(
    key="congress_reports",
    name="Committee reports and prints",
    publisher="Library of Congress",
    covers="Reports of House and Senate committees, conference reports and committee prints of the current Congress, "
    "with the measures that they are about.",
    home_url="https://www.congress.gov/committee-reports",
    licence="U.S. government work, public domain",
    rhythm=timedelta(days=1),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=60),
    requests=requests,
    parse=parse,
    listing=listing_of,
    options={
        "limit": "entries a page, at most 250",
        "congress": "another Congress than this one",
        "report": "one report, as 116-hrpt-617",
        "print": "one print, as 117-house-48144",
    },
    content_types=frozenset({"application/json"}),
    maximum_bytes=10 * 1024 * 1024,
)
