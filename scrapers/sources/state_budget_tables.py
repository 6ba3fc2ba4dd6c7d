"""Assistance by country and account, fiscal years 2008 to 2017, from the State Department's budget books.

The tables are printed in PDF files; the Center for Strategic and International Studies typed them into one CSV
file a year. Columns change every year, amounts are in thousands, a hyphen is zero, long names are wrapped over
rows, and regions, bureaus and banks stand among the countries. Every row's accounts must add up to its total.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from scrapers.csv_tables import grouped, rows_of, text_of
from scrapers.errors import DriftError
from scrapers.records import AidType, AssistanceFigure
from scrapers.source import Document, Healthy, Request, Source

HOST = "raw.githubusercontent.com"
FOLDER = f"https://{HOST}/CSISdefense/ForeignAssistance/master/FA_CSVs"
FIRST, LAST = 2008, 2017

TOTAL = "All accounts"
_SUBTOTAL = "Total without GHCS-State"
ACCOUNTS = {
    "Total": TOTAL, "All Accounts": TOTAL, "DA": "DA", "ESF": "ESF", "AEECA": "AEECA", "INCLE": "INCLE",
    "NADR": "NADR", "PKO": "PKO", "IMET": "IMET", "FMF": "FMF", "MRA": "MRA", "IDA": "IDA", "DF": "DF",
    "IO&P": "IO&P", "AID Admin": "AID Admin", "Other*": "Other", "Other**": "Other",
    "GHCS- USAID": "GHP-USAID", "GHCS-USAID": "GHP-USAID", "GHP- USAID": "GHP-USAID",
    "GHP-USAID": "GHP-USAID", "GHP USAID": "GHP-USAID",
    "GHCS- STATE": "GHP-State", "GHCS-State": "GHP-State", "GHP- STATE": "GHP-State",
    "GHP-STATE": "GHP-State", "GHP STATE": "GHP-State",
    "PL 480": "FFP", "P.L. 480": "FFP", "FFP": "FFP",
}  # fmt: skip
"""Our one name for an account, by the headings it goes under."""
NEEDED = frozenset({TOTAL, "ESF", "INCLE", "NADR", "IMET", "FMF", "PKO"})

# The budget book of a year, by the document that the table's last line names. A book prints what was asked for
# that year and what was given two years before: two tables come out of each of these, two years apart.
BOOKS = {"158269": 2012, "238223": 2016, "252735": 2017}
# An apostrophe as Windows writes it, in the name of one office, stands in the tables of 2012 to 2017.
WINDOWS_BYTES = frozenset({0x92})
# Rows whose accounts do not add up as printed. FY2010: the total is blank, the account has the amount.
NOT_ADDING_UP = frozenset({(2010, "African Development Fund")})

_URL = re.compile(re.escape(f"{FOLDER}/STATE%20budget%20by%20country.") + r"(\d\d)\.csv")
_BOOK = re.compile(r"http://www\.state\.gov/documents/organization/(\d{6})\.pdf")


class _Row(NamedTuple):
    line: int
    place: str
    thousands: tuple[int | None, ...]


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The tables of all years."""
    for year in range(FIRST, LAST + 1):
        yield Request(f"{FOLDER}/STATE%20budget%20by%20country.{year % 100:02}.csv")


def parse(document: Document) -> Iterator[AssistanceFigure]:
    """A figure for each printed row and account of one year's table."""
    match = _URL.fullmatch(document.url)
    if match is None:
        raise DriftError("not the address of a year's table", url=document.url)
    year = 2000 + int(match[1])
    text = text_of(document, windows_bytes=WINDOWS_BYTES)
    rows = list(rows_of(document, text))
    accounts = _accounts(document, rows[0][1] if rows else [])
    kind = _kind(document, rows, year)
    seen: dict[str, tuple[int | None, ...]] = {}
    for row in _printed(document, rows[1:], len(accounts), year):
        _check_sum(document, row, accounts, year)
        if row.place in seen:  # the same line again: a heading with a single row below it
            if seen[row.place] != row.thousands:
                raise _drift(document, row.line, f"{row.place!r} stands twice with other amounts")
            continue
        seen[row.place] = row.thousands
        for account, thousands in zip(accounts, row.thousands, strict=True):
            if account != _SUBTOTAL:
                dollars = None if thousands is None else thousands * 1000
                yield AssistanceFigure(row.place, str(year), kind, dollars, account=account)


