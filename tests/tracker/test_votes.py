"""Roll calls into rows: positions, the measures they are about, and what a follower of those hears, in any order."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, select

from scrapers.records import Outcome, Position
from tests.conftest import Collect, FakeClock
from tests.databases import rows_of
from tests.publishing import Mirror, action, bill_file
from tests.votes import (
    ADDRESS,
    DISCHARGE,
    MEASURE,
    PASSAGE,
    collect_measures,
    members_source,
    put_measure,
    put_members,
    put_vote,
    reference,
)
from tracker.ingest.votes import MEASURE as TIES
from tracker.ingest.votes import POSITION, SETTLES, VOTE, wanted_votes
from tracker.models import Change, Item, Status, Via
from tracker.phrases import change_sentence


def all_of(engine: Engine, statement: Any) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(statement))


def changes(engine: Engine) -> list[Any]:
    """The ledger on roll calls, in its order."""
    votes = select(Change.kind, Change.natural_key, Change.old, Change.new, Change.occurred_on, Item.key)
    return all_of(
        engine,
        votes.join(Item, Item.id == Change.item_id)
        .where(Change.kind.startswith("vote_"))
        .order_by(Change.id),
    )


def wanted(engine: Engine, **options: str) -> list[str]:
    with engine.connect() as connection:
        return [url for (url,) in wanted_votes(connection, options)]


def hold_measure(mirror: Mirror, collect: Collect, *votes: str) -> None:
    """A measure that is history by the time that anything else happens."""
    put_measure(mirror, *votes, updated="2025-03-04T10:00:00Z")
    collect_measures(collect)


# --- what is stored -------------------------------------------------------------------------------------


def test_the_roll_calls_of_measures_in_scope_are_brought_in_and_tied(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_members(mirror, ("B001230", "S354", "Tammy Baldwin"))
    collect(members_source())
    hold_measure(mirror, collect, reference())
    put_vote(mirror, DISCHARGE)
    report = collect("senate_votes")
    assert (report.status, report.created, report.changes, report.problems) == (Status.OK, 1, 0, [])
    (vote,) = all_of(engine, select(VOTE))
    assert (vote.key, vote.yeas, vote.nays, vote.present, vote.not_voting) == (DISCHARGE, 15, 82, 1, 2)
    assert (vote.outcome, vote.statement) == (Outcome.FAILED, "On the Motion to Discharge S.J.Res. 33")
    parties = {one.party: (one.yeas, one.nays, one.present, one.not_voting) for one in vote.party_totals}
    assert tuple(map(sum, zip(*parties.values(), strict=True))) == (15, 82, 1, 2)
    positions = all_of(engine, select(POSITION).order_by(POSITION.c.place))
    assert len(positions) == 100
    assert Counter(row.position for row in positions)[Position.YEA] == 15
    named = {row.name: row.bioguide for row in positions if row.bioguide}
    assert named == {"Tammy Baldwin": "B001230"}  # the others are in no listing, and nobody guesses
    ties = all_of(engine, select(TIES).order_by(TIES.c.via))
    assert [tuple(row) for row in ties] == [
        (DISCHARGE, f"bill:{MEASURE}", Via.DOCUMENT), (DISCHARGE, f"bill:{MEASURE}", Via.REFERENCE),
    ]  # fmt: skip


def test_collecting_again_writes_nothing(engine: Engine, mirror: Mirror, collect: Collect) -> None:
    hold_measure(mirror, collect, reference())
    put_vote(mirror, DISCHARGE)
    collect("senate_votes")
    before = rows_of(engine)
    assert collect("senate_votes").status is Status.UNCHANGED
    assert rows_of(engine) == before
    put_vote(mirror, DISCHARGE, ("<vote_document_text>", "<vote_document_text>Other words nobody keeps. "))
    report = collect("senate_votes", vote=DISCHARGE)
    assert (report.status, report.unchanged) == (Status.UNCHANGED, 1)
    assert rows_of(engine, ("collection", "source_document")) == {
        name: rows for name, rows in before.items() if name != "source_document"
    }


def test_senators_are_named_when_the_listing_of_members_comes_later(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_vote(mirror, DISCHARGE)
    collect("senate_votes", vote=DISCHARGE)
    known = select(POSITION.c.bioguide, POSITION.c.lis).where(POSITION.c.bioguide.is_not(None))
    assert all_of(engine, known) == []
    put_members(mirror, ("B001230", "S354", "Tammy Baldwin"), ("X000001", "S999", "Nobody Here"))
    collect(members_source())
    assert [tuple(row) for row in all_of(engine, known)] == [("B001230", "S354")]
    before = rows_of(engine)
    assert collect("senate_votes", vote=DISCHARGE).status is Status.UNCHANGED
    assert rows_of(engine) == before


def test_a_roll_call_of_no_measure_that_we_hold_is_kept_with_its_tie(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_vote(mirror, PASSAGE)
    assert collect("house_votes", vote=PASSAGE).created == 1
    assert [tuple(row) for row in all_of(engine, select(TIES))] == [
        (PASSAGE, "bill:119-hr-5371", Via.DOCUMENT)
    ]


def test_a_vote_that_only_a_line_of_text_names_is_asked_for(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    line = (
        "Motion to discharge Senate Committee on Foreign Relations rejected by Yea-Nay Vote. 15 - 82. "
        "Record Vote Number: 165."
    )
    put_measure(mirror, "", line=line)
    collect_measures(collect)
    assert wanted(engine) == [ADDRESS[DISCHARGE]]


def test_a_reference_that_the_publisher_takes_back_ties_no_more(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    hold_measure(mirror, collect, reference())
    put_measure(mirror, updated="2025-05-01T10:00:00Z")
    collect_measures(collect)
    assert all_of(engine, select(TIES)) == []
    assert wanted(engine) == []


def test_one_bad_document_keeps_no_other_from_being_stored(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    hold_measure(mirror, collect, reference())
    put_vote(mirror, DISCHARGE, ("<yeas>15", "<yeas>16"))
    report = collect("senate_votes")
    assert report.status is Status.QUARANTINED
    assert [problem.message for problem in report.problems] == [
        "the total of yea is 16, 15 members are listed so"
    ]
    assert all_of(engine, select(VOTE)) == []
    put_vote(mirror, DISCHARGE)
    assert collect("senate_votes").created == 1


# --- what is asked for --------------------------------------------------------------------------------------


def test_measures_out_of_scope_ask_for_nothing_unless_named(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    put_measure(mirror, reference(), title="A measure about school buses")
    collect_measures(collect)
    assert wanted(engine) == []
    assert wanted(engine, bill=MEASURE) == [ADDRESS[DISCHARGE]]


def test_a_vote_is_asked_for_until_it_is_settled(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    hold_measure(mirror, collect, reference())
    put_vote(mirror, DISCHARGE)
    (first,) = wanted(engine)
    assert first == ADDRESS[DISCHARGE]
    with engine.connect() as connection:
        assert connection.execute(select(VOTE)).first() is None
    fake_clock.at = fake_clock.at.replace(year=2025, month=4, day=4)
    collect("senate_votes")
    assert wanted(engine) == [ADDRESS[DISCHARGE]]  # it may be corrected yet
    fake_clock.forward(days=SETTLES.days)
    put_vote(mirror, DISCHARGE, ("<modify_date>", "<modify_date> "))
    collect("senate_votes")
    assert wanted(engine) == []


# --- what is news -------------------------------------------------------------------------------------------


def test_positions_after_the_reference_are_told_once_for_what_they_add(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    hold_measure(mirror, collect)
    put_measure(mirror, reference())
    collect_measures(collect)
    assert [row.kind for row in changes(engine)] == ["vote_reference"]
    fake_clock.forward(hours=5)
    put_vote(mirror, DISCHARGE)
    assert collect("senate_votes").changes == 1
    told = changes(engine)
    assert [(row.kind, row.key) for row in told] == [
        ("vote_reference", f"bill:{MEASURE}"), ("vote_positions", f"bill:{MEASURE}"),
    ]  # fmt: skip
    assert told[0].natural_key == told[1].natural_key == "senate 119-1-165"
    assert change_sentence("vote_positions", None, told[1].new, told[1].occurred_on) == (
        "How members voted in the Senate's roll call 165 of 2025 on 3 April 2025 was published: "
        "On the Motion to Discharge S.J.Res. 33: 15 to 82, motion to discharge rejected. "
        "Republicans 0 to 53, Democrats 14 to 28 (1 present, 2 not voting), independents 1 to 1."
    )
    fake_clock.forward(hours=5)
    put_vote(mirror, DISCHARGE, ("<modify_date>", "<modify_date> "))
    assert collect("senate_votes", vote=DISCHARGE).changes == 0


def test_positions_before_the_reference_leave_the_news_to_it(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    hold_measure(mirror, collect)
    put_vote(mirror, DISCHARGE)
    assert collect("senate_votes", vote=DISCHARGE).changes == 0
    put_measure(mirror, reference())
    collect_measures(collect)
    assert [row.kind for row in changes(engine)] == ["vote_reference"]


@pytest.mark.parametrize("days", [0, 8])
def test_positions_of_what_is_history_by_now_are_told_to_nobody(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock, days: int
) -> None:
    """Because the reference came with the first reading of the listing, or because it was news long ago."""
    if days:
        hold_measure(mirror, collect)
    put_measure(mirror, reference())
    collect_measures(collect)
    fake_clock.forward(days=days)
    put_vote(mirror, DISCHARGE)
    assert collect("senate_votes").created == 1
    assert [row.kind for row in changes(engine)] == (["vote_reference"] if days else [])


def test_a_corrected_total_is_a_change_each_time_that_it_differs(
    engine: Engine, mirror: Mirror, collect: Collect, fake_clock: FakeClock
) -> None:
    hold_measure(mirror, collect, reference())
    put_vote(mirror, DISCHARGE)
    collect("senate_votes")
    corrected = (
        ("<yeas>15", "<yeas>16"), ("<present>1</present>", "<present/>"),
        ("<vote_cast>Present", "<vote_cast>Yea"),
    )  # fmt: skip
    for edits in (corrected, (), corrected):
        fake_clock.forward(days=1)
        put_vote(mirror, DISCHARGE, *edits)
        report = collect("senate_votes", vote=DISCHARGE)
        assert (report.updated, report.changes) == (1, 1)
    told = changes(engine)
    assert [row.kind for row in told] == ["vote_corrected"] * 3
    assert len({row.natural_key for row in told}) == 3
    assert change_sentence("vote_corrected", told[0].old, told[0].new, told[0].occurred_on) == (
        "The record of the Senate's roll call 165 of 2025 on 3 April 2025 was corrected: "
        "16 to 82; Motion to Discharge Rejected instead of 15 to 82; Motion to Discharge Rejected."
    )
    (vote,) = all_of(engine, select(VOTE))
    assert (vote.yeas, vote.present) == (16, 0)


def test_a_vote_of_two_measures_is_told_to_the_followers_of_each_whose_history_names_it(
    engine: Engine, mirror: Mirror, collect: Collect
) -> None:
    other = "119-sjres-34"
    both = (MEASURE, other)
    first = {
        key: bill_file(key, title="Foreign military sales", updated="2025-03-04T10:00:00Z") for key in both
    }
    mirror.put_zip(first, bill_type="sjres")
    collect_measures(collect)
    line = action("2025-04-03", "Motion to discharge rejected.", recordedVotes=reference())
    later = {
        key: bill_file(key, title="Foreign military sales", updated="2025-04-04T10:00:00Z", actions=line)
        for key in both
    }
    mirror.put_zip(later, bill_type="sjres")
    collect_measures(collect)
    put_vote(mirror, DISCHARGE)
    assert collect("senate_votes").changes == 2
    told = Counter((row.kind, row.key) for row in changes(engine))
    assert told == Counter(
        {(kind, f"bill:{key}"): 1 for key in both for kind in ("vote_reference", "vote_positions")}
    )
