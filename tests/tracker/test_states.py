"""Whose lawmakers somebody asks about: a state and a district, or what of them cannot be."""

from __future__ import annotations

import json

import pytest

from tests.mirror import mirror_root
from tracker.states import HOMES, NOBODY, Choice, read_choice

VERMONT, GUAM, OHIO = HOMES["VT"], HOMES["GU"], HOMES["OH"]


def test_the_house_has_435_seats_and_six_without_a_vote() -> None:
    states = [home for home in HOMES.values() if home.is_state]
    assert (len(states), sum(home.seats for home in states)) == (50, 435)
    assert {home.code for home in HOMES.values() if not home.is_state} == {"AS", "DC", "GU", "MP", "PR", "VI"}
    assert list(OHIO.districts) == list(range(1, 16))
    assert list(VERMONT.districts) == list(GUAM.districts) == [0]


@pytest.mark.mirror
def test_everybody_in_the_house_has_a_seat_of_the_table() -> None:
    host = mirror_root() / "unitedstates.github.io" / "congress-legislators"
    people = json.loads((host / "legislators-current.json").read_bytes())
    terms = [person["terms"][-1] for person in people]
    seats = [(term["state"], term["district"]) for term in terms if term["type"] == "rep"]
    assert len(seats) > 430
    assert [seat for seat in seats if seat[1] not in HOMES[seat[0]].districts] == []


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ({}, NOBODY),
        ({"district": "3"}, NOBODY),  # a district of no state
        ({"state": " "}, NOBODY),
        ({"state": "OH"}, Choice(OHIO)),
        ({"state": "oh", "district": "3"}, Choice(OHIO, 3)),
        ({"state": "OH", "district": "15"}, Choice(OHIO, 15)),
        ({"state": "VT"}, Choice(VERMONT, 0)),
        ({"state": "VT", "district": "1"}, Choice(VERMONT, 0)),
        ({"state": "GU", "district": "0"}, Choice(GUAM, 0)),
    ],
)
def test_what_was_chosen(typed: dict[str, str], choice: Choice) -> None:
    assert read_choice(typed) == choice


@pytest.mark.parametrize(
    ("typed", "home", "problem"),
    [
        ({"state": "ZZ"}, None, "There is no state or territory “ZZ”. Please choose one from the list."),
        ({"state": "<b>\0"}, None, "There is no state or territory “<b>”. Please choose one from the list."),
        ({"state": "OH", "district": "16"}, OHIO, "Ohio has 15 districts, and none is numbered “16”."),
        ({"state": "OH", "district": "0"}, OHIO, "Ohio has 15 districts, and none is numbered “0”."),
        ({"state": "OH", "district": "-1"}, OHIO, "Ohio has 15 districts, and none is numbered “-1”."),
        ({"state": "OH", "district": "³"}, OHIO, "Ohio has 15 districts, and none is numbered “³”."),
        (
            {"state": "VT", "district": "2"},
            VERMONT,
            "Vermont has one member of the House for all of it, and no district “2”.",
        ),
    ],
)
def test_what_cannot_be_is_said(typed: dict[str, str], home: object, problem: str) -> None:
    choice = read_choice(typed)
    assert choice.home is home
    assert choice.problem == problem
