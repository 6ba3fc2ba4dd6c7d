"""The countries family: every page whole, one glance says why, and every count leads to that many entries."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from tests.conftest import NOW
from tests.web.pages import Page, Reader, words
from tracker.content import CountryBrief
from tracker.db import db
from tracker.linking.linker import packaged_content
from tracker.queries.country_names import all_countries
from tracker.web.countries import kicker_words

BRIEFS = sorted(packaged_content().briefs)
PAGES = [
    "/countries", "/countries?q=guinea", "/countries?q=zzzz", "/countries?q=Egipt", "/countries/EGY", "/countries/AND",
    "/countries/ISR", "/countries/SAU", "/countries/HND", *(f"/countries/{code}" for code in BRIEFS),
    "/changes?country=EGY&since=2026-08-05", "/bills?about=region:middle-east", "/bills?country=ISR&since=2026-08-05",
    "/bills?country=HND&verdict=advances",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read: Reader, path: str) -> None:
    read(path)


@pytest.mark.parametrize("path", ["/countries", "/countries/EGY", "/countries/MEX"])
def test_a_page_is_whole_before_the_first_collection(read_empty: Reader, path: str) -> None:
    page = read_empty(path)
    assert "None" not in page.text


@pytest.mark.parametrize("code", all_countries())
def test_every_country_has_a_page(site: Flask, code: str) -> None:
    response = site.test_client().get(f"/countries/{code}")
    assert response.status_code == 200
    assert "None" not in response.text


def headings(page: Page) -> list[str]:
    """The main headings, without those of a brief."""
    brief = {
        id(heading) for part in page.all("div") if part.get("class") == "brief" for heading in part.iter("h2")
    }
    main = page.all("main")[0]
    aside = {id(heading) for heading in page.all("aside")[0].iter("h2")}
    return [words(one) for one in main.iter("h2") if id(one) not in brief | aside]


def test_every_country_has_the_same_headings(read: Reader) -> None:
    expected = [
        "Brief", "Money", "Conditions on aid", "Deadlines", "Arms sales notified to Congress", "What watchdogs found",
        "Measures before Congress",
        "Your lawmakers on this country", "Measures on its regions",
        "Programmes and laws named with it", "What changed in the last 90 days", "Sources and data",
    ]  # fmt: skip
    for code in ("AND", "ISR", "MEX"):
        assert headings(read(f"/countries/{code}")) == expected


# --- counts -------------------------------------------------------------------------------------------------


def _figures(page: Page) -> list[tuple[int, str]]:
    """Every count on the page that leads somewhere."""
    found = []
    for link in page.all("a"):
        href, said = link.get("href", ""), words(link)
        number = re.search(r"(?:^|, |All )([\d,]+)(?= measures?\b|$)", said)
        if number and href.startswith(("/bills?", "/changes?")):
            found.append((int(number[1].replace(",", "")), href))
    return found


@pytest.mark.parametrize("path", ["/countries", "/countries/ISR", "/countries/SAU", "/countries/EGY"])
def test_every_count_leads_to_as_many_entries(read: Reader, path: str) -> None:
    figures = _figures(read(path))
    assert figures
    for count, href in figures:
        listed = [entry for entry in read(href).all("li") if entry.find("span[@class='name']") is not None]
        assert len(listed) == count, href


def test_a_list_of_several_parts_keeps_country_and_scope(read: Reader) -> None:
    links = read("/bills?about=region:middle-east&since=2021-01-01").links
    assert "/bills?about=region%3Amiddle-east&since=2021-01-01&scope=all" in links


# --- one country --------------------------------------------------------------------------------------------


def test_the_first_sentence_says_what_is_held(read: Reader) -> None:
    assert words(read("/countries/ISR").all("p")[1]) == (
        "2 measures on U.S. security assistance name Israel: 1 of the 119th Congress, and none moved in the 90 days "
        "to 3 November 2026."
    )
    assert words(read("/countries/AND").all("p")[1]) == "No measure we hold names Andorra."


def test_one_glance_says_why_a_measure_is_here(read: Reader) -> None:
    page = read("/countries/ISR")
    proof = next(part for part in page.all("div") if part.get("class") == "proof")
    quoted = next(iter(proof.iter("q")))
    assert words(next(iter(quoted.iter("mark")))) == "Israel"
    assert "In the title" in words(proof)
    details = next(iter(proof.iter("details")))
    assert "It is named." in words(details)
    assert "Found by rule; no editor has looked at it yet." in words(details)


def test_a_judgement_is_signed_dated_and_reasoned(read: Reader) -> None:
    text = read("/countries/HND").text
    assert re.search(
        r"advances ?Restrict alliances with human-rights abusers: .+?\. The editors, \d+ \w+ 2026", text
    )


def test_a_region_is_marked_as_such(read: Reader) -> None:
    page = read("/countries/EGY")
    assert "names the region: Middle East" in page.text
    assert "No brief on Egypt has been written" in page.text


def test_nothing_found_says_what_was_looked_for_and_when(read: Reader) -> None:
    text = read("/countries/AND").text
    assert text.count("Nothing found as of 3 November 2026.") == 6
    assert "Looked for measures that name Andorra and do not concern security assistance." in text


def test_a_brief_leads_to_its_sources(read: Reader) -> None:
    page = read("/countries/MEX")
    assert "#source-1" in page.links
    assert "Country brief. Reviewed 22 November 2026, next review due 22 May 2027." in page.text
    assert "Sources of the brief" in page.text
    assert not [link for link in page.links if link.startswith("/reports/")]


def test_an_overdue_review_is_said(read: Reader) -> None:
    assert "review due since" not in read("/countries/MEX").text
    with time_machine.travel(NOW.replace(year=2028), tick=True):
        assert "review due since 22 May 2027" in read("/countries/MEX").text


def test_the_kicker_of_a_country_without_a_brief_names_it_in_full() -> None:
    assert (
        kicker_words(all_countries()["EGY"], None) == "Arab Republic of Egypt. Middle East and North Africa"
    )
    assert kicker_words(all_countries()["BMU"], None) == "Western Hemisphere"
    brief: CountryBrief = packaged_content().briefs["MEX"]
    assert kicker_words(all_countries()["MEX"], brief).startswith("Country brief. Reviewed")


def test_other_forms_are_named_in_the_head(read: Reader) -> None:
    links = {
        link.get("href") for link in read("/countries/EGY").all("link") if link.get("rel") == "alternate"
    }
    assert links == {f"/countries/EGY.{ending}" for ending in ("json", "csv", "atom", "ics")}


# --- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["egypt", "EG", "egy", "Egyptian", "Arab Republic of Egypt", "  EGYPT "])
def test_another_spelling_leads_to_the_one_address(site: Flask, text: str) -> None:
    response = site.test_client().get(f"/countries/{text}")
    assert (response.status_code, response.location) == (301, "/countries/EGY")


def test_an_unknown_name_offers_what_is_like_it(read: Reader) -> None:
    page = read("/countries/Egipt", 404)
    assert page.heading == "We know no country called “Egipt”"
    assert "/countries/EGY" in page.links
    assert "Did you mean" not in read("/countries/zzzzzz", 404).text


@pytest.mark.parametrize(
    "value", ["%00", "%ff%fe", "%F0%9F%95%8A", "'%22;--", "a" * 3000, "<script>", "%E2%80%AEx", "..%2f.."]
)
@pytest.mark.parametrize(
    "path", ["/countries/", "/countries?q=", "/bills?about=", "/bills?since=", "/changes?since="]
)
def test_no_value_breaks_a_page(site: Flask, path: str, value: str) -> None:
    response = site.test_client().get(path + value)
    assert response.status_code in (200, 301, 400, 404)
    assert "<script>" not in response.text
    if response.status_code == 404:
        assert "\u202e" not in response.text


def test_a_search_by_any_word_of_the_vocabulary(read: Reader) -> None:
    page = read("/countries?q=misspelled")
    assert "No country has a name or word that begins like this." in page.text
    page = read("/countries?q=burma")
    assert "/countries/MMR" in page.links
    assert "/countries/EGY" not in page.links
    page = read("/countries")
    assert all(f"/countries/{code}" in page.links for code in all_countries())


def test_a_day_decides_what_is_recent(read: Reader) -> None:
    links = read("/countries/ISR").links
    assert f"/bills?country=ISR&since={date(2026, 8, 6)}" not in links  # nothing moved, so nothing to lead to
    assert "Moved since 6 Aug 2026 none" in re.sub(
        r"\s+", " ", read("/countries/ISR").text.replace("none", " none")
    )


# --- lists of measures by what they are linked to -----------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "targets"),
    [
        ("country=ISR", ["Israel"]),
        ("about=country:ISR&scope=all", ["Israel"]),
        ("recommendation=increase-accountability-and-oversight&verdict=concerns",
         ["Increase accountability and oversight"]),
        ("country=ISR&recommendation=increase-accountability-and-oversight&verdict=concerns&scope=all",
         ["Israel", "Increase accountability and oversight"]),
    ],
)  # fmt: skip
def test_each_entry_of_a_list_says_why_it_is_in_it(read: Reader, query: str, targets: list[str]) -> None:
    page = read(f"/bills?{query}")
    entries = [entry for entry in page.all("li") if entry.find("span[@class='name']") is not None]
    assert entries
    for entry in entries:
        assert [mark for mark in entry.iter("mark") if words(mark)]
        for target in targets:
            assert f"How we know that it is about {target}" in words(entry)


def test_a_judgement_stands_with_its_reason_in_the_list_that_counts_it(read: Reader) -> None:
    page = read("/bills?recommendation=restrict-alliances-with-abusers&verdict=advances&scope=all")
    assert "Judged by the editors" in page.text


def test_a_list_of_everything_gives_no_reasons(read: Reader) -> None:
    assert "How we know that" not in read("/bills").text


def test_what_other_rooms_fill_is_drawn_once_a_day_and_version(site: Flask) -> None:
    """A page at a new address asks its own questions again, and none on money, sales or reports."""
    asked: list[str] = []

    def note(*facts: Any) -> None:
        asked.append(facts[2])

    client = site.test_client()
    client.get("/countries/EGY?for=the-first-time")
    with site.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            page = client.get("/countries/EGY?for=the-second-time").text
            assert "All assistance to Egypt by fiscal year" in page
            assert asked
            tables = ("assistance_figure", "arms_sale", "provision", "audit_recommendation")
            assert [one for one in asked if any(table in one for table in tables)] == []
            with time_machine.travel(NOW.replace(day=5)):
                client.get("/countries/EGY?for=the-second-time")
            assert any("assistance_figure" in one for one in asked)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
