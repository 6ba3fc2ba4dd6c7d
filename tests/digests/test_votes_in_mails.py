"""Roll calls in mails: question, result, parties, and how the reader's own lawmakers voted, in text and HTML alike."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.digests.site import BODY, SECRET, SENDER, Got, Site, at, told
from tests.publishing import action, cosponsor
from tests.votes import DISCHARGE, PASSAGE, members_source, put_members, put_vote, reference
from tracker.digests.preview import preview
from tracker.digests.reading import Facts
from tracker.digests.votes import Home

BILL = "119-hr-5371"
TODAY = ("19-Sep-2025", "1-Nov-2026")
HOW = "On Passage, H.R. 5371: passed, 32 to 28."
PARTIES = "Republicans 32 to 0, Democrats 0 to 28."
ADAMS = "Your representative: Alma Adams (D) nay."
ADERHOLT = "Your representative: Robert Aderholt (R) yea."


def history(*keys: str) -> str:
    line = "On passage Passed by the Yeas and Nays."
    return action("2025-01-03") + "".join(
        action("2026-11-01", line, type="Floor", recordedVotes=reference(key)) for key in keys
    )


@pytest.fixture
def voted(site: Site) -> Site:
    """A measure that is history, and a listing of two representatives and a senator."""
    site.begin(BILL)
    put_members(
        site.mirror, ("A000370", "NC-12", "Alma Adams"), ("A000055", "AL-4", "Robert Aderholt"),
        ("B001230", "S354", "Tammy Baldwin"),
    )  # fmt: skip
    site.collect(members_source())
    return site


def flat(words: str) -> str:
    """A mail's words on one line, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", words).split())


def both(got: Got) -> tuple[str, str]:
    return flat(got.words.text), flat(got.words.html)


def publish_vote(site: Site, *keys: str) -> None:
    """The history names these roll calls, and their positions come with it."""
    site.publish(BILL, actions=history(*keys))
    for key in keys:
        put_vote(site.mirror, key, *([TODAY] if key == PASSAGE else []))
        site.collect("house_votes" if key == PASSAGE else "senate_votes", vote=key)


def test_a_mail_says_what_was_asked_how_it_came_out_and_how_the_readers_own_voted(voted: Site) -> None:
    readers = {
        home: voted.reader(f"bill:{BILL}", home_state=home[0], home_district=home[1])
        for home in (("NC", 12), ("AL", 4), ("NC", None), ("NY", 1), (None, None))
    }
    publish_vote(voted, PASSAGE)
    voted.plan()
    own = {
        ("NC", 12): ADAMS,
        ("AL", 4): ADERHOLT,
        ("NY", 1): "For NY-1 we know of no member in this roll call.",
    }
    for home, reader in readers.items():
        for part in both(voted.last(reader)):
            assert HOW in part
            assert PARTIES in part
            assert "Official roll call" in part
            assert "https://clerk.house.gov/Votes/2025281" in voted.last(reader).words.html
            for whose, words in own.items():
                assert (words in part) == (whose == home)


def test_senators_are_told_by_the_state_alone_and_by_name_where_nobody_knows_more(voted: Site) -> None:
    reader = voted.reader(f"bill:{BILL}", home_state="WI")
    publish_vote(voted, DISCHARGE)
    voted.plan()
    for part in both(voted.last(reader)):
        assert "On the Motion to Discharge S.J.Res. 33: motion to discharge rejected, 15 to 82." in part
        assert re.search(r"Your senators: Tammy Baldwin \(D\) \w+, Ron Johnson \(R\) nay\.", part)


def test_bodies_are_shared_by_all_who_read_the_same(voted: Site) -> None:
    homes = [("NC", 12), ("NC", 12), ("AL", 4), (None, None), ("NC", None), ("AL", None)]
    readers = [
        voted.reader(f"bill:{BILL}", home_state=state, home_district=district) for state, district in homes
    ]
    publish_vote(voted, PASSAGE)
    report = voted.plan()
    assert report.bodies == 3
    words = [voted.last(reader).words for reader in readers]
    assert words[0] == words[1]
    assert words[3] == words[4] == words[5]
    assert len({one.text for one in words}) == 3
    assert voted.last(readers[0]).kept.home == Home("NC", 12)  # for what the mail has no room for
    assert voted.last(readers[3]).kept.home is None


