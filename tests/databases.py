"""What tests ask of a database: every row of it, the facts in it whatever their row numbers, and their sums."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection as Some
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Engine, event, select, text

from tracker.db import Base
from tracker.models import Bill, Change, Collection, Item, SourceDocument

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|COPY|CREATE|DROP|ALTER)\b", re.IGNORECASE)
_RECORDS_A_RUN = re.compile(r'\s*(INSERT INTO|UPDATE) "?collection\b')

Facts = dict[str, list[tuple[Any, ...]]]

_CHANGE = Change.__tablename__
_COLLECTION = Collection.__tablename__
_DOCUMENT = SourceDocument.__tablename__

OURS = frozenset({"first_seen_at", "changed_at", "missing_since", "fetched_at"})
"""Columns that say when we looked."""
FOUND = OURS | {"document_id", "container_id"}
"""And in which document we found it."""


def rows_of(engine: Engine, without: Some[str] = (_COLLECTION,)) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as it is stored, but for the list of runs."""
    with engine.connect() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }
        found["item_search"] = sorted(_search_rows(connection))
    return found


def digest_of_rows(engine: Engine) -> str:
    """One sum over every row as the engine keeps it, but for the list of runs: for large databases."""
    found = hashlib.sha256()
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name == _COLLECTION:
                continue
            keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table.name}" ORDER BY {keys}')
            for part in rows.partitions(10_000):
                found.update(repr(part).encode())
        found.update(repr(sorted(_search_rows(connection))).encode())
    return found.hexdigest()


@contextmanager
def writes_of(engine: Engine) -> Iterator[list[str]]:
    """The statements that write into anything but the list of runs while this lasts."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if _WRITES.match(statement) and not _RECORDS_A_RUN.match(statement):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def facts_of(engine: Engine, without: Some[str] = (), without_tables: Some[str] = ()) -> Facts:
    """Every row with the names of things for their row numbers, so that two databases can be compared.

    `without` names columns to leave out. The list of runs is always left out.
    """
    with engine.connect() as connection:
        names = _names(connection)
        found: Facts = {}
        for table in Base.metadata.sorted_tables:
            if table.name in (_COLLECTION, *without_tables):
                continue
            columns = [column for column in table.columns if column.name not in without and _is_fact(column)]
            rows = connection.execute(select(*columns))
            found[table.name] = sorted((_named(row, columns, names) for row in rows), key=repr)
        items = names[Item.__tablename__]
        found["item_search"] = sorted((items[item], *words) for item, *words in _search_rows(connection))
    return found


def digest_of(facts: Facts) -> str:
    """One sum over all of it."""
    return hashlib.sha256(msgspec.json.encode(facts, order="sorted")).hexdigest()


def differences(one: Facts, other: Facts) -> dict[str, list[Any]]:
    """The rows that only one of them has, by table: what to read when two sums differ."""
    found = {}
    for table in one.keys() | other.keys():
        ours, theirs = set(map(repr, one.get(table, []))), set(map(repr, other.get(table, [])))
        if ours != theirs:
            found[table] = sorted(ours ^ theirs)
    return found


def count(engine: Engine, table: str) -> int:
    """How many rows a table has."""
    with engine.connect() as connection:
        found: int = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()
        return found


def _search_rows(connection: Connection) -> list[tuple[Any, ...]]:
    key = "rowid" if connection.dialect.name == "sqlite" else "item_id"
    return [tuple(row) for row in connection.exec_driver_sql(f"SELECT {key}, title, body FROM item_search")]


def _names(connection: Connection) -> dict[str, dict[int | None, str | None]]:
    """What to say for a row number, by the table that it points into."""
    items = {None: None, **{row.id: row.key for row in connection.execute(select(Item.__table__))}}
    documents = {
        None: None,
        **{row.id: row.url for row in connection.execute(select(SourceDocument.__table__))},
    }
    return {Item.__tablename__: items, Bill.__tablename__: items, _DOCUMENT: documents}


def _points_into(column: Column[Any]) -> str | None:
    return next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)


def _is_fact(column: Column[Any]) -> bool:
    """Not a row number that only this database knows."""
    if _points_into(column) == _COLLECTION:
        return False
    return column.name != "id" or _points_into(column) is not None


def _named(
    row: Any, columns: list[Column[Any]], names: dict[str, dict[int | None, str | None]]
) -> tuple[Any, ...]:
    return tuple(
        names[pointed][value] if (pointed := _points_into(column)) else value
        for column, value in zip(columns, row, strict=True)
    )
