"""Full text on either engine: which items have the words, best first, and the words marked in them.

`tracker/search.py` writes what is read here. On SQLite an FTS5 table, on PostgreSQL a tsvector column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Float, Integer, Select, column, func, literal, literal_column, select, table
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from tracker.queries.paging import Key, Page, Place, read_page
from tracker.queries.words import Phrases

Piece = tuple[str, bool]
"""Some words, and whether they are ones that were looked for. Plain text: escape it, then mark."""


class Marked(NamedTuple):
    """An item's title and an excerpt of the rest, in pieces."""

    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


def matching_ids(session: Session, phrases: Phrases) -> Select[tuple[int]]:
    """The ids of items in which every phrase occurs, to stand in `IN (…)`."""
    return _engine(session).matching(phrases)


def best_matches(session: Session, phrases: Phrases, place: Place) -> Page[int]:
    """The ids of items in which every phrase occurs, best first, newer before older where equally good."""
    engine = _engine(session)
    matching = engine.matching(phrases)
    total = session.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
    return read_page(
        session, matching, engine.order(phrases), place, total, lambda rows: [row[0] for row in rows]
    )


def marked(session: Session, phrases: Phrases, ids: Sequence[int]) -> Mapping[int, Marked]:
    """The words of those items around what was looked for."""
    rows = session.execute(_engine(session).excerpts(phrases, ids))
    return {row.id: Marked(tuple(pieces(row.title)), tuple(pieces(row.excerpt))) for row in rows}


# --- marks ------------------------------------------------------------------------------------------

# Control characters cannot be in what we index: XML and HTML do not allow them.
_OPEN, _CLOSE = "\x02", "\x03"
_MARKS = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_EXCERPT_WORDS = 36


def pieces(text: str) -> Iterable[Piece]:
    """An engine's answer with its marks, cut at them."""
    for number, part in enumerate(_MARKS.split(text)):
        words = part.replace(_OPEN, "").replace(_CLOSE, "")
        if words:
            yield words, bool(number % 2)


# --- engines ----------------------------------------------------------------------------------------


class _Engine(Protocol):
    def matching(self, phrases: Phrases) -> Select[tuple[int]]: ...

    def order(self, phrases: Phrases) -> Sequence[Key]: ...

    def excerpts(self, phrases: Phrases, ids: Sequence[int]) -> Select[Any]: ...


class _Sqlite:
    """FTS5. A match in the title weighs as much as eight elsewhere."""

    _TABLE = table("item_search", column("rowid", Integer), column("rank", Float))
    _SELF: Any = literal_column("item_search")

    def matching(self, phrases: Phrases) -> Select[tuple[int]]:
        return select(self._TABLE.c.rowid).where(self._SELF.op("MATCH")(_fts5(phrases)))

    def order(self, phrases: Phrases) -> Sequence[Key]:
        del phrases
        rank = func.bm25(self._SELF, literal_column("8.0"), literal_column("1.0"), type_=Float)
        return Key(rank, False, float), Key(self._TABLE.c.rowid, True, int)

    def excerpts(self, phrases: Phrases, ids: Sequence[int]) -> Select[Any]:
        marks = (literal(_OPEN), literal(_CLOSE))
        excerpt = func.snippet(self._SELF, 1, *marks, literal("…"), _EXCERPT_WORDS)
        return select(
            self._TABLE.c.rowid.label("id"),
            func.highlight(self._SELF, 0, *marks).label("title"),
            excerpt.label("excerpt"),
        ).where(self._SELF.op("MATCH")(_fts5(phrases)), self._TABLE.c.rowid.in_(ids))


def _fts5(phrases: Phrases) -> str:
    """Every phrase must occur. Words hold no quotation mark, so none can end its own."""
    return " ".join('"' + " ".join(words) + '"' for words in phrases)


class _Postgresql:
    """A tsvector in which the title has weight A and the rest weight B."""

    _TABLE = table(
        "item_search", column("item_id", Integer), column("title"), column("body"), column("document")
    )
    _OPTIONS = f'StartSel="{_OPEN}", StopSel="{_CLOSE}", '

    def matching(self, phrases: Phrases) -> Select[tuple[int]]:
        return select(self._TABLE.c.item_id).where(self._TABLE.c.document.op("@@")(self._query(phrases)))

    def order(self, phrases: Phrases) -> Sequence[Key]:
        rank = sql_cast(func.ts_rank(self._TABLE.c.document, self._query(phrases)), Float(53))
        return Key(rank, True, float), Key(self._TABLE.c.item_id, True, int)

    def excerpts(self, phrases: Phrases, ids: Sequence[int]) -> Select[Any]:
        query = self._query(phrases)
        words = f"MaxWords={_EXCERPT_WORDS}, MinWords={_EXCERPT_WORDS // 2}"
        return select(
            self._TABLE.c.item_id.label("id"),
            self._headline(self._TABLE.c.title, query, "HighlightAll=true").label("title"),
            self._headline(self._TABLE.c.body, query, words).label("excerpt"),
        ).where(self._TABLE.c.item_id.in_(ids))

    def _query(self, phrases: Phrases) -> Any:
        first: Any
        first, *rest = [func.phraseto_tsquery(_ENGLISH, " ".join(words)) for words in phrases]
        for query in rest:
            first = first.op("&&")(query)
        return first

    def _headline(self, text: Any, query: Any, options: str) -> Any:
        return func.ts_headline(_ENGLISH, text, query, self._OPTIONS + options)


_ENGLISH: Any = literal_column("'english'")
_ENGINES: dict[str, _Engine] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}


def _engine(session: Session) -> _Engine:
    return _ENGINES[session.get_bind().dialect.name]
