"""Statements that are run again and again, compiled once: what SQLAlchemy does on the way costs more than they do.

The same statement, the same column types, the same rows; only the look-up and the bookkeeping of each call are left
out. `Prepared` is a statement that every mail runs, `Question` a SELECT that every page asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Dialect, Result, Select
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

Convert = Callable[[Any], Any]


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
    convert = _converts(compiled, dialect)
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


def _converts(compiled: Any, dialect: Dialect) -> dict[str, Convert]:
    """What makes the stored form of each parameter that has another one."""
    return {
        name: convert
        for bind, name in compiled.bind_names.items()
        if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }


# --- questions --------------------------------------------------------------------------------------


def ask(connection: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> Result[Any]:
    """What `connection.execute` answers, for less where a SELECT is one that is kept and asked again.

    Kept means the same object, as those that modules put together once. One put together anew for every request is
    executed as usual, and so is the first of a transaction, which begins it, and every one while somebody listens.
    """
    if (
        isinstance(statement, Select)
        and connection.in_transaction()
        and not connection.dispatch.before_cursor_execute
    ):
        question = _question(statement, connection.dialect)
        if question is not None:
            answer = question.ask(connection, values or {})
            if answer is not None:
                return answer
    return connection.execute(statement, values)


class _Asked:
    """How often a statement was asked, and the statement made ready once that is worth it."""

    def __init__(self) -> None:
        self.before = False
        self.question: Question | None = None


_KEPT = 512
"""Statements that are remembered: the site has some two hundred; those asked once push each other out."""


@lru_cache(maxsize=_KEPT)
def _asked(statement: Select[Any], dialect: Dialect) -> _Asked:
    del statement, dialect
    return _Asked()


def _question(statement: Select[Any], dialect: Dialect) -> Question | None:
    asked = _asked(statement, dialect)
    if asked.question is None and asked.before:
        asked.question = Question(statement, dialect)
    asked.before = True
    return asked.question


class _Slot(NamedTuple):
    """One parameter of the driver's: which of ours, which entry of it where that is a list, and how it is stored."""

    driver_name: str
    name: str
    entry: int | None
    convert: Convert | None


class _Form(NamedTuple):
    """The statement as the driver gets it, for lists of certain lengths."""

    text: str
    slots: tuple[_Slot, ...]
    is_positional: bool


class Question:
    """A SELECT for one kind of engine, asked of the driver itself."""

    _MOST_FORMS = 64

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._compiled = compiled
        self._dialect = dialect
        self._driver: Any = dialect.loaded_dbapi
        self._converts = _converts(compiled, dialect)
        self._types = [column.type for column in statement.selected_columns]
        self._needed = frozenset(name for bind, name in compiled.bind_names.items() if bind.required)
        self._lists = tuple(name for bind, name in compiled.bind_names.items() if bind.expanding)
        self._own: dict[str, Any] = {
            name: value for name, value in compiled.params.items() if name not in self._needed
        }
        self._forms: dict[tuple[int, ...], _Form] = {}
        self._rows: _Rows | None = None

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Result[Any] | None:
        """The rows; None where it has to be asked as usual, such as for an empty list.

        Raises SQLAlchemy's errors, as `connection.execute` does.
        """
        if not self._needed <= values.keys():
            return None
        given = {**self._own, **values}
        form = self._form(given)
        if form is None:
            return None
        found = []
        for _, name, entry, convert in form.slots:
            value = given[name] if entry is None else given[name][entry]
            found.append(value if convert is None else convert(value))
        cursor = self._run(connection, form, found)
        if self._rows is None:
            self._rows = _Rows(self._dialect, self._types, cursor.description)
        return IteratorResult(self._rows.names, self._rows.read(cursor.fetchall()))

    def _form(self, given: dict[str, Any]) -> _Form | None:
        """The statement for lists of these lengths."""
        for name in self._lists:
            if not isinstance(given[name], list | tuple):
                given[name] = list(given[name])
        lengths = tuple(len(given[name]) for name in self._lists)
        form = self._forms.get(lengths)
        if form is None and all(lengths) and len(self._forms) < self._MOST_FORMS:
            form = self._forms[lengths] = self._made(given)
        return form

    def _made(self, given: Mapping[str, Any]) -> _Form:
        state = self._compiled.construct_expanded_state(given)
        entries: dict[str, tuple[str, int]] = {
            driver_name: (name, entry)
            for name, driver_names in state.parameter_expansion.items()
            for entry, driver_name in enumerate(driver_names)
        }
        slots = []
        for driver_name in state.parameters if state.positiontup is None else state.positiontup:
            name, entry = entries.get(driver_name, (driver_name, None))
            slots.append(_Slot(driver_name, name, entry, self._converts.get(name)))
        return _Form(state.statement, tuple(slots), state.positiontup is not None)

    def _run(self, connection: Connection, form: _Form, found: list[Any]) -> Any:
        raw: Any = connection.connection
        cursor = raw.cursor()
        try:
            if form.is_positional:
                cursor.execute(form.text, found)
            else:
                names = (slot.driver_name for slot in form.slots)
                cursor.execute(form.text, dict(zip(names, found, strict=True)))
        except self._driver.Error as error:
            is_lost = self._dialect.is_disconnect(error, raw, cursor)
            if is_lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                form.text, None, error, self._driver.Error,
                hide_parameters=True, connection_invalidated=is_lost, dialect=self._dialect,
            ) from error  # fmt: skip
        return cursor


class _Rows:
    """How the driver's rows become ours: the columns' names, and what makes a value of what was stored."""

    def __init__(self, dialect: Dialect, types: Sequence[Any], description: Sequence[Any]) -> None:
        self.names = SimpleResultMetaData([column[0] for column in description])
        converts = (
            kind.dialect_impl(dialect).result_processor(dialect, column[1])
            for kind, column in zip(types, description, strict=True)
        )
        self._converts = tuple((place, convert) for place, convert in enumerate(converts) if convert)

    def read(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        if not self._converts:
            return iter(rows)
        return self._converted(rows)

    def _converted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        converts = self._converts
        for row in rows:
            values = list(row)
            for place, convert in converts:
                values[place] = convert(values[place])
            yield values
