"""What is odd about lists of inspectors general, of CRS, of committees and about feeds: one case each."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scrapers import oversight
from scrapers.congress_api import AssociatedBill, bill_keys
from scrapers.errors import DriftError
from scrapers.oversight import watchdog_of
from scrapers.records import PublisherKind, Report, ReportLink
from scrapers.registry import all_sources
from scrapers.source import Document, Request
from scrapers.sources import news_feeds
from tests.watchdog_documents import document, records_of, saved_document

CRS, CONGRESS, FEEDS, ALL_IGS = "crs_reports", "congress_reports", "news_feeds", "oversight_gov"
SITE = "https://www.oversight.gov"


def edited(found: Document, *edits: tuple[str, str]) -> Document:
    text = found.body.decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return replace(found, body=text.encode())


def refusal(key: str, found: Document) -> DriftError:
    with pytest.raises(DriftError) as caught:
        records_of(key, found)
    return caught.value


# --- inspectors general -------------------------------------------------------------------------------------

LIST = saved_document(ALL_IGS, "list.html")
PAGE = saved_document(ALL_IGS, "2025-OEI-001.html")


def test_a_list_names_reports_by_the_link_in_a_cell_of_its_own_and_the_page_behind_it() -> None:
    report, following = records_of(ALL_IGS, LIST)
    assert report.url == f"{SITE}/reports/other/investigative-activities-quarterly-case-summary-fy-2026-q3"
    assert report.changed_at == datetime(2026, 8, 13, tzinfo=UTC)
    assert following == Request(f"{SITE}/reports/federal?page=1")


@pytest.mark.parametrize(
    ("key", "url", "following"),
    [
        (ALL_IGS, f"{SITE}/reports/federal?page=1", f"{SITE}/reports/federal?page=2"),
        (ALL_IGS, f"{SITE}/reports/federal?page=2", None),
        (ALL_IGS, f"{SITE}/reports/federal?page=3", f"{SITE}/reports/federal?page=4"),
        ("state_oig", f"{SITE}/reports/federal?field_report_submitting_oig%5B%5D=223",
         f"{SITE}/reports/federal?field_report_submitting_oig%5B%5D=223&page=1"),
        ("state_oig", f"{SITE}/reports/federal?field_report_submitting_oig%5B%5D=223&page=4", None),
        ("dod_oig", f"{SITE}/reports/federal?search_api_fulltext=DODIG&page=1",
         f"{SITE}/reports/federal?search_api_fulltext=DODIG&page=2"),
    ],
)  # fmt: skip
def test_a_run_reads_so_many_pages(key: str, url: str, following: str | None) -> None:
    found = records_of(key, replace(LIST, url=url))[1:]
    assert [request.url for request in found] == ([following] if following else [])


def test_the_last_page_is_followed_by_none() -> None:
    assert len(records_of(ALL_IGS, edited(LIST, ("1 - 10 of 1,262", "1,253 - 1,262 of 1,262")))) == 1


def test_old_addresses_are_reports_too() -> None:
    old = edited(
        LIST,
        ("/reports/other/investigative-activities-quarterly-case-summary-fy-2026-q3", "/report/VA/Title"),
    )
    assert records_of(ALL_IGS, old)[0].url == f"{SITE}/report/VA/Title"


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("listing-table__row", "list-row")], "the page is no list of reports"),
        ([("Displaying", "Showing")], "the page is no list of reports"),
        ([("/reports/other/", "https://elsewhere.example/reports/other/")], "leads elsewhere"),
        ([("action-cell", "cell")], "the page has 0 of td.action-cell a"),
        ([("T12:00:00Z", "T09:30:00Z")], "a time that is no date"),
        ([("2026-07-30", "2026-02-30")], "not a date"),
    ],
)
def test_a_list_that_is_not_as_promised_is_drift(edits: list[tuple[str, str]], message: str) -> None:
    error = refusal(ALL_IGS, edited(LIST, *edits))
    assert message in error.message
    assert error.url == LIST.url


def test_a_report_s_page_has_a_block_for_each_field() -> None:
    (found,) = records_of(ALL_IGS, PAGE)
    assert (found.number, found.published_on, found.recommendations, found.type, found.agencies) == (
        "2025-OEI-001", date(2026, 6, 23), 12, "Inspection / Evaluation", ("Office of Personnel Management",),
    )  # fmt: skip
    assert found.watchdog == "office_of_personnel_management_oig"
    assert found.links == (
        ReportLink("PDF", f"{SITE}/sites/default/files/documents/reports/2026-06/2025-OEI-001.pdf"),
    )


def test_the_state_department_s_reports_have_a_link_in_place_of_a_file() -> None:
    (found,) = records_of("state_oig", saved_document("state_oig", "ISP-I-26-12.html"))
    assert (found.watchdog, found.number, found.recommendations) == ("state_oig", "ISP-I-26-12", None)
    assert [link.url for link in found.links] == ["https://www.stateoig.gov/report/isp-i-26-12"]


def test_a_report_may_review_many_agencies() -> None:
    item = '<div class="field__item">Office of Personnel Management</div>'
    many = edited(PAGE, (item, item + '<div class="field__item">Department of Defense</div>' + item))
    assert records_of(ALL_IGS, many)[0].agencies == (
        "Office of Personnel Management",
        "Department of Defense",
    )


def test_a_title_stands_in_the_heading_or_the_head() -> None:
    headless = edited(PAGE, ("<h1>", "<p>"), ("</h1>", "</p>"))
    assert "the page has no title" in refusal(ALL_IGS, headless).message
    titled = edited(
        headless, ("<body>", '<meta property="og:title" content="An Audit | Oversight.gov"><body>')
    )
    assert records_of(ALL_IGS, titled)[0].title == "An Audit"


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("submitting-oig", "sender")], "does not say whose report it is"),
        ([(">12<", ">twelve<")], "the number of recommendations is 'twelve'"),
        ([("2026-06-23T12:00:00Z", "2026")], "a time that is no date"),
    ],
)
def test_a_report_s_page_that_is_not_as_promised_is_drift(edits: list[tuple[str, str]], message: str) -> None:
    assert message in refusal(ALL_IGS, edited(PAGE, *edits)).message


def test_offices_that_the_site_speaks_of_have_names_of_ours() -> None:
    assert watchdog_of("U.S. Agency for International Development OIG") == "usaid_oig"
    assert watchdog_of("Department of Defense OIG") == "dod_oig"
    assert watchdog_of("Peace Corps OIG") == "peace_corps_oig"


def test_options_of_the_shared_list() -> None:
    source = all_sources()[ALL_IGS]
    assert [request.url for request in source.requests({"start": "6"})] == [f"{oversight.LIST}?page=6"]
    assert [request.url for request in source.requests({"report": "audit/x"})] == [f"{SITE}/reports/audit/x"]
    for start in ("x", "-3", "4"):
        with pytest.raises(ValueError, match="start takes a page's number"):
            list(source.requests({"start": start}))


# --- CRS ----------------------------------------------------------------------------------------------------


def crs(name: str) -> list[Any]:
    return records_of(CRS, saved_document(CRS, name))


def at(found: Document, day: datetime) -> list[Any]:
    return list(all_sources()[CRS].parse(replace(found, fetched_at=day)))


def test_the_next_page_s_bare_blank_is_mended() -> None:
    first, second, following = at(saved_document(CRS, "list.json"), datetime(2026, 9, 15, tzinfo=UTC))
    assert (first.number, second.number, first.published_on) == ("LSB11481", "R49346", date(2026, 9, 14))
    assert following == Request(
        "https://api.congress.gov/v3/crsreport?sort=updateDate+desc&offset=2&limit=2&format=json"
    )


def test_a_run_reads_back_a_month_or_everything() -> None:
    newest = saved_document(CRS, "list.json")
    later = datetime(2026, 10, 15, tzinfo=UTC)
    assert len(at(newest, later)) == 2
    everything = edited(newest, ("updateDate desc", "updateDate asc"))
    (request,) = all_sources()[CRS].requests({"everything": "yes", "limit": "2"})
    found = at(replace(everything, url=request.url), later)
    assert (
        found[2].url
        == "https://api.congress.gov/v3/crsreport?sort=updateDate+asc&offset=2&limit=2&format=json"
    )


def test_a_day_is_midnight_in_washington_in_winter_and_summer() -> None:
    winter = edited(saved_document(CRS, "list.json"), ("2026-09-14T04:00:00Z", "2026-01-15T05:00:00Z"))
    assert records_of(CRS, winter)[0].published_on == date(2026, 1, 15)


def test_all_forms_tell_one_version_by_the_cover_s_day() -> None:
    (detail,) = crs("93-792.json")
    (row,) = [one for one in crs("SearchResults.csv") if one.number == "93-792"]
    assert detail.version == row.version == "2011-07-05"
    assert detail.type == "Report (archived)"
    assert (detail.url, detail.title) == (row.url, row.title)
    assert detail.topics == ("Social Security",)
    assert {link.label for link in detail.links} == {"PDF", "HTML"}


def test_days_stand_with_and_without_zeros_and_addresses_end_in_a_stroke() -> None:
    afghanistan = crs("SearchResults.csv")[0]
    assert (afghanistan.number, afghanistan.published_on) == ("R45122", date(2025, 3, 7))
    assert afghanistan.links[0].url.endswith("/R45122.pdf")


def test_a_day_s_list_may_lack_its_header_and_have_lines_around_it() -> None:
    assert [one.number for one in crs("day-without-header.csv")] == [
        "IF13199", "IN10979", "R46293", "IF13200", "IN12678", "IF13201", "IN12609",
    ]  # fmt: skip
    found = crs("day-with-preamble.csv")
    assert len(found) == 5
    assert found[0].topics == ("Foreign Affairs",)
    fuel = crs("day-without-header.csv")[1]
    assert fuel.topics == ("Energy & Natural Resources",)
    assert "Bracmort" not in msgspec.json.encode(crs("day-without-header.csv")).decode()


def test_a_report_listed_twice_is_read_once() -> None:
    day = saved_document(CRS, "day-without-header.csv")
    assert len(records_of(CRS, replace(day, body=day.body + day.body))) == 7


@pytest.mark.parametrize(
    ("name", "edits", "message"),
    [
        ("list.json", [("CRSReports", "Reports")], "not the answer that was asked for"),
        ("list.json", [("LSB11481", "X1")], "not a report's number"),
        ("list.json", [('"Posts"', '"Videos"')], "of a kind that was not before: Videos"),
        ("list.json", [("v3/crsreport?sort", "v3/bill?sort")], "the next page lies elsewhere"),
        ("list.json", [("2026-09-14T04:00:00Z", "2026-09-14")], "a time without a zone"),
        ("93-792.json", [('"id": "93-792"', '"id": "93-793"')], "the answer is of 93-793"),
        ("SearchResults.csv", [("CoverDate", "Date")], "the columns changed"),
        ("SearchResults.csv", [("3/7/2025", "13/7/2025")], "not a day"),
        ("SearchResults.csv", [('"66",', "")], "a row has 6 cells"),
        ("day-without-header.csv", [("crs-product/IF13199", "crs-product/IF13198")], "IF13199 has the page"),
        ("day-without-header.csv", [("04/09/2026", "April 9")], "not a day"),
    ],
)
def test_an_answer_of_crs_that_is_not_as_promised_is_drift(
    name: str, edits: list[tuple[str, str]], message: str
) -> None:
    assert message in refusal(CRS, edited(saved_document(CRS, name), *edits)).message


def test_what_can_be_asked_of_crs() -> None:
    source = all_sources()[CRS]
    (usual,) = source.requests({})
    assert usual.url == "https://api.congress.gov/v3/crsreport?sort=updateDate+desc&limit=250&format=json"
    (detail,) = source.requests({"report": "R45122"})
    assert detail.url == "https://api.congress.gov/v3/crsreport/R45122?format=json"
    for options in ({"limit": "251"}, {"limit": "x"}, {"report": "../x"}, {"export": "2024"}):
        with pytest.raises(ValueError, match="takes"):
            list(source.requests(options))
    assert source.wanted is not None
    pages = [[f"https://www.congress.gov/crs-product/R{number}"] for number in range(40_000, 40_090)]
    asked = list(source.wanted({}, [["https://www.gao.gov/products/gao-24-1"], *pages]))
    assert len(asked) == 50
    assert asked[0].url == "https://api.congress.gov/v3/crsreport/R40000?format=json"


# --- committees ---------------------------------------------------------------------------------------------


def test_a_list_of_reports_asks_for_each_and_for_the_next_page() -> None:
    found = records_of(CONGRESS, saved_document(CONGRESS, "list.json"))
    assert [request.url.removeprefix("https://api.congress.gov/v3/") for request in found] == [
        "committee-report/119/hrpt/1?format=json",
        "committee-report/119/hrpt/2?format=json",
        "committee-report/119/hrpt/3?format=json",
        "committee-report/119?offset=3&limit=3&format=json",
    ]
    assert found[0].changed_at == datetime(2025, 5, 27, 14, 12, 39, tzinfo=UTC)


def test_a_report_is_tied_to_its_measure() -> None:
    (found,) = records_of(CONGRESS, saved_document(CONGRESS, "hrpt-617.json"))
    assert (found.number, found.type, found.published_on, found.bills) == (
        "H. Rept. 116-617", "Conference report", date(2020, 12, 3), ("116-hr-6395",),
    )  # fmt: skip


def test_a_print_has_its_jacket_for_a_number_and_its_broken_word_mended() -> None:
    (found,) = records_of(CONGRESS, saved_document(CONGRESS, "print-48144.json"))
    assert (found.number, found.published_on, found.bills) == ("CPRT-117HPRT48144", None, ("117-hr-5768",))
    assert "INCIDENT CLEARANCE AND" in found.title


def test_parts_of_a_report_are_reports_of_their_own() -> None:
    part = edited(
        saved_document(CONGRESS, "hrpt-617.json"),
        ("H. Rept. 116-617", "H. Rept. 116-617,Part 2"), ('"part": 1', '"part": 2'),
    )  # fmt: skip
    (found,) = records_of(CONGRESS, part)
    assert found.number == "H. Rept. 116-617,Part 2"
    assert found.url.endswith("CRPT-116hrpt617-pt2")


def test_a_report_or_print_is_news_once_the_list_of_its_own_congress_was_read() -> None:
    listing = all_sources()[CONGRESS].listing
    assert listing is not None
    (report,) = records_of(CONGRESS, saved_document(CONGRESS, "hrpt-617.json"))
    (print_,) = records_of(CONGRESS, saved_document(CONGRESS, "print-48144.json"))
    asked = {request.url for request in all_sources()[CONGRESS].requests({"congress": "116"})}
    assert listing(report) in asked
    assert listing(print_) == "https://api.congress.gov/v3/committee-print/117?limit=250&format=json"
    numbered = msgspec.structs.replace(report, number="H. Rept. 119-106,Part 2")
    assert listing(numbered) == "https://api.congress.gov/v3/committee-report/119?limit=250&format=json"


def test_what_is_no_measure_is_no_tie() -> None:
    found = [
        AssociatedBill(116, "6395", "HR"),
        AssociatedBill(116, "12", "HAMDT"),
        AssociatedBill(116, "x", "S"),
    ]
    assert bill_keys(found) == ("116-hr-6395",)


def test_lists_and_documents_of_a_congress_are_asked_for_by_name() -> None:
    source = all_sources()[CONGRESS]
    assert [request.url.rpartition("/v3/")[2] for request in source.requests({})] == [
        "committee-report/119?limit=250&format=json",
        "committee-print/119?limit=250&format=json",
    ]
    (report,) = source.requests({"report": "116-hrpt-617"})
    assert report.url.endswith("committee-report/116/hrpt/617?format=json")
    (print_,) = source.requests({"print": "117-house-48144"})
    assert print_.url.endswith("committee-print/117/house/48144?format=json")
    for options in ({"report": "617"}, {"print": "x"}, {"congress": "../1"}):
        with pytest.raises(ValueError, match="takes"):
            list(source.requests(options))


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([('"citation": "H. Rept. 116-617"', '"citation": "617"')], "not a report's citation"),
        ([('"chamber": "House"', '"chamber": "Lords"')], "a chamber that was not before"),
        ([("committeeReports", "reports")], "not the answer that was asked for"),
    ],
)
def test_an_answer_on_a_report_that_is_not_as_promised_is_drift(
    edits: list[tuple[str, str]], message: str
) -> None:
    assert message in refusal(CONGRESS, edited(saved_document(CONGRESS, "hrpt-617.json"), *edits)).message


# --- feeds of the table -------------------------------------------------------------------------------------


def test_a_feed_is_added_by_a_table_of_three_lines() -> None:
    line = 'publisher = "A"\nkind = "non_governmental"\nurl = "https://a.example.org/feed"\n'
    assert news_feeds.feeds_of(tomllib.loads(f"[a]\n{line}"))["a"].kind is PublisherKind.NON_GOVERNMENTAL


@pytest.mark.parametrize(
    "text",
    [
        '[a]\npublisher = "A"\nkind = "official"\nurl = "http://a.example.org/feed"\n',
        '[a]\npublisher = "A"\nkind = "friendly"\nurl = "https://a.example.org/feed"\n',
        '[a]\npublisher = "A"\nkind = "official"\n',
        '[a]\npublisher = "A"\nkind = "official"\nurl = "https://a.example.org/"\nextra = 1\n',
        '[a]\npublisher = "A"\nkind = "official"\nurl = "https://a.example.org/"\n'
        '[b]\npublisher = "B"\nkind = "official"\nurl = "https://a.example.org/"\n',
    ],
)
def test_a_line_of_the_table_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError)):
        news_feeds.feeds_of(tomllib.loads(text))


def test_every_kind_of_publisher_has_feeds_and_their_hosts_may_be_asked() -> None:
    table = news_feeds.table()
    assert {feed.kind for feed in table.values()} == set(PublisherKind)
    assert {feed.url.split("/")[2] for feed in table.values()} == all_sources()[FEEDS].hosts
    assert len(list(all_sources()[FEEDS].requests({}))) == len(table)
    assert [request.url for request in all_sources()[FEEDS].requests({"feed": "fcnl"})] == [table["fcnl"].url]
    with pytest.raises(ValueError, match="no feed 'x'"):
        list(all_sources()[FEEDS].requests({"feed": "x"}))


def test_titles_are_unescaped_and_est_in_september_is_the_clock_in_washington() -> None:
    found = records_of(FEEDS, saved_document(FEEDS, "senate-appropriations.xml"))
    assert "Trump Admin’s Plans to Siphon Away & Likely Impound" in found[1].title
    assert found[0].published_on == date(2026, 9, 16)
    assert all(one.url.startswith("https://www.appropriations.senate.gov/news/") for one in found)


def test_a_house_feed_keeps_its_words_and_nobody_s_name() -> None:
    found = records_of(FEEDS, saved_document(FEEDS, "house-appropriations.xml"))
    assert found[0].guid == "14637 at http://appropriations.house.gov"
    assert found[0].summary.startswith("Acting Director Hardy")
    assert not any(found[0].title in one.summary or "2026" in one.summary[-30:] for one in found[:3])
    assert any("Díaz-Balart" in one.summary for one in found)


def feed(*items: str) -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>F</title>{inner}</channel></rss>'.encode()


def test_of_an_organisation_s_text_only_the_beginning_is_kept() -> None:
    url = news_feeds.table()["human_rights_watch"].url
    item = (
        f"<title>T</title><link>https://www.hrw.org/news/1</link><description>{'word ' * 900}</description>"
    )
    (found,) = records_of(FEEDS, document(url, feed(item), "application/xml"))
    assert found.publisher_kind is PublisherKind.NON_GOVERNMENTAL
    assert len(found.summary) <= 502
    assert found.summary.endswith("word …")


def test_a_page_of_technical_difficulties_is_no_feed() -> None:
    url = news_feeds.table()["state_department"].url
    page = b"<!DOCTYPE html>\n<html><head><title>Technical Difficulties</title></head></html>"
    assert (
        "a web page came in place of the feed"
        in refusal(FEEDS, document(url, page, "application/xml")).message
    )
    assert "text/html" not in all_sources()[FEEDS].content_types


def test_an_address_that_is_not_in_the_table_is_drift() -> None:
    found = document("https://www.hrw.org/other", feed(), "application/xml")
    assert "no feed of the table" in refusal(FEEDS, found).message


def test_reports_of_all_these_sources_say_who_speaks() -> None:
    folder = Path(__file__).parent
    for key in (CRS, CONGRESS, FEEDS, ALL_IGS, "state_oig", "gao_reports", "gao_products"):
        for path in sorted((folder / key).glob("*.expected.json")):
            for record in msgspec.json.decode(path.read_bytes()):
                if record["kind"] == "Report":
                    found = msgspec.convert({k: v for k, v in record.items() if k != "kind"}, Report)
                    assert found.publisher
                    assert found.title
