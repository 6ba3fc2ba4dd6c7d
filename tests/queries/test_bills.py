"""What the questions about measures answer, over real files, on both engines."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.small_site import MADE
from tracker.queries.bills import (
    BillFilter,
    Cosponsor,
    Movement,
    Scope,
    Sort,
    held_congresses,
    list_bills,
    movement,
    read_bill,
    read_bill_filter,
    read_sort,
)
from tracker.queries.paging import BadParameterError, Place
from tracker.queries.people import Person
from tracker.stages import Stage

TODAY = date(2026, 11, 2)
EVERYTHING = Place(limit=1000)


def keys(session: Session, which: BillFilter) -> set[str]:
    return {bill.key for bill in list_bills(session, which, today=TODAY, place=EVERYTHING).items}


@pytest.mark.parametrize(
    ("which", "some", "none"),
    [
        (BillFilter(congress=117), "117-s-4791", "119-hr-983"),
        (BillFilter(q="hr 983"), "119-hr-983", "119-hr-5001"),
        (BillFilter(q="119-hr-983"), "119-hr-983", "117-hr-2"),
        (BillFilter(q="foreign military sale"), "119-sjres-33", "119-hr-983"),
        (BillFilter(stages=(Stage.BECAME_LAW,)), "119-hr-983", "119-sjres-33"),
        (BillFilter(stages=(Stage.BECAME_LAW, Stage.IN_COMMITTEE)), "119-sjres-33", "119-hr-5001"),
        (BillFilter(committee="ssfr00"), "119-sjres-33", "119-hr-983"),
        (BillFilter(sponsor="sanders"), "119-sjres-33", "119-hr-983"),
        (BillFilter(sponsor="Sen. Bernard Sanders"), "119-sjres-33", "119-hr-983"),
        (BillFilter(sponsor="S000033"), "119-sjres-33", "119-hr-983"),
        (BillFilter(sponsor="able"), "119-hr-5002", "119-sjres-33"),
        (BillFilter(cosponsor="B000001"), "119-hr-5001", "119-hr-5002"),
    ],
)
def test_a_filter_keeps_what_it_says(session: Session, which: BillFilter, some: str, none: str) -> None:
    found = keys(session, which)
    assert some in found
    assert none not in found


@pytest.mark.parametrize(
    "which",
    [
        BillFilter(q="zzzz"), BillFilter(q="***"), BillFilter(sponsor="%"), BillFilter(sponsor="sen."),
        BillFilter(committee="' OR 1=1"), BillFilter(cosponsor="C000001"), BillFilter(congress=0),
    ],
)  # fmt: skip
def test_nothing_fits(session: Session, which: BillFilter) -> None:
    page = list_bills(session, which, today=TODAY)
    assert (page.items, page.total) == ((), 0)


def test_the_orders(session: Session) -> None:
    def listed(sort: Sort) -> list[tuple[str, int, date]]:
        page = list_bills(session, today=TODAY, sort=sort, place=EVERYTHING)
        return [(bill.key, bill.cosponsor_count, bill.latest_action_on) for bill in page.items]

    counts = [count for _, count, _ in listed(Sort.COSPONSORS)]
    assert counts == sorted(counts, reverse=True)
    days = [day for _, _, day in listed(Sort.LATEST)]
    assert days == sorted(days, reverse=True)
    by_number = [key for key, _, _ in listed(Sort.NUMBER) if key.startswith("119-hr-")]
    assert by_number == sorted(by_number, key=lambda key: int(key.rpartition("-")[2]))


def test_a_row_says_where_it_stands(session: Session) -> None:
    (bill,) = list_bills(session, BillFilter(q="119-hr-983"), today=TODAY).items
    assert bill.name == "H.R. 983"
    assert bill.stage is Stage.BECAME_LAW
    assert bill.status.startswith("Became law on ")
    assert bill.sponsor is not None
    assert bill.sponsor.name.startswith("Rep. ")
    assert bill.document.publisher == "U.S. Government Publishing Office"
    assert len(bill.document.sha256) == 64


def test_an_ended_congress_ends_its_measures(session: Session) -> None:
    (bill,) = list_bills(session, BillFilter(q="117-s-2972"), today=TODAY).items
    assert bill.has_died
    (bill,) = list_bills(session, BillFilter(q="117-s-2972"), today=date(2022, 12, 1)).items
    assert not bill.has_died


def test_a_measure_has_everything(session: Session) -> None:
    detail = read_bill(session, "119-hr-983", today=TODAY)
    assert detail is not None
    assert detail.laws
    assert detail.texts
    assert detail.titles
    assert {committee.name.split()[0] for committee in detail.committees} == {"House", "Senate"}


def test_a_thing_told_by_two_systems_happened_once(session: Session) -> None:
    detail = read_bill(session, "119-hr-983", today=TODAY)
    assert detail is not None
    told = [(entry.on, entry.text, entry.committees) for entry in detail.actions]
    assert len(told) == len(set(told))
    for text in ("Introduced in House", "Became Public Law", "Presented to President", "Passed"):
        assert sum(entry.text.startswith(text) for entry in detail.actions) == 1
    assert [entry.on for entry in detail.actions] == sorted((e.on for e in detail.actions), reverse=True)


def test_a_line_without_words_gets_ours(session: Session) -> None:
    detail = read_bill(session, "119-hres-214", today=TODAY)
    assert detail is not None
    (ours,) = [entry for entry in detail.actions if entry.is_ours]
    assert ours.text
    assert "None" not in ours.text


def test_votes_come_once_with_the_clerks_page(session: Session) -> None:
    detail = read_bill(session, "118-sjres-111", today=TODAY)
    assert detail is not None
    (vote,) = detail.votes
    assert vote.url is not None
    assert vote.page.startswith("https://www.senate.gov/")
    assert (vote.yeas, vote.nays) == (18, 79)


def test_a_vote_that_only_the_text_names_is_found(session: Session) -> None:
    detail = read_bill(session, "117-sjres-31", today=TODAY)
    assert detail is not None
    (vote,) = detail.votes
    assert (vote.roll, vote.yeas, vote.nays) == (484, 30, 67)
    assert vote.url is None
    assert vote.page.endswith("/vote1171/vote_117_1_00484.htm")


def test_a_reserved_number_has_almost_nothing(session: Session) -> None:
    detail = read_bill(session, "117-hr-2", today=TODAY)
    assert detail is not None
    assert (detail.sponsors, detail.cosponsors, detail.votes) == ((), (), ())
    assert detail.bill.sponsor is None


def test_withdrawn_cosponsors_are_told_apart(session: Session) -> None:
    detail = read_bill(session, "119-hr-5001", today=TODAY)
    assert detail is not None
    assert len(detail.cosponsors) == 30 == detail.bill.cosponsor_count
    assert [one.person.bioguide for one in detail.withdrawn] == ["C000001"]
    assert len(detail.movement.joined) == 30
    assert len(detail.movement.withdrawn) == 1
    assert detail.changes


def test_nobody_knows_this_measure(session: Session) -> None:
    for key in ("119-hr-77777", "119-HR-983", "", "nonsense", "%"):
        assert read_bill(session, key, today=TODAY) is None


def test_the_congresses_we_hold(session: Session) -> None:
    assert held_congresses(session) == (119, 118, 117)


def test_the_total_counts_everything(session: Session) -> None:
    assert list_bills(session, today=TODAY).total == MADE + 1 + 17


# --- plain values -------------------------------------------------------------------------------------------


def someone(joined: date | None, withdrew: date | None = None) -> Cosponsor:
    return Cosponsor(Person("A000001", "Rep. Ann Able", "D", "MD", 4), joined, None, withdrew)


@pytest.mark.parametrize(
    ("person", "counts"),
    [
        (someone(date(2026, 11, 2)), (1, 0)),
        (someone(date(2026, 10, 4)), (1, 0)),
        (someone(date(2026, 10, 3)), (0, 0)),
        (someone(date(2026, 11, 3)), (0, 0)),
        (someone(None), (0, 0)),
        (someone(date(2025, 1, 1), date(2026, 11, 1)), (0, 1)),
        (someone(date(2026, 10, 20), date(2026, 11, 1)), (1, 1)),
    ],
)
def test_thirty_days_end_today(person: Cosponsor, counts: tuple[int, int]) -> None:
    moved = movement([person], TODAY)
    assert (len(moved.joined), len(moved.withdrawn)) == counts
    assert moved == Movement(date(2026, 10, 3), TODAY, moved.joined, moved.withdrawn)


def test_a_query_string_becomes_a_filter() -> None:
    args = {"q": " leahy ", "congress": "119", "chamber": "senate", "stage": "reported,on_calendar",
            "committee": "SSFR00", "sponsor": "", "scope": "all", "unknown": "x"}  # fmt: skip
    which = read_bill_filter(args)
    assert (which.q, which.congress, which.committee, which.sponsor) == ("leahy", 119, "ssfr00", None)
    assert which.stages == (Stage.REPORTED, Stage.ON_CALENDAR)
    assert read_bill_filter({}) == BillFilter(scope=Scope.SECURITY_ASSISTANCE)
    assert read_sort({"sort": "number"}) is Sort.NUMBER
    assert read_sort({}) is Sort.LATEST


@pytest.mark.parametrize(
    "args",
    [{"congress": "x"}, {"congress": "1191"}, {"congress": "-1"}, {"chamber": "lords"}, {"stage": "asleep"},
     {"stage": "reported,asleep"}],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(args: dict[str, str]) -> None:
    with pytest.raises(BadParameterError) as refused:
        read_bill_filter(args)
    assert refused.value.name in args
    assert refused.value.message
