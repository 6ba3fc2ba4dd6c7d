"""The pages of reports and audit recommendations, and their other forms, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template
from lxml import etree, html
from sqlalchemy import event

from tests import watchdogs
from tests.answers import read_json, read_rows
from tests.conftest import ENGINES
from tests.sites import Sites
from tests.web.pages import Page, Reader, words
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.queries.reports import reports_by_key
from tracker.web import reports

IN_SCOPE = {
    "gao-25-107622", "gao-24-106315", "gao-25-107003", "gao-26-7", "gao-04-1", "state-oig-isp-i-26-12",
}  # fmt: skip


@pytest.fixture(params=ENGINES)
def reports_site(request: pytest.FixtureRequest, sites: Sites) -> Flask:
    """The application over the reports and the two weeks of `tests.watchdogs`."""
    return sites(watchdogs.fill, request.param)


@pytest.fixture
def read_reports(reports_site: Flask) -> Reader:
    return Reader(reports_site)


def keys(app: Flask, address: str) -> list[str]:
    return [one["key"] for one in read_json(app.test_client(), address)["items"]]


def lede(page: Page) -> str:
    (found,) = [one for one in page.all("p") if one.get("class") == "lede"]
    return words(found)


# --- reports ----------------------------------------------------------------------------------------


def test_the_list_begins_with_what_is_in_scope_and_has_the_rest_one_click_away(read_reports: Reader) -> None:
    page = read_reports("/reports")
    shown = {link.removeprefix("/reports/") for link in page.links if link.startswith("/reports/")}
    assert shown >= IN_SCOPE
    assert "gao-20-9" not in shown
    assert "/reports?scope=all" in page.links
    everything = read_reports("/reports?scope=all")
    assert "/reports/gao-20-9" in everything.links
    assert all(label in page.text for label in ("Legislative", "Official", "Non-governmental"))
    assert "<script>alert" not in page.response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=official", {"state-oig-isp-i-26-12"}),
        ("watchdog=state-oig", {"state-oig-isp-i-26-12"}),
        ("country=LBN", {"gao-25-107003"}),
        ("country=jor", {"gao-24-106315", "gao-26-7"}),
        ("q=GAO-24-106315", {"gao-24-106315"}),
        ("q=gao-20-9", {"gao-20-9"}),  # a number, whatever the scope
        ("q=embassy+cairo", {"state-oig-isp-i-26-12"}),
        ("q=no+such+words", set()),
        ("recommendation=restrict-alliances-with-abusers&watchdog=gao&q=vetting", {"gao-25-107622"}),
    ],
)
def test_filters_leave_what_they_say(reports_site: Flask, query: str, found: set[str]) -> None:
    assert set(keys(reports_site, f"/api/v1/reports?{query}")) == found


def test_an_empty_list_says_where_was_looked_and_when(read_reports: Reader) -> None:
    page = read_reports("/reports?q=no+such+words")
    assert "No report that we hold fits all of these." in page.text
    assert "as of 3 November 2026" in page.text


def test_the_empty_site_says_what_was_looked_for(read_empty: Reader) -> None:
    assert "No report is held yet." in read_empty("/reports").text
    assert "before the first collection" in read_empty("/reports").text
    assert "No recommendation of an auditor is held yet." in read_empty("/audit-recommendations").text
    assert "Nothing found before the first collection." in read_empty("/countries/EGY").text


@pytest.mark.parametrize(
    "address",
    [
        "/reports?kind=x", "/reports?scope=x", "/reports?country=XXX", "/reports?sort=x",
        "/reports?recommendation=x", "/audit-recommendations?status=x", "/audit-recommendations?priority=2",
        "/audit-recommendations?age=x", "/audit-recommendations?scope=x", "/audit-recommendations?sort=x",
    ],
)  # fmt: skip
def test_a_parameter_that_cannot_be_is_named(reports_site: Flask, address: str) -> None:
    path, _, query = address.partition("?")
    for form in (address, f"{path}.json?{query}", f"/api/v1{address}"):
        response = reports_site.test_client().get(form)
        assert response.status_code == 400
        assert query.partition("=")[0] in response.text


def test_a_report_says_first_what_it_found_then_what_became_of_it(read_reports: Reader) -> None:
    page = read_reports("/reports/gao-25-107622")
    assert lede(page) == packaged_content().reports["gao-25-107622"].finding
    assert "https://www.gao.gov/products/gao-25-107622" in page.links
    text = page.text
    assert text.index("What it recommended") < text.index("What it bears on") < text.index("Documents")
    assert "4 open, 1 partially addressed, 1 no longer listed." in text
    assert "No longer in the list of open recommendations since 5 October 2026." in text
    assert "To the Department of Defense, the Department of State and the U.S. Agency" in text
    assert "/countries/EGY" in page.links
    assert "/recommendations/restrict-alliances-with-abusers" in page.links
    assert text.count("SHA-256") == 1
    assert "GAO-25-107622, recommendation 1 It is no longer in the list of open recommendations" in text


def test_a_report_that_nobody_wrote_a_finding_on_says_what_is_held(read_reports: Reader) -> None:
    page = read_reports("/reports/state-oig-isp-i-26-12")
    assert lede(page) == "Inspection of 1 October 2026. No recommendation of it is held here."
    known = read_reports("/reports/gao-04-1")
    assert lede(known).endswith("Of the 1 recommendation that we hold of it, the one is open.")
    assert "No document of its own is held" in known.text


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("gao-24-106315", "published on 26 June 2026 and released on 26 June 2024, which is earlier"),
        ("gao-25-107003", "says that it was published on 12 December 2004"),
    ],
)
def test_odd_dates_are_shown_and_each_report_is_there_once(
    reports_site: Flask, read_reports: Reader, key: str, said: str
) -> None:
    page = read_reports(f"/reports/{key}")
    assert said in page.text
    listed = keys(reports_site, "/api/v1/reports?scope=all&limit=1000")
    assert listed.count(key) == 1


def test_two_documents_of_a_report_stand_with_what_each_says(read_reports: Reader) -> None:
    page = read_reports("/reports/gao-25-107003")
    assert page.text.count("SHA-256") == 2
    assert "published 12 December 2004" in page.text
    assert "published 12 December 2024" in page.text


def test_a_reissue_and_its_original_lead_to_each_other(read_reports: Reader) -> None:
    assert "/reports/gao-24-106315" in read_reports("/reports/gao-26-7").links


def test_a_number_spelled_otherwise_leads_on_and_an_unknown_one_says_no(reports_site: Flask) -> None:
    client = reports_site.test_client()
    for spelled in ("GAO-25-107622", "25-107622"):
        response = client.get(f"/reports/{spelled}")
        assert (response.status_code, response.headers["Location"]) == (301, "/reports/gao-25-107622")
    response = client.get("/audit-recommendations/GAO-25-107622-2")
    assert response.headers["Location"] == "/audit-recommendations/gao-25-107622-2"
    for key in ("gao-99-1", "%00", "x" * 300, "<script>"):
        for family in ("reports", "audit-recommendations"):
            response = client.get(f"/{family}/{key}")
            assert response.status_code == 404
            assert "<script>" not in response.text
            assert client.get(f"/api/v1/{family}/{key}").status_code == 404


def test_hostile_words_are_words(read_reports: Reader, reports_site: Flask) -> None:
    (key,) = keys(reports_site, "/api/v1/reports?kind=non_governmental&scope=all")
    page = read_reports(f"/reports/{key}")
    assert "alert(1)" not in page.text  # taken out where it came in
    assert 'Egypt & "arms"' in page.heading
    assert "Statement" in page.text


# --- audit recommendations --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 7),
        ("scope=all", 8),
        ("status=any-open", 6),
        ("status=no_longer_listed", 1),
        ("status=partially_addressed", 2),
        ("status=any-closed", 0),
        ("agency=department-of-defense", 1),
        ("agency=Congress", 1),
        ("priority=1", 0),
        ("age=10-and-more", 1),
        ("age=1-2&status=any-open", 5),
        ("country=COL", 1),
        ("country=EGY&status=any-open", 5),
        ("recommendation=restrict-alliances-with-abusers", 6),
        ("report=gao-04-1", 1),
        ("q=colombia", 1),
        ("q=%22", 0),
    ],
)
def test_recommendations_are_filtered(reports_site: Flask, query: str, count: int) -> None:
    found = read_json(reports_site.test_client(), f"/api/v1/audit-recommendations?{query}")
    assert found["total"] == count == len(found["items"])


def test_the_list_counts_open_ones_by_age_and_each_number_leads_to_them(
    read_reports: Reader, reports_site: Flask
) -> None:
    page = read_reports("/audit-recommendations")
    (table,) = page.all("table")
    cells = [[words(cell) for cell in row if cell.tag in ("th", "td")] for row in table.iter("tr")]
    assert cells[1:] == [
        ["Under 1 year", "0", "0", "0"],
        ["1 to 2 years", "4", "1", "5"],
        ["3 to 4 years", "0", "0", "0"],
        ["5 to 9 years", "0", "0", "0"],
        ["10 years and more", "0", "1", "1"],
        ["All", "4", "2", "6"],
    ]
    linked = list(table.iter("a"))
    for link in linked:
        address = (link.get("href") or "").replace("/audit-recommendations", "/api/v1/audit-recommendations")
        assert str(read_json(reports_site.test_client(), address)["total"]) == words(link)
    assert len(linked) == 5
    (picture,) = page.all("img")
    assert "6 open recommendations by age" in (picture.get("alt") or "")


def test_the_picture_is_drawn_for_both_themes_and_sizes_and_keeps_the_filters(reports_site: Flask) -> None:
    client = reports_site.test_client()
    for query in ("", "?theme=dark&size=narrow", "?country=EGY&size=wide"):
        response = client.get(f"/audit-recommendations/ages.svg{query}")
        assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
        root = etree.fromstring(response.data)
        assert "Open audit recommendations by age" in "".join(map(str, root.itertext()))
    assert client.get("/audit-recommendations/ages.svg?q=no+such+words").status_code == 404


def test_a_recommendation_has_its_words_status_comments_and_changes(read_reports: Reader) -> None:
    page = read_reports("/audit-recommendations/gao-25-107622-3")
    assert lede(page) == "Open for 1 year, since 4 March 2025."
    assert "The Secretary should vet units of Egypt" in page.text
    assert "As of October 2026, State had begun" in page.text
    assert "When we confirm what was done, we will say so." in page.text  # what it said before
    assert "The watchdog wrote anew what was done about it by the Department of State" in page.text
    gone = read_reports("/audit-recommendations/gao-25-107622-1")
    assert "The list of 5 October 2026 has it no more" in gone.text
    assert "It may have been closed" in gone.text
    matter = read_reports("/audit-recommendations/gao-25-107622-matter-1")
    assert matter.heading == "Matter 1 for Congress to consider"


def test_a_recommendation_to_three_agencies_is_one_with_three_addressees(reports_site: Flask) -> None:
    one = read_json(reports_site.test_client(), "/api/v1/audit-recommendations/gao-25-107622-5")
    assert [addressee["name"] for addressee in one["addressees"]] == sorted(watchdogs.AGENCIES)
    assert (one["status"], one["number"], one["report"]) == ("open", "5", "gao-25-107622")


# --- on other pages ---------------------------------------------------------------------------------


def test_a_country_and_a_recommendation_show_what_watchdogs_found(read_reports: Reader) -> None:
    page = read_reports("/countries/EGY")
    assert {"/reports/gao-25-107622", "/reports?country=EGY"} <= set(page.links)
    assert "Egypt" in [words(mark) for mark in page.all("mark")]
    assert (
        "Looked for reports on security assistance that name France." in read_reports("/countries/FRA").text
    )
    tested = read_reports("/recommendations/restrict-alliances-with-abusers")
    assert "/reports/gao-25-107622" in tested.links
    (how,) = [
        test.how
        for test in packaged_content().reports["gao-25-107622"].tests
        if test.target == "recommendation:restrict-alliances-with-abusers"
    ]
    assert how in tested.text
    assert "Those that put it to the test come first, then the newest." in tested.text
    assert "The newest first." in page.text
    promise = read_reports("/promises/ppd23-guideline-3")
    assert "What watchdogs found" in promise.text


def test_what_put_a_promise_to_the_test_and_has_no_room_is_one_click_away(
    reports_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reports_site.test_request_context():
        rows = reports_by_key(db.session, ["gao-25-107622", "gao-1-1", "gao-24-106315"])
        assert [row.key for row in rows] == ["gao-25-107622", "gao-24-106315"]
        monkeypatch.setattr(reports, "SHOWN_IN_SECTION", 1)
        monkeypatch.setattr(reports, "reports_by_key", lambda *_: rows)
        section = reports.reports_on(packaged_content().promises[1])
        drawn = render_template("reports/section.html", watchdogs=section, of="it", what="reports")
    (more,) = html.fromstring(drawn).iter("details")
    assert "1 more report that put it to the test" in drawn
    assert [link.get("href") for link in more.iter("a")] == ["/reports/gao-24-106315"]


def test_the_log_names_recommendations_by_report_and_number(read_reports: Reader) -> None:
    page = read_reports("/changes")
    assert "GAO-25-107622, recommendation 1" in page.text
    assert "/audit-recommendations/gao-25-107622-1" in page.links


def test_search_finds_reports_and_recommendations(read_reports: Reader, reports_site: Flask) -> None:
    page = read_reports("/search?q=vetting")
    assert {"/reports/gao-25-107622", "/audit-recommendations/gao-25-107622-2"} <= set(page.links)
    found = read_json(reports_site.test_client(), "/api/v1/search?q=GAO-24-106315")["items"]
    assert ("report", "gao-24-106315") in {(one["kind"], one["key"]) for one in found}


# --- other forms ------------------------------------------------------------------------------------


def test_files_have_a_line_each(reports_site: Flask) -> None:
    client = reports_site.test_client()
    rows = {row["key"]: row for row in read_rows(client, "/reports.csv")}
    assert rows["gao-25-107622"]["open_count"] == "5"
    assert len(rows["gao-25-107622"]["source_sha256"]) == 64
    by_key = {row["key"]: row for row in read_rows(client, "/audit-recommendations.csv?scope=all")}
    assert len(by_key) == 8
    assert (by_key["gao-25-107622-1"]["status"], by_key["gao-25-107622-1"]["gone_on"]) == (
        "no_longer_listed",
        "2026-10-05",
    )


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("/reports.atom", "report:gao-25-107622"),
        ("/audit-recommendations.atom", "audit-recommendation:gao-25-107622-2"),
        ("/reports/gao-26-7.atom", None),
        ("/reports/gao-25-107622.atom", None),
    ],
)
def test_feeds_are_whole(reports_site: Flask, address: str, tag: str | None) -> None:
    root = etree.fromstring(reports_site.test_client().get(address).data)
    space = "{http://www.w3.org/2005/Atom}"
    ids = [one.findtext(f"{space}id") for one in root.iter(f"{space}entry")]
    assert len(set(ids)) == len(ids)
    assert tag is None or f"tag:tracker.example,2026:{tag}" in ids
    if address == "/reports/gao-25-107622.atom":
        assert len(ids) == 4  # what changed on its recommendations is what changed on it


def test_the_api_pages_through_all_and_gives_a_report_with_everything(reports_site: Flask) -> None:
    for family, total in (("reports", 9), ("audit-recommendations", 8)):
        seen: list[str] = []
        address = f"/api/v1/{family}?scope=all&limit=3"
        while address:
            part = read_json(reports_site.test_client(), address)
            assert part["total"] == total
            seen += [one["key"] for one in part["items"]]
            following = part["next"]
            address = f"/api/v1/{family}?scope=all&limit=3&after={following}" if following else ""
        assert len(seen) == len(set(seen)) == total
    one = read_json(reports_site.test_client(), "/api/v1/reports/gao-25-107622")
    assert {"key", "kind", "title", "url", "links", "sources", "finding", "documents"} <= set(one)
    assert one["recommendations"] == {"open": 4, "partially_addressed": 1, "no_longer_listed": 1}
    assert len(one["audit_recommendations"]) == 6
    assert len(one["sources"][0]["sha256"]) == 64
    assert "country:EGY" in [link["key"] for link in one["links"]]
    assert read_json(reports_site.test_client(), "/reports/gao-25-107622.json") == one


def test_orders_are_what_they_say(reports_site: Flask) -> None:
    assert keys(reports_site, "/api/v1/reports?sort=open")[0] == "gao-25-107622"
    oldest = read_json(reports_site.test_client(), "/api/v1/audit-recommendations?sort=oldest")["items"]
    assert [one["made_on"] for one in oldest] == sorted(one["made_on"] for one in oldest)


@pytest.mark.parametrize(
    ("address", "most"),
    [("/reports", 14), ("/reports/gao-25-107622", 16), ("/audit-recommendations", 14)],
)
def test_a_page_asks_few_questions(reports_site: Flask, address: str, most: int) -> None:
    client = reports_site.test_client()
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    with reports_site.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(f"{address}?limit=50").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= most, asked
