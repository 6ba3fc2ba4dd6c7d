"""The pages on recommendations and promises: what a reader learns first, and that every figure keeps its word."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from tests.web.pages import Page, Reader, words
from tracker.queries.recommendations import (
    NO_TALLIES,
    Matrix,
    MatrixFilter,
    Tallies,
    Tally,
    all_measured,
    measured,
)
from tracker.web.bearings import answer_sentence, list_address, matrix_sentence, overview_sentence

PATHS = [one.path for one in all_measured()]
RESTRICT = "/recommendations/restrict-alliances-with-abusers"
OVERVIEWS = [
    "/recommendations", "/recommendations?by=promises", "/recommendations?order=region&congress=117",
    "/recommendations?region=sahel", "/recommendations?by=&region=&congress=&order=&unknown=x",
]  # fmt: skip


@pytest.mark.parametrize("path", [*OVERVIEWS, *PATHS])
def test_a_page_is_whole(read: Reader, path: str) -> None:
    assert "None" not in read(path).text.replace("None of", "").replace("None as of", "")


@pytest.mark.parametrize("path", ["/recommendations", "/recommendations?by=promises", *PATHS[:4]])
def test_a_page_is_whole_before_the_first_collection(read_empty: Reader, path: str) -> None:
    assert "as of before" not in read_empty(path).text


# --- all of them ------------------------------------------------------------------------------------


def test_the_overview_has_each_with_what_it_asks(read: Reader) -> None:
    page = read("/recommendations")
    assert page.text.index("In the editors’ judgement 2 measures advance one of the three") < page.text.index(
        "Three recommendations"
    )
    for one in all_measured():
        assert one.path in page.links
        assert one.asks in page.text


def table(page: Page) -> Element:
    (found,) = page.all("table")
    return found


def test_the_table_can_be_heard_and_reached(read: Reader) -> None:
    page = read("/recommendations?order=region")
    found = table(page)
    (region,) = [part for part in page.all("div") if part.get("role") == "region"]
    assert region.get("tabindex") == "0"
    assert region.get("aria-label") == "Countries and recommendations"
    assert words(next(found.iter("caption"))).startswith("Countries and recommendations. Each cell says")
    scopes = {head.get("scope") for head in found.iter("th")}
    assert scopes == {"col", "row", "rowgroup"}
    assert "Middle East and North Africa" in words(found)


@pytest.mark.parametrize("query", ["", "?by=promises", "?congress=119", "?region=middle-east"])
def test_every_figure_leads_to_as_many_measures(read: Reader, query: str) -> None:
    page = read(f"/recommendations{query}")
    figures = [
        link for link in page.all("a") if re.fullmatch(r"(advances|weakens|concerns) [\d,]+", words(link))
    ]
    assert figures
    for link in figures:
        number = words(link).partition(" ")[2]
        listed = read(link.get("href", "")).text
        assert re.search(rf"\b{number} measures? ", listed), (link.get("href"), listed[:300])


def test_a_table_with_nothing_in_it_says_what_was_looked_for(read: Reader) -> None:
    text = read("/recommendations?region=sahel").text
    assert "No measure on security assistance that we hold names a country of the region Sahel." in text
    assert "Looked for measures on security assistance that name a country, as of 3 November 2026." in text


def test_the_table_says_that_it_is_no_ranking(read: Reader) -> None:
    assert "This is no ranking." in read("/recommendations").text


def test_the_table_as_data_has_the_choice_of_the_page(read: Reader) -> None:
    links = read("/recommendations?by=promises&region=gulf").links
    assert "/recommendations.csv?by=promises&region=gulf" in links
    assert "/recommendations.json?by=promises&region=gulf" in links


@pytest.mark.parametrize("query", ["by=x", "region=x", "congress=x", "congress=116", "order=x", "region=%00"])
def test_a_bad_parameter_is_answered_in_words(read: Reader, query: str) -> None:
    assert read(f"/recommendations?{query}", 400).heading == "We could not read that request"


# --- one of them ------------------------------------------------------------------------------------


def test_the_first_sentence_answers(read: Reader) -> None:
    page = read(RESTRICT)
    main = page.all("main")[0]
    found = [element.get("class") for element in main.iter() if element.tag in ("h1", "p", "section")]
    assert found[:4] == ["kicker", None, "lede", "next"]
    assert (
        "In the editors’ judgement 1 measure advances this recommendation and none weakens it." in page.text
    )


def test_what_it_asks_and_who_says_so(read: Reader) -> None:
    one = measured("restrict-alliances-with-abusers")
    assert one is not None
    page = read(RESTRICT)
    for sentence in (one.asks, *(part.asks for part in one.parts), *one.indicators):
        assert sentence in page.text
    assert "Of: Department of State, Department of Defense and Congress." in page.text
    assert one.source.url in page.links
    assert "Friends Committee on National Legislation, 2015" in page.text


def test_a_judgement_is_signed_dated_and_has_its_reason(read: Reader) -> None:
    page = read(RESTRICT)
    (entry,) = [
        item for item in page.all("li") if "H.R. 1574" in words(item) and item.find("span") is not None
    ]
    assert re.search(r"advances ?\S.+\. Judged by the editors, \d+ \w+ 2026", words(entry))
    assert "Next:" not in words(entry)  # its Congress has ended


def test_what_only_concerns_it_shows_the_words(read: Reader) -> None:
    page = read("/recommendations/increase-accountability-and-oversight")
    assert "Unknown: measures that concern it, not judged (3)" in page.text
    assert any(words(mark) for mark in page.all("mark"))
    assert "How we know that it is about Increase accountability and oversight" in page.text


def test_sections_with_nothing_in_them_say_what_was_looked_for(read: Reader) -> None:
    text = read("/promises/ppd23-guideline-9").text
    assert "No measure we hold is judged to advance or to weaken this promise, and none concerns it." in text
    assert text.count("Nothing found as of 3 November 2026.") == 3
    assert "Looked for changes to measures that bear on this promise." in text


def test_the_countries_that_its_measures_name(read: Reader) -> None:
    page = read("/recommendations/increase-accountability-and-oversight")
    assert "/countries/ISR" in page.links
    assert list_address(
        country="ISR", recommendation="increase-accountability-and-oversight", verdict="concerns"
    ) in (page.links)


def test_other_forms_are_named_in_the_head(read: Reader) -> None:
    kinds = {
        link.get("type"): link.get("href")
        for link in read(RESTRICT).all("link")
        if link.get("rel") == "alternate"
    }
    assert kinds == {"application/json": f"{RESTRICT}.json", "application/atom+xml": f"{RESTRICT}.atom"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/promises/restrict-alliances-with-abusers", RESTRICT),
        ("/recommendations/ppd23-goal-1", "/promises/ppd23-goal-1"),
        ("/promises/PPD23-Goal-1", "/promises/ppd23-goal-1"),
        ("/promises", "/recommendations#promises"),
    ],
)
def test_another_way_leads_to_the_one_address(site: Flask, path: str, place: str) -> None:
    response = site.test_client().get(path)
    assert response.status_code in (301, 302)
    assert response.location == place


@pytest.mark.parametrize("path", ["/promises/ppd23-goal-5", "/recommendations/x", "/recommendations/%00%ff"])
def test_a_wrong_address_names_what_exists(read: Reader, path: str) -> None:
    page = read(path, 404)
    assert set(PATHS) <= set(page.links)


def test_the_log_can_be_narrowed_to_one(read: Reader) -> None:
    text = read("/changes?recommendation=ppd23-goal-1").text
    assert "No changes to measures that bear on “Help partners meet common threats”" in text
    read("/changes?recommendation=any")
    read("/changes?recommendation=x", 400)


def test_a_reader_with_the_newest_page_is_told_so(site: Flask) -> None:
    client = site.test_client()
    for path in ("/recommendations", RESTRICT):
        first = client.get(path)
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


# --- in words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tally", "laws", "sentence"),
    [
        (Tally(25, 13, 34), Tally(2, 1, 5),
         "In the editors’ judgement 25 measures advance this promise and 13 weaken it; 34 more concern it and are "
         "not judged. Of these, 2 that advance it, 1 that weakens it and 5 not judged became law."),
        (Tally(1, 0, 1), Tally(),
         "In the editors’ judgement 1 measure advances this promise and none weakens it; 1 more concerns it and is "
         "not judged. None of them became law."),
        (Tally(0, 1, 0), Tally(0, 1, 0),
         "In the editors’ judgement no measure advances this promise and 1 weakens it. Of these, 1 that weakens it "
         "became law."),
        (Tally(0, 0, 1), Tally(),
         "1 measure concerns this promise, and nobody has judged yet what it does. None of them became law."),
        (Tally(0, 0, 1200), Tally(0, 0, 3),
         "1,200 measures concern this promise, and none of them is judged yet. Of these, 3 not judged became law."),
    ],
)  # fmt: skip
def test_the_answer_in_one_sentence(tally: Tally, laws: Tally, sentence: str) -> None:
    one = measured("ppd23-goal-1")
    assert one is not None
    assert answer_sentence(one, Tallies(tally, stages={"Law": laws})) == sentence


def test_nothing_is_said_plainly() -> None:
    assert overview_sentence(NO_TALLIES) == (
        "No measure we hold is judged to advance or to weaken one of the three recommendations, and none concerns one."
    )
    empty = Matrix((), ())
    assert matrix_sentence(empty, MatrixFilter(congress=117)) == (
        "No measure of the 117th Congress on security assistance that we hold names a country."
    )


def test_a_list_is_of_both_scopes() -> None:
    assert list_address(country="EGY", congress=None, verdict="advances") == (
        "/bills?country=EGY&verdict=advances&scope=all"
    )
