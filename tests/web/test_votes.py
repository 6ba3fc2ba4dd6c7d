"""Roll calls in pages: what was decided first, who voted how, and how a reader's own members voted."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import event

from scrapers.records import Chamber, Position
from tests import roll_calls
from tests.roll_calls import DISCHARGE, IN_COMMITTEE, NAMED, PASSAGE
from tests.sites import SITE, Sites
from tests.web.pages import Page, Reader, words
from tracker.db import db
from tracker.queries.roll_calls import Cast
from tracker.states import read_choice
from tracker.web.votes import member_rows, own_members

PAGES = [
    "/votes", "/votes?scope=all", "/votes?country=ISR&chamber=senate", "/votes?bill=sjres33", "/votes?member=S000033",
    "/votes?country=EGY", "/votes?scope=all&congress=119", f"/votes/{DISCHARGE}", f"/votes/{PASSAGE}",
    f"/votes/{IN_COMMITTEE}", f"/votes/{NAMED}", f"/votes/{DISCHARGE}?by=name&state=VT", f"/votes/{DISCHARGE}?state=GU",
    f"/votes/{PASSAGE}?state=NC&district=12", f"/votes/{PASSAGE}?state=NC&district=99", f"/votes/{PASSAGE}?state=ZZ",
    "/bills/119-sjres-33", "/bills/118-sjres-111", "/bills/119-sjres-33/leave-behind", "/legislators/S000033",
    "/legislators/B000490", "/countries/ISR?state=VT",
]  # fmt: skip


@pytest.fixture(scope="session")
def voted(sites: Sites) -> Flask:
    """The small site with roll calls."""
    return sites(roll_calls.fill_site)


@pytest.fixture
def read_voted(voted: Flask) -> Reader:
    return Reader(voted)


def part(page: Page, name: str) -> str:
    (found,) = (one for one in page.all("section") if one.get("id") == name)
    return words(found)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole(read_voted: Reader, path: str) -> None:
    page = read_voted(path)
    assert "None" not in page.text or path.startswith(
        "/bills"
    )  # where nothing changed since, the page says so


def test_the_list_is_whole_before_the_first_collection(read_empty: Reader) -> None:
    assert "No roll call is held yet." in read_empty("/votes").text


def test_the_answer_comes_first(read_voted: Reader) -> None:
    page = read_voted(f"/votes/{DISCHARGE}")
    assert page.heading == "On the Motion to Discharge S.J.Res. 33"
    lede = next(one for one in page.all("p") if one.get("class") == "lede")
    assert (
        words(lede)
        == "The Senate refused to discharge S.J.Res. 33 from committee, 15 to 82, on 3 April 2025."
    )
    assert "What it meant: S.J.Res. 33 stays in committee." in page.text
    assert "/bills/119-sjres-33" in page.links


def test_the_table_has_everybody_once_and_adds_up(read_voted: Reader) -> None:
    page = read_voted(f"/votes/{DISCHARGE}")
    parties, members = page.all("tbody")
    assert len(list(members.iter("tr"))) == 100
    cast = [words(row[1]) for row in members.iter("tr")]
    assert {one: cast.count(one) for one in set(cast)} == {
        "Yea": 15,
        "Nay": 82,
        "Present": 1,
        "Not voting": 2,
    }
    figures = [[int(words(cell)) for cell in row[1:]] for row in parties.iter("tr")]
    assert [sum(column) for column in zip(*figures, strict=True)] == [15, 82, 1, 2]


def test_the_table_goes_by_state_or_by_name(read_voted: Reader) -> None:
    def first(path: str) -> str:
        return words(next(read_voted(path).all("tbody")[1].iter("tr")))

    assert first(f"/votes/{DISCHARGE}").startswith("Britt Nay Alabama") or "Alabama" in first(
        f"/votes/{DISCHARGE}"
    )
    assert "Alsobrooks" in first(f"/votes/{DISCHARGE}?by=name")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (f"/votes/{DISCHARGE}?state=VT", "Bernard Sanders, Independent, Vermont: yea"),
        (f"/votes/{DISCHARGE}?state=GU", "Guam has no senators."),
        (f"/votes/{PASSAGE}?state=GU", "This vote lists nobody of Guam: its member of the House has no vote on this."),
        (f"/votes/{IN_COMMITTEE}?state=GU", "James C. Moylan, Republican, Guam"),
        (f"/votes/{PASSAGE}?state=NC&district=12", "we know nobody’s as district 12 of North Carolina on that day."),
        (f"/votes/{PASSAGE}?state=NC&district=12", "Adams, Democrat, North Carolina: nay"),
        (f"/votes/{PASSAGE}?state=NC&district=99", "North Carolina has 14 districts, and none is numbered “99”."),
        (f"/votes/{PASSAGE}?state=ZZ", "There is no state or territory “ZZ”."),
        (f"/votes/{PASSAGE}?state=WY", "This vote lists nobody of Wyoming."),
    ],
)  # fmt: skip
def test_how_ones_own_members_voted(read_voted: Reader, path: str, sentence: str) -> None:
    assert sentence in part(read_voted(path), "yours")


def test_a_choice_is_kept_when_the_table_is_turned(read_voted: Reader) -> None:
    assert f"/votes/{DISCHARGE}?state=VT&by=name#members" in read_voted(f"/votes/{DISCHARGE}?state=VT").links
    assert f"/votes/{DISCHARGE}?state=VT#members" in read_voted(f"/votes/{DISCHARGE}?state=VT&by=name").links


def member(district: int | None) -> Cast:
    return Cast("Doe", "D", "OH", Position.YEA, "Yea", None, None, district)


def test_a_seat_that_nobody_voted_for_was_vacant_where_all_others_are_known() -> None:
    """Only where every other member's district is known can that be said."""
    casts, choice = [member(1), member(2)], read_choice({"state": "OH", "district": "3"})
    assert own_members(casts, choice, Chamber.HOUSE).note == (
        "This vote lists nobody of district 3 of Ohio: it was vacant."
    )
    found = own_members([*casts, member(None)], choice, Chamber.HOUSE)
    assert found.casts == (member(None),)
    assert "we know nobody’s as district 3 of Ohio" in found.note


