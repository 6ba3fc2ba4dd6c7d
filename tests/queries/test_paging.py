"""Every list gives each row exactly once, forwards and backwards, and takes no cursor but its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tracker.queries.bills import BillFilter, Sort, list_bill_ids
from tracker.queries.changes import list_changes
from tracker.queries.full_text import best_matches
from tracker.queries.legislators import list_legislators
from tracker.queries.paging import BadParameterError, Page, Place, read_limit
from tracker.queries.search import search

Read = Callable[[Session, Place], Page[Any]]


def _sorted_by(sort: Sort) -> Read:
    return lambda session, place: list_bill_ids(session, sort=sort, place=place)


LISTS: dict[str, Read] = {
    **{f"bills by {sort}": _sorted_by(sort) for sort in Sort},
    "a committee's bills": lambda session, place: list_bill_ids(
        session, BillFilter(committee="ssfr00"), place=place
    ),
    "bills about": lambda session, place: list_bill_ids(session, BillFilter(q="vetted units"), place=place),
    "changes": lambda session, place: list_changes(session, place=place),
    "legislators": lambda session, place: list_legislators(session, place=place),
    "matches": lambda session, place: best_matches(session, [["vetted"]], place),
}


@pytest.mark.parametrize("limit", [1, 7, 50])
@pytest.mark.parametrize("name", LISTS)
def test_each_row_comes_once(session: Session, name: str, limit: int) -> None:
    read = LISTS[name]
    everything = read(session, Place(limit=1000))
    forwards: list[Any] = []
    backwards: list[Any] = []
    place: Place | None = Place(limit=limit)
    while place is not None:
        page = read(session, place)
        assert page.total == everything.total
        assert (page.first, page.last) == (len(forwards) + 1, len(forwards) + len(page.items))
        forwards += page.items
        last = page
        place = Place(after=page.next, limit=limit) if page.next else None
    assert forwards == list(everything.items)
    assert len(forwards) == everything.total
    while last.previous:
        backwards = [*last.items, *backwards]
        last = read(session, Place(before=last.previous, limit=limit))
    backwards = [*last.items, *backwards]
    assert backwards == forwards
    assert last.first == 1


def test_a_list_of_one_page_has_no_neighbours(session: Session) -> None:
    page = list_bill_ids(session, place=Place(limit=1000))
    assert page.next is None
    assert page.previous is None


def test_a_page_beyond_the_end_is_empty(session: Session) -> None:
    page = list_bill_ids(session, place=Place(limit=1000))
    first = list_bill_ids(session, place=Place(limit=1))
    assert first.next is not None
    after_last = list_bill_ids(session, BillFilter(congress=999), place=Place(after=first.next))
    assert after_last.items == ()
    assert page.total > 0


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "!!!", "W10", "WzFd", "bnVsbA", "eyJhIjoxfQ", "WzEsMiwzLDQsNV0", "é", "A" * 5000,
     "WzEsIjIwMjUtMDEtMDEiLDk5OTk5OTk5OTk5OTk5OTk5OTldCg", "WzEsIm5vIGRheSIsMV0", "WzEsIjIwMjUtMDEtMDEiLCJ4Il0"],
)  # fmt: skip
def test_a_strange_cursor_is_refused(session: Session, cursor: str) -> None:
    with pytest.raises(BadParameterError):
        list_bill_ids(session, place=Place(after=cursor))
    with pytest.raises(BadParameterError):
        list_bill_ids(session, place=Place(before=cursor))


def test_the_search_pages_too(session: Session) -> None:
    first = search(session, "vetted", today=NOW.date(), place=Place(limit=20))
    second = search(session, "vetted", today=NOW.date(), place=Place(after=first.hits.next, limit=20))
    assert not {hit.item.key for hit in first.hits.items} & {hit.item.key for hit in second.hits.items}


@pytest.mark.parametrize("text", ["0", "-1", "1001", "x", "1.5", "١", "9" * 40])
def test_a_limit_is_a_number_in_range(text: str) -> None:
    with pytest.raises(BadParameterError):
        read_limit(text)


def test_a_limit_may_be_left_out() -> None:
    assert read_limit(None) == read_limit("") == 50
    assert read_limit("1000") == 1000
