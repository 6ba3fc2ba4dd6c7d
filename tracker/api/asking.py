"""From a request to an answer: reads the filters, asks one question, and puts it into the API's shape.

The addresses under /api/v1 and the pages' other forms both answer with these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn, TypeVar

from flask import abort
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tracker.api import compose
from tracker.api.answers import (
    BillAnswer,
    BillList,
    ChangeItem,
    ChangeList,
    LegislatorAnswer,
    LegislatorList,
    SearchList,
    SourceItem,
    SourceList,
    StatusAnswer,
)
from tracker.api.parameters import read_place
from tracker.api.replies import settings
from tracker.db import db
from tracker.queries.bills import BillDetail, BillRow, list_bills, read_bill, read_bill_filter, read_sort
from tracker.queries.changes import (
    ChangeRow,
    following_since,
    list_changes,
    read_change,
    read_change_filter,
)
from tracker.queries.legislators import list_legislators, read_legislator, read_legislator_filter
from tracker.queries.paging import MAXIMUM, BadParameterError, Page, Place
from tracker.queries.search import search
from tracker.queries.sources import list_sources, newest_documents, site_health
from tracker.queries.spelling import read_key
from tracker.web.clock import now, today
from tracker.web.freshness import bills_known_until

Args = Mapping[str, str]
T = TypeVar("T")


def site() -> str:
    """Our own address."""
    return settings().public_url


# --- measures ---------------------------------------------------------------------------------------


def bill_page(args: Args, place: Place) -> Page[BillRow]:
    return list_bills(db.session, read_bill_filter(args), today=today(), sort=read_sort(args), place=place)


def bills(args: Args) -> BillList:
    return compose.bill_list(site(), bill_page(args, read_place(args)))


def every_bill(args: Args) -> Iterator[BillRow]:
    which, sort, day = read_bill_filter(args), read_sort(args), today()
    return every(lambda session, place: list_bills(session, which, today=day, sort=sort, place=place))


def bill_detail(key: str) -> BillDetail:
    found = (
        read_bill(db.session, key, today=today(), known_until=bills_known_until()) if read_key(key) else None
    )
    return found or _unknown("bill", key)


def bill(key: str) -> BillAnswer:
    return compose.bill_answer(site(), bill_detail(key))


# --- changes ----------------------------------------------------------------------------------------


def change_page(args: Args, place: Place) -> Page[ChangeRow]:
    return list_changes(db.session, read_change_filter(args), place)


def changes(args: Args) -> ChangeList:
    return compose.change_list(site(), change_page(args, read_place(args)))


def every_change(args: Args) -> Iterator[ChangeRow]:
    which = read_change_filter(args)
    return every(lambda session, place: list_changes(session, which, place))


def change(key: str) -> ChangeItem:
    found = read_change(db.session, int(key)) if _is_number(key) else None
    return compose.change_item(site(), found or _unknown("change", key))


def _is_number(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) < 10


# --- legislators ------------------------------------------------------------------------------------


def legislators(args: Args) -> LegislatorList:
    page = list_legislators(db.session, read_legislator_filter(args), read_place(args))
    return compose.legislator_list(site(), page)


def legislator(key: str) -> LegislatorAnswer:
    found = read_legislator(db.session, key, today=today()) if key.isalnum() else None
    return compose.legislator_answer(site(), found or _unknown("legislator", key))


# --- sources ----------------------------------------------------------------------------------------


def sources(args: Args) -> SourceList:
    """Few enough to be read at once; a page of them goes by key."""
    place, items = read_place(args), _source_items()
    after = place.after
    rest = [item for item in items if after is None or item.key > after]
    shown = rest[: place.limit]
    following = shown[-1].key if len(rest) > len(shown) else None
    return SourceList(tuple(shown), following, len(items))


def source(key: str) -> SourceItem:
    return next((item for item in _source_items() if item.key == key), None) or _unknown("source", key)


def status() -> StatusAnswer:
    health = site_health(db.session, now())
    return StatusAnswer(
        health.current,
        health.total,
        health.last_good_at,
        following_since(db.session),
        tuple(_source_items()),
        health.bundled_as_of,
    )


def _source_items() -> list[SourceItem]:
    newest = newest_documents(db.session)
    found = list_sources(db.session, now())
    return [compose.source_item(site(), one, newest.get(one.key)) for one in found]


# --- search -----------------------------------------------------------------------------------------


def found(args: Args) -> SearchList:
    query = (args.get("q") or "").strip()
    if not query:
        raise BadParameterError("q", "q takes the words to look for.")
    return compose.search_list(site(), search(db.session, query, today=today(), place=read_place(args)))


# --- what they share --------------------------------------------------------------------------------


def _unknown(kind: str, key: str) -> NoReturn:
    abort(404, f"There is no {kind} {key[:80]} here.")


def every(read: Callable[[Session, Place], Page[T]]) -> Iterator[T]:
    """A whole list, part by part, after the request is over; it goes on where the last part ended."""
    return _parts(db.engine, read)


def _parts(engine: Engine, read: Callable[[Session, Place], Page[T]]) -> Iterator[T]:
    place = Place(limit=MAXIMUM)
    while True:
        with Session(engine) as session:  # given back before the reader, who may take long, gets the part
            page = read(session, place)
        yield from page.items
        if page.next is None:
            return
        place = Place(after=page.next, limit=MAXIMUM)
