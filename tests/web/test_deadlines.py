"""The board of deadlines and the calendar: whole pages, before a collection and after, and their parts elsewhere."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from flask import Flask

from tests import law_site as law
from tests.content.folder import FILES, load, write
from tests.content.test_submissions import SUBMISSION
from tests.law_site import HOSTILE
from tests.sites import Sites
from tests.web.pages import Reader, words
from tracker.linking.linker import packaged_content


@pytest.fixture
def law_site(sites: Sites) -> Flask:
    """The application over a database that has one act."""
    return sites(law.fill)


@pytest.fixture
def read_law(law_site: Flask) -> Reader:
    return Reader(law_site)


@pytest.mark.parametrize(
    "path", ["/deadlines", "/calendar", "/deadlines?country=EGY&scope=all", "/deadlines?group=past"]
)
def test_a_page_is_whole_before_any_collection(read_empty: Reader, path: str) -> None:
    assert "None" not in read_empty(path).text


@pytest.mark.parametrize(
    "path",
    [
        "/deadlines",
        "/calendar",
        "/deadlines?act=119-hr-7148&group=later",
        "/deadlines?country=KEN",
        "/calendar?kind=arms-sale",
    ],
)
def test_a_page_is_whole(read_law: Reader, path: str) -> None:
    assert "None" not in read_law(path).text


def test_the_board_groups_by_day(read_law: Reader) -> None:
    page = read_law("/deadlines")
    assert page.heading == "Deadlines that the law sets"
    assert (
        "4 deadlines of the acts in force: 1 overdue, 1 due later, 1 due in rounds and 1 without a day"
        in page.text
    )
    assert [words(one) for one in page.all("h2")][:4] == [
        "Overdue, 1", "Due later, 1", "Again and again, 1", "Without a day of their own, 1",
    ]  # fmt: skip
    assert (
        "Middle East: Egypt Report by the Secretary of State to the Committees on Appropriations, 243 days overdue"
        in page.text
    )
    assert "No public evidence of submission yet." in page.text
    assert "Public Law 119-75 (H.R. 7148), division F, section 7041(a)." in page.text
    assert "Kenya" not in page.text  # the rules are not sure of it


def test_the_laws_own_words_stand_marked_and_harmless(read_law: Reader) -> None:
    page = read_law("/deadlines")
    assert {words(one) for one in page.all("mark")} >= {
        "Not later than 30 days after the date of enactment of this Act", "Not later than November 1, 2027",
    }  # fmt: skip
    assert HOSTILE in page.text
    assert "<script>alert" not in page.response.text


def test_filters_say_what_they_leave(read_law: Reader) -> None:
    page = read_law("/deadlines?country=EGY")
    assert "1 deadline of the acts in force: 1 overdue." in page.text
    assert "No deadline fits all of these." in read_law("/deadlines?actor=Nobody").text
    assert read_law("/deadlines?group=none", 400)


def test_the_calendar_begins_today(read_law: Reader) -> None:
    page = read_law("/calendar?kind=deadline")
    assert "2 dated things to come" in page.text
    assert [words(one) for one in page.all("h2")][:2] == ["November 2026", "November 2027"]


def test_other_pages_show_what_is_open(read_law: Reader) -> None:
    country = read_law("/countries/EGY")
    assert "1 deadline of acts in force is open, 1 overdue." in country.text
    assert "/deadlines?country=EGY" in country.links
    measure = read_law("/appropriations/2026-nsrp")
    assert "4 deadlines of acts in force are open, 1 overdue." in measure.text
    home = read_law("/")
    assert "What is due" in home.text
    assert "/deadlines?group=overdue" in home.links


def test_a_country_without_deadlines_says_so(read_law: Reader) -> None:
    assert "orders a report, certification or other step on Chad by a day" in read_law("/countries/TCD").text


def test_what_an_editor_recorded_is_told_with_its_source(
    law_site: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file's own form is tested with the content; here it is put beside the deadline that it names."""
    key = "119-hr-7148-f-7041-a-30-days"
    write(tmp_path, {**FILES, f"submissions/{key}.md": SUBMISSION})
    recorded = msgspec.structs.replace(packaged_content(), submissions=load(tmp_path).submissions)
    monkeypatch.setattr("tracker.queries.deadlines.packaged_content", lambda: recorded)
    monkeypatch.setattr("tracker.web.deadlines.remembered", lambda _version, _question, read: read())
    page = Reader(law_site)("/deadlines?actor=Secretary&scope=all")
    assert "Public evidence that it was done, 1" in page.text
    assert "The Department of State published the report on its site." in page.text
    assert "Recorded by the editors, 22 November 2026." in page.text
    assert "https://example.gov/report" in page.links
    assert "1 done by public evidence" in page.text
    assert "No public evidence of submission yet." in page.text  # of the others
