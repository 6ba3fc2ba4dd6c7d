"""Military assistance by account, added up from the single transactions that ForeignAssistance.gov publishes.

The file of all transactions has more than three gigabytes and is not fetched whole. What is read are extracts
of it that a mirror keeps, each the military obligations of one country.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from scrapers.csv_tables import table_rows, text_of, whole
from scrapers.errors import DriftError
from scrapers.records import AidType, AssistanceFigure
from scrapers.source import Document, Healthy, Request, Source
from scrapers.sources.foreign_assistance import HOST, TYPES

URL = f"https://{HOST}/files.explorer.devtechlab.com/us_foreign_aid_complete.csv"
EXTRACTS = ("ukraine-military",)

# As upstream writes them: "Acount" is theirs.
HEADER = (
    "Country ID", "Country Code", "Country Name", "Region ID", "Region Name", "Income Group ID",
    "Income Group Name", "Income Group Acronym", "Managing Agency ID", "Managing Agency Acronym",
    "Managing Agency Name", "Managing Sub-agency or Bureau ID", "Managing Sub-agency or Bureau Acronym",
    "Managing Sub-agency or Bureau Name", "Implementing Partner Category ID",
    "Implementing Partner Category Name", "Implementing Partner Sub-category ID",
    "Implementing Partner Sub-category Name", "Implementing Partner ID", "Implementing Partner Name",
    "International Category ID", "International Category Name", "International Sector Code",
    "International Sector Name", "International Purpose Code", "International Purpose Name", "US Category ID",
    "US Category Name", "US Sector ID", "US Sector Name", "Submission ID", "Funding Acount ID",
    "Funding Account Name", "Funding Agency ID", "Funding Agency Name", "Funding Agency Acronym",
    "Foreign Assistance Objective ID", "Foreign Assistance Objective Name", "Aid Type Group ID",
    "Aid Type Group Name", "Activity ID", "Activity Name", "Activity Description", "Activity Project Number",
    "Activity Start Date", "Activity End Date", "Transaction Type ID", "Transaction Type Name", "Fiscal Year",
    "Current Dollar Amount", "Constant Dollar Amount",
)  # fmt: skip
_AT = {name: index for index, name in enumerate(HEADER)}
# 11x1082 is a Treasury symbol; 97xDPDA (drawdowns) and 97xDEDA (excess articles) only look like one.
_ACCOUNT = re.compile(r"\d{2,3}x\w{4}", re.ASCII)
_FISCAL_YEAR = re.compile(r"(19|20)\d\d|1976tq", re.ASCII)


class _Key(NamedTuple):
    code: str
    place: str
    account: str
    account_name: str
    type: AidType
    fiscal_year: str


def requests(_: Mapping[str, str]) -> Iterator[Request]:
    """The extracts that we know of."""
    for name in EXTRACTS:
        yield Request(f"{URL}#copy=samples/us_foreign_aid_complete.{name}.csv")


def parse(document: Document) -> Iterator[AssistanceFigure]:
    """The sum of the rows of each account, year and type, with their number. Activities are not kept."""
    sums: dict[_Key, tuple[int, int]] = {}
    for line, cells in table_rows(document, text_of(document), header=HEADER):
        try:
            key, dollars = _read(cells)
        except DriftError as error:
            raise DriftError(error.message, url=document.url, place=f"line {line}") from error
        before, rows = sums.get(key, (0, 0))
        sums[key] = before + dollars, rows + 1
    for key in sorted(sums):
        dollars, rows = sums[key]
        yield AssistanceFigure(
            place=key.place, fiscal_year=key.fiscal_year, type=key.type, dollars=dollars, code=key.code,
            account=key.account, account_name=key.account_name, rows=rows,
        )  # fmt: skip


def _read(cells: list[str]) -> tuple[_Key, int]:
    def of(name: str) -> str:
        return cells[_AT[name]]

    if of("Foreign Assistance Objective Name") != "Military":
        raise DriftError(f"not a military row: {of('Foreign Assistance Objective Name')[:40]!r}")
    kind = TYPES.get((of("Transaction Type ID"), of("Transaction Type Name")))
    if kind is None:
        raise DriftError(f"an unknown transaction type: {of('Transaction Type Name')[:40]!r}")
    account, fiscal_year = of("Funding Acount ID"), of("Fiscal Year")
    if not _ACCOUNT.fullmatch(account):
        raise DriftError(f"not an account: {account[:40]!r}")
    if not _FISCAL_YEAR.fullmatch(fiscal_year):
        raise DriftError(f"not a fiscal year: {fiscal_year[:20]!r}")
    key = _Key(of("Country Code"), of("Country Name"), account, of("Funding Account Name"), kind, fiscal_year)
    return key, whole(of("Current Dollar Amount"))


SOURCE = Source(
    key="foreign_assistance_rows",
    name="Military assistance by account, from single transactions",
    publisher="ForeignAssistance.gov, U.S. Department of State",
    covers="Military obligations by account and fiscal year, drawdowns included, of the countries of which an "
    "extract is held: Ukraine.",
    home_url="https://foreignassistance.gov/data",
    licence="Public domain (U.S. government work)",
    rhythm=timedelta(days=365),
    hosts=frozenset({HOST}),
    parser_version=1,
    healthy=Healthy(normal_day=0, minimum={"AssistanceFigure": 50}),
    requests=requests,
    parse=parse,
    content_types=frozenset({"text/csv"}),
    maximum_bytes=40 * 1024 * 1024,
    maximum_member_bytes=40 * 1024 * 1024,
)
