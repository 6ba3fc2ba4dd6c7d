"""Every page, over real files and hostile ones. `read` checks what all pages share."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.small_site import HOSTILE, MADE, real_files
from tests.web.pages import Reader

PAGES = [
    "/", "/bills", "/bills?congress=117", "/bills?q=military&sort=cosponsors",
    "/bills?sponsor=able&stage=in_committee", "/bills?cosponsor=B000001",
    "/bills?committee=ssfr00&chamber=senate", "/legislators", "/legislators?state=VT&current=1",
    "/legislators/S000033", "/legislators/A000001", "/changes", "/changes?kind=stage",
    "/changes?item=119-hr-5001", "/search", "/search?q=S.J.Res.+33", "/search?q=military",
    "/search?q=hr+77777", "/search?q=***", "/countries", "/countries?q=guinea", "/countries/EGY", "/countries/MEX",
    "/recommendations", "/recommendations?by=promises", "/promises/ppd23-goal-3",
    "/status", "/about",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read: Reader, path: str) -> None:
    read(path)


@pytest.mark.parametrize("key", [*real_files(), "119-hr-5001", "119-hr-5999"])
def test_every_measure_has_its_pages(read: Reader, key: str) -> None:
    page = read(f"/bills/{key}")
    assert "None" not in page.text.split(" Sources ")[0].replace("None since", "")
    read(f"/bills/{key}/leave-behind")


@pytest.mark.parametrize("path", [path.partition("?")[0] for path in PAGES if "/legislators/" not in path])
def test_a_page_is_whole_before_the_first_collection(read_empty: Reader, path: str) -> None:
    read_empty(path)


# --- the bill page ------------------------------------------------------------------------------------------


def test_the_first_sentence_answers(read: Reader) -> None:
    page = read("/bills/119-sjres-33")
    main = page.all("main")[0]
    found = [element.get("class") for element in main.iter() if element.tag in ("h1", "p", "ol", "section")]
    assert found[:3] == ["kicker", "long", "lede"]
    assert page.text.index("In the Senate Foreign Relations Committee") < page.text.index("What it is")


def test_the_track_reads_aloud(read: Reader) -> None:
    assert "done: Introduced, 10 Mar 2025 now: Foreign Relations" in read("/bills/119-sjres-33").text


def test_nothing_unknown_and_not_published_are_told_apart(read: Reader) -> None:
    text = read("/bills/119-sjres-33").text
    assert "No cosponsors as of 2 November 2026." in text
    assert "The publisher listed no summary on 2 November 2026." in text
    assert "No recorded vote on it as of 2 November 2026." in text


def test_cosponsors_by_party_and_their_movement(read: Reader) -> None:
    text = read("/bills/119-hr-5001").text
    assert "30 cosponsors: 10 Democrats, 10 Independents, 10 Republicans." in text
    assert "30 members joined; Rep. Cy Coe withdrew in the 30 days to 3 November 2026." in text
    assert "withdrew 25 October 2026, joined 20 January 2026" in text


def test_a_line_without_words_is_marked_as_ours(read: Reader) -> None:
    assert "In our words; the official line is not held here." in read("/bills/119-hres-214").text


def test_where_it_comes_from(read: Reader) -> None:
    page = read("/bills/119-hr-983")
    assert re.search(r"SHA-256 of its bytes\s*[0-9a-f]{64}", page.text)
    assert "Fetched2 November 2026, 09:00 UTC" in page.text
    assert "https://www.govinfo.gov/bulkdata/BILLSTATUS/119/hr/BILLSTATUS-119hr983.xml" in page.links


def test_a_related_measure_is_linked_only_where_we_hold_it(read: Reader) -> None:
    page = read("/bills/119-sconres-29")
    assert "H.Con.Res. 24" in page.text
    assert "/bills/119-hconres-24" not in page.links


def test_other_forms_are_named_in_the_head(read: Reader) -> None:
    page = read("/bills/119-hr-983")
    kinds = {
        link.get("type"): link.get("href") for link in page.all("link") if link.get("rel") == "alternate"
    }
    assert kinds == {
        "application/json": "/bills/119-hr-983.json",
        "application/atom+xml": "/bills/119-hr-983.atom",
        "text/calendar": "/bills/119-hr-983.ics",
    }


@pytest.mark.parametrize("key", ["119-HR-983", "hr983-119", "119hr983", "119-h.r.-983", "bill:119-hr-983"])
@pytest.mark.parametrize("ending", ["", "/leave-behind"])
def test_another_spelling_leads_to_the_one_address(site: Flask, key: str, ending: str) -> None:
    response = site.test_client().get(f"/bills/{key}{ending}")
    assert response.status_code == 301
    assert response.location == f"/bills/119-hr-983{ending}"


def test_a_number_without_its_congress_is_looked_for(site: Flask) -> None:
    response = site.test_client().get("/bills/hr983")
    assert (response.status_code, response.location) == (302, "/search?q=hr983")


def test_an_unknown_measure_offers_a_search(read: Reader) -> None:
    page = read("/bills/119-hr-77777", 404)
    assert page.heading == "We hold no H.R. 77777 of the 119th Congress"
    assert "/search?q=H.R.%2077777" in page.links
    read("/bills/116-hr-1", 404)
    read("/bills/nonsense", 404)
    read("/legislators/Z999999", 404)
    read("/nowhere", 404)


# --- lists --------------------------------------------------------------------------------------------------


def test_the_count_stands_in_words(read: Reader) -> None:
    assert f"{MADE + 1 + len(real_files())} measures." in read("/bills?scope=all").text
    assert "measures on security assistance." in read("/bills").text
    page = read("/bills?scope=all&congress=119&chamber=senate&stage=in_committee,reported")
    assert "measures of the 119th Congress that began in the Senate now in committee or reported" in page.text


def test_paging_walks_the_whole_list(read: Reader) -> None:
    seen: list[str] = []
    path = "/bills?sponsor=able"
    while path:
        page = read(path)
        seen += [link for link in page.links if re.fullmatch(r"/bills/\d+-[a-z]+-\d+", link)]
        following = [link.get("href", "") for link in page.all("a") if link.get("rel") == "next"]
        path = following[0] if following else ""
    assert len(seen) == len(set(seen)) == MADE + 1


def test_the_data_links_have_exactly_this_filter(read: Reader) -> None:
    page = read("/bills?q=military&congress=119&unknown=x&sort=number")
    assert "/bills.csv?q=military&congress=119&sort=number" in page.links


def test_nothing_found_says_where_and_when(read: Reader) -> None:
    text = read("/bills?q=zzzz").text
    assert "No measures with “zzzz” on security assistance." in text
    assert "as of 3 November 2026" in text


@pytest.mark.parametrize(
    "path",
    ["/bills?congress=x", "/bills?stage=asleep", "/bills?chamber=lords", "/bills?sort=random", "/bills?after=!!!",
     "/bills?before=W10", "/changes?kind=x", "/changes?after=x", "/legislators?chamber=x",
     "/search?q=military&after=x"],
)  # fmt: skip
def test_a_bad_parameter_is_answered_in_words(read: Reader, path: str) -> None:
    assert read(path, 400).heading == "We could not read that request"


@pytest.mark.parametrize(
    "value", ["%00", "%ff%fe", "%F0%9F%95%8A", "'%22;--", "a" * 3000, "%0d%0aSet-Cookie:x=1"]
)
@pytest.mark.parametrize(
    "path", ["/bills?q=", "/bills?sponsor=", "/bills?committee=", "/bills?congress=", "/bills?after=",
             "/legislators?name=", "/legislators?state=", "/changes?item=", "/changes?source=", "/search?q=", "/bills/",
             "/legislators/"],
)  # fmt: skip
def test_no_value_breaks_a_page(site: Flask, path: str, value: str) -> None:
    response = site.test_client().get(path + value)
    assert response.status_code in (200, 301, 302, 400, 404), (path, value)
    assert "Set-Cookie" not in response.headers


# --- hostile titles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_title_stays_text(read: Reader, key: str) -> None:
    page = read(f"/bills/{key}")
    assert page.all("script") == []
    assert page.all("img") == []
    assert not set("\u202e\u202c\u2067\r") & set(page.response.text)
    read(f"/bills/{key}/leave-behind")


def test_hostile_titles_in_every_list(read: Reader) -> None:
    for path in (
        "/bills?q=script",
        "/search?q=script",
        "/search?q=onerror",
        "/",
        "/changes",
        "/legislators/A000001",
    ):
        page = read(path)
        assert page.all("script") == []
        assert page.all("img") == []


def test_what_is_searched_for_stays_text(read: Reader) -> None:
    for query in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\u202eegypt"):
        page = read(f"/search?q={query}")
        assert page.all("script") == []
        assert page.all("img") == []


# --- search, front, log -------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["S.J.Res. 33", "sjres33", "s j res 33", "SJRES 33 119th", "119-sjres-33"])
def test_a_number_in_any_spelling(read: Reader, query: str) -> None:
    assert "/bills/119-sjres-33" in read(f"/search?q={query}").links


def test_a_country_and_a_legislator_are_found_by_name(read: Reader) -> None:
    page = read("/search?q=egypt")
    assert "/countries/EGY" in page.links
    assert "/legislators/S000033" in read("/search?q=Sanders").links
    assert "by this name" in read("/search?q=Vanuatu").text
    assert "/countries/EGY" not in read("/search?q=sjres33").links


def test_found_words_are_marked(read: Reader) -> None:
    page = read("/search?q=foreign+military")
    assert "military" in {"".join(mark.itertext()).lower() for mark in page.all("mark")}


def test_the_front_page_tells_what_changed(read: Reader) -> None:
    text = read("/").text
    assert "2 measures changed since" in text
    assert "And 2" in text or "more changes on H.R. 5001" in text


def test_the_front_page_before_anything_changed(read_empty: Reader) -> None:
    assert "Nothing has been collected yet." in read_empty("/").text


def test_the_log_names_document_and_delay(read: Reader) -> None:
    text = read("/changes?item=119-hr-5999").text
    assert "Bill status, fetched 3 November 2026" in text
    assert "days later" in text


def test_only_pages_that_exist_are_in_the_bar(read: Reader) -> None:
    page = read("/")
    (bar,) = [nav for nav in page.all("nav") if nav.get("aria-label") == "Main"]
    addresses = [link.get("href") or "" for link in bar.iter("a")]
    assert addresses[:4] == ["/bills", "/votes", "/countries", "/recommendations"]
    for address in addresses:
        assert read(address).heading


def test_the_sources_in_the_foot(read: Reader) -> None:
    foot = read("/about").all("footer")[0]
    assert "answered on time" in "".join(foot.itertext())
