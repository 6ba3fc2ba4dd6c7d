"""What is odd about the files of assistance, one case each: what is read all the same, and what is drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.errors import DriftError
from scrapers.records import AidType, AssistanceFigure
from scrapers.registry import all_sources
from scrapers.source import Document
from tests.sources.saved import Saved, addresses

ALL, ROWS = "foreign_assistance", "foreign_assistance_rows"
MILITARY, BUDGET = "security_assistance_monitor", "state_budget_tables"
NEWEST = "us_foreign_aid_country.csv"
OF_2023 = "us_foreign_aid_country.2023-09.csv"


def saved(key: str, name: str) -> Document:
    folder = Path(__file__).parent / key
    return Saved(key, folder / name, addresses(key)[name]).document()


def read(key: str, document: Document) -> list[AssistanceFigure]:
    found = list(all_sources()[key].parse(document))
    assert all(isinstance(figure, AssistanceFigure) for figure in found)
    return found  # type: ignore[return-value]


def one(
    found: list[AssistanceFigure], place: str, year: str, kind: AidType, account: str | None = None
) -> AssistanceFigure:
    (figure,) = [
        figure
        for figure in found
        if (figure.place, figure.fiscal_year, figure.type, figure.account) == (place, year, kind, account)
    ]
    return figure


# --- all assistance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "year", "kind", "code", "dollars"),
    [
        ("Israel", "1976tq", AidType.OBLIGATIONS, "ISR", 278_600_000),
        ("Ghana", "2020", AidType.OBLIGATIONS, "GHA", -63_823_269),
        ("Honduras", "2023", AidType.OBLIGATIONS, "HND", 175_571_588),
        ("Egypt", "2024", AidType.REQUEST, "EGY", 1_436_808_500),
        ("Soviet Union (former)", "1946", AidType.OBLIGATIONS, "NULL", 86_200_000),
    ],
)
def test_what_the_newest_release_says(place: str, year: str, kind: AidType, code: str, dollars: int) -> None:
    figure = one(read(ALL, saved(ALL, NEWEST)), place, year, kind)
    assert (figure.code, figure.dollars, figure.base_year, figure.rows) == (code, dollars, 2022, 1)


def test_kosovo_has_a_code_of_the_publishers_own() -> None:
    codes = {figure.code for figure in read(ALL, saved(ALL, NEWEST)) if figure.place == "Kosovo"}
    assert codes == {"CS-KM"}


def test_a_key_split_by_income_group_is_one_figure() -> None:
    figure = one(read(ALL, saved(ALL, OF_2023)), "World", "2021", AidType.OBLIGATIONS)
    assert (figure.dollars, figure.rows) == (17_660_529_293 + 1_709_519, 2)


def test_one_release_may_have_two_base_years() -> None:
    years = {(figure.type, figure.base_year) for figure in read(ALL, saved(ALL, OF_2023))}
    assert {(AidType.OBLIGATIONS, 2021), (AidType.DISBURSEMENTS, 2021), (AidType.REQUEST, 2019)} <= years


def test_quotes_around_the_header_are_no_difference() -> None:
    document = saved(ALL, NEWEST)
    header, rest = document.body.split(b"\n", 1)
    bare = replace(document, body=header.replace(b'"', b"") + b"\n" + rest)
    assert read(ALL, bare) == read(ALL, document)


def test_an_older_release_is_asked_for_by_its_month() -> None:
    (request,) = all_sources()[ALL].requests({"vintage": "2023-09"})
    assert request.url == addresses(ALL)[OF_2023]
    with pytest.raises(ValueError, match="a vintage is a month"):
        list(all_sources()[ALL].requests({"vintage": "../../x"}))


# --- single transactions, and military aid ------------------------------------------------------------------


def test_transactions_are_added_by_account_year_and_type() -> None:
    found = read(ROWS, saved(ROWS, "us_foreign_aid_complete.ukraine-military.csv"))
    drawdown = one(found, "Ukraine", "2022", AidType.OBLIGATIONS, "97xDPDA")
    assert (drawdown.account_name, drawdown.rows) == ("Presidential Drawdown Authority", 3)
    assert {figure.account for figure in found} == {"11x1081", "11x1082", "97xDEDA", "97xDPDA"}


def test_a_blank_is_no_zero() -> None:
    found = read(MILITARY, saved(MILITARY, "military-and-police-aid.csv"))
    kind = AidType.MILITARY_POLICE
    assert one(found, "Egypt", "1996", kind).dollars is None
    assert one(found, "Egypt", "2015", kind).dollars == 1_305_800_000
    assert len(found) == 12 * 22


# --- budget tables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place", "kind", "account", "dollars"),
    [
        ("state-budget.08.csv", "Egypt", AidType.UNSTATED, "FMF", 1_289_470_000),
        ("state-budget.08.csv", "Chad", AidType.UNSTATED, "FMF", 0),
        ("state-budget.08.csv", "Middle East Partnership Initiative (MEPI)", AidType.UNSTATED, "ESF",
         49_595_000),
        ("state-budget.08.csv", "State South and Central Asia Regional", AidType.UNSTATED, "NADR", 1_170_000),
        ("state-budget.08.csv", "Overseas Private Investment Corporation (OPIC)", AidType.UNSTATED, "Other",
         -164_500_000),
        ("state-budget.10.csv", "Mexico", AidType.ACTUAL, "FMF", 265_250_000),
        ("state-budget.10.csv", "African Development Fund", AidType.ACTUAL, "All accounts", None),
        ("state-budget.12.csv", "Mexico", AidType.REQUEST, "INCLE", 248_500_000),
        ("state-budget.12.csv", "S/GWI - Ambassador-at-Large for Global Women’s Issues", AidType.REQUEST,
         "ESF", 5_000_000),
        ("state-budget.17.csv", "Israel", AidType.REQUEST, "FMF", 3_100_000_000),
    ],
)  # fmt: skip
def test_what_the_budget_tables_say(
    name: str, place: str, kind: AidType, account: str, dollars: int | None
) -> None:
    found = read(BUDGET, saved(BUDGET, name))
    year = f"20{name.split('.')[1]}"
    assert one(found, place, year, kind, account).dollars == dollars


def test_a_line_printed_twice_is_read_once() -> None:
    found = read(BUDGET, saved(BUDGET, "state-budget.08.csv"))
    accounts = [
        figure.account for figure in found if figure.place == "Global Health - International Partnerships"
    ]
    assert len(accounts) == len(set(accounts)) == 14


# --- drift --------------------------------------------------------------------------------------------------

Edit = Callable[[bytes], bytes]


def swap(old: bytes, new: bytes) -> Edit:
    def edit(body: bytes) -> bytes:
        assert old in body
        return body.replace(old, new, 1)

    return edit


def instead(body: bytes) -> Edit:
    return lambda _: body


LOGIN = b"<!DOCTYPE html>\n<html><title>Sign in</title></html>\n"
DRIFT: list[tuple[str, str, Edit, str, str]] = [
    (ALL, NEWEST, instead(LOGIN), "a web page came in place of the table", "line 1"),
    (ALL, NEWEST, instead(b""), "the columns changed", "line 1"),
    (ALL, NEWEST, swap(b"constant_amount", b"constant_dollars"),
     "there is 'constant_dollars'; missing 'constant_amount'", "line 1"),
    (ALL, NEWEST, swap(b",2018,", b",FY2018,"), "not a fiscal year: 'FY2018'", "line"),
    (ALL, NEWEST, swap(b"2,Obligations", b"4,Promises"), "an unknown transaction type: '4', 'Promises'", "line"),
    (ALL, NEWEST, swap(b"Egypt", b"Egypt\n"), "a row has", "line"),
    (ALL, NEWEST, swap(b"Egypt", b"\x92gypt"), "the byte 0x92 is not UTF-8", "line"),
    (ALL, NEWEST, swap(b"-63823269", b"-63,823,269"), "a row has 13 cells, not 11", "line"),
    (ALL, NEWEST, swap(b"-63823269", b"n/a"), "not a whole number: 'n/a'", "line"),
    (ALL, NEWEST, swap(b"GHA,Ghana,5,Sub-Saharan Africa,LMIC,Lower Middle Income Country,2,Obligations,2021",
                       b"GHA,Ghana,5,Sub-Saharan Africa,LMIC,Lower Middle Income Country,2,Obligations,2020"),
     "Ghana, Obligations of 2020 stands twice", "line"),
    (ROWS, "us_foreign_aid_complete.ukraine-military.csv", swap(b"Funding Acount ID", b"Funding Account ID"),
     "missing 'Funding Acount ID'", "line 1"),
    (ROWS, "us_foreign_aid_complete.ukraine-military.csv", instead(LOGIN), "a web page came", "line 1"),
    (MILITARY, "military-and-police-aid.csv", swap(b"year (Year)", b"year"), "the columns changed", "line 1"),
    (MILITARY, "military-and-police-aid.csv", swap(b'"Gambia","amount"', b'"Gambia","percent"'),
     "the row is not of amounts", "line"),
    (MILITARY, "military-and-police-aid.csv", swap(b'"Gambia"', b'"Egypt"'), "'Egypt' stands twice", "line"),
    (MILITARY, "military-and-police-aid.csv", swap(b'"6969765"', b'"-"'), "not a whole number: '-'", "2000"),
    (BUDGET, "state-budget.12.csv", swap(b"FMF", b"FMS"), "the columns changed: there is ['FMS']", "line 1"),
    (BUDGET, "state-budget.12.csv", swap(b"\x92", b"\x91"), "the byte 0x91 is not UTF-8", "line"),
    (BUDGET, "state-budget.12.csv", swap(b"1,300,000", b"1,300,001"), "Egypt: the accounts add up to", "line"),
    (BUDGET, "state-budget.12.csv", swap(b"Egypt,", b"Egypt\n,"), "a row has 1 cells, not 17", "line"),
    (BUDGET, "state-budget.12.csv", swap(b"158269", b"252735"), "has no column of 2012", "line"),
    (BUDGET, "state-budget.12.csv", swap(b"Women\x92s Issues,", b","), "", ""),
    (BUDGET, "state-budget.12.csv", instead(LOGIN), "a web page came in place of the table", "line 1"),
    (BUDGET, "state-budget.17.csv", swap(b"2017\nAfrica", b"2016\nAfrica"), "of fiscal year '2016', not 2017",
     "line 2"),
    (BUDGET, "state-budget.17.csv", swap(b'"41,613,692"', b'"41,6136,92"'), "thousands grouped", "line 2"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name", "edit", "message", "place"), DRIFT)
def test_what_is_not_as_promised_is_named(key: str, name: str, edit: Edit, message: str, place: str) -> None:
    document = saved(key, name)
    changed = replace(document, body=edit(document.body))
    if not message:  # a name that ends a row earlier is a name all the same
        assert read(key, changed)
        return
    with pytest.raises(DriftError) as caught:
        read(key, changed)
    assert message in caught.value.message
    assert place in caught.value.place
    assert caught.value.url == document.url


def test_a_name_without_amounts_at_the_end_is_drift() -> None:
    document = saved(BUDGET, "state-budget.17.csv")
    lonely = document.body + b"Bureau of Nothing" + b"," * 15 + b"2017\n"
    with pytest.raises(DriftError, match="no amounts follow the name 'Bureau of Nothing'"):
        read(BUDGET, replace(document, body=lonely))