def _accounts(document: Document, header: Sequence[str]) -> list[str]:
    """Our names of the columns between the place and the year."""
    names = [" ".join(name.split()) for name in header]
    if len(names) < 3 or names[0] != "Country" or names[-1] != "Fiscal Year":
        raise _drift(document, 1, f"the columns changed: {', '.join(names)[:200]!r}")
    unknown = [name for name in names[1:-1] if name not in ACCOUNTS and name != _SUBTOTAL]
    accounts = [ACCOUNTS.get(name, name) for name in names[1:-1]]
    missing = sorted(NEEDED - set(accounts))
    if unknown or missing or len(set(accounts)) != len(accounts):
        raise _drift(document, 1, f"the columns changed: there is {unknown}, missing {missing}")
    return accounts


def _kind(document: Document, rows: Sequence[tuple[int, list[str]]], year: int) -> AidType:
    """What the table's amounts are, by the document that its last line says it was typed from."""
    named = {match[1] for _, cells in rows if cells and (match := _BOOK.fullmatch(cells[0]))}
    if len(named) > 1:
        raise _drift(document, rows[-1][0], "the table names several documents")
    book = BOOKS.get(next(iter(named), ""))
    if book is None:
        return AidType.UNSTATED
    if year not in (book, book - 2):
        raise _drift(document, rows[-1][0], f"the budget book of {book} has no column of {year}")
    return AidType.REQUEST if year == book else AidType.ACTUAL


def _printed(
    document: Document, rows: Sequence[tuple[int, list[str]]], width: int, year: int
) -> Iterator[_Row]:
    """The rows with amounts. A name that is wrapped stands alone on the rows above."""
    above: list[str] = []
    for line, cells in rows:
        if len(cells) != width + 2:
            raise _drift(document, line, f"a row has {len(cells)} cells, not {width + 2}")
        name, printed, year_cell = " ".join(cells[0].split()), cells[1:-1], cells[-1]
        if _BOOK.fullmatch(name):
            continue
        if year_cell != str(year) and any(cell.strip() for cell in cells):
            raise _drift(document, line, f"the row is of fiscal year {year_cell[:20]!r}, not {year}")
        if not any(cell.strip() for cell in printed):
            above += [name] if name else []
            continue
        place = " ".join([*above, *([name] if name else [])])
        above = []
        if not place:
            raise _drift(document, line, "a row of amounts has no name")
        try:
            amounts = tuple(grouped(cell.strip()) if cell.strip() else None for cell in printed)
        except DriftError as error:
            raise _drift(document, line, f"{place}: {error.message}") from error
        yield _Row(line, place, amounts)
    if above:
        raise _drift(document, rows[-1][0], f"no amounts follow the name {' '.join(above)!r}")


def _check_sum(document: Document, row: _Row, accounts: Sequence[str], year: int) -> None:
    """A column that slipped, or a name that took the amounts of another, shows in the sum."""
    amounts = dict(zip(accounts, row.thousands, strict=True))
    added = sum(amount or 0 for account, amount in amounts.items() if account not in (TOTAL, _SUBTOTAL))
    if amounts[TOTAL] != added and (year, row.place) not in NOT_ADDING_UP:
        raise _drift(
            document, row.line, f"{row.place}: the accounts add up to {added}, the total is {amounts[TOTAL]}"
        )


def _drift(document: Document, line: int, message: str) -> DriftError:
    return DriftError(message, url=document.url, place=f"line {line}")


SOURCE = Source(
    key="state_budget_tables",
    name="State Department budget tables by country and account",
    publisher="U.S. Department of State, typed by the Center for Strategic and International Studies",
    covers="Assistance by country and account (FMF, IMET, INCLE, NADR, PKO and others), fiscal years 2008 to 2017.",
    home_url="https://github.com/CSISdefense/ForeignAssistance",
    licence="Public domain (U.S. government tables)",
    rhythm=timedelta(days=365),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=0, minimum={"AssistanceFigure": 30_000}),
    requests=requests,
    parse=parse,
    content_types=frozenset({"text/csv", "text/plain"}),
    maximum_bytes=2 * 1024 * 1024,
)
