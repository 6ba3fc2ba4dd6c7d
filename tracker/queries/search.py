"""Search: a measure's number in any spelling first, then full text with the words marked."""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy.orm import Session

from tracker.queries.arms_sales import SaleRow, sales_by_id
from tracker.queries.audit_recommendations import AuditRow, audits_by_id
from tracker.queries.bills import BillRow, bills_by_id, held_measures
from tracker.queries.full_text import Piece, best_matches, marked
from tracker.queries.paging import Page, Place
from tracker.queries.reports import ReportRow, reports_by_id
from tracker.queries.spelling import Reference, read_reference
from tracker.queries.words import read_phrases
from tracker.sentences import ordinal, written_date
from tracker.watchdogs.words import PUBLISHERS, told_words

FIRST_RESULTS = Place(limit=20)


Item = BillRow | SaleRow | ReportRow | AuditRow


class Hit(msgspec.Struct, frozen=True):
    """An item in which the words occur: its title in pieces, and some of the words around them."""

    item: Item
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]

    @property
    def path(self) -> str:
        """Its page."""
        return f"/bills/{self.item.key}" if isinstance(self.item, BillRow) else self.item.path

    @property
    def name(self) -> str:
        """What it is called where room is small."""
        if isinstance(self.item, ReportRow):
            return self.item.number or self.item.type
        return self.item.report_name if isinstance(self.item, AuditRow) else self.item.name

    @property
    def status(self) -> str:
        """Where it stands, or what it found, in a sentence."""
        match self.item:
            case ReportRow():
                told = f"{self.item.publisher}, {written_date(self.item.public_on)}."
                return self.item.finding.finding if self.item.finding else told
            case AuditRow():
                return f"{told_words(self.item.facts)}. {self.item.sentence}"
            case _:
                return self.item.status

    @property
    def origin(self) -> str:
        """What sort of thing it is, in words: "119th Congress", "Arms sale notified to Congress"."""
        match self.item:
            case SaleRow():
                return "Arms sale notified to Congress"
            case ReportRow():
                return f"Report, {PUBLISHERS[self.item.publisher_kind].lower()}"
            case AuditRow():
                return "Recommendation of an auditor"
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
    items: dict[int, Item] = {
        **bills_by_id(session, found.items, today), **sales_by_id(session, found.items, today),
        **reports_by_id(session, found.items), **audits_by_id(session, found.items, today),
    }  # fmt: skip
    words = marked(session, phrases, found.items)
    hits = tuple(
        Hit(items[item_id], *words[item_id])
        for item_id in found.items
        if item_id in items and item_id in words
    )
    page = Page(hits, found.total, found.first, found.last, found.next, found.previous)
    return SearchResult(query, reference, (), page, has_words=True)