def test_without_a_roll_call_nobodys_home_is_asked_for_and_all_share_one_body(voted: Site) -> None:
    for home in (("NC", 12), ("AL", 4), (None, None)):
        voted.reader(f"bill:{BILL}", home_state=home[0], home_district=home[1])
    voted.publish(BILL, cosponsors=cosponsor("A000001", "Rep. Able, Ann [D-MD-4]", "2026-11-01"))
    asked: list[str] = []

    @event.listens_for(voted.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    assert voted.plan().bodies == 1
    assert [one for one in asked if "home_state" in one or "vote" in one] == []
    assert len(asked) > 5


def test_where_the_positions_are_not_held_the_mail_leads_to_the_official_page(voted: Site) -> None:
    reader = voted.reader(f"bill:{BILL}", home_state="WI")
    voted.publish(BILL, actions=history(DISCHARGE))
    voted.plan()
    for part in both(voted.last(reader)):
        assert "Senate vote: official page" in part
        assert "Your senator" not in part


def test_positions_that_come_after_the_mail_are_told_in_the_next(voted: Site) -> None:
    reader = voted.reader(f"bill:{BILL}", home_state="NC", home_district=12)
    voted.publish(BILL, actions=history(PASSAGE))
    voted.plan()
    put_vote(voted.mirror, PASSAGE, TODAY)
    assert voted.collect("house_votes", vote=PASSAGE).changes == 1
    voted.plan()
    first, second = voted.digests(reader)
    assert len(told(second)) == 1
    assert second.words.subject.startswith("How members voted on H.R. 5371")
    for part in both(second):
        assert (
            "How members voted in the House's roll call 281 of 2025 on 1 November 2026 was published" in part
        )
        assert PARTIES in part
        assert ADAMS in part
    assert ADAMS not in flat(first.words.text)


def test_a_reference_and_its_positions_in_one_mail_are_told_once(voted: Site) -> None:
    reader = voted.reader(f"bill:{BILL}", home_state="NC", home_district=12, kinds=("votes",))
    publish_vote(voted, PASSAGE)
    voted.plan()
    got = voted.last(reader)
    assert [kind for _, kind in voted.changes(f"bill:{BILL}") if kind.startswith("vote")] == [
        "vote_reference", "vote_positions",
    ]  # fmt: skip
    assert len(told(got)) == 2
    for part in both(got):
        assert part.count("Alma Adams") == 1
        assert part.count("roll call 281") == 1
        assert "1 change on" in part


def test_a_corrected_total_is_told_as_one(voted: Site) -> None:
    publish_vote(voted, PASSAGE)
    reader = voted.reader(f"bill:{BILL}", home_state="NC", home_district=12)
    voted.clock.forward(hours=1)
    put_vote(
        voted.mirror, PASSAGE, TODAY, ("<vote>Nay</vote>", "<vote>Present</vote>"),
        ("<yea-total>32</yea-total>\r\n<nay-total>28</nay-total>\r\n<present-total>0<",
         "<yea-total>32</yea-total>\r\n<nay-total>27</nay-total>\r\n<present-total>1<"),
    )  # fmt: skip
    assert voted.collect("house_votes", vote=PASSAGE).changes == 1
    voted.plan()
    for part in both(voted.last(reader)):
        assert "was corrected: 32 to 27; Passed instead of 32 to 28; Passed." in part
        assert "Your representative: Alma Adams (D) present." in part


def test_an_urgent_mail_has_the_delegation_where_the_positions_are_held(voted: Site) -> None:
    reader = voted.reader(
        f"bill:{BILL}", home_state="NC", home_district=12, at_once=True, due_at=at("2026-11-09T09:00:00")
    )
    publish_vote(voted, PASSAGE)
    voted.plan(days=0.01)
    (got,) = voted.digests(reader, "urgent")
    for part in both(got):
        assert ADAMS in part


def test_an_example_of_real_facts_has_the_last_roll_calls(voted: Site) -> None:
    put_vote(voted.mirror, PASSAGE, TODAY)
    voted.collect("house_votes", vote=PASSAGE)
    example = preview(voted.engine, SENDER, SECRET, voted.clock(), "nobody@example.org")
    assert "the last steps of measures, votes and arms sales" in example.notice
    assert HOW in flat(example.words.text)
    put_vote(voted.mirror, PASSAGE, ("19-Sep-2025", "30-Nov-2026"))
    voted.collect("house_votes", vote=PASSAGE)  # later than the measure's file, which would say otherwise
    again = preview(voted.engine, SENDER, SECRET, voted.clock(), "nobody@example.org")
    assert HOW not in flat(again.words.text)


def test_a_member_of_years_ago_is_found_by_the_seat_of_the_day(voted: Site) -> None:
    """A term that ended before the vote is no seat in it."""
    with voted.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE legislator_term SET ended_on = '2025-06-01' WHERE bioguide = 'A000370'"
        )
        connection.exec_driver_sql("UPDATE legislator SET district = NULL WHERE bioguide = 'A000370'")
    publish_vote(voted, PASSAGE)
    voted.reader(f"bill:{BILL}", home_state="NC", home_district=12)
    with Session(voted.engine) as session:
        facts = Facts(voted.clock().date())
        changes = [id for id, kind in voted.changes(f"bill:{BILL}") if kind == "vote_reference"]
        facts.news(session, changes)
        assert (
            facts.of_home(session, changes[0], Home("NC", 12))
            == "For NC-12 we know of no member in this roll call."
        )
        assert facts.of_home(session, changes[0], Home("AL", 4)) == ADERHOLT
        assert session.execute(select(BODY)).all() == []
