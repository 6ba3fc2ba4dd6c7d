"""What the chambers' roll calls do besides what their formats promise: a case for each oddity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from scrapers.errors import DriftError
from scrapers.records import Chamber, Majority, Outcome, Position, RollCall, VoteAmendment, VoteDocument
from scrapers.roll_calls import RollCallKey, key_of_address, parse_key, session_on
from scrapers.source import Document
from scrapers.sources import house_votes, senate_votes
from scrapers.times import parse_date
from scrapers.votes import measure_key, outcome_of
from tests.sources.saved import FOLDER, addresses

HOUSE, SENATE = "house_votes", "senate_votes"
PASSAGE, COMMITTEE = "passage.xml", "committee-of-the-whole.xml"
DISCHARGE, AMENDMENT, NOMINATION = "discharge.xml", "amendment.xml", "nomination.xml"


def read(key: str, name: str, *edits: tuple[str, str], url: str | None = None) -> RollCall:
    """A saved roll call with these words in place of those, each of which must be there."""
    text = (FOLDER / key / name).read_bytes().decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    address = url or addresses(key)[name]
    document = Document(address, text.encode(), "text/xml", datetime(2026, 11, 2, tzinfo=UTC), "")
    (vote,) = (house_votes.parse if key == HOUSE else senate_votes.parse)(document)
    return vote


def house(*edits: tuple[str, str], name: str = PASSAGE) -> RollCall:
    return read(HOUSE, name, *edits)


def senate(*edits: tuple[str, str], name: str = DISCHARGE) -> RollCall:
    return read(SENATE, name, *edits)


# --- keys and addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("119-h1-281", "https://clerk.house.gov/evs/2025/roll281.xml"),
        ("119-h2-24", "https://clerk.house.gov/evs/2026/roll024.xml"),
        ("117-h2-1000", "https://clerk.house.gov/evs/2022/roll1000.xml"),
        (
            "119-s1-165",
            "https://www.senate.gov/legislative/LIS/roll_call_votes/vote1191/vote_119_1_00165.xml",
        ),
        ("101-s2-7", "https://www.senate.gov/legislative/LIS/roll_call_votes/vote1012/vote_101_2_00007.xml"),
    ],
)
def test_a_roll_call_is_known_by_key_and_address(key: str, url: str) -> None:
    found = parse_key(key)
    assert found is not None
    assert (str(found), found.url, key_of_address(url)) == (key, url, found)


@pytest.mark.parametrize(
    "text", ["", "119-h1-0", "119-x1-5", "119-h1-5 ", "119-h4-5", "h1-5", "119-h1-123456", "119-H1-5"]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert parse_key(text) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://clerk.house.gov/evs/2025/roll5.xml",
        "https://clerk.house.gov/Votes/2025281",
        "https://www.senate.gov/legislative/LIS/roll_call_votes/vote1191/vote_119_2_00165.xml",
        "https://www.senate.gov/legislative/LIS/roll_call_votes/vote1191/vote_119_1_00165.htm",
    ],
)
def test_what_is_no_address_of_data_is_no_roll_call(url: str) -> None:
    assert key_of_address(url) is None


@pytest.mark.parametrize(
    ("day", "session"),
    [("2025-01-03", 1), ("2025-12-31", 1), ("2026-01-02", 1), ("2026-01-05", 2), ("2013-01-01", 2)],
)
def test_a_session_ends_when_the_next_begins(day: str, session: int) -> None:
    assert session_on(parse_date(day)) == session


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("H R 5371", "119-hr-5371"), ("H RES 1376", "119-hres-1376"), ("H CON RES 14", "119-hconres-14"),
        ("H J RES 7", "119-hjres-7"), ("S 1071", "119-s-1071"), ("S.J.Res. 33", "119-sjres-33"),
        ("S. Con. Res. 29", "119-sconres-29"), ("S.Res. 195", "119-sres-195"), ("H.R. 7148", "119-hr-7148"),
        ("QUORUM", None), ("MOTION", None), ("ADJOURN", None), ("JOURNAL", None), ("PN62", None),
        ("Treaty Doc. 117-3", None), ("S.Amdt. 1517", None), ("H AMDT 7", None),
    ],
)  # fmt: skip
def test_only_a_measure_has_a_measures_key(name: str, key: str | None) -> None:
    assert measure_key(name, 119) == key


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("Passed", Outcome.PASSED), ("Agreed to", Outcome.PASSED), ("Failed", Outcome.FAILED),
        ("Amendment Rejected", Outcome.FAILED), ("Motion to Table Agreed to", Outcome.PASSED),
        ("Motion Not Agreed to", Outcome.FAILED), ("Nomination Confirmed", Outcome.PASSED),
        ("Cloture Motion Rejected", Outcome.FAILED), ("Cloture Not Invoked", Outcome.FAILED),
        ("Veto Sustained", Outcome.FAILED), ("Veto Overridden", Outcome.PASSED),
        ("Decision of Chair Sustained", Outcome.PASSED), ("Decision of Chair Not Sustained", Outcome.FAILED),
        ("Point of Order Not Well Taken", Outcome.FAILED), ("Guilty", Outcome.PASSED), ("Not Guilty", Outcome.FAILED),
        ("Amendment Germane", None), ("Held over", None),
    ],
)  # fmt: skip
def test_an_outcome_is_read_only_where_the_words_are_certain(result: str, outcome: Outcome | None) -> None:
    assert outcome_of(result) is outcome


# --- the House --------------------------------------------------------------------------------------


def test_the_house_says_what_when_and_how() -> None:
    vote = house()
    assert (vote.chamber, vote.congress, vote.session, vote.roll) == (Chamber.HOUSE, 119, 1, 281)
    assert vote.voted_at == datetime(2025, 9, 19, 14, 44, tzinfo=UTC)
    assert (vote.question, vote.result, vote.outcome) == ("On Passage", "Passed", Outcome.PASSED)
    assert vote.documents == (VoteDocument("H R 5371", "119-hr-5371"),)
    assert (vote.method, vote.majority) == ("YEA-AND-NAY", Majority.HALF)
    assert vote.title == "Continuing Appropriations and Extensions Act, 2026"
    first = vote.members[0]
    assert (first.bioguide, first.name, first.party, first.state) == ("A000370", "Adams", "D", "NC")
    assert (first.position, first.said) == (Position.NAY, "Nay")


def test_in_the_committee_of_the_whole_delegates_vote_and_are_of_no_state() -> None:
    vote = house(name=COMMITTEE)
    assert vote.in_committee_of_the_whole
    assert not house().in_committee_of_the_whole
    assert {member.state for member in vote.members} > {"XX"}
    assert {member.said for member in vote.members} == {"Aye", "No", "Present", "Not Voting"}
    assert {member.position for member in vote.members if member.said in ("Aye", "No")} == {
        Position.YEA,
        Position.NAY,
    }
    assert vote.amendment == VoteAmendment("15", author="Greene of Georgia Part A Amendment No. 20")
    assert vote.title is None


def test_an_evening_in_winter_is_the_next_day_in_utc_and_the_doubled_hour_is_the_first() -> None:
    late = house(('time-etz="10:44">10:44 AM', 'time-etz="23:50">11:50 PM'), ("19-Sep-2025", "3-Feb-2025"))
    assert late.voted_at == datetime(2025, 2, 4, 4, 50, tzinfo=UTC)
    twice = house(('time-etz="10:44"', 'time-etz="01:30"'), ("19-Sep-2025", "2-Nov-2025"))
    assert twice.voted_at == datetime(2025, 11, 2, 5, 30, tzinfo=UTC)


def test_without_the_hour_in_figures_its_words_are_read() -> None:
    assert house((' time-etz="10:44"', "")).voted_at == house().voted_at
    noon = house((' time-etz="10:44">10:44 AM', ">12:05 PM"))
    assert noon.voted_at == datetime(2025, 9, 19, 16, 5, tzinfo=UTC)


def test_two_thirds_are_said_by_the_kind_of_vote() -> None:
    assert house(("YEA-AND-NAY", "2/3 YEA-AND-NAY")).majority is Majority.TWO_THIRDS
    assert house(("YEA-AND-NAY", "3/5 RECORDED VOTE")).majority is Majority.THREE_FIFTHS


def test_a_quorum_call_asks_nothing() -> None:
    vote = house(("H R 5371", "QUORUM"), ("YEA-AND-NAY", "QUORUM"))
    assert (vote.majority, vote.outcome, vote.result) == (None, None, "Passed")
    assert vote.documents == (VoteDocument("QUORUM"),)


@pytest.mark.parametrize("printed", ['name-id="A000370" ', 'name-id="A000370"'])
def test_a_member_without_an_id_is_kept_by_name(printed: str) -> None:
    other = "" if printed.endswith(" ") else 'name-id="0000000"'
    member = house((printed, other)).members[0]
    assert (member.bioguide, member.name) == (None, "Adams")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("<vote>Nay</vote>", "<vote>Perhaps</vote>"), "no vote that we know: 'Perhaps'"),
        (("<vote>Nay</vote>", "<vote>Yea</vote>"), "the total of yea is 32, 33 members are listed so"),
        (('name-id="A000055"', 'name-id="A000370"'), "a member stands twice: A000370"),
        (('name-id="A000370"', 'name-id="N00007"'), "no bioguide id: 'N00007'"),
        (("<session>1st", "<session>First"), "no session"),
        (("<rollcall-num>281", "<rollcall-num>282"), "the document is of 119-h1-282, not of 119-h1-281"),
        (("<chamber>U.S. House of Representatives", "<chamber>Senate"), "a roll call of Senate"),
        (("19-Sep-2025", "2025-09-19"), "not a day"),
        (("19-Sep-2025", "31-Sep-2025"), "not a time"),
        (("19-Sep-2025", "19-Okt-2025"), "no month"),
        (('time-etz="10:44">10:44 AM', ">soon"), "action-time is no time"),
        (("<majority>R</majority>", "<mood>R</mood>"), "unknown element mood"),
        (("<vote-question>On Passage", "<vote-question>"), "vote-question is missing"),
        (("<totals-by-vote>", "<totals-by-candidate/><totals-by-vote>"), "candidates by name, which is not read"),
    ],
)  # fmt: skip
def test_what_the_clerk_does_not_promise_is_drift(edit: tuple[str, str], message: str) -> None:
    with pytest.raises(DriftError, match=message):
        house(edit)


# --- its DOCTYPE ------------------------------------------------------------------------------------

NAMED = '<!DOCTYPE rollcall-vote PUBLIC "-//US Congress//DTDs/vote v1.0 20031119 //EN" "../vote.dtd">'


@pytest.mark.parametrize(
    "doctype",
    [
        "",
        '<!DOCTYPE rollcall-vote SYSTEM "file:///nowhere/vote.dtd">',
        '<!DOCTYPE rollcall-vote SYSTEM "http://127.0.0.1:9/vote.dtd">',
    ],
)
def test_the_name_of_a_dtd_is_taken_out_before_anything_could_open_it(doctype: str) -> None:
    assert house((NAMED, doctype)) == house()


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rollcall-vote [<!ENTITY a "b">]>',
        '<!DOCTYPE rollcall-vote SYSTEM "../vote.dtd" [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>',
        NAMED + NAMED,
    ],
)
def test_more_than_a_name_is_refused(doctype: str) -> None:
    with pytest.raises(DriftError, match="DOCTYPE"):
        house((NAMED, doctype))


def test_the_senate_names_no_dtd_and_may_not() -> None:
    with pytest.raises(DriftError, match="DOCTYPE"):
        senate(("<roll_call_vote>", '<!DOCTYPE roll_call_vote SYSTEM "a.dtd"><roll_call_vote>'))


# --- the Senate -------------------------------------------------------------------------------------


def test_the_senate_says_what_when_and_how() -> None:
    vote = senate()
    assert (vote.chamber, vote.congress, vote.session, vote.roll) == (Chamber.SENATE, 119, 1, 165)
    assert vote.voted_at.astimezone(UTC).date().isoformat() == "2025-04-03"
    assert vote.statement == "On the Motion to Discharge S.J.Res. 33"
    assert (vote.result, vote.outcome) == ("Motion to Discharge Rejected", Outcome.FAILED)
    assert (vote.yeas, vote.nays, vote.present, vote.not_voting) == (15, 82, 1, 2)
    assert [document.bill for document in vote.documents] == ["119-sjres-33"]
    assert (vote.amendment, vote.tie_breaker, vote.method) == (None, None, None)
    assert vote.members[0].lis is not None
    assert vote.members[0].bioguide is None


def test_an_amendment_names_what_it_amends_and_its_measure() -> None:
    vote = senate(name=AMENDMENT)
    assert vote.amendment is not None
    assert (vote.amendment.number, vote.amendment.to) == ("S.Amdt. 3761", "S. 2296")
    assert vote.majority is Majority.THREE_FIFTHS
    assert vote.statement == "On the Amendment S.Amdt. 3761 to S.Amdt. 3748 to S. 2296"
    assert vote.documents == (VoteDocument("S. 2296", "119-s-2296"),)


def test_an_amendment_without_a_document_is_on_what_it_amends() -> None:
    vote = senate(("<document_name>S. 2296", "<document_name>"), name=AMENDMENT)
    assert vote.documents == (VoteDocument("S. 2296", "119-s-2296"),)


def test_a_nomination_is_on_no_measure() -> None:
    assert senate(name=NOMINATION).documents == ()
    named = senate(("<document_name/>", "<document_name>PN1062</document_name>"), name=NOMINATION)
    assert named.documents == (VoteDocument("PN1062"),)


def test_a_vote_en_bloc_is_on_many_documents() -> None:
    of_118 = "<document_congress>118</document_congress><document_name>S. 7</document_name>"
    more = f"<document>{of_118}</document><amendment>"
    vote = senate(("<amendment>", more))
    assert [document.bill for document in vote.documents] == ["119-sjres-33", "118-s-7"]


def tie(yeas: int, nays: int, said: str = "Yea") -> Callable[[], RollCall]:
    return lambda: senate(
        ("<yeas>15</yeas>", f"<yeas>{yeas}</yeas>"), ("<nays>82</nays>", f"<nays>{nays}</nays>"),
        ("<by_whom/>", "<by_whom>Vice President</by_whom>"),
        ("<tie_breaker_vote/>", f"<tie_breaker_vote>{said}</tie_breaker_vote>"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("vote", "position"),
    [(tie(15, 82), Position.YEA), (tie(16, 82), Position.YEA), (tie(15, 83, "Nay"), Position.NAY)],
    ids=["not counted", "counted", "a nay, counted"],
)
def test_who_breaks_a_tie_is_no_senator_and_in_no_count(
    vote: Callable[[], RollCall], position: Position
) -> None:
    found = vote()
    assert (found.tie_breaker, found.tie_vote) == ("Vice President", position)
    assert (found.yeas, found.nays, len(found.members)) == (15, 82, 100)


def test_two_votes_too_many_break_no_tie() -> None:
    with pytest.raises(DriftError, match="the total of yea is 17, 15 members"):
        tie(17, 82)()


def test_guilty_is_a_yea_and_not_guilty_a_nay_and_a_live_pair_is_present() -> None:
    vote = senate(
        ("<vote_cast>Nay", "<vote_cast>Not Guilty"), ("<vote_cast>Yea", "<vote_cast>Guilty"),
        ("<vote_cast>Present", "<vote_cast>Present, Giving Live Pair"),
    )  # fmt: skip
    said = {member.said: member.position for member in vote.members}
    assert (said["Guilty"], said["Not Guilty"]) == (Position.YEA, Position.NAY)
    assert said["Present, Giving Live Pair"] is Position.PRESENT


def test_an_empty_count_is_none() -> None:
    assert senate(("<present>1</present>", "<present/>"), ("<vote_cast>Present", "<vote_cast>Not Voting"),
                  ("<absent>2<", "<absent>3<")).present == 0  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("<vote_cast>Nay", "<vote_cast>No idea"), "no vote that we know"),
        (("<yeas>15", "<yeas>16"), "the total of yea is 16, 15 members are listed so"),
        (("<yeas>15", "<yeas>many"), "yeas is no number: 'many'"),
        (("<vote_number>165", "<vote_number>166"), "the document is of 119-s1-166, not of 119-s1-165"),
        (("<majority_requirement>1/2", "<majority_requirement>7/8"), "no majority that we know: '7/8'"),
        (("<vote_date>April", "<vote_date>Floréal"), "vote_date is no time"),
        (("<by_whom/>", "<by_whom>Vice President</by_whom>"), "a tie that was broken"),
        (("<lis_member_id>S", "<lis_member_id>X"), "no id of a senator"),
        (("<question>", "<mood/><question>"), "unknown element mood"),
        (("<question>", "<vote_title/><question>"), "vote_title stands twice"),
    ],
)  # fmt: skip
def test_what_the_senate_does_not_promise_is_drift(edit: tuple[str, str], message: str) -> None:
    with pytest.raises(DriftError, match=message):
        senate(edit)


# --- asking -----------------------------------------------------------------------------------------

STORE = [
    (RollCallKey(Chamber.HOUSE, 119, 1, 281).url,),
    (RollCallKey(Chamber.SENATE, 119, 1, 165).url,),
    (RollCallKey(Chamber.HOUSE, 119, 1, 281).url,),
    ("https://www.govinfo.gov/content/pkg/BILLS-119s1780rs/xml/BILLS-119s1780rs.xml",),
]


def test_each_chamber_takes_its_own_of_what_is_wanted_once() -> None:
    house, senate = house_votes.SOURCE.wanted, senate_votes.SOURCE.wanted
    assert house is not None
    assert senate is not None
    assert [request.url for request in house({}, STORE)] == [STORE[0][0]]
    assert [request.url for request in senate({}, STORE)] == [STORE[1][0]]
    assert list(house({"vote": "119-h1-5"}, STORE)) == []


def test_one_roll_call_is_asked_for_by_its_key() -> None:
    assert [request.url for request in house_votes.SOURCE.requests({"vote": "119-h1-281"})] == [STORE[0][0]]
    both = house_votes.SOURCE.requests({"vote": "119-h1-281,119-h2-24"})
    assert [request.url.rpartition("/evs/")[2] for request in both] == [
        "2025/roll281.xml",
        "2026/roll024.xml",
    ]
    assert list(senate_votes.SOURCE.requests({})) == []


@pytest.mark.parametrize(
    "options",
    [
        {"vote": "119-s1-165"},
        {"vote": "281"},
        {"vote": "119-h1-281,"},
        {"vote": "119-h1-5", "bill": "119-s-1"},
    ],
)
def test_what_names_no_roll_call_of_the_house_is_said(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="option"):
        list(house_votes.SOURCE.requests(options))
