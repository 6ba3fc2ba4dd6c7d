"""Keyset paging: a page of a list is found by where the last one ended, never by counting rows off.

A cursor is an opaque word made of the sort values of one row, so that a page stays right while rows come and
go before it, and the thousandth page costs what the first does.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_
from sqlalchemy.orm import Session

PAGE = 50
"""How many entries a page of a list has where nobody asks for another number."""
MAXIMUM = 1000
"""The most that one answer holds."""

T = TypeVar("T")
AnyRow = Any
"""A row of a select, read by its columns' names; their types are only known to the select."""


class BadParameterError(ValueError):
    """A parameter that cannot be understood: its `name`, and a sentence for the person who sent it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Part of a list: entries `first` to `last` of `total`, and the cursors of its neighbours.

    `next` goes into `after=`, `previous` into `before=`. `first` and `last` were counted when the list was
    opened, so they may be off by what came in since.
    """

    items: tuple[T, ...]
    total: int
    first: int = 0
    last: int = 0
    next: str | None = None
    previous: str | None = None


class Key(NamedTuple):
    """One column of a sort order; the columns of an order together are unique and never null.

    `type` is what the column's values are, to check a cursor that came from outside.
    """

    column: ColumnElement[Any]
    descending: bool
    type: Any


class Place(NamedTuple):
    """Where to read: after one cursor or before another, at most `limit` entries (1 to MAXIMUM)."""

    after: str | None = None
    before: str | None = None
    limit: int = PAGE


START = Place()


def read_limit(text: str | None, default: int = PAGE) -> int:
    """The number of entries that was asked for. Raises BadParameterError outside 1 to MAXIMUM."""
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MAXIMUM):
        raise BadParameterError("limit", f"limit takes a number from 1 to {MAXIMUM}.")
    return int(text)


def read_day(args: Mapping[str, str], name: str) -> date | None:
    """The day that a parameter gives, or None. Raises BadParameterError for what is no day of the calendar."""
    text = (args.get(name) or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadParameterError(name, f"{name} takes a day, such as 2026-11-02.") from error


def read_word(args: Mapping[str, str], name: str) -> str:
    """What a parameter says, in one piece; empty where it is not there."""
    return (args.get(name) or "").replace("\0", " ").strip()


Choice = TypeVar("Choice", bound=StrEnum)


def read_choice(args: Mapping[str, str], name: str, of: type[Choice]) -> Choice | None:
    """Which of a few words a parameter says, or None. Raises BadParameterError for another."""
    word = read_word(args, name)
    try:
        return of(word) if word else None
    except ValueError as error:
        raise BadParameterError(name, f"{name} takes one of: {', '.join(of)}.") from error


class Ordered:
    """What `statement` finds, in the order of `keys`. Keep one to put its statements together only once."""

    def __init__(self, statement: Select[Any], keys: Sequence[Key]) -> None:
        self.statement = statement
        self.keys = keys

    @cached_property
    def forwards(self) -> Select[Any]:
        """With each row's sort values at its end, and as many rows as `most` says."""
        return self._in_order(backwards=False)

    @cached_property
    def backwards(self) -> Select[Any]:
        """The same from the other end."""
        return self._in_order(backwards=True)

    def _in_order(self, *, backwards: bool) -> Select[Any]:
        marks = [key.column.label(f"_key_{number}") for number, key in enumerate(self.keys)]
        order = [
            key.column.desc() if key.descending is not backwards else key.column.asc() for key in self.keys
        ]
        return self.statement.add_columns(*marks).order_by(*order).limit(bindparam("most", type_=Integer))


def read_page(
    session: Session,
    statement: Select[Any],
    keys: Sequence[Key],
    place: Place,
    total: int,
    build: Callable[[Sequence[AnyRow]], Iterable[T]],
) -> Page[T]:
    """One page of `statement` in the order of `keys`; `build` makes its items of the rows.

    Raises BadParameterError for a cursor that is not of this list.
    """
    return read_ordered(session, Ordered(statement, keys), place, total, build)


def read_ordered(
    session: Session,
    found: Ordered,
    place: Place,
    total: int,
    build: Callable[[Sequence[AnyRow]], Iterable[T]],
) -> Page[T]:
    """The same of a list whose statements are kept."""
    keys = found.keys
    backwards = place.before is not None and place.after is None
    cursor = place.before if backwards else place.after
    statement = found.backwards if backwards else found.forwards
    position = 0
    if cursor is not None:
        position, values = _decode(cursor, keys, "before" if backwards else "after")
        statement = statement.where(_beyond(keys, values, backwards))
    if not total:
        return Page((), 0)
    rows = session.execute(statement, {"most": place.limit + 1}).all()
    has_more = len(rows) > place.limit
    rows = rows[: place.limit]
    if not rows:
        return Page((), total)
    if backwards:
        rows = rows[::-1]
        first = max(1, position - len(rows)) if has_more else 1
    else:
        first = position + 1
    last = first + len(rows) - 1
    return Page(
        tuple(build(rows)),
        max(total, last),
        first,
        last,
        next=_encode(last, rows[-1], len(keys)) if backwards or has_more else None,
        previous=_encode(first, rows[0], len(keys)) if (has_more if backwards else cursor) else None,
    )


def _beyond(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    """Rows later in the order: the first key is beyond, or it is equal and the rest is beyond."""
    (key, *later), (value, *rest) = keys, values
    goes_down = key.descending is not backwards
    further: ColumnElement[bool] = key.column < value if goes_down else key.column > value
    if not later:
        return further
    # The bound on the leading column alone lets either engine start in the middle of its index.
    edge = key.column <= value if goes_down else key.column >= value
    return and_(edge, or_(further, _beyond(later, rest, backwards)))


# --- cursors ----------------------------------------------------------------------------------------

_LONGEST_CURSOR = 600
_LARGEST_NUMBER = 2**31 - 1


def _encode(position: int, row: AnyRow, count: int) -> str:
    return urlsafe_b64encode(msgspec.json.encode([position, *row[-count:]])).decode().rstrip("=")


def _decode(cursor: str, keys: Sequence[Key], name: str) -> tuple[int, list[Any]]:
    try:
        raw = urlsafe_b64decode(cursor[:_LONGEST_CURSOR] + "=" * (-len(cursor) % 4))
        position, *values = msgspec.json.decode(raw, type=list[Any])
        typed = [_storable(msgspec.convert(value, key.type)) for key, value in zip(keys, values, strict=True)]
        return msgspec.convert(_storable(position), int), typed
    except (binascii.Error, UnicodeError, msgspec.MsgspecError, ValueError) as error:
        raise BadParameterError(
            name, "This is not the address of a page of this list. Start from the first page."
        ) from error


def _storable(value: Any) -> Any:
    """The value, unless a database would choke on it."""
    if isinstance(value, int) and not -1 <= value <= _LARGEST_NUMBER:
        raise ValueError("a number that no row has")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("a text that no row has")
    return value
