"""As of when: what a new installation says of the age of its bundled facts, page by page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.web.pages import Reader, words
from tracker.db import db
from tracker.digests.reading import health_sentence
from tracker.queries.sources import site_health
from tracker.web.freshness import as_of, known_on

AS_OF = {
    "/bills": "every kind of measure. As of 1 June 2026",
    "/bills/119-s-1780": "As of 1 June 2026",
    "/bills/119-s-1780/leave-behind": "fetched 1 June 2026, sha256",
    "/bills/118-hr-2882/texts/enr": "in March 2026, as a copy that came with the program",
    "/bills/118-hr-8771/texts/eh": "between 1 August 2024 and 31 December 2025, as a copy",
    "/bills/119-hr-8595/texts/rh": "20 August 2026, as a copy",
    "/reports": "As of 19 February 2026",
    "/reports/gao-25-107622": "As of 19 February 2026",
    "/audit-recommendations": "The newest list is of 28 September 2026",
    "/audit-recommendations/gao-26-108061-2": "Last listed 28 September 2026",
    "/arms-sales": "As of 30 June 2026, in part of 8 June 2026",
    "/arms-sales/26-23": "fetched between 8 June and 26 August 2026",
    "/deadlines": "from texts as of 20 August 2026",
    "/calendar": "texts as of 20 August 2026",
    "/appropriations": "as of 20 August 2026, nominal dollars",
    "/appropriations/accounts/FMF": "as of 20 August 2026, nominal dollars",
    "/assistance": "fetched in June 2026",
    "/assistance/method": "as of 2016, fetched between 2016 and 2017",
    "/countries/UKR": "fetched in 2025",
    "/legislators": "As of 15 June 2026",
    "/legislators/S000033": "15 June 2026, as a copy",
    "/status": "taken between 2016 and 2017",
}


@pytest.mark.parametrize("path", AS_OF)
def test_a_page_says_as_of_when_its_own_facts_are(read_new: Reader, path: str) -> None:
    assert AS_OF[path] in read_new(path).text


@pytest.mark.parametrize("path", ["/", "/reports", "/assistance"])
def test_the_site_is_as_of_its_measures_and_says_so_on_every_page(read_new: Reader, path: str) -> None:
    (foot,) = read_new(path).all("footer")
    assert "bills as of 1 June 2026, all else as of the day beside it" in words(foot)


def test_the_same_for_programs_and_in_mails(new_site: Flask) -> None:
    status = new_site.test_client().get("/status.json").get_json()
    assert status["bundled_as_of"] == "2026-06-01T12:00:00Z"
    last_good = {one["key"]: one["last_good_at"] for one in status["sources"]}
    assert last_good["gao_products"] == "2026-02-19T12:00:00Z"
    assert last_good["govinfo_bill_text"] == "2026-08-20T12:00:00Z"
    (document,) = new_site.test_client().get("/reports/gao-25-107622.json").get_json()["sources"]
    assert (document["fetched_at"], document["fetched_until"]) == ("2026-02-19T12:00:00Z", "2026-02-19")
    with new_site.app_context():
        health = site_health(db.session, NOW)
    assert health.bundled_as_of == datetime(2026, 6, 1, 12, tzinfo=UTC)
    assert "those on bills as of 1 June 2026, others as of the day on their page" in health_sentence(health)


def test_a_list_of_several_sources_names_the_oldest_too(new_site: Flask) -> None:
    with new_site.test_request_context():
        assert known_on("gao_products", "gao_reports") == "19 February 2026"  # one of them never answered
        assert as_of("gao_products", "legislators") == "as of 15 June 2026, in part of 19 February 2026"
        assert as_of("crs_reports") == "before the first collection"


def test_a_report_without_its_recommendations_says_where_they_are(read_new: Reader) -> None:
    """GAO's list is held in part: that none is held says nothing of the report."""
    page = read_new("/reports/gao-25-107622")
    assert (
        "No recommendation of it is held, as of 28 September 2026. That says nothing of whether" in page.text
    )
    assert page.links.count("https://www.gao.gov/products/gao-25-107622") >= 2


def test_the_command_says_no_more_of_a_copy_than_is_known(new_site: Flask) -> None:
    with new_site.app_context():
        lines = new_site.test_cli_runner().invoke(args=["sources"]).output.splitlines()
    assert "state_budget_tables: bundled. Facts taken between 2016 and 2017, every year." in lines
    assert "gao_products: bundled. Facts taken 19 February 2026, every 2 hours." in lines
    assert "dod_oig: never collected. Last good collection never, every day." in lines
