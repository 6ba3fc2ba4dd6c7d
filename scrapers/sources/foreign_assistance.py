"""All U.S. foreign assistance by country, fiscal year and type of transaction since 1946, from ForeignAssistance.gov.

One file, which its publisher overwrites: every release is a vintage of its own, and history in it is revised
both ways. Older releases are read out of a mirror that kept them (`--option vintage=2023-09`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from scrapers.csv_tables import table_rows, text_of, whole
from scrapers.errors import DriftError
from scrapers.records import AidType, AssistanceFigure
from scrapers.source import Document, Healthy, Request, Source

HOST = "s3.amazonaws.com"
FILE = "us_foreign_aid_country.csv"
URL = f"https://{HOST}/files.explorer.devtechlab.com/{FILE}"

HEADER = (
    "Country Code", "Country Name", "Region ID", "Region Name", "Income Group Acronym", "Income Group Name",
    "Transaction Type ID", "Transaction Type Name", "Fiscal Year", "current_amount", "constant_amount",
)  # fmt: skip
TYPES = {
    ("1", "Appropriated and Planned"): AidType.PLANNED,
    ("2", "Obligations"): AidType.OBLIGATIONS,
    ("3", "Disbursements"): AidType.DISBURSEMENTS,
    ("18", "President's Budget Requests"): AidType.REQUEST,
    ("19", "Initial Allocations"): AidType.ALLOCATIONS,  # in the release of 2023, in none since
}

_VINTAGE = re.compile(r"\d{4}-\d{2}", re.ASCII)
# Kosovo has a code of the publisher's own; states that are no more share the word NULL.
_CODE = re.compile(r"[A-Z]{3}|CS-KM|NULL", re.ASCII)
# The transition quarter of 1976, from July to September, is a year of its own.
_FISCAL_YEAR = re.compile(r"(19|20)\d\d|1976tq", re.ASCII)
# In the base year both columns are equal but for rounding and a few slips: in other years hardly ever.
_SAME = 0.9


class _Key(NamedTuple):
    code: str
    place: str
    type: AidType
    fiscal_year: str


class _Sum(NamedTuple):
    current: int
    constant: int
    rows: int


def requests(options: Mapping[str, str]) -> Iterator[Request]:
    """The file as it is published now, or one older release of it."""
    vintage = options.get("vintage")
    if vintage is None:
        yield Request(URL)
    elif not _VINTAGE.fullmatch(vintage):
        raise ValueError(f"a vintage is a month such as 2023-09, not {vintage[:20]!r}")
    else:
        yield Request(f"{URL}#copy=vintages/{vintage}/{FILE}.gz")


def parse(document: Document) -> Iterator[AssistanceFigure]:
    """A figure for each place, type and year.

    In the release of 2023 the rows of some keys are split by income group (the unattributed ones of World):
    they are parts of one figure and are added.
    """
    sums: dict[_Key, _Sum] = {}
    groups: dict[_Key, set[str]] = defaultdict(set)
    for line, cells in table_rows(document, text_of(document), header=HEADER):
        try:
            key, found = _read(cells)
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"line {line}") from error
        if cells[4] in groups[key]:
            raise DriftError(
                f"{key.place}, {cells[7]} of {key.fiscal_year} stands twice",
                url=document.url, place=f"line {line}",
            )  # fmt: skip
        groups[key].add(cells[4])
        before = sums.get(key, _Sum(0, 0, 0))
        sums[key] = _Sum(before.current + found.current, before.constant + found.constant, before.rows + 1)
    base = base_years(sums)
    for key, found in sums.items():
        yield AssistanceFigure(
            place=key.place,
            fiscal_year=key.fiscal_year,
            type=key.type,
            dollars=found.current,
            code=key.code,
            constant=found.constant,
            base_year=base.get(key.type),
            rows=found.rows,
        )


def _read(cells: Sequence[str]) -> tuple[_Key, _Sum]:
    code, place, _, _, _, _, type_id, type_name, fiscal_year, current, constant = cells
    if not _CODE.fullmatch(code) or not place:
        raise DriftError(f"not a country's code and name: {code[:20]!r}, {place[:40]!r}")
    if (type_id, type_name) not in TYPES:
        raise DriftError(f"an unknown transaction type: {type_id[:20]!r}, {type_name[:40]!r}")
    if not _FISCAL_YEAR.fullmatch(fiscal_year):
        raise DriftError(f"not a fiscal year: {fiscal_year[:20]!r}")
    key = _Key(code, place, TYPES[type_id, type_name], fiscal_year)
    return key, _Sum(whole(current), whole(constant), 1)


def base_years(sums: Mapping[_Key, _Sum]) -> dict[AidType, int]:
    """The year in whose prices the constant amounts of each type are: the file does not say, but shows it.

    The release of 2023 has one for transactions and another for budgets.
    """
    equal: dict[AidType, Counter[str]] = defaultdict(Counter)
    number: dict[AidType, Counter[str]] = defaultdict(Counter)
    for key, found in sums.items():
        number[key.type][key.fiscal_year] += 1
        equal[key.type][key.fiscal_year] += found.current == found.constant
    years = {}
    for kind, counts in equal.items():
        year, most = max(counts.items(), key=lambda item: item[1])
        if most >= _SAME * number[kind][year] and year.isdigit():
            years[kind] = int(year)
    return years


SOURCE = Source(
    key="foreign_assistance",
    name="U.S. foreign assistance by country",
    publisher="ForeignAssistance.gov, U.S. Department of State",
    covers="All assistance, not only military, by country or region, fiscal year and type of transaction, "
    "since 1946.",
    home_url="https://foreignassistance.gov/data",
    licence="Public domain (U.S. government work)",
    rhythm=timedelta(days=7),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=0, minimum={"AssistanceFigure": 20_000}),
    requests=requests,
    parse=parse,
    listing=lambda _: URL,
    options={"vintage": "An older release by its month, out of a mirror that kept it: 2023-09."},
    content_types=frozenset({"text/csv", "application/octet-stream", "binary/octet-stream"}),
    maximum_bytes=40 * 1024 * 1024,
    maximum_member_bytes=40 * 1024 * 1024,
)
