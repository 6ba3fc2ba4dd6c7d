"""Military and police aid by country, fiscal years 1996 to 2017, from the Security Assistance Monitor.

A closed series of the Center for International Policy, which gathered the accounts of the State and Defense
Departments that nobody else publishes together. The site's export is gone; a mirror keeps one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from scrapers.csv_tables import table_rows, text_of, whole
from scrapers.errors import DriftError
from scrapers.records import AidType, AssistanceFigure
from scrapers.source import Document, Healthy, Request, Source

HOST = "securityassistance.org"
URL = f"https://{HOST}/data/country/military/country/1996/2017/is_all/Global"
COPY = "samples/security_assistance_monitor/Military%20and%20Police%20Aid%20by%20Country.csv"

YEARS = tuple(str(year) for year in range(1996, 2018))
HEADER = ("country", "year (Year)", *YEARS)
# A missing value is one blank: the place is listed, the amount is not given. Zero is written 0.
_BLANK = re.compile(r" ?")


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The one export."""
    yield Request(f"{URL}#copy={COPY}")


def parse(document: Document) -> Iterator[AssistanceFigure]:
    """A figure for each place and year, without dollars where the cell is blank."""
    seen: set[str] = set()
    for line, (place, label, *cells) in table_rows(document, text_of(document), header=HEADER):
        if not place or place in seen:
            raise DriftError(f"{place[:40]!r} stands twice", url=document.url, place=f"line {line}")
        if label != "amount":
            raise DriftError(
                f"the row is not of amounts: {label[:40]!r}", url=document.url, place=f"line {line}"
            )
        seen.add(place)
        for year, cell in zip(YEARS, cells, strict=True):
            try:
                dollars = None if _BLANK.fullmatch(cell) else whole(cell)
            except DriftError as error:
                raise DriftError(error.message, url=document.url, place=f"line {line}, {year}") from error
            yield AssistanceFigure(place, year, AidType.MILITARY_POLICE, dollars)


SOURCE = Source(
    key="security_assistance_monitor",
    name="Military and police aid by country",
    publisher="Security Assistance Monitor, Center for International Policy",
    covers="U.S. military and police aid by country or region, fiscal years 1996 to 2017, from programmes of "
    "the State and Defense Departments; the last years may have what was asked for.",
    home_url="https://securityassistance.org",
    licence="No terms stated; figures with attribution",
    rhythm=timedelta(days=365),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=0, minimum={"AssistanceFigure": 4_000}),
    requests=requests,
    parse=parse,
    content_types=frozenset({"text/csv"}),
    maximum_bytes=2 * 1024 * 1024,
)
