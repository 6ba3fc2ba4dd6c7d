"""Full text: FTS5 on SQLite, tsvector on PostgreSQL, one small interface. Writes here, reads in queries/search.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection


class SearchText(NamedTuple):
    """What is searched of an item: its title, and everything else that names what it is about."""

    item_id: int
    title: str
    body: str


# PostgreSQL's index of one text holds a megabyte at most; no real title or summary comes near.
_LONGEST_TITLE, _LONGEST_BODY = 20_000, 200_000


def search_text(
    item_id: int, *, title: str, other_titles: Iterable[str], summary: str, words: Iterable[str]
) -> SearchText:
    """Titles once each, then the latest summary in plain words, then subjects."""
    others = dict.fromkeys(other for other in other_titles if other != title)
    parts = [*others, summary, ", ".join(filter(None, words))]
    return SearchText(item_id, title[:_LONGEST_TITLE], " · ".join(filter(None, parts))[:_LONGEST_BODY])


_WRITE = {
    "sqlite": (
        "DELETE FROM item_search WHERE rowid = ?",
        "INSERT INTO item_search (rowid, title, body) VALUES (?, ?, ?)",
    ),
    "postgresql": (
        "DELETE FROM item_search WHERE item_id = %s",
        "INSERT INTO item_search (item_id, title, body) VALUES (%s, %s, %s)",
    ),
}

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE item_search USING fts5 (title, body, tokenize = 'porter unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE TABLE item_search (item_id integer PRIMARY KEY REFERENCES item (id), title text NOT NULL, "
        "body text NOT NULL, document tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')) STORED)",
        "CREATE INDEX ix_item_search_document ON item_search USING gin (document)",
    ),
}


def index_items(connection: Connection, texts: Sequence[SearchText], *, replace: bool = False) -> None:
    """Make items findable by these words; `replace` where they were findable by others before."""
    if not texts:
        return
    forget, learn = _WRITE[connection.dialect.name]
    if replace:
        connection.exec_driver_sql(forget, [(entry.item_id,) for entry in texts])
    connection.exec_driver_sql(learn, [tuple(entry) for entry in texts])
