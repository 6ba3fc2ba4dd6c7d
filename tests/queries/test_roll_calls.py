"""Roll calls as they are asked for: lists by what they are on, everybody's position, a member's votes. Both engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from scrapers.records import Chamber, Position
from scrapers.roll_calls import parse_key
from tests import roll_calls
from tests.conftest import ENGINES
from tests.roll_calls import DISCHARGE, IN_COMMITTEE, NAMED, PASSAGE
from tests.sites import Sites
from tracker.queries.links import items_in_scope
from tracker.queries.paging import BadParameterError, Place
from tracker.queries.roll_calls import (
    ANY_VOTE,
    VoteFilter,
    list_votes,
    read_unheld,
    read_vote,
    read_vote_filter,
    votes_of_bill,
    votes_of_members,
)


@pytest.fixture(scope="module", params=ENGINES)
def voted(request: pytest.FixtureRequest, sites: Sites) -> Iterator[Session]:
    """A session on the small site with roll calls."""
    engine = create_engine(sites.database(roll_calls.fill_site, request.param))
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ({}, [DISCHARGE]),  # the others are on measures that are not held
        ({"scope": "all"}, [PASSAGE, IN_COMMITTEE, DISCHARGE]),
        ({"scope": "all", "chamber": "house"}, [PASSAGE, IN_COMMITTEE]),
        ({"scope": "all", "congress": "118"}, []),
        ({"bill": "S.J.Res. 33"}, [DISCHARGE]),
        ({"bill": "119-hr-5371"}, [PASSAGE]),  # a measure that is named is found whatever the scope
        ({"bill": "118-hr-5371"}, []),
        ({"country": "isr"}, [DISCHARGE]),
        ({"country": "EGY"}, []),
        ({"member": "s000033"}, [DISCHARGE]),
        ({"member": "A000370"}, []),
    ],
)
def test_a_list_has_what_was_asked_for(voted: Session, typed: dict[str, str], keys: list[str]) -> None:
    page = list_votes(voted, read_vote_filter(typed))
    assert [vote.key for vote in page.items] == keys
    assert page.total == len(keys)


def test_a_list_comes_in_parts(voted: Session) -> None:
    first = list_votes(voted, ANY_VOTE, Place(limit=2))
    second = list_votes(voted, ANY_VOTE, Place(after=first.next, limit=2))
    back = list_votes(voted, ANY_VOTE, Place(before=second.previous, limit=2))
    assert [vote.key for page in (first, second) for vote in page.items] == [PASSAGE, IN_COMMITTEE, DISCHARGE]
    assert (second.first, second.last, second.next) == (3, 3, None)
    assert back.items == first.items


@pytest.mark.parametrize(
    ("name", "value"),
    [("chamber", "lords"), ("congress", "now"), ("bill", "words"), ("country", "XX"), ("member", "x"), ("scope", "y")],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(name: str, value: str) -> None:
    with pytest.raises(BadParameterError) as refused:
        read_vote_filter({name: value})
    assert refused.value.name == name
    assert name in refused.value.message


def test_a_roll_call_has_everybody(voted: Session) -> None:
    detail = read_vote(voted, DISCHARGE)
    assert detail is not None
    vote = detail.vote
    assert (
        vote.sentence
        == "The Senate refused to discharge S.J.Res. 33 from committee, 15 to 82, on 3 April 2025."
    )
    assert vote.means == "S.J.Res. 33 stays in committee."
    assert vote.name == "Senate vote 165 of 2025"
    assert vote.page.endswith("/vote1191/vote_119_1_00165.htm")
    assert [(one.key, one.is_held) for one in vote.measures] == [("119-sjres-33", True)]
    assert len(detail.casts) == vote.yeas + vote.nays + vote.present + vote.not_voting == 100
    sanders = next(one for one in detail.casts if one.bioguide == "S000033")
    assert (sanders.full_name, sanders.state, sanders.position) == ("Bernard Sanders", "VT", Position.YEA)
    assert next(one for one in detail.casts if one.bioguide is None).full_name is None


def test_delegates_have_the_home_of_the_list_of_members(voted: Session) -> None:
    detail = read_vote(voted, IN_COMMITTEE)
    assert detail is not None
    assert detail.vote.in_committee_of_the_whole
    delegates = [one for one in detail.casts if one.bioguide in ("M001219", "H001103")]
    assert {(one.state, one.district) for one in delegates} <= {("GU", 0), ("PR", 0)}
    assert delegates


def test_what_is_not_held_is_known_by_who_names_it(voted: Session) -> None:
    named = parse_key(NAMED)
    assert named is not None
    assert read_vote(voted, NAMED) is None
    found = read_unheld(voted, named)
    assert found is not None
    assert [one.key for one in found.measures] == ["118-sjres-111"]
    assert found.page.endswith("vote_118_2_00292.htm")
    assert read_unheld(voted, named._replace(roll=9999)) is None


def test_a_measure_and_a_member_have_their_votes(voted: Session) -> None:
    (vote,) = votes_of_bill(voted, "119-sjres-33")
    assert vote.key == DISCHARGE
    assert votes_of_bill(voted, "119-hr-983") == ()
    found = votes_of_members(voted, ["S000033", "K000383", "A000000"], items_in_scope())
    said: dict[str, Any] = {
        who: [(one.vote.key, one.position) for one in votes] for who, votes in found.items()
    }
    assert said == {"S000033": [(DISCHARGE, Position.YEA)], "K000383": [(DISCHARGE, Position.NAY)]}
    (his,) = list_votes(voted, VoteFilter(member="S000033")).items
    assert (his.key, his.position) == (DISCHARGE, Position.YEA)
    assert votes_of_members(voted, [], items_in_scope()) == {}
    assert list_votes(voted, VoteFilter(chamber=Chamber.SENATE)).total == 1
