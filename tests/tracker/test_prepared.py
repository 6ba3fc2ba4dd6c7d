"""A question that is kept has the answers that SQLAlchemy gives, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    Engine,
    Float,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    column,
    event,
    func,
    literal,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.exc import DBAPIError, StatementError

from tracker.db import Json, TableSession, UtcDateTime, enum_type
from tracker.prepared import ask
from tracker.stages import Stage

AT = datetime(2026, 12, 1, 4, 21, 7, 250_000, UTC)
VALUES = select(
    literal(date(2026, 12, 1)).label("day"),
    literal(AT, UtcDateTime()).label("at"),
    literal(None, UtcDateTime()).label("never"),
    literal(Stage.REPORTED, enum_type(Stage)).label("stage"),
    literal({"a": 1}, Json(dict[str, int])).label("numbers"),
    literal("quoted ' % :colon", Text).label("words"),
    literal(2.5, Float).label("share"),
    literal(3, Integer).label("count"),
    true().label("is_so"),
    func.max(literal(1)),
)
NUMBERS = union_all(*(select(literal(number).label("number")) for number in range(1, 6))).subquery()
NUMBER = NUMBERS.c.number
SOME = select(NUMBER).where(NUMBER.in_(bindparam("wanted", expanding=True))).order_by(NUMBER)
MOST = select(NUMBER).order_by(NUMBER.desc()).limit(bindparam("most", type_=Integer))
FIXED = select(NUMBER).where(NUMBER.in_([2, 4]), bindparam("least", 3, type_=Integer) <= NUMBER)
STAGES: Select[Any] = select(literal_column("1").label("one")).where(
    literal("reported", String).in_(bindparam("stages", expanding=True, type_=enum_type(Stage)))
)


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    engine.hide_parameters = True
    with engine.connect() as opened:
        yield opened


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (VALUES, {}),
        (SOME, {"wanted": [2, 5, 7]}),
        (SOME, {"wanted": (1,)}),
        (SOME, {"wanted": {3: "", 4: ""}.keys()}),
        (SOME, {"wanted": []}),
        (MOST, {"most": 2}),
        (FIXED, {}),
        (FIXED, {"least": 1}),
        (STAGES, {"stages": [Stage.REPORTED, Stage.VETOED]}),
        (STAGES, {"stages": [Stage.VETOED]}),
        (MOST.where(NUMBER < 3), {"most": 4}),
    ],
)
def test_the_rows_are_those_of_sqlalchemy(
    connection: Connection, statement: Select[Any], values: Any
) -> None:
    expected = connection.execute(statement, values)
    names, rows = tuple(expected.keys()), expected.all()
    for _ in range(3):
        answer = ask(connection, statement, values)
        assert tuple(answer.keys()) == names
        assert answer.all() == rows


def test_a_row_is_read_by_its_columns_names(connection: Connection) -> None:
    for _ in range(3):
        row = ask(connection, VALUES).one()
        assert (row.day, row.at, row.stage) == (date(2026, 12, 1), AT, Stage.REPORTED)
        assert (row.numbers, row.is_so) == ({"a": 1}, True)


def test_what_is_asked_again_is_asked_of_the_driver(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = MOST.where(NUMBER > 1)
    for _ in range(2):  # one begins the transaction, one is the first of this statement
        ask(connection, statement, {"most": 1})
    monkeypatch.setattr(Connection, "execute", None)
    assert ask(connection, statement, {"most": 2}).scalars().all() == [5, 4]


def test_a_statement_made_from_a_kept_one_is_another(connection: Connection) -> None:
    for _ in range(3):
        assert ask(connection, MOST, {"most": 9}).scalars().all() == [5, 4, 3, 2, 1]
        assert ask(connection, MOST.where(NUMBER > 3), {"most": 9}).scalars().all() == [5, 4]


def test_many_lengths_of_a_list(connection: Connection) -> None:
    for length in range(200):
        wanted = list(range(1, length + 1))
        assert ask(connection, SOME, {"wanted": wanted}).scalars().all() == wanted[:5]


def test_a_value_that_is_missing_is_an_error(connection: Connection) -> None:
    for _ in range(3):
        ask(connection, MOST, {"most": 1})
        with pytest.raises(StatementError, match="most"):
            ask(connection, MOST, {})


def test_a_driver_s_error_is_sqlalchemy_s(connection: Connection) -> None:
    statement = select(column("nothing_of_that_name", Text), literal("a reader's words"))
    for _ in range(3):
        ask(connection, MOST, {"most": 1})
        with pytest.raises(DBAPIError) as caught:
            ask(connection, statement)
        assert "nothing_of_that_name" in str(caught.value.orig)
        assert "a reader's words" not in str(caught.value)
        assert not caught.value.connection_invalidated
        connection.rollback()


def test_who_listens_hears_every_statement(engine: Engine, connection: Connection) -> None:
    heard: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: heard.append(facts[2]))
    for _ in range(3):
        ask(connection, SOME, {"wanted": [1]})
    assert len([one for one in heard if one.startswith("SELECT")]) == 3


def test_a_session_asks_in_the_transaction_that_it_is_in(engine: Engine) -> None:
    with TableSession(engine) as session:
        for _ in range(3):
            first = session.connection()
            assert session.execute(MOST, {"most": 1}).scalar_one() == 5
            assert session._current() is first
            session.rollback()
        assert session._current() is session.connection()
