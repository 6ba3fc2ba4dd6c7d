"""The pages of arms sales, and their other forms, on a site that holds the saved notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from lxml import etree

from tests import arms_sales
from tests.answers import read_rows
from tests.sites import Sites
from tests.web.pages import Reader, words

NOT_A_SALE = "A notification is not a sale"
DURING = datetime(2026, 3, 16, 15, tzinfo=UTC)


@pytest.fixture
def arms_site(sites: Sites) -> Flask:
    return sites(arms_sales.fill)


@pytest.fixture
def read_sales(arms_site: Flask) -> Reader:
    return Reader(arms_site)


ALL = (
    "26-23", "26-24", "26-27", "26-28", "26-1C", "24-48", "26-16", "2026-06-singapore-hellfire-missiles",
)  # fmt: skip


def test_the_list_has_all_newest_first_and_never_a_sum(read_sales: Reader) -> None:
    page = read_sales("/arms-sales")
    assert page.heading == "Arms sales notified to Congress"
    assert page.text.count("8 notifications") == 2
    assert NOT_A_SALE in page.text
    shown = [link.removeprefix("/arms-sales/") for link in page.links if link.startswith("/arms-sales/")]
    assert shown == [
        "2026-06-singapore-hellfire-missiles", "26-1C", "26-16", "26-24", "26-28", "26-27", "26-23", "24-48",
    ]  # fmt: skip
    assert "10.25" not in page.text  # billions: what the values would come to


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("country=SGP", ["2026-06-singapore-hellfire-missiles", "26-24"]),
        ("country=sgp&year=2026", ["2026-06-singapore-hellfire-missiles", "26-24"]),
        ("kind=enhancement", ["26-1C"]),
        ("kind=correction", ["24-48"]),
        ("year=2025", []),
        ("country=FRA", []),
    ],
)
def test_filters_leave_what_they_say(read_sales: Reader, query: str, keys: list[str]) -> None:
    page = read_sales(f"/arms-sales?{query}")
    assert [link.rpartition("/")[2] for link in page.links if link.startswith("/arms-sales/")] == keys
    if not keys:
        assert "as of 2 November 2026" in page.text


@pytest.mark.parametrize("query", ["country=XXX", "year=26", "year=abcd", "kind=sale"])
def test_a_parameter_that_cannot_be_is_named(arms_site: Flask, query: str) -> None:
    for address in ("/arms-sales", "/arms-sales.json", "/api/v1/arms-sales"):
        response = arms_site.test_client().get(f"{address}?{query}")
        assert response.status_code == 400
        assert query.partition("=")[0] in response.text


@pytest.mark.parametrize("key", ALL)
def test_every_sale_has_a_whole_page(read_sales: Reader, key: str) -> None:
    page = read_sales(f"/arms-sales/{key}")
    assert NOT_A_SALE in page.text
    assert "SHA-256" in page.text


def test_a_page_answers_first_with_the_clock(read_sales: Reader) -> None:
    page = read_sales("/arms-sales/26-23")
    (lede,) = [one for one in page.all("p") if one.get("class") == "lede"]
    assert words(lede) == (
        "Congress was notified on 26 February 2026 of a possible sale to Jordan of up to $280 million. The 30 days in "
        "which a joint resolution could forbid it beforehand ended on 28 March 2026."
    )
    for said in (
        "Government of Jordan",
        "Foreign Military Financing (FMF)",
        "280,000,000",
        "15 April 2026",
        "JO-B-YFX",
    ):
        assert said in page.text


def test_while_the_clock_runs_the_pages_say_how_long(arms_site: Flask) -> None:
    with time_machine.travel(DURING, tick=False):
        read = Reader(arms_site)
        page = read("/arms-sales/26-23")
        assert "Congress has until 28 March 2026, 12 days from today" in page.text
        assert "12 days left" in page.text
        listed = read("/arms-sales")
        assert "Congress still has time" in listed.text
        calendar = read("/calendar?kind=arms-sale")
        assert "Transmittal 26-23: last of 30 days for a joint resolution" in calendar.text
        assert "/arms-sales/26-23" in calendar.links
        assert "9 days left" in listed.text  # Sweden's fifteen days
    with time_machine.travel(
        datetime(2026, 3, 29, 3, tzinfo=UTC), tick=False
    ):  # still the 28th in Washington
        assert "28 March 2026, today" in Reader(arms_site)("/arms-sales/26-23").text
    with time_machine.travel(datetime(2026, 3, 29, 5, tzinfo=UTC), tick=False):
        assert "ended on 28 March 2026" in Reader(arms_site)("/arms-sales/26-23").text


def test_a_resolution_stands_with_the_words_that_name_the_sale(read_sales: Reader) -> None:
    page = read_sales("/arms-sales/26-23")
    assert f"/bills/{arms_sales.RESOLUTION}" in page.links
    assert f"/bills/{arms_sales.OTHER_RESOLUTION}" not in page.links
    assert "Transmittal No. 26–23" in [words(mark) for mark in page.all("mark")]
    other = read_sales("/arms-sales/26-24")
    assert "None that we hold names this sale" in other.text


def test_a_number_that_only_a_resolution_names_leads_to_that_resolution(arms_site: Flask) -> None:
    response = arms_site.test_client().get("/arms-sales/25-99")
    assert response.status_code == 404
    assert f"/bills/{arms_sales.OTHER_RESOLUTION}" in response.text
    assert f"/bills/{arms_sales.RESOLUTION}" not in response.text


def test_an_enhancement_and_a_correction_name_what_they_are_of(read_sales: Reader) -> None:
    page = read_sales("/arms-sales/26-1C")
    assert "transmittal 23-26, the original" in page.text
    assert "Its notice is not held here." in page.text
    assert "11 May 2023" in page.text
    assert "document 2025-22709" in read_sales("/arms-sales/24-48").text


def test_what_is_not_published_is_no_nought(read_sales: Reader) -> None:
    page = read_sales("/arms-sales/2026-06-singapore-hellfire-missiles")
    assert page.text.count("not published") >= 3
    assert "How it would be paid is not said." in page.text
    correction = read_sales("/arms-sales/24-48")
    assert "not published" not in correction.text
    assert correction.text.count("not held") >= 6


def test_a_number_in_small_letters_leads_on_and_an_unknown_one_says_no(arms_site: Flask) -> None:
    client = arms_site.test_client()
    response = client.get("/arms-sales/26-1c")
    assert (response.status_code, response.headers["Location"]) == (301, "/arms-sales/26-1C")
    for key in ("99-99", "%00", "x" * 300, "<script>"):
        response = client.get(f"/arms-sales/{key}")
        assert response.status_code == 404
        assert "<script>alert" not in response.text


def test_a_country_shows_its_sales_or_that_there_are_none(read_sales: Reader) -> None:
    page = read_sales("/countries/SGP")
    assert "/arms-sales/26-24" in page.links
    assert "/arms-sales?country=SGP" in page.links
    assert NOT_A_SALE in page.text
    assert "Looked for notifications of arms sales to France" in read_sales("/countries/FRA").text


def test_the_empty_site_says_what_was_looked_for(read_empty: Reader) -> None:
    page = read_empty("/arms-sales")
    assert "No notification of an arms sale is held yet." in page.text
    assert "before the first collection" in page.text


def test_search_finds_numbers_and_articles(read_sales: Reader) -> None:
    for query in ("26-23", "Ku band radars", "JO-B-YFX"):
        page = read_sales(f"/search?q={query.replace(' ', '+')}")
        assert "/arms-sales/26-23" in page.links
        assert "Arms sale notified to Congress" in page.text
    mixed = read_sales("/search?q=Jordan")
    assert {"/arms-sales/26-23", f"/bills/{arms_sales.RESOLUTION}"} <= set(mixed.links)


def test_the_changes_page_names_a_sale_by_its_number(arms_site: Flask) -> None:
    response = arms_site.test_client().get("/changes?item=arms-sale:26-23")
    assert response.status_code == 200


# --- other forms ------------------------------------------------------------------------------------


def test_the_file_has_a_line_a_sale(arms_site: Flask) -> None:
    rows = {row["key"]: row for row in read_rows(arms_site.test_client(), "/arms-sales.csv")}
    assert set(rows) == set(ALL)
    jordan = rows["26-23"]
    assert (jordan["country"], jordan["total_dollars"], jordan["major_dollars"]) == ("JOR", "280000000", "0")
    assert (jordan["delivered_on"], jordan["last_day"], jordan["review_days"]) == (
        "2026-02-26",
        "2026-03-28",
        "30",
    )
    assert len(jordan["source_sha256"]) == 64
    assert rows["2026-06-singapore-hellfire-missiles"]["major_dollars"] == ""


def test_the_feed_is_whole(arms_site: Flask) -> None:
    response = arms_site.test_client().get("/arms-sales.atom")
    root = etree.fromstring(response.data)
    space = "{http://www.w3.org/2005/Atom}"
    ids = [one.findtext(f"{space}id") for one in root.iter(f"{space}entry")]
    assert len(set(ids)) == 8
    assert "tag:tracker.example,2026:arms-sale:26-23" in ids
    assert all(NOT_A_SALE in (one.text or "") for one in root.iter(f"{space}summary"))


def test_the_calendar_has_the_last_day_where_it_is_known(arms_site: Flask) -> None:
    client = arms_site.test_client()
    body = client.get("/arms-sales/26-23.ics").text
    assert "DTSTART;VALUE=DATE:20260328" in body
    assert body.count("BEGIN:VEVENT") == 2
    assert "BEGIN:VEVENT" not in client.get("/arms-sales/24-48.ics").text
    assert client.get("/arms-sales/99-99.ics").status_code == 404


def read_json(app: Flask, address: str) -> Any:
    """The document at an address, which must be there."""
    response = app.test_client().get(address)
    assert response.status_code == 200
    return response.get_json()


def test_the_api_has_list_and_sale(arms_site: Flask) -> None:
    first = read_json(arms_site, "/api/v1/arms-sales?limit=3")
    assert first["total"] == 8
    keys = [one["key"] for one in first["items"]]
    following = read_json(arms_site, f"/api/v1/arms-sales?limit=1000&after={first['next']}")
    keys += [one["key"] for one in following["items"]]
    assert sorted(keys) == sorted(ALL)
    assert following["next"] is None
    sale = read_json(arms_site, "/api/v1/arms-sales/26-23")
    assert {"key", "kind", "title", "url", "links", "sources", "status"} <= set(sale)
    assert sale["kind"] == "arms-sale"
    assert sale["review"]["last_day"] == "2026-03-28"
    assert [one["key"] for one in sale["resolutions"]] == [arms_sales.RESOLUTION]
    assert sale["resolutions"][0]["evidence"][0]["words"] == "Transmittal No. 26–23"
    assert "country:JOR" in [link["key"] for link in sale["links"]]
    assert len(sale["sources"][0]["sha256"]) == 64
    assert read_json(arms_site, "/arms-sales/26-23.json") == sale
    assert arms_site.test_client().get("/api/v1/arms-sales/99-99").status_code == 404
    found = read_json(arms_site, "/api/v1/search?q=radars")["items"]
    assert {(one["kind"], one["key"]) for one in found} >= {("arms-sale", "26-23"), ("arms-sale", "26-16")}
