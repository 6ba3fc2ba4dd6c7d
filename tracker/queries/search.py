"""Search: a measure's number in any spelling first, then full text with the words marked."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy.orm import Session

from tracker.queries.arms_sales import SaleRow, sales_by_id
from tracker.queries.bills import BillRow, bills_by_id, held_measures
from tracker.queries.full_text import Piece, best_matches, marked
from tracker.queries.paging import Page, Place
from tracker.queries.spelling import Reference, read_reference
from tracker.queries.words import read_phrases
from tracker.sentences import ordinal

FIRST_RESULTS = Place(limit=20)


class Hit(msgspec.Struct, frozen=True):
    """An item in which the words occur: its title in pieces, and some of the words around them."""

    item: BillRow | SaleRow
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]

    @property
    def path(self) -> str:
        """Its page."""
        return self.item.path if isinstance(self.item, SaleRow) else f"/bills/{self.item.key}"

    @property
    def origin(self) -> str:
        """What sort of thing it is, in words: "119th Congress", "Arms sale notified to Congress"."""
        if isinstance(self.item, SaleRow):
            return "Arms sale notified to Congress"
        return f"{ordinal(self.item.congress)} Congress"


class SearchResult(msgspec.Struct, frozen=True):
    """What was found. `reference` is set when the words name a measure; `measures` are those we hold of it.

    `hits` are found by their words, best first; they are not looked for when a measure was named and found.
    `has_words` is False when there was no word to look for.
    """

    query: str
    reference: Reference | None
    measures: tuple[BillRow, ...]
    hits: Page[Hit]
    has_words: bool


def search(session: Session, query: str, *, today: date, place: Place = FIRST_RESULTS) -> SearchResult:
    """Look for a number, else for words. Raises BadParameterError for a strange cursor."""
    query = query.replace("\0", " ").strip()[:200]
    phrases = read_phrases(query)
    reference = read_reference(query)
    measures = held_measures(session, reference, today) if reference else ()
    if measures or not phrases:
        return SearchResult(query, reference, measures, Page((), 0), bool(phrases))
    found = best_matches(session, phrases, place)
    items: dict[int, BillRow | SaleRow] = {
        **bills_by_id(session, found.items, today), **sales_by_id(session, found.items, today),
    }  # fmt: skip
    words = marked(session, phrases, found.items)
    hits = tuple(
        Hit(items[item_id], *words[item_id])
        for item_id in found.items
        if item_id in items and item_id in words
    )
    page = Page(hits, found.total, found.first, found.last, found.next, found.previous)
    return SearchResult(query, reference, (), page, has_words=True)
