"""Accounts by text, by year and one by itself, as a new installation shows them from its bundled facts."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask

from tests.answers import read_rows
from tests.mirror import mirror_root
from tests.web.pages import Page, Reader, words
from tracker.provisions.accounts import ACCOUNTS
from tracker.queries.appropriations import all_measures
from tracker.web.appropriations import in_force_words, today_words

STEPS = {
    "house_reported": "house-reported",
    "house_passed": "house-passed",
    "senate_reported": "senate-reported",
}


def table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table whose caption begins so, its heading first."""
    for element in page.all("table"):
        if words(next(element.iter("caption"))).startswith(caption):
            return [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in element.iter("tr")]
    raise AssertionError(caption)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_accounts_page_is_whole(read_new: Reader, account: Any) -> None:
    page = read_new(f"/appropriations/accounts/{account.code}")
    assert page.heading == f"{account.name} ({account.code})"
    assert "None" not in page.text


@pytest.mark.parametrize(
    "path", ["/appropriations/accounts/FMF", "/appropriations/2026-nsrp", "/appropriations"]
)
def test_it_is_whole_before_the_first_collection(read_empty: Reader, path: str) -> None:
    assert "None" not in read_empty(path).text


def test_before_a_collection_figures_are_not_called_nothing(read_empty: Reader) -> None:
    page = read_empty("/appropriations/accounts/FMF")
    assert "No text that was collected has this account." in page.text
    assert "No account is shown for this measure." in read_empty("/appropriations/2026-nsrp").text


def test_a_measure_shows_its_accounts_text_by_text(read_new: Reader) -> None:
    rows = table(read_new("/appropriations/2026-nsrp"), "Accounts of")
    assert rows[0] == ["Account", "Act for 2024", "House committee, 2026", "House, 2026", "Act for 2026"]
    found = {row[0]: row[1:] for row in rows[1:]}
    assert found["FMF"] == ["6,133,397,000", "6,777,500,000", "6,158,397,000", "6,158,397,000"]
    assert found["INCLE"] == ["1,400,000,000", "1,897,469,000", "1,400,000,000", "1,400,000,000"]
    assert found["PKO"] == ["410,458,000", "410,458,000", "335,458,000", "335,458,000"]
    assert found["NSIP"][0] == "no such heading"


def test_defense_has_accounts_too(read_new: Reader) -> None:
    found = {row[0]: row[1:] for row in table(read_new("/appropriations/2026-defense"), "Accounts of")}
    assert found["CTEF"] == ["397,950,000", "357,516,000", "357,516,000", "342,516,000", "342,516,000"]
    assert found["DRUG"][2] == "1,149,304,0001,153,304,000 amended"


def test_a_floor_amendment_stands_beside_what_is_printed(read_new: Reader) -> None:
    found = {row[0]: row[1:] for row in table(read_new("/appropriations/2025-nsrp"), "Accounts of")}
    assert found["INCLE"] == [
        "1,400,000,000", "1,566,183,000", "1,566,183,0002,066,183,000 amended", "1,400,000,000",
        "continued, no figure printed",
    ]  # fmt: skip


def test_what_is_taken_back_stands_by_itself(read_new: Reader) -> None:
    rows = table(read_new("/appropriations/2026-nsrp"), "Rescissions and transfers")
    assert ["INCLE", "Act for 2026", "Taken back", "179,306,000",
            "division F, title VII, section 7072(f)"] in rows  # fmt: skip
    resolution = table(read_new("/appropriations/accounts/INCLE"), "Rescissions")
    assert [row for row in resolution if row[1].startswith("Continuing")] == [
        ["INCLE", "Continuing resolution, 2024", "Applied instead of 374,996,000", "74,996,000",
         "division A, section 101(11)"]
    ]  # fmt: skip


def test_acts_by_year_are_never_added_up(read_new: Reader) -> None:
    rows = table(read_new("/appropriations"), "Accounts of foreign and security assistance in the acts")
    assert rows[0] == ["Account", "2024", "2024, supplemental", "2025", "2026", "2027"]
    found = {row[0]: row[1:] for row in rows[1:]}
    assert found["FMF"] == [
        "6,133,397,000", "3,500,000,000 division A1,600,000,000 division B2,000,000,000 division C",
        "continued, no figure printed", "6,158,397,000", "no act yet",
    ]  # fmt: skip
    assert found["CTEF"] == [
        "397,950,000",
        "no such heading",
        "continued, no figure printed",
        "342,516,000",
        "no act yet",
    ]
    assert {"FMF", "IMET", "INCLE", "NADR", "PKO", "CTEF"} <= found.keys()


def test_one_account_names_the_section_of_every_figure(read_new: Reader) -> None:
    page = read_new("/appropriations/accounts/FMF")
    rows = table(page, "Foreign Military Financing Program by fiscal year")
    assert ["2026", "Act for 2026", "6,158,397,000", "none",
            "division F, title IV"] in rows  # fmt: skip
    sentence = (
        "The act for 2026 gives Foreign Military Financing Program $6.2 billion; the newest text after it, "
    )
    assert sentence + "House, 2027, $6.8 billion." in page.text
    assert "https://www.govinfo.gov/content/pkg/BILLS-119hr7148enr/xml/BILLS-119hr7148enr.xml" in page.links


