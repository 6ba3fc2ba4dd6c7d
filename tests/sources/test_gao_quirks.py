"""What is odd about GAO's export, records, pages and feed, one case each: what is read, and what is drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest

from scrapers.errors import DriftError
from scrapers.gao import number_of, numbered, product_number, product_type, short_day
from scrapers.records import AuditKind, AuditListing, AuditRecommendation, Report
from scrapers.registry import all_sources
from scrapers.source import Document
from scrapers.sources.gao_products import listed_records
from tests.watchdog_documents import Row, document, product_page, product_url, records_of, saved_document

OPEN, PRODUCTS, FEED = "gao_open_recommendations", "gao_products", "gao_reports"


# --- the number behind the text -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tail", "number", "is_matter"),
    [
        (" (Recommendation 4)", "4", False),
        (" (Recommendation 15)", "15", False),
        (" (recommendation 1)", "1", False),
        (" [Recommendation 1]", "1", False),
        (" (Recommendations 5)", "5", False),
        (" (Recommendation 19-01)", "19-01", False),
        (" (Recommendation 9", "9", False),
        (" (Recommendation 2).", "2", False),
        (" (Matter for Consideration 1)", "1", True),
        (" (Matter for Congressional Consideration 2)", "2", True),
        (" (Matter 4)", "4", True),
        (" (Recommendation\u202f7)\u200b ", "7", False),
        ("", None, False),
        (" (see Recommendation 3 of our earlier report)", None, False),
    ],
)
def test_the_number_stands_behind_the_text(tail: str, number: str | None, is_matter: bool) -> None:
    words, found, called_matter = numbered(f"The Secretary should act.{tail}")
    assert (found, called_matter) == (number, is_matter)
    assert words.startswith("The Secretary should act.")
    assert ("ecommendation" in words) == (number is None and bool(tail))


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://www.gao.gov/products/gao-26-107879", "GAO-26-107879"),
        ("/products/gao-24-106315/", "GAO-24-106315"),
        ("https://www.gao.gov/products/t-nsiad-00-77", "T-NSIAD-00-77"),
        ("https://www.gao.gov/products/163434", "163434"),
    ],
)
def test_a_page_s_address_names_the_product(address: str, number: str) -> None:
    assert number_of(address) == number == product_number(number)


@pytest.mark.parametrize(
    "address", ["https://www.gao.gov/blog/x", "https://gao.example/products/gao-1-2", ""]
)
def test_another_address_names_none(address: str) -> None:
    with pytest.raises(DriftError, match="not the address of a product"):
        number_of(address)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("GAO-25-107622", "Report"), ("GAO-04-846T", "Testimony"), ("GAO-16-819R", "Letter"),
        ("GAO-20-563SP", "Special publication"), ("GAO-26-108068G", "Guide"), ("NSIAD-00-31", "Report"),
        ("T-NSIAD-00-77", "Testimony"), ("B-158766", "Report"),
    ],
)  # fmt: skip
def test_the_end_of_the_number_says_what_sort_of_product_it_is(number: str, kind: str) -> None:
    assert product_type(number) == kind


def test_days_have_no_zero() -> None:
    assert short_day("Sep 8, 2026") == date(2026, 9, 8)
    with pytest.raises(DriftError, match="not a day"):
        short_day("Sep 31, 2026")


# --- the export of open recommendations ---------------------------------------------------------------------


def export(edit: Callable[[bytes], bytes] = lambda body: body) -> Document:
    found = saved_document(OPEN, "open-recs.csv")
    return replace(found, body=edit(found.body))


def opened(report: str, found: Document | None = None) -> list[AuditRecommendation]:
    return [one for one in records_of(OPEN, found or export()) if one.report == report]


def test_one_recommendation_to_three_agencies_is_three_records() -> None:
    found = opened("GAO-22-104824")
    assert [(one.addressee, one.number, one.is_priority) for one in found] == [
        ("Department of Energy", "1", False),
        ("Department of the Interior", "1", False),
        ("Office of Science and Technology Policy", "1", True),
    ]
    assert len({one.text for one in found}) == 1


def test_what_is_put_to_congress_is_a_matter_and_may_have_no_number() -> None:
    (found,) = opened("GAO-02-47T")
    assert (found.kind, found.addressee, found.number) == (AuditKind.MATTER, "Congress", None)


def test_words_are_tidied_and_unescaped_once() -> None:
    (medicaid,) = opened("GAO-26-108017")
    assert medicaid.addressee == "Centers for Medicare & Medicaid Services"
    (network, _) = opened("GAO-25-107470")
    assert (
        network.report_title == "Cybersecurity: Network Monitoring Program Needs Further Guidance and Actions"
    )
    (taxpayer,) = opened("GAO-23-105395")
    assert taxpayer.comments is not None
    assert taxpayer.comments == taxpayer.comments.strip()
    assert taxpayer.status == "Open--Partially Addressed"
    (covid,) = opened("GAO-21-265")
    assert covid.topics == ()
    twice = export(lambda body: body.replace(b"Medicare &amp; Medicaid", b"Medicare &amp;amp; Medicaid"))
    assert opened("GAO-26-108017", twice)[0].addressee == "Centers for Medicare &amp; Medicaid Services"


def test_the_list_is_of_an_instant_in_washington_whatever_it_calls_the_zone() -> None:
    assert {one.as_of for one in records_of(OPEN, export())} == {datetime(2026, 9, 28, 23, 5, tzinfo=UTC)}
    winter = export(lambda body: body.replace(b"Sep 28, 2026 at 7:05 PM EST", b"Jan 8, 2026 at 7:05 AM EST"))
    assert records_of(OPEN, winter)[0].as_of == datetime(2026, 1, 8, 12, 5, tzinfo=UTC)


def test_every_record_says_that_only_open_ones_are_listed() -> None:
    found = records_of(OPEN, export())
    assert {one.listing for one in found} == {AuditListing.OPEN_ONLY}
    assert len(found) == 15


def test_a_row_that_stands_twice_is_read_once() -> None:
    twice = export(lambda body: body + b"\n" + body.rpartition(b"\n")[2])
    assert records_of(OPEN, twice) == records_of(OPEN, export())


def test_directors_are_taken_out_before_anything_is_kept() -> None:
    named = export(
        lambda body: body.replace(b'"Sep 28, 2026",,,', b'"Sep 28, 2026","A. Director","(202) 512-0000",')
    )
    assert named.body.count(b"A. Director") == 3
    redact = all_sources()[OPEN].redact
    assert redact is not None
    kept = redact(named.body)
    assert b"Director Name" in kept
    assert b"A. Director" not in kept
    assert b"512-0000" not in kept
    assert records_of(OPEN, named) == records_of(OPEN, export())
    assert redact(kept) == kept


WEB_PAGE = b"<!DOCTYPE html>\n<html><head><title>Access Denied</title></head></html>"


@pytest.mark.parametrize(
    ("edit", "message", "place"),
    [
        (lambda _: WEB_PAGE, "a web page came in place of the table", "line 1"),
        (lambda _: b"", "the preamble does not say when the list was made", "line 1"),
        (lambda body: body.split(b"\n", 5)[5], "the preamble does not say when", "line 1"),
        (lambda body: b"\n".join(body.split(b"\n")[:5]) + b"\n", "the columns changed", "line 6"),
        (lambda body: body.replace(b"Publication  Number", b"Publication Number"), "missing 'Publication  Number'",
         "line 6"),
        (lambda body: body.replace(b",Open,No", b",Closed,No", 1), "a status that the export never had: 'Closed'",
         "line 7"),
        (lambda body: body.replace(b",Open,No", b",Open,Maybe", 1), "priority is 'Maybe'", "line 7"),
        (lambda body: body.replace(b"Sep 28, 2026\",,", b"2026-09-28\",,", 1), "not a day: '2026-09-28'", "line 7"),
        (lambda body: body.replace(b"GAO-26-108061", b"n/a", 1), "not a product's number", "line 7"),
        (lambda body: body.replace(b'"Department of State"', b'""', 1), "without a recommendation or an agency",
         "line 7"),
        (lambda body: body[: len(body) // 2], "", "line"),
    ],
)  # fmt: skip
def test_an_export_that_is_not_as_promised_is_drift(
    edit: Callable[[bytes], bytes], message: str, place: str
) -> None:
    with pytest.raises(DriftError) as caught:
        records_of(OPEN, export(edit))
    assert message in caught.value.message
    assert caught.value.place.startswith(place)
    assert caught.value.url == export().url


# --- product records ----------------------------------------------------------------------------------------


def test_a_corrected_date_gives_two_records_of_one_product() -> None:
    earlier, later = (
        records_of(PRODUCTS, saved_document(PRODUCTS, f"GAO-25-107003.of-{year}.json"))[0]
        for year in (2004, 2024)
    )
    assert (earlier.published_on, later.published_on) == (date(2004, 12, 12), date(2024, 12, 12))
    assert msgspec.structs.replace(earlier, published_on=None, released_on=None) == msgspec.structs.replace(
        later, published_on=None, released_on=None
    )
    names = [name for name in listed_records() if name.endswith("GAO-25-107003")]
    assert names == ["2004-12-12/GAO-25-107003", "2024-12-12/GAO-25-107003"]  # the corrected one is read last


def test_a_product_published_after_its_release_keeps_both_dates() -> None:
    (found,) = records_of(PRODUCTS, saved_document(PRODUCTS, "GAO-24-106315.json"))
    assert (found.number, found.published_on, found.released_on) == (
        "GAO-24-106315", date(2026, 6, 26), date(2024, 6, 26),
    )  # fmt: skip


def record_file(**edits: object) -> Document:
    found = saved_document(PRODUCTS, "GAO-24-106315.json")
    fields = {**msgspec.json.decode(found.body), **edits}
    return replace(found, body=msgspec.json.encode(fields))


def test_clock_times_are_made_up_and_only_the_date_counts() -> None:
    (found,) = records_of(
        PRODUCTS, record_file(published="2024-01-02T00:11:00Z", released="2024-01-01T19:11:00Z")
    )
    assert (found.published_on, found.released_on) == (date(2024, 1, 2), date(2024, 1, 1))


def test_a_title_is_unescaped_and_an_empty_summary_is_none() -> None:
    (found,) = records_of(PRODUCTS, record_file(title="Army R&amp;D: A\nPlan", summary=" "))
    assert (found.title, found.summary) == ("Army R&D: A Plan", None)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"url": "https://www.gao.gov/products/gao-24-1"}, "the record of GAO-24-106315 names the page"),
        ({"published": ""}, "not a date"),
        ({"gao_id": None}, "not the record of a product"),
        ({"status": "new"}, "not the record of a product"),
    ],
)
def test_a_record_that_is_not_as_promised_is_drift(edits: dict[str, object], message: str) -> None:
    with pytest.raises(DriftError, match=message):
        records_of(PRODUCTS, record_file(**edits))


def test_a_record_and_a_page_are_asked_for_by_name() -> None:
    source = all_sources()[PRODUCTS]
    (page,) = source.requests({"page": "GAO-24-106198"})
    assert page.url == product_url("GAO-24-106198")
    (record,) = source.requests({"record": "2024-12-12/GAO-25-107003"})
    assert record.url.endswith("/data/2024-12-12/GAO-25-107003.json")
    with pytest.raises(ValueError, match="record takes a day and a number"):
        list(source.requests({"record": "../../etc"}))


def test_a_run_asks_for_one_page_of_those_that_are_wanted() -> None:
    source = all_sources()[PRODUCTS]
    assert source.wanted is not None
    products = [[product_url("GAO-24-1")], [product_url("GAO-24-2")]]
    assert [request.url for request in source.wanted({}, products)] == [product_url("GAO-24-1")]
    assert list(source.wanted({}, [["https://example.org/"]])) == []


# --- product pages ------------------------------------------------------------------------------------------

DATES = "Published: Jun 16, 2022. Publicly Released: Jun 16, 2022."
TITLE = "Critical Minerals: Building on Federal Efforts to Advance Recovery & Substitution"
ROWS = [
    Row("Department of Energy", "The Secretary should plan. (Recommendation 1)", "Closed – Implemented", "Done."),
    Row("Department of the Interior", "The Secretary should plan. (Recommendation 1)", "Open – Partially Addressed",
        "As of May 2026, call (202) 512-4800.", is_priority=True),
    Row("Congress", "Congress should consider it. (Matter 1)", "Open", is_matter=True),
]  # fmt: skip


def page(rows: list[Row] = ROWS, **more: object) -> Document:
    text = product_page(
        "GAO-22-104824", TITLE, DATES, rows, ["Natural Resources and Environment"], "What was found."
    )
    for old, new in more.get("edits", ()):  # type: ignore[attr-defined]
        assert old in text
        text = text.replace(old, new)
    return document(product_url("GAO-22-104824"), text)


def test_a_page_says_what_became_of_each_recommendation() -> None:
    report, *found = records_of(PRODUCTS, page())
    assert isinstance(report, Report)
    assert (report.number, report.title, report.published_on, report.summary, report.topics) == (
        "GAO-22-104824", TITLE, date(2022, 6, 16), "What was found.", ("Natural Resources and Environment",),
    )  # fmt: skip
    assert [
        (one.addressee, one.kind, one.number, one.status, one.is_priority, one.comments) for one in found
    ] == [
        ("Department of Energy", AuditKind.RECOMMENDATION, "1", "Closed – Implemented", False, "Done."),
        ("Department of the Interior", AuditKind.RECOMMENDATION, "1", "Open – Partially Addressed", True,
         "As of May 2026, call ."),
        ("Congress", AuditKind.MATTER, "1", "Open", False, None),
    ]  # fmt: skip
    assert {one.listing for one in found} == {AuditListing.WHOLE_REPORT}
    assert {one.text for one in found} == {"The Secretary should plan.", "Congress should consider it."}


def test_a_page_without_recommendations_is_a_page() -> None:
    assert [type(one) for one in records_of(PRODUCTS, page([]))] == [Report]


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([("<strong>GAO-22-104824", "<strong>GAO-22-104825")], "does not say that it is of GAO-22-104824"),
        ([("views-field-name", "views-field-title")], "a row without an agency"),
        ([("Published:", "Printed:")], "does not say when the product was published"),
        ([("Closed – Implemented", "Overtaken")], "a status that no page had: 'Overtaken'"),
        ([('class="code"', 'class="codes"')], "the page has 0 of td.views-field-field-status-code .code"),
        ([("og:title", "og:name")], "the page has 0 of meta"),
        ([("d-block text-small", "d-block")], "does not say that it is of GAO-22-104824"),
    ],
)
def test_a_page_that_is_not_as_promised_is_drift(edits: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(DriftError) as caught:
        records_of(PRODUCTS, page(edits=edits))
    assert message in caught.value.message
    assert caught.value.url == product_url("GAO-22-104824")


@pytest.mark.parametrize("body", [b"", b" \n", b"<" * 200_000, b"<div>" * 100_000, b"Access Denied"])
def test_what_is_no_page_is_drift(body: bytes) -> None:
    with pytest.raises(DriftError):
        records_of(PRODUCTS, document(product_url("GAO-22-104824"), body))


# --- the feed -----------------------------------------------------------------------------------------------


def test_the_feed_s_words_keep_their_lines_and_are_unescaped_once() -> None:
    register, guide = records_of(FEED, saved_document(FEED, "reports.xml"))
    assert register.number == "GAO-26-107879"
    assert register.summary.startswith("What GAO Found\n\nThe National Register")
    assert "\nWhy GAO Did This Study\n" in register.summary
    assert guide.summary.startswith("Why GAO Did This Study\n")
    assert "(T&E)" in guide.summary
    assert (guide.released_on, guide.published_on) == (date(2026, 9, 14), None)


def test_the_feed_keeps_nobody_s_address() -> None:
    feed = saved_document(FEED, "reports.xml")
    call = b"For more information, contact A. Director at (202) 512-0000 or director@gao.gov."
    added = b"Use them.\n\n" + call + b"\n</description>"
    told = replace(
        feed, body=feed.body.replace(b"</description>\n                <pubDate>", added + b"<pubDate>", 1)
    )
    assert told.body != feed.body
    assert records_of(FEED, told)[0].summary.endswith("Use them.")
    redact = all_sources()[FEED].redact
    assert redact is not None
    for personal in (b"Director", b"512-0000", b"director@gao.gov"):
        assert personal not in redact(told.body)


def test_an_entry_that_is_no_product_is_drift() -> None:
    feed = saved_document(FEED, "reports.xml")
    with pytest.raises(DriftError, match="not the address of a product"):
        records_of(FEED, replace(feed, body=feed.body.replace(b"/products/gao-26-107879<", b"/blog/x<")))
