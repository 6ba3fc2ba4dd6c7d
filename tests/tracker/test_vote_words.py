"""A roll call in words, and its changes in a sentence each, however little is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from scrapers.records import Majority, MemberVote, Position, VoteAmendment, VoteDocument
from tracker.phrases import change_sentence
from tracker.votes.tally import PartyTotal, party_totals
from tracker.votes.words import asked, majority_words, party_name, party_sentence, read_parties, tally_words

BILL = VoteDocument("H R 7148", "119-hr-7148")
SENATE = {"chamber": "senate", "congress": 119, "session": 1, "roll": 165}
DAY = date(2025, 4, 3)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("On Passage", None, (BILL,)), "On Passage, H.R. 7148"),
        (("On Passage", "On Passage of the Bill H.R. 7148", (BILL,)), "On Passage of the Bill H.R. 7148"),
        (("On Agreeing to the Amendment", None, (BILL,), VoteAmendment("15", author="Greene of Georgia No. 20")),
         "On Agreeing to the Amendment, H.R. 7148: Greene of Georgia No. 20"),
        (("On Agreeing to the Amendment", None, (), VoteAmendment("15")), "On Agreeing to the Amendment, 15"),
        (("Call of the House", None, (VoteDocument("QUORUM"),)), "Call of the House, QUORUM"),
        (("On Passage", None, (BILL, VoteDocument("S 1071", "119-s-1071"))), "On Passage, H.R. 7148, S. 1071"),
        (("On Passage",), "On Passage"),
    ],
)  # fmt: skip
def test_the_whole_question(given: tuple[Any, ...], words: str) -> None:
    assert asked(*given) == words


def member(party: str, position: Position) -> MemberVote:
    return MemberVote("Ann Able", party, "VT", position, "said")


def test_parties_are_counted_the_largest_first() -> None:
    members = [
        *[member("R", Position.YEA)] * 3, *[member("D", Position.NAY)] * 4, member("R", Position.PRESENT),
        member("D", Position.NOT_VOTING), member("I", Position.YEA),
    ]  # fmt: skip
    totals = party_totals(members)
    assert totals == (PartyTotal("D", 0, 4, 0, 1), PartyTotal("R", 3, 0, 1), PartyTotal("I", 1))
    assert party_sentence(totals) == (
        "Democrats 0 to 4 (1 not voting), Republicans 3 to 0 (1 present), independents 1 to 0."
    )
    assert party_totals([]) == ()
    assert party_sentence(()) == ""


@pytest.mark.parametrize(
    ("letter", "name"),
    [("R", "Republicans"), ("D", "Democrats"), ("ID", "independents"), ("Q", "members printed with “Q”"),
     ("", "members without a party")],
)  # fmt: skip
def test_a_party_that_nobody_knows_keeps_its_letter(letter: str, name: str) -> None:
    assert party_name(letter) == name


def test_who_broke_a_tie_is_said() -> None:
    assert tally_words(217, 212) == "217 to 212"
    assert tally_words(50, 50, "Vice President", Position.YEA) == "50 to 50, and the Vice President voted yea"


def test_what_was_needed_is_said_where_the_record_says_it() -> None:
    assert majority_words(Majority.THREE_FIFTHS) == "three fifths"
    assert majority_words(None) == ""


@pytest.mark.parametrize(
    "value", [None, "R", [{"yeas": 3}], [{"party": "R", "yeas": "many"}], {"party": "R"}]
)
def test_parties_that_cannot_be_read_are_none(value: Any) -> None:
    assert read_parties(value) == ()


@pytest.mark.parametrize(
    ("kind", "old", "new", "on", "sentence"),
    [
        ("vote_positions", None, SENATE, DAY,
         "How members voted in the Senate's roll call 165 of 2025 on 3 April 2025 was published."),
        ("vote_positions", None, None, None, "How members voted in the chamber's roll call was published."),
        ("vote_positions", None, {**SENATE, "yeas": 15, "nays": 82, "parties": [{"party": "D", "yeas": 14}]}, None,
         "How members voted in the Senate's roll call 165 of 2025 was published: 15 to 82. Democrats 14 to 0."),
        ("vote_corrected", {"yeas": 15, "nays": 82}, {**SENATE, "yeas": 16, "nays": 82}, DAY,
         "The record of the Senate's roll call 165 of 2025 on 3 April 2025 was corrected: "
         "16 to 82 instead of 15 to 82."),
        ("vote_corrected", None, SENATE, None, "The record of the Senate's roll call 165 of 2025 was corrected."),
    ],
)  # fmt: skip
def test_a_change_of_a_roll_call_is_one_sentence(
    kind: str, old: Any, new: Any, on: date | None, sentence: str
) -> None:
    assert change_sentence(kind, old, new, on) == sentence
