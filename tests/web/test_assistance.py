"""Money on a country's page, its picture, all countries in a year, and how the figures are read."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask import Flask

from tests.web.pages import Page, Reader
from tests.web.pages import words as words_of
from tracker.queries.assistance import NOT_FOUND, NOT_PUBLISHED, Cell, Mark
from tracker.web.assistance import places_note, vintage_words, year_words
from tracker.web.money import about_dollars, cell_words, exact, percent_words

PAGES = [
    "/assistance", "/assistance?year=2020&sort=name", "/assistance?year=1066&sort=nothing",
    "/assistance?sort=balance", "/assistance/method", "/countries/EGY", "/countries/UKR", "/countries/CHN",
    "/countries/XKX", "/countries/AND",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read: Reader, path: str) -> None:
    read(path)


@pytest.mark.parametrize("path", ["/assistance", "/assistance/method", "/countries/EGY"])
def test_a_page_is_whole_before_the_first_collection(read_empty: Reader, path: str) -> None:
    read_empty(path)


def table(page: Page, caption: str) -> dict[str, list[str]]:
    """The rows of the tables whose caption begins so, by their first cell."""
    found: dict[str, list[str]] = {}
    for element in page.all("table"):
        if words_of(next(element.iter("caption"))).startswith(caption):
            for row in element.iter("tr"):
                first, *rest = [words_of(cell) for cell in row if cell.tag in ("th", "td")]
                found[first] = rest
    return found


# --- a country's page ---------------------------------------------------------------------------------------


def test_the_newest_figures_come_first_in_a_sentence(read: Reader) -> None:
    text = read("/countries/EGY").text
    assert (
        "In fiscal year 2024, as far as agencies have reported it, the United States obligated $33 million for "
        "Egypt and paid out $40.8 million; the President had asked Congress for $1.4 billion. In fiscal year "
        "2022 the United States obligated $1.4 billion for Egypt"
    ) in text


def test_figures_stand_to_the_dollar_with_their_marks(read: Reader) -> None:
    years = table(read("/countries/EGY"), "All assistance to Egypt")
    assert years["2024 in part"] == ["32,963,729", "40,813,052", "not published", "1,436,808,500"]
    assert "1976, July to September" in years
    ghana = table(read("/countries/GHA"), "All assistance to Ghana")
    assert ghana["2020"] == ["−63,823,269", "not found", "not found", "not found"]


def test_ten_years_are_open_and_the_others_folded(read: Reader) -> None:
    page = read("/countries/EGY")
    section = next(element for element in page.all("section") if element.get("id") == "money")
    first = next(section.iter("table"))
    assert len(list(first.iter("tr"))) == 1 + 10
    assert "more fiscal years" in page.text


def test_military_aid_stands_beside_all_aid_with_its_share(read: Reader) -> None:
    balance = table(read("/countries/EGY"), "Military and police aid to Egypt")
    assert balance["2015"][0] == "1,305,800,000"
    assert balance["1996"] == ["not published", "not found", "no share"]


def test_a_share_over_a_hundred_is_marked(read: Reader) -> None:
    rows = table(read("/countries/CHN"), "Military and police aid to China")
    assert rows["2012"][2].endswith("%")


def test_budget_tables_say_what_they_have(read: Reader) -> None:
    budget = table(read("/countries/MEX"), "Mexico in the State Department")
    assert budget["2012"] == ["asked for", "7,000,000", "1,190,000", "248,500,000", "5,380,000", "0"]
    assert budget["2010"][0] == "given"
    assert budget["2008"][0] == "not said"


def test_revisions_are_shown_by_release_and_not_as_changes(read: Reader) -> None:
    page = read("/countries/HND")
    revisions = table(page, "Figures on Honduras that releases tell differently")
    assert ["Obligated", "80,462,055", "181,680,029", "175,571,588"] in revisions.values()
    assert "Release of September 2023" in page.text
    assert "A revised figure is no new aid." in page.text
    assert "175,571,588" not in read("/changes").text


def test_every_block_ends_with_its_source(read: Reader) -> None:
    page = read("/countries/UKR")
    section = next(element for element in page.all("section") if element.get("id") == "money")
    sources = [words_of(one) for one in section.iter("p") if one.get("class") == "source"]
    assert sum("nominal dollars" in one for one in sources) >= 4
    assert any("as of 2 November 2026, nominal dollars, fetched 2 November 2026" in one for one in sources)
    assert "/countries/UKR/assistance.csv" in page.links


@pytest.mark.parametrize("code", ["EGY", "UKR", "GHA", "CHN"])
def test_no_table_of_money_is_without_the_line_that_says_whose_figures_they_are(
    read: Reader, code: str
) -> None:
    section = next(one for one in read(f"/countries/{code}").all("section") if one.get("id") == "money")
    block, unsourced = "", []
    for element in section.iter():
        if element.tag == "h3":
            block = words_of(element)
        elif element.tag == "table":
            unsourced.append(block)
        elif (
            element.tag == "p" and element.get("class") == "source" and "nominal dollars" in words_of(element)
        ):
            unsourced = [one for one in unsourced if one != block]
    assert unsourced == []


def test_a_country_that_the_export_lacks_says_so(read: Reader) -> None:
    text = read("/countries/UKR").text
    assert "Not found: Ukraine is not in the export that is held." in text
    assert "Presidential Drawdown Authority (97xDPDA)" in text


def test_a_country_without_figures_says_where_was_looked(read: Reader) -> None:
    text = read("/countries/AND").text
    assert "has nothing obligated or paid out for Andorra" in text
    assert "No figure on Andorra was found." in text


def test_a_country_in_parts_names_them(read: Reader) -> None:
    text = read("/countries/CHN").text
    assert "Adds what the publisher prints under “China (P.R.C.)” and “China (Tibet)”." in text


# --- the picture --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?theme=dark", "?size=narrow&theme=dark", "?theme=x&size=y"])
def test_the_picture_is_named_and_loads_nothing(site: Flask, query: str) -> None:
    response = site.test_client().get(f"/countries/EGY/assistance.svg{query}")
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    root = ElementTree.fromstring(response.data)
    names = [element.tag.rpartition("}")[2] for element in root][:2]
    assert names == ["title", "desc"]
    assert "U.S. assistance to Egypt by fiscal year" in "".join(root[0].itertext())
    assert "highest in" in "".join(root[1].itertext())
    assert root.get("role") == "img"
    assert "http" not in response.text.replace("http://www.w3.org/", "")
    assert "<script" not in response.text
    assert " style=" not in response.text


def test_the_picture_is_kept(site: Flask) -> None:
    client = site.test_client()
    etag = client.get("/countries/EGY/assistance.svg").headers["ETag"]
    assert client.get("/countries/EGY/assistance.svg", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("code", ["AND", "XXX", "egypt"])
def test_there_is_no_picture_without_figures(site: Flask, code: str) -> None:
    assert site.test_client().get(f"/countries/{code}/assistance.svg").status_code == 404


# --- all countries, and the method --------------------------------------------------------------------------


def test_the_overview_can_be_sorted(read: Reader) -> None:
    by_name = list(table(read("/assistance?sort=name"), "Assistance by country"))
    assert by_name[1:] == sorted(by_name[1:])
    by_sum = table(read("/assistance"), "Assistance by country in fiscal year 2024")
    assert list(by_sum)[1] == "Ukraine"
    assert by_sum["Ukraine"][:2] == ["655,922,971", "388,395,711"]


def test_the_overview_takes_a_year(read: Reader) -> None:
    page = read("/assistance?year=2020")
    assert table(page, "Assistance by country in fiscal year 2020")["Ghana"][0] == "−63,823,269"
    assert "/countries/GHA#money" in page.links


def test_the_method_says_what_was_said_in_2015_and_what_the_data_says(read: Reader) -> None:
    page = read("/assistance/method")
    assert "about $90 billion" in page.text
    assert table(page, "Military and police aid, fiscal years 2010 to 2014")["All rows"]
    assert table(page, "How releases differ")["release of December 2024"][0] == "as of 2 November 2026"


# --- words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0, "$0"), (19_000, "$19,000"), (999_999, "$999,999"), (1_000_000, "$1 million"), (1_449_000, "$1.4 million"),
        (99_940_000, "$99.9 million"), (175_571_588, "$176 million"), (5_863_659_171, "$5.9 billion"),
        (-63_823_269, "−$63.8 million"), (97_565_276_614, "$97.6 billion"), (1_200_000_000_000, "$1.2 trillion"),
    ],
)  # fmt: skip
def test_an_amount_in_words(dollars: int, text: str) -> None:
    assert about_dollars(dollars) == text


def test_the_three_marks_are_told_apart() -> None:
    assert cell_words(Cell(Mark.FIGURE, 0)) == "0"
    assert "not published" in cell_words(NOT_PUBLISHED)
    assert "not found" in cell_words(NOT_FOUND)
    assert exact(-1234) == "−1,234"


@pytest.mark.parametrize(
    ("percent", "text"), [(0.0, "0%"), (0.2, "under 1%"), (82.6, "83%"), (348.0, "348%")]
)
def test_a_share_in_words(percent: float, text: str) -> None:
    assert percent_words(percent) == text


def test_vintages_and_years_in_words() -> None:
    assert vintage_words("2023-09") == "release of September 2023"
    assert vintage_words("2026-06-01") == "as of 1 June 2026"
    assert vintage_words("2016") == "as of 2016"
    assert year_words("1976tq") == "1976, July to September"
    assert places_note(("Egypt",)) == ""