@pytest.mark.parametrize(
    "path", ["/appropriations/2025-nsrp/accounts.svg", "/appropriations/2026-defense/accounts.svg",
             "/appropriations/accounts/INCLE.svg"],
)  # fmt: skip
@pytest.mark.parametrize("query", ["", "?theme=dark", "?size=narrow", "?theme=x&size=y"])
def test_a_picture_has_a_name_and_a_bar_for_each_figure(new_site: Flask, path: str, query: str) -> None:
    response = new_site.test_client().get(path + query)
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    root = ElementTree.fromstring(response.data)  # drawn by us
    title, description = root[0], root[1]
    assert title.text
    assert "The table below has all." in (description.text or "")
    bars = [one for one in root.iter() if one.get("aria-roledescription") == "bar"]
    assert len(bars) >= 9


@pytest.mark.parametrize(
    "path", ["/appropriations/2026-nsrp/accounts.svg", "/appropriations/accounts/FMF.svg"]
)
def test_nothing_makes_no_picture(empty_site: Flask, path: str) -> None:
    assert empty_site.test_client().get(path).status_code == 404


def test_figures_as_data(new_site: Flask) -> None:
    client = new_site.test_client()
    answer: Any = client.get("/api/v1/appropriations/2026-nsrp").json
    assert {
        "account": "FMF", "dollars": 6158397000, "effective": 6158397000,
        "place": "division F, title IV, Foreign Military Financing Program",
    } in answer["steps"][-1]["totals"]  # fmt: skip
    rows = read_rows(new_site.test_client(), "/appropriations/2026-nsrp.csv")
    assert ("2026-nsrp/enacted", "PKO", "appropriation", "335458000") in {
        (row["text"], row["account"], row["kind"], row["dollars"]) for row in rows
    }
    account: Any = client.get("/appropriations/accounts/INCLE.json").json
    own = read_rows(new_site.test_client(), "/appropriations/accounts/INCLE.csv")
    assert [(row["text"], int(row["dollars"])) for row in own] == [
        (amount["text"], amount["dollars"]) for amount in account["amounts"]
    ]
    everything = read_rows(new_site.test_client(), "/appropriations/accounts.csv")
    assert len(everything) == len({tuple(row.values()) for row in everything})
    assert {row["account"] for row in everything} >= {"FMF", "CTEF", "DRUG"}
    assert all(row["url"].startswith("https://www.govinfo.gov/") and row["place"] for row in everything)


@pytest.mark.parametrize("code", ["XMF", "%00", "<script>", "A" * 900])
def test_an_account_that_is_none(new_site: Flask, code: str) -> None:
    for ending in ("", ".json", ".csv", ".svg"):
        assert new_site.test_client().get(f"/appropriations/accounts/{code}{ending}").status_code == 404


def test_another_spelling_leads_to_the_one_address(new_site: Flask) -> None:
    response = new_site.test_client().get("/appropriations/accounts/fmf")
    assert (response.status_code, response.location) == (301, "/appropriations/accounts/FMF")


@pytest.mark.mirror
def test_the_golden_table_is_on_the_site(new_site: Flask) -> None:
    """Every figure of the stage table, of the years that are described, from the site's own CSV."""
    found = {
        (row["text"], row["account"]): (row["dollars"], row["effective_dollars"])
        for row in read_rows(new_site.test_client(), "/appropriations/accounts.csv")
        if row["kind"] == "appropriation"
    }
    with (mirror_root() / "golden" / "security_accounts_by_stage.csv").open(encoding="utf-8") as file:
        golden = [row for row in csv.DictReader(file) if row["fiscal_year"] >= "2024"]
    assert len(golden) == 25
    for row in golden:
        text = f"{row['fiscal_year']}-nsrp/{STEPS.get(row['stage'], row['stage'])}"
        expected = (row["amount_usd"], row["net_after_printed_amendments"])
        assert found[text, row["account"]] == expected, row


# --- what is in force -------------------------------------------------------------------------------


def test_what_is_in_force_comes_first(read_new: Reader) -> None:
    with time_machine.travel(date(2026, 11, 30)):
        text = read_new("/appropriations").text
    assert (
        "In force today for fiscal year 2027: a continuing resolution, H.R. 6500 (119th Congress), until "
        "11 December 2026, for foreign aid and defense. Foreign aid for 2027: The House passed its bill for 2027 on "
        "15 July 2026"
    ) in text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 11), "In force today for fiscal year 2027: a continuing resolution"),
        (
            date(2026, 12, 12),
            "Foreign aid: A continuing resolution, H.R. 6500 (119th Congress), ran to 11 December 2026",
        ),
        (date(2026, 9, 30), "Foreign aid: Its conditions bind the money for fiscal year 2026"),
        (
            date(2029, 1, 1),
            "No measure for fiscal year 2029, which is the present one, is described here yet.",
        ),
    ],
)
def test_what_is_said_of_today_does_not_go_stale(day: date, said: str) -> None:
    assert today_words(all_measures(), day)[0].startswith(said)


def test_a_resolution_that_ran_out_says_so() -> None:
    measure = next(one for one in all_measures() if one.key == "2027-nsrp")
    assert in_force_words(measure, date(2026, 12, 1)) == measure.in_force
    assert "nothing after it is held here" in in_force_words(measure, date(2027, 1, 1))


def test_under_the_table_each_text_names_its_titles(read_new: Reader) -> None:
    text = read_new("/appropriations/2025-nsrp").text
    assert "Act for 2024: division F, title III and title IV" in text
    assert "House, 2025: title III and title IV" in text
    assert "2025: act for 2024 continued, nothing printed anew" in text
