"""Appropriations: every page whole, the ladder in words, and the law's own words only where they were collected."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, create_engine

from scrapers.records import BillText, BillType, Part, Section, Step
from tests.answers import read_rows
from tests.law_site import put_texts
from tests.sites import Sites
from tests.web.pages import Page, Reader, words
from tracker.queries.appropriations import all_measures, read_ladder

MEASURES = [one.key for one in all_measures()]
PAGES = [
    "/appropriations",
    *(f"/appropriations/{key}" for key in MEASURES),
    *(f"/appropriations/{key}/conditions" for key in MEASURES),
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read: Reader, path: str) -> None:
    page = read(path)
    assert "None" not in re.sub(r"None of the funds", "", page.text)


@pytest.mark.parametrize(
    "path", ["/appropriations", "/appropriations/2026-nsrp/conditions", "/countries/MEX"]
)
def test_it_needs_no_collection(read_empty: Reader, path: str) -> None:
    assert "None" not in read_empty(path).text


def test_the_list_says_where_each_stands(read: Reader) -> None:
    page = read("/appropriations")
    assert page.heading == "Appropriations"
    assert [words(one) for one in page.all("h2")][:4] == [
        f"Fiscal year {year}" for year in (2027, 2026, 2025, 2024)
    ]
    assert (
        "The act for 2026 is law, as division F of Public Law 119-75, signed on 3 February 2026." in page.text
    )
    assert {f"/appropriations/{key}" for key in MEASURES} <= set(page.links)


def test_a_measure_has_its_steps_names_and_accounts(read: Reader) -> None:
    page = read("/appropriations/2026-nsrp")
    assert page.heading == "National Security, Department of State, and Related Programs, fiscal year 2026"
    assert "H.R. 7148 (119th Congress), 217 to 214. Roll call 53." in page.text
    assert "Foreign Operations, Export Financing, and Related Programs" in page.text


def _table(page: Page) -> list[list[str]]:
    return [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in page.all("tr")]


# --- the ladder -------------------------------------------------------------------------------------


def _glance(read: Reader, key: str) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in _table(read(f"/appropriations/{key}/conditions"))}


def test_the_ladder_at_a_glance(read: Reader) -> None:
    rows = _glance(read, "2026-nsrp")
    assert rows["Condition"] == [
        "2025: act for 2024 continued", "House committee, 2026", "House, 2026", "Act for 2026",
    ]  # fmt: skip
    assert rows["Mexico: Share of security assistance withheld"] == [
        "15 percent", "30 percent", "30 percent", "30 percent",
    ]  # fmt: skip
    assert rows["Egypt: $320 million of military financing withheld"] == [
        "$320,000,000", "not there", "$320,000,000", "$320,000,000",
    ]  # fmt: skip
    for name in ("El Salvador", "Guatemala", "Honduras"):
        assert rows[f"{name}: Share of aid for each central government withheld"] == [
            "60 percent", "50 percent", "50 percent", "50 percent",
        ]  # fmt: skip
    assert rows["Haiti: Haiti’s armed forces"] == ["there", "not there", "$5,000,000", "$5,000,000"]


def test_the_ladder_says_what_became_of_each(read: Reader) -> None:
    page = read("/appropriations/2026-nsrp/conditions")
    text = page.text
    assert "Changed: share, 15 percent → 30 percent." in text
    assert "Unchanged, moved: section 7041(a)(3) → 7041(a)(4)." in text
    assert "H.R. 7148 (119th Congress), division F, section 7045(h)(2)" in text
    assert re.search(
        r"Act for 2026: 45 conditions on 18 countries; against the act that was in force for 2025, \d", text
    )
    assert "In the text’s own words" not in text
    assert any(link.endswith("BILLS-119hr7148enr.xml") for link in page.links)
    later = read("/appropriations/2027-nsrp/conditions").text
    assert "Changed: share, 30 percent → 50 percent." in later
    assert "Changed: share, 50 percent → 100 percent." in later


def test_every_country_of_the_ladder_has_its_part(read: Reader) -> None:
    for measure in all_measures():
        page = read(f"/appropriations/{measure.key}/conditions")
        ids = {element.get("id") for element in page.all("section")}
        found = read_ladder(measure)
        assert {f"country-{one.country.code.lower()}" for one in found} <= ids
        assert len(_table(page)) - 1 == sum(len(one.conditions) for one in found)


# --- a country --------------------------------------------------------------------------------------


def _section(page: Page) -> str:
    return words(next(part for part in page.all("section") if part.get("id") == "conditions"))


def test_a_country_has_its_conditions_in_force_and_proposed(read: Reader) -> None:
    said = _section(read("/countries/MEX"))
    assert "30 percent of security assistance for Mexico waits for a certification" in said
    assert "House, 2027: Changed: share, 30 percent → 50 percent." in said
    assert "House, 2027: Dropped." in _section(read("/countries/EGY"))
    assert "section 8034" in _section(read("/countries/LBN"))


def test_a_country_without_conditions_says_so(read: Reader) -> None:
    assert "No condition on aid to Andorra is described here." in _section(read("/countries/AND"))


# --- the law's own words ----------------------------------------------------------------------------

LAW = (
    "(h) Mexico.—\n(1) Water deliveries.—None of the funds may be made available.\n"
    "(2) Counternarcotics.—Of the funds, 30 percent may only be obligated after <the> Secretary certifies."
)
SECTION = Section(
    (Step("division", "F"),), LAW, "7045", "Latin America",
    (Part("(h)", 0, len(LAW), "Mexico"), Part("(h)(2)", LAW.index("(2)"), len(LAW), "Counternarcotics")),
)  # fmt: skip


def fill(url: URL, _folder: Path) -> None:
    """The text of the act for 2026."""
    address = "https://www.govinfo.gov/content/pkg/BILLS-119hr7148enr/xml/BILLS-119hr7148enr.xml"
    engine = create_engine(url)
    put_texts(engine, BillText(119, BillType.HR, 7148, "enr", address, (SECTION,)))
    engine.dispose()


@pytest.fixture
def collected(sites: Sites) -> Flask:
    """A site that collected it."""
    return sites(fill)


def test_quotes_come_from_a_collected_text(collected: Flask) -> None:
    page = Reader(collected)("/appropriations/2026-nsrp/conditions")
    quoted = [words(one) for one in page.all("blockquote")]
    assert quoted == [
        "(2) Counternarcotics.—Of the funds, 30 percent may only be obligated after <the> Secretary certifies."
    ]
    answer: Any = collected.test_client().get("/api/v1/appropriations/2026-nsrp").json
    assert [source["sha256"] for source in answer["sources"]] == ["a" * 64]


# --- other forms ------------------------------------------------------------------------------------


def test_the_list_as_data(site: Flask) -> None:
    answer: Any = site.test_client().get("/api/v1/appropriations?limit=3").json
    assert [item["key"] for item in answer["items"]] == MEASURES[:3]
    rest: Any = site.test_client().get(f"/appropriations.json?after={answer['next']}").json
    assert [item["key"] for item in rest["items"]] == MEASURES[3:]
    assert (rest["next"], rest["total"]) == (None, len(MEASURES))
    assert [row["key"] for row in read_rows(site.test_client(), "/appropriations.csv")] == MEASURES


def test_a_measure_as_data(site: Flask) -> None:
    answer: Any = site.test_client().get("/api/v1/appropriations/2026-nsrp").json
    assert (answer["kind"], answer["fiscal_year"], answer["links"][-1]) == (
        "appropriations",
        2026,
        "bill:119-hr-7148",
    )
    last = answer["steps"][-1]
    assert (last["kind"], last["law"], last["division"], last["on"]) == (
        "enacted",
        "119-75",
        "F",
        "2026-02-03",
    )


def test_the_ladder_as_data(site: Flask) -> None:
    rows = read_rows(site.test_client(), "/appropriations/2026-nsrp/conditions.csv")
    mexico = [row for row in rows if row["condition"] == "mex-counternarcotics-withholding"]
    assert [(row["text"], row["percent"], row["fate"]) for row in mexico] == [
        ("2025-nsrp/enacted", "15", "unchanged"), ("2026-nsrp/house-reported", "30", "changed"),
        ("2026-nsrp/house-passed", "30", "changed"), ("2026-nsrp/enacted", "30", "changed"),
    ]  # fmt: skip
    answer: Any = site.test_client().get("/appropriations/2026-nsrp/conditions.json").json
    assert len(answer["items"]) == len(rows)
    assert (
        answer["items"]
        == (site.test_client().get("/api/v1/appropriations/2026-nsrp").json or {})["conditions"]
    )


@pytest.mark.parametrize("key", ["2026-nsrpx", "1999-nsrp", "%00", "<script>", "a" * 3000, "2026-nsrp/x"])
def test_what_is_not_there_says_so(site: Flask, key: str) -> None:
    for path in (
        f"/appropriations/{key}",
        f"/appropriations/{key}/conditions",
        f"/api/v1/appropriations/{key}",
    ):
        response = site.test_client().get(path)
        assert response.status_code == 404
        assert response.is_json or "<script>" not in response.text


def test_another_spelling_leads_to_the_one_address(site: Flask) -> None:
    response = site.test_client().get("/appropriations/2026-NSRP/conditions")
    assert (response.status_code, response.location) == (301, "/appropriations/2026-nsrp/conditions")