def test_what_is_not_held_leads_to_the_official_page(read_voted: Reader) -> None:
    page = read_voted(f"/votes/{NAMED}")
    assert "Who voted how is not held here." in page.text
    official = "https://www.senate.gov/legislative/LIS/roll_call_votes/vote1182/vote_118_2_00292.htm"
    assert official in page.links
    unknown = read_voted("/votes/119-h1-9", 404)
    assert "https://clerk.house.gov/Votes/20259" in unknown.links
    read_voted("/votes/nonsense", 404)


def test_other_spellings_lead_to_the_address(voted: Flask) -> None:
    response = voted.test_client().get("/votes/119-S1-165")
    assert (response.status_code, response.headers["Location"]) == (301, f"/votes/{DISCHARGE}")


@pytest.mark.parametrize("query", ["chamber=lords", "bill=nothing", "member=x", "scope=y"])
def test_a_parameter_that_cannot_be_understood_is_named(read_voted: Reader, query: str) -> None:
    assert query.partition("=")[0] in read_voted(f"/votes?{query}", 400).text


def test_a_measure_shows_what_is_held_and_what_is_only_named(read_voted: Reader) -> None:
    held = read_voted("/bills/119-sjres-33")
    assert "Republicans 0 to 53, Democrats 14 to 28, Independents 1 to 1." in held.text
    assert f"/votes/{DISCHARGE}" in held.links
    named = read_voted("/bills/118-sjres-111").text
    assert "official page: who voted how is not held here" in named
    assert "refused to discharge S.J.Res. 33" in read_voted("/bills/119-sjres-33/leave-behind").text


def test_a_member_shows_votes_without_judging_them(read_voted: Reader) -> None:
    said = part(read_voted("/legislators/S000033"), "votes")
    assert (
        "Yea. The Senate refused to discharge S.J.Res. 33 from committee, 15 to 82, on 3 April 2025." in said
    )
    nobody = part(read_voted("/legislators/B000490"), "votes")
    assert (
        "No roll call on a measure on security assistance that we hold lists Sanford D. Bishop, Jr." in nobody
    )


def test_a_countrys_page_shows_the_votes_of_the_chosen(read_voted: Reader) -> None:
    said = part(read_voted("/countries/ISR?state=VT"), "lawmakers")
    assert re.search(r"Voted Yea\. The Senate refused to discharge S\.J\.Res\. 33", said)


def test_a_measure_without_votes_asks_one_question_of_them(voted: Flask) -> None:
    asked: list[str] = []

    def note(*facts: object) -> None:
        asked.append(str(facts[2]))

    with voted.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            voted.test_client().get("/bills/119-hr-5007")
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "vote" in one.partition("FROM")[2]]) == 1


def test_the_data_of_a_member_leads_to_how_the_member_voted(voted: Flask) -> None:
    client = voted.test_client()
    address = client.get("/legislators/S000033.json").get_json()["votes"]
    (vote,) = client.get(address.removeprefix(SITE)).get_json()["items"]
    assert (vote["key"], vote["position"], vote["meaning"]) == (
        DISCHARGE,
        "yea",
        "S.J.Res. 33 stays in committee.",
    )
    assert [link["key"] for link in vote["links"] if link["kind"] == "country"] == ["country:ISR"]
    positions = client.get(f"/votes/{DISCHARGE}.json").get_json()["positions"]
    assert [one["position"] for one in positions if one["bioguide"] == "S000033"] == ["yea"]


def test_every_vote_has_the_same_headings(read_voted: Reader) -> None:
    for key in (DISCHARGE, PASSAGE, IN_COMMITTEE):
        main = read_voted(f"/votes/{key}").all("main")[0]
        headings = [words(one) for one in main.iter("h2")]
        assert headings == [
            "What it was on", "How the parties voted", "How your own members voted", "Who voted how", "Sources",
            "The count", "On this page",
        ]  # fmt: skip


def test_what_is_printed_of_a_member_is_escaped() -> None:
    odd = Cast("<b>Doe</b>", "<i>", "XX", Position.PRESENT, "Present", None, None, None)
    assert str(member_rows([odd, member(3)], [member(3)])) == (
        '<tr><th scope="row">&lt;b&gt;Doe&lt;/b&gt;</th><td>Present</td><td>not printed</td><td>&lt;i&gt;</td></tr>\n'
        '<tr class="current"><th scope="row">Doe</th><td>Yea</td><td>Ohio 3</td><td>Democrat</td></tr>'
    )


@pytest.mark.parametrize("path", ["/bills/119-sjres-33", "/bills/119-sjres-33/leave-behind"])
def test_a_roll_call_newer_than_the_history_is_said_beside_the_status(read_voted: Reader, path: str) -> None:
    """The saved history of S.J.Res. 33 is of March 2025, before the vote; that of S.J.Res. 111 has its own."""
    said = (
        "Since then: The Senate refused to discharge S.J.Res. 33 from committee, 15 to 82, on 3 April 2025."
    )
    shown = words(read_voted(path).root)
    assert said in shown
    assert "The committee can report it" not in shown  # which came next before the vote
    assert "Since then" not in read_voted("/bills/118-sjres-111").text
