"""A statement that is run for every mail, compiled once: what SQLAlchemy does on the way each time costs more than it.

The same statement, the same column types; only the look-up and the bookkeeping of each call are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect, Select
from sqlalchemy.sql.dml import UpdateBase


class Prepared:
    """A statement with named parameters and no list among them, ready for each engine that it is run on."""

    def __init__(self, statement: UpdateBase | Select[Any]) -> None:
        self._statement = statement
        self._made: dict[str, Callable[[Mapping[str, Any]], tuple[str, Any]]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Execute it with these values."""
        return connection.exec_driver_sql(*self._make(connection)(values))

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute it with the values of each row."""
        if rows:
            make = self._make(connection)
            made = [make(values) for values in rows]
            connection.exec_driver_sql(made[0][0], [values for _, values in made])

    def _make(self, connection: Connection) -> Callable[[Mapping[str, Any]], tuple[str, Any]]:
        make = self._made.get(connection.dialect.name)
        if make is None:
            make = self._made[connection.dialect.name] = _compiled(self._statement, connection.dialect)
        return make


def _compiled(
    statement: UpdateBase | Select[Any], dialect: Dialect
) -> Callable[[Mapping[str, Any]], tuple[str, Any]]:
    compiled: Any = statement.compile(dialect=dialect)
    text = str(compiled)
    convert = {
        name: processor
        for name, bind in compiled.binds.items()
        if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    fixed = {
        name: convert[name](value) if name in convert and value is not None else value
        for name, value in compiled.params.items()
    }
    converting = tuple(convert.items())
    names: list[str] | None = compiled.positiontup

    def make(values: Mapping[str, Any]) -> tuple[str, Any]:
        given = {**fixed, **values}
        for name, processor in converting:
            if name in values and values[name] is not None:
                given[name] = processor(values[name])
        return text, tuple(given[name] for name in names) if names is not None else given

    return make
