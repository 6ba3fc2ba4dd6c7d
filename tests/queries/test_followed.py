"""What can be followed: targets in any spelling, which changes are about them, and how much that will be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tracker.queries.changes import ChangeFilter, list_changes
from tracker.queries.followed import (
    MOST_TARGETS,
    Volume,
    list_followed,
    read_history,
    read_target,
    read_targets,
    read_volume,
)
from tracker.queries.paging import Place

ALL = Place(limit=1000)


@pytest.mark.parametrize(
    ("text", "target", "title", "path"),
    [
        ("country:EGY", "country:EGY", "Egypt", "/countries/EGY"),
        (" Country: egypt ", "country:EGY", "Egypt", "/countries/EGY"),
        ("topic:arms-sales", "topic:arms-sales", "Arms sales", "/arms-sales"),
        ("topic:Appropriations", "topic:appropriations", "Appropriations", "/appropriations"),
        ("source:legislators", "source:legislators", "", "/status"),
        ("recommendation:restrict-alliances-with-abusers", "recommendation:restrict-alliances-with-abusers", "",
         "/recommendations/restrict-alliances-with-abusers"),
        ("promise:ppd23-goal-1", "promise:ppd23-goal-1", "", "/promises/ppd23-goal-1"),
        ("bill:119-hr-983", "bill:119-hr-983", "", "/bills/119-hr-983"),
        ("bill:H.R. 983, 119th Congress", "bill:119-hr-983", "", "/bills/119-hr-983"),
        ("search:119-hr-983", "bill:119-hr-983", "", "/bills/119-hr-983"),
        ('search: "end use"   monitoring ', 'search:"end use" monitoring', 'Search for "end use" monitoring',
         "/search?q=%22end+use%22+monitoring"),
        ("search:Vetting\u202e\x00 units", "search:Vetting units", "Search for Vetting units",
         "/search?q=Vetting+units"),
    ],
)  # fmt: skip
def test_a_target_is_named_in_plain_words(
    session: Session, text: str, target: str, title: str, path: str
) -> None:
    found = read_target(session, text)
    assert found is not None
    assert (found.target, found.path) == (target, path)
    assert found.title == title if title else len(found.title) > 5
    assert read_target(session, found.target) == found


@pytest.mark.parametrize(
    "text",
    ["", ":", "country:", "country:Atlantis", "bill:119-hr-77777", "bill:983", "topic:everything", "source:nobody",
     "recommendation:ppd23-goal-1", "promise:x", "programme:fmf", "search:", "search:!!!", "search:" + "word " * 60,
     "report:gao-25-1", "arms-sale:99-99", "country:EGY' OR 1=1", "\x00", "bill:\ud800", "x" * 5000],
)  # fmt: skip
def test_what_is_no_target_is_refused(session: Session, text: str) -> None:
    assert read_target(session, text) is None


def test_targets_are_read_once_each_and_not_without_end(session: Session) -> None:
    found, unknown = read_targets(session, ["country:EGY", "country:egypt", "x:y", "country:JOR"])
    assert [one.target for one in found] == ["country:EGY", "country:JOR"]
    assert unknown == ["x:y"]
    found, _ = read_targets(session, [f"search:word{number}" for number in range(MOST_TARGETS + 9)])
    assert len(found) == MOST_TARGETS


def ids(session: Session, *targets: str, kinds: list[str] | None = None) -> list[int]:
    page = list_followed(session, targets, kinds, ALL)
    assert page.total == len(page.items)
    return [change.id for change in page.items]


def test_what_is_followed_is_what_the_log_has_of_it(session: Session) -> None:
    every = list_changes(session, ChangeFilter(), ALL).items
    assert len(every) > 30
    of_bill = [change.id for change in every if change.item_key == "bill:119-hr-5001"]
    assert ids(session, "bill:119-hr-5001") == of_bill != []
    assert ids(session, "source:govinfo_billstatus") == [change.id for change in every]
    assert ids(session, "topic:arms-sales") == ids(session, "topic:appropriations") == []
    assert ids(session, "search:measure new") == [
        change.id for change in every if change.item_key == "bill:119-hr-5999"
    ]
    for target, which in (
        ("country:EGY", ChangeFilter(country="EGY")),
        ("recommendation:restrict-alliances-with-abusers",
         ChangeFilter(recommendation="restrict-alliances-with-abusers")),
    ):  # fmt: skip
        assert ids(session, target) == [change.id for change in list_changes(session, which, ALL).items]


def test_a_change_is_listed_once_however_many_targets_it_is_about(session: Session) -> None:
    one, other = ids(session, "bill:119-hr-5001"), ids(session, "bill:119-hr-5999")
    both = ids(session, "bill:119-hr-5001", "bill:119-hr-5999", "search:measure")
    assert both == sorted({*one, *other}, reverse=True)
    assert ids(session) == []


def test_kinds_narrow_what_is_followed(session: Session) -> None:
    page = list_followed(session, ["bill:119-hr-5001"], ["cosponsor_added"], ALL)
    assert {change.kind for change in page.items} == {"cosponsor_added"}
    assert ids(session, "bill:119-hr-5001", kinds=[]) == []


def test_the_volume_counts_what_came_since_we_follow(session: Session) -> None:
    later = NOW + timedelta(days=200)
    target = "bill:119-hr-5001"
    assert (
        read_volume(session, [target], None, NOW + timedelta(days=3)).in_words == "too early to say how much"
    )
    soon = read_volume(session, [target], None, NOW + timedelta(days=30))
    assert (soon.changes, soon.days) == (len(ids(session, target)), 30)
    narrow = read_volume(session, [target], ["cosponsor_withdrawn"], NOW + timedelta(days=30))
    assert narrow.changes == len(ids(session, target, kinds=["cosponsor_withdrawn"])) == 1
    assert read_volume(session, [target], None, later) == Volume(0, 90)


@pytest.mark.parametrize(
    ("changes", "days", "words"),
    [(0, 90, "nothing so far"), (1, 90, "less than an item a month"), (3, 90, "about an item a month"),
     (7, 90, "about 2 items a month"), (13, 90, "about an item a week"), (39, 90, "about 3 items a week"),
     (300, 90, "about 20 items a week"), (1234, 90, "about 100 items a week"), (12345, 90, "about 1,000 items a week"),
     (1, 7, "about an item a week"), (9, 6, "too early to say how much")],
)  # fmt: skip
def test_the_volume_in_words(changes: int, days: int, words: str) -> None:
    assert Volume(changes, days).in_words == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(90, "reckoned from the last 90 days"), (12, "reckoned from the last 12 days, since we began"),
     (2, "because we have been following for less than a week")],
)  # fmt: skip
def test_the_volume_says_what_it_is_reckoned_from(days: int, words: str) -> None:
    assert Volume(1, days).basis == words


def test_before_there_is_a_change_the_official_record_is_shown(session: Session) -> None:
    today = NOW.date()
    found = read_history(
        session, ["recommendation:restrict-alliances-with-abusers", "search:military"], today, 3
    )
    assert found.total >= len(found.items) > 0
    assert [one.on for one in found.items] == sorted((one.on for one in found.items), reverse=True)
    assert all(one.path.startswith("/bills/") and one.status for one in found.items)
    single = read_history(session, ["bill:119-hr-5999"], today, 3)
    assert (single.moved, single.total) == (1, 1)
    assert single.sentence == "By the official record it moved in the 90 days to 2 November 2026."
    assert read_history(session, ["source:legislators"], today, 3).items == ()
    many = read_history(session, ["search:measure", "topic:arms-sales"], today, 2)
    assert many.sentence.startswith(
        f"By the official record {many.moved:,} of {many.total:,} measures and notices"
    )
